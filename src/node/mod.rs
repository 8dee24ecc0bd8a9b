//! N-API only: converts values from JavaScript, calls the rooms above, and converts the results.
//!
//! * [`errors`] – passes failures to `TbaError`
//! * [`runtime`] – the thread that promises run on
//! * [`promise`] – calls that return a promise
//! * [`process_snapshot`] – the snapshot that JavaScript takes when a call starts
//! * [`options`] – the options of a call, and their table
//! * [`session`] – `authenticate` and `Session`
//! * [`authorize`] – `Session.authorize`, written by hand for speed
//! * [`fetch`] – `Session.fetch`
//! * [`several`] – what `authenticateAll` needs in addition to `authenticate`
//! * [`sign`] – `signRequest`
//! * [`vault`] – `TokenVault`
//! * [`commerce_tools`] – `OAuth1`
//! * [`browser`] – `openBrowser`
//! * [`cli`] – the command line tool

#![expect(clippy::needless_pass_by_value, reason = "napi hands arguments over by value")]

mod authorize;
mod browser;
mod cli;
mod commerce_tools;
mod errors;
mod fetch;
mod options;
mod process_snapshot;
mod promise;
mod runtime;
mod session;
mod several;
mod sign;
mod vault;

/// Runs when the package is loaded. It starts nothing that can fail.
#[napi_derive::module_init]
fn start() {
    crate::base::fork::watch();
    runtime::register();
}
