//! The command line tool: `npx netsuite-tba`. Results go to stdout, as text or as JSON; messages go to
//! stderr.
//!
//! * [`command`] – what a command and a flag are; [`work`] – what each command does
//! * [`commands`] – the table of commands and flags; [`arguments`] parses by it, [`help`] and
//!   [`completion`] are generated from it, [`suggest`] looks up mistyped words in it
//! * [`context`] – what every command has: what was typed, the environment, vault and network
//! * [`output`] – reports and JSON on stdout, which may be closed; [`table`] prints tables
//! * [`stdin`] – secrets and redirects from stdin
//! * [`choose`] – the token a command works with
//! * [`list`], [`login`], [`new_token`], [`login_refused`], [`two_step`], [`with_token`],
//!   [`use_token`], [`status`], [`rename_remove`], [`import`], [`prune`] – the saved tokens
//! * [`init`] – projects of Oracle's tools
//! * [`request`], [`sign`] – signed requests
//! * [`explain`], [`header`] – signatures, our own and those of other code
//! * [`doctor`], [`guide`] – what is wrong, and how to set things up
//! * [`gulp_task`] – the ready-made gulp tasks

mod arguments;
mod choose;
mod command;
mod commands;
mod completion;
mod context;
mod doctor;
mod explain;
mod guide;
mod gulp_task;
mod header;
mod help;
mod import;
mod init;
mod list;
mod login;
mod login_refused;
mod new_token;
mod output;
mod prune;
mod rename_remove;
mod request;
mod sign;
mod status;
mod stdin;
mod suggest;
pub mod table;
mod two_step;
mod use_token;
mod with_token;
mod work;

use std::sync::Arc;

use crate::base::abort::Abort;
use crate::base::blocking::{blocking, or_stopped};
use crate::base::console;
use crate::base::environment::Environment;
use crate::error::{Code, Error, Exit, Result};
use crate::selection::flags;
use crate::selection::secret_file;
use crate::session::call::Roots;
use crate::tty::kind::with_advice;

use arguments::Request;
use context::Context;
use output::Report;
use work::{Run, run_of};

/// Runs a ready-made gulp task: a command with what was typed for gulp. Returns the exit code.
pub async fn run_gulp_task(
    command: &str,
    typed: &[String],
    environment: Environment,
    roots: Roots,
    abort: Abort,
) -> i32 {
    match gulp_task::command_line(command, typed, &environment) {
        Ok(line) => run_for(Caller::Gulp, line, environment, roots, abort).await.code(),
        Err(error) => {
            failed(Caller::Gulp, &error, typed.iter().any(|word| word == "--json")).code()
        }
    }
}

/// Runs one command line (without the program's own name) and returns the exit code.
pub async fn run(argv: Vec<String>, environment: Environment, roots: Roots, abort: Abort) -> i32 {
    run_for(Caller::CommandLine, argv, environment, roots, abort).await.code()
}

/// Who runs a command. Decides which of the two next steps of a failure is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// `npx netsuite-tba`.
    CommandLine,
    /// A ready-made gulp task.
    Gulp,
}

async fn run_for(
    caller: Caller,
    argv: Vec<String>,
    environment: Environment,
    roots: Roots,
    abort: Abort,
) -> Exit {
    let request = match arguments::parse(&argv) {
        Ok(request) => request,
        Err(error) => return failed(caller, &error, argv.iter().any(|word| word == "--json")),
    };
    let typed = match request {
        Request::Help(text) => return printed(&text),
        Request::Version => return printed(concat!(env!("CARGO_PKG_VERSION"), "\n")),
        Request::Run(typed) => typed,
    };
    let json = typed.is("--json");
    let environment = match secret_file::resolved(environment) {
        Ok(environment) => environment,
        Err(error) => return failed(caller, &error, json),
    };
    let run = run_of(typed.command.work);
    let mut context = Context::new(typed, environment, roots, abort.clone());
    context.in_gulp = caller == Caller::Gulp;
    if let Ok(typed) = context.options() {
        flags::warn_of_secrets(&typed);
    }
    match carried_out(run, &Arc::new(context), &abort).await {
        Ok(report) => report.print(json),
        Err(error) => failed(caller, &with_advice(error), json),
    }
}

async fn carried_out(run: Run, context: &Arc<Context>, abort: &Abort) -> Result<Report> {
    let outcome = match run {
        Run::StopsItself(work) => return work(context).await,
        Run::Asking(work) => or_stopped(abort, work(context)).await,
        Run::Blocking(work) => {
            let context = Arc::clone(context);
            or_stopped(abort, Box::pin(blocking(move || work(&context)))).await
        }
        Run::JavaScript => {
            let what = "This command is started by bin/netsuite-tba.js.";
            return Err(Error::new(Code::Internal, what));
        }
    };
    outcome.map_err(|error| match error.code() {
        Code::Cancelled if abort.is_aborted() => output::cancelled("Cancelled."),
        _ => error,
    })
}

fn printed(text: &str) -> Exit {
    if output::write(text) { Exit::Done } else { Exit::Failure }
}

/// People read the reason on stderr; scripts get it on stdout, so that stdout always parses.
fn failed(caller: Caller, error: &Error, json: bool) -> Exit {
    if json {
        output::write_json(&serde_json::json!({ "error": output::error(error) }));
    }
    console::say(error.message());
    let next = match caller {
        Caller::CommandLine => error.next_command(),
        Caller::Gulp => error.next_step().into(),
    };
    if !next.is_empty() {
        console::say(&next);
    }
    error.exit()
}
