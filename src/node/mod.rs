//! N-API only: converts what JavaScript gives, calls the rooms above, converts what comes back.
//!
//! * [`errors`] – failures on their way to `TbaError`
//! * [`runtime`] – the thread that promises run on
//! * [`promise`] – calls that take their time
//! * [`process_snapshot`] – the snapshot JavaScript takes when a call starts
//! * [`options`] – the options of a call, and their table
//! * [`session`] – `authenticate` and what it returns
//! * [`authorize`] – its `authorize`, by hand for speed
//! * [`fetch`] – its `fetch`
//! * [`several`] – what `authenticateAll` needs beside `authenticate`
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

/// Runs when the package is loaded. Starts nothing that can fail.
#[napi_derive::module_init]
fn start() {
    crate::base::fork::watch();
    runtime::register();
}
