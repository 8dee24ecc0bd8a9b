//! The command line tool: `npx netsuite-tba`. What each command says is data on stdout, in words or
//! as JSON; everything else is talk on stderr.
//!
//! * [`arguments`] – the command line, taken apart by what the help says
//! * [`help`] – the help texts, which are also what is allowed
//! * [`context`] – what every command has: what was typed, the surroundings, vault and network
//! * [`output`] – reports, tables, JSON, and a stdout that may be closed
//! * [`list`], [`login`], [`two_step`], [`use_token`], [`status`], [`manage`], [`import`], [`prune`] –
//!   the saved tokens
//! * [`init`] – a project of Oracle's tools
//! * [`request`], [`sign`] – signed requests
//! * [`explain`], [`header`] – signatures, ours and others'
//! * [`doctor`], [`guide`] – what is wrong, and how to set it up
//! * [`completion`] – for shells

mod arguments;
mod completion;
mod context;
mod doctor;
mod explain;
mod guide;
mod header;
mod help;
mod import;
mod init;
mod list;
mod login;
mod manage;
mod output;
mod prune;
mod request;
mod sign;
mod status;
mod two_step;
mod use_token;

use std::sync::Arc;

use crate::base::abort::Abort;
use crate::base::blocking::{blocking, or_stopped};
use crate::base::console;
use crate::base::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::session::authenticate::Roots;

use arguments::{Request, Typed};
use context::Context;
use output::Report;

/// Runs one command line (without the program's own name) and returns the exit code.
pub async fn run(argv: Vec<String>, environment: Environment, roots: Roots, abort: Abort) -> i32 {
    let request = match arguments::parse(&argv) {
        Ok(request) => request,
        Err(error) => return failed(&error, argv.iter().any(|word| word == "--json")),
    };
    let typed = match request {
        Request::Help(text) => return printed(&text),
        Request::Version => return printed(concat!(env!("CARGO_PKG_VERSION"), "\n")),
        Request::Run(typed) => typed,
    };
    let json = typed.is("--json");
    let context = Arc::new(Context::new(typed, environment, roots, abort.clone()));
    let ends_by_itself = matches!(context.typed.command, "login" | "request" | "sign");
    let outcome = if ends_by_itself {
        // A sign-in ends by itself when it is stopped, and not while it saves.
        command(&context).await
    } else {
        or_stopped(&abort, Box::pin(command(&context))).await.map_err(|error| match error.code() {
            Code::Cancelled if abort.is_aborted() => {
                Error::new(Code::Cancelled, "Stopped.").with_next_step("")
            }
            _ => error,
        })
    };
    match outcome {
        Ok(report) => report.print(json),
        Err(error) => failed(&output::in_terms_of_commands(error), json),
    }
}

/// Commands that ask NetSuite are futures; all others run on a thread of their own.
async fn command(context: &Arc<Context>) -> Result<Report> {
    let here: fn(&Context) -> Result<Report> = match context.typed.command {
        "login" => return login::run(context).await,
        "request" => return request::run(context).await,
        "sign" => return sign::run(context).await,
        "status" => return status::run(context).await,
        "doctor" => return doctor::run(context).await,
        "guide" => return guide::run(context).await,
        "list" => list::run,
        "use" => use_token::run,
        "rename" => manage::rename,
        "remove" => manage::remove,
        "import" => import::run,
        "prune" => prune::run,
        "init" => init::run,
        "explain" => explain::run,
        "completion" => completion::run,
        // The help has no other; bin/netsuite-tba.js runs the simulator.
        other => return Err(Error::new(Code::Internal, format!("{other} does nothing here."))),
    };
    let context = Arc::clone(context);
    blocking(move || here(&context)).await
}

fn printed(text: &str) -> i32 {
    i32::from(!output::write(text))
}

/// People read the reason on stderr; scripts get it on stdout, so that stdout always parses.
fn failed(error: &Error, json: bool) -> i32 {
    if json {
        output::write_json(&serde_json::json!({ "error": output::error(error) }));
    }
    console::say(error.to_string().trim_end());
    error.exit_code()
}
