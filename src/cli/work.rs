//! The work of each command, and how it is run.

use std::future::Future;
use std::pin::Pin;

use crate::cli::command::Work;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::{
    completion, doctor, explain, guide, import, init, list, login, prune, rename_remove, request,
    sign, status, use_token,
};
use crate::error::Result;

/// A report that takes a while.
pub type Reporting<'a> = Pin<Box<dyn Future<Output = Result<Report>> + Send + 'a>>;

/// How a command is run.
#[derive(Clone, Copy)]
pub enum Run {
    /// On a thread of its own.
    Blocking(fn(&Context) -> Result<Report>),
    /// As a future, because it asks NetSuite.
    Asking(for<'a> fn(&'a Context) -> Reporting<'a>),
    /// The same, and it reacts to a signal itself: a sign-in must not end while it saves.
    StopsItself(for<'a> fn(&'a Context) -> Reporting<'a>),
    /// In JavaScript: `bin/netsuite-tba.js` starts it.
    JavaScript,
}

/// The work of a command.
pub fn run_of(work: Work) -> Run {
    match work {
        Work::Login => Run::StopsItself(|context| Box::pin(login::run(context))),
        Work::List => Run::Blocking(list::run),
        Work::Use => Run::Blocking(use_token::run),
        Work::Status => Run::Asking(|context| Box::pin(status::run(context))),
        Work::Rename => Run::Blocking(rename_remove::rename),
        Work::Remove => Run::Blocking(rename_remove::remove),
        Work::Import => Run::Blocking(import::run),
        Work::Init => Run::Blocking(init::run),
        Work::Prune => Run::Blocking(prune::run),
        Work::Request => Run::StopsItself(|context| Box::pin(request::run(context))),
        Work::Sign => Run::StopsItself(|context| Box::pin(sign::run(context))),
        Work::Explain => Run::Blocking(explain::run),
        Work::Doctor => Run::Asking(|context| Box::pin(doctor::run(context))),
        Work::Guide => Run::Asking(|context| Box::pin(guide::run(context))),
        Work::Simulator => Run::JavaScript,
        Work::Completion => Run::Blocking(completion::run),
    }
}
