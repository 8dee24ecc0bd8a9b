//! Signs a developer in to NetSuite with Token-Based Authentication, keeps the token, signs requests.
//!
//! The map. Each module knows only the ones above it, save that `consent` is handed a function
//! that saves a token instead of knowing the vault.
//!
//! * [`error`] – one error type, one table of codes
//! * [`talk`] – what is said to people on stderr, and the debug trace
//! * [`environment`] – variables and folders as they were when a call started
//! * [`splice`] – JSON texts edited in place
//! * [`account`] – account IDs: any spelling in, realm and host out
//! * [`credentials`] – consumer, token, secrets, names
//! * [`signing`] – base string, signature, header, token passport; no I/O
//! * [`netsuite`] – hosts, HTTP client, token endpoints, NetSuite's errors
//! * [`consent`] – the browser sign-in: flow, callback listener, browser, paste, pages
//! * [`vault`] – saved tokens: index, keychain, files, lock
//! * [`selection`] – which token: flags, project files, decision table, prompts
//! * [`setup`] – `init`: a project of Oracle's tools is put on this package, and back
//! * [`terminal`] – the command line tool: a file per command
//! * `node` – N-API only: converts, calls, converts back

// A crate of its own, compiled for speed.
pub use netsuite_tba_ground::{account, credentials, error, signing, talk};

pub mod environment;
pub mod splice;

pub mod netsuite;

pub mod consent;

pub mod vault;

pub mod selection;

pub mod setup;

pub mod terminal;

// In a test build napi registers nothing, so nothing here is reached.
#[cfg_attr(test, allow(dead_code))]
mod node;
