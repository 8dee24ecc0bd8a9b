//! Which token: what was asked for, what the project says, what is saved, and what a person chooses.
//!
//! * [`options`] – everything that can be asked for
//! * [`flags`] – the same on a gulp command line
//! * [`dotenv`], [`nsdeploy`], [`project`], [`file`] – the files of a project
//! * [`asked`] – all of it parsed
//! * [`decision`] – the table: first match wins
//! * [`prompts`] – the questions, asked by [`questions`] (drawn by [`frame`], answered by [`keys`])
//!   or [`numbered`]
//! * [`passphrase`] – the one question whose answer is not shown
//! * [`flights`] – calls that agree share one answer, others queue
//! * [`authenticate`] – the whole call
//! * [`tools`] – names chosen by Oracle's tools
//! * [`session`] – what it ends in

pub mod asked;
pub mod authenticate;
pub mod decision;
pub mod dotenv;
pub mod file;
pub mod flags;
pub mod flights;
mod frame;
#[cfg(fuzzing)]
pub mod fuzz_entry;
mod keys;
pub mod nsdeploy;
pub mod numbered;
pub mod options;
mod passphrase;
pub mod project;
pub mod prompts;
mod questions;
pub mod session;
pub mod tools;

pub use authenticate::{Call, Roots, authenticate, login};
pub use options::{Options, To};
pub use passphrase::with_person;
pub use session::{Session, Source};

#[cfg(test)]
mod decision_tests;
