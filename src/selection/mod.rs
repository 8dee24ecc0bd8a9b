//! Which token: everything that can be asked for, and the decision table.
//!
//! * [`options`] – the table: everything a caller can ask for
//! * [`setting`] – the kinds of values in it
//! * [`flags`] – the flags of a gulp command line
//! * [`several`] – `--to` with several names
//! * [`tasks`] – the tasks of a gulp command line
//! * [`consumer`] – consumer key and secret, and where they come from
//! * [`secret_file`] – tokens and secrets in files
//! * [`target`] – what `--to` may name: an account, or a token of an account
//! * [`request`] – all of it parsed
//! * [`script_words`] – next steps in the words of a plain script
//! * [`person`] – the questions about saved tokens
//! * [`decision`] – the table: the first match wins
//! * [`admission`] – whether the chosen account may be used: account lock and production guard

pub mod admission;
pub mod consumer;
pub mod decision;
pub mod flags;
pub mod options;
pub mod person;
pub mod request;
pub mod script_words;
pub mod secret_file;
pub mod setting;
pub mod several;
pub mod target;
pub mod tasks;
