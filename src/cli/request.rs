//! `request [METHOD] PATH|URL`: sends a signed request and prints the body of its answer.
//!
//! * [`input`] – what the flags say becomes a request
//! * [`pages`] – `--paginate`
//! * [`show`] – what is printed of an answer

mod input;
mod pages;
mod show;

use std::sync::Arc;

use serde_json::Value;

use crate::base::blocking::blocking;
use crate::base::console::say;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::error::{Code, Error, Exit, Result};
use crate::fs::project_file;
use crate::netsuite::reason::Reason;
use crate::requests::sender::{Delivered, Sender, Supervision};
use crate::selection::setting::To;
use crate::session::Session;
use crate::session::authenticate::authenticate;
use crate::session::requests;
use crate::session::requests::Beginning;
use crate::text::printable;

pub use input::read_file_or_stdin;

/// Sends the request and prints its answer.
pub async fn run(context: &Context) -> Result<Report> {
    let input = input::read(context).await?;
    let (_, sender) = signed_in(context, "netsuite-tba request").await?;
    let answer = if context.typed.is("--paginate") {
        pages::all(&sender, input, || supervision(context)).await?
    } else {
        sender.send(input.outgoing(), supervision(context)).await?
    };
    finish(context, answer).await
}

/// A session for the token named, chosen or signed in, and what sends its requests.
pub async fn signed_in(context: &Context, program: &str) -> Result<(Arc<Session>, Sender)> {
    let mut options = context.options()?;
    options.to = context.typed.value("--to").map(|name| To::Name(name.to_owned()));
    options.auth_id = context.typed.owned("--authID");
    let roots = if context.site()?.needs_certificates() {
        context.network().await.extra_roots_pem
    } else {
        Vec::new()
    };
    let beginning = Arc::new(Beginning {
        options,
        environment: context.environment.clone(),
        program: program.to_owned(),
        roots: Arc::new(move || {
            let roots = roots.clone();
            Box::pin(async move { roots })
        }),
    });
    let roots = Arc::clone(&beginning.roots);
    let fetch = Box::new(move || roots());
    let session = authenticate(beginning.call(), fetch, context.abort.clone()).await?;
    let sender = requests::sender(&session, beginning)?;
    Ok((Arc::new(session), sender))
}

fn supervision(context: &Context) -> Supervision {
    Supervision { abort: context.abort.clone(), on_retry: None }
}

/// Writes the answer where it belongs, and says what NetSuite's error means.
async fn finish(context: &Context, answer: Delivered) -> Result<Report> {
    let good = (200..300).contains(&answer.status);
    if !good {
        say(&meaning(&answer));
    }
    let exit = if good { Exit::Done } else { Exit::Failure };
    let json = show::as_json(&answer);
    if let Some(file) = context.typed.value("--output") {
        let path = context.environment.cwd.join(file);
        let shown = printable(file, 200);
        blocking(move || {
            project_file::replace(&path, &answer.body, None).map_err(|error| {
                Error::new(Code::FlagInvalid, format!("{shown} could not be written: {error}."))
            })
        })
        .await?;
    } else if !context.typed.is("--json") {
        let include = context.typed.is("--include");
        let written = show::print(&answer, include, &context.environment);
        let exit = if written { exit } else { Exit::Failure };
        return Ok(Report::new(String::new(), Value::Null).exiting(exit));
    }
    Ok(Report::new(String::new(), json).exiting(exit))
}

/// NetSuite's error code, what it said, and what the code means.
fn meaning(answer: &Delivered) -> String {
    let challenge = answer.headers.iter().find(|(name, _)| name == "www-authenticate");
    let challenge = challenge.map_or("", |(_, value)| value.as_str());
    let status = format!("NetSuite answered {} {}", answer.status, answer.reason);
    let Some(reason) = Reason::find(&answer.body, challenge) else {
        return format!("{}.", status.trim_end());
    };
    let summary = reason.code.map_or(String::new(), |code| format!("\n{}", code.row().summary));
    format!("{}: {}{summary}", status.trim_end(), reason.shown)
}
