//! The Rust core of netsuite-tba: signs a developer in to NetSuite, keeps the tokens, signs requests.
//!
//! The map. A room knows only the rooms above it in this list.
//!
//! * [`error`], [`text`], [`account`], [`credentials`], [`signer`] – the crate `netsuite-tba-signing`
//! * [`base`] – environment, console, abort handle, deadlines, threads, time, JSON edits, git
//! * [`fs`] – private files, atomic writes, locks: the only code that knows modes, owners and fsync
//! * [`tty`] – the terminal device: raw mode and signals
//! * [`prompt`] – questions to a person
//! * [`netsuite`] – hosts, the HTTP client, the token endpoints, NetSuite's errors
//! * [`requests`] – sends signed requests: the rules of repeating them, the concurrency limit
//! * [`consent`] – the protocol of a browser sign-in
//! * [`vault`] – saved tokens: index, stores, lock
//! * [`project`] – what a project's files say
//! * [`selection`] – which token: options, flags, the decision table
//! * [`session`] – the whole call: decide, sign in, save, hand out a session
//! * [`init`] – puts Oracle's tools on this package, and back
//! * [`cli`] – the command line tool, a file per command
//! * `node` – N-API only: converts, calls, converts back

// In a test build napi registers nothing, so whatever only `node` calls looks unused.
#![cfg_attr(any(test, fuzzing), allow(dead_code, reason = "only `node` calls it"))]

use netsuite_tba_signing::{account, credentials, error, signer, text};

mod base;
mod fs;
mod tty;

mod prompt;

mod netsuite;

mod requests;

mod consent;

mod vault;

mod project;

mod selection;

mod session;

mod init;

mod cli;

mod node;

// Everything that tests, benches and fuzz targets may touch.
pub use account::AccountId;
pub use credentials::{AuthId, Secret, Token};
pub use error::{Code, Error, Result};
pub use signer::base_uri::{MAX_URL, write_base_uri};
pub use signer::mac::Key;
pub use signer::parameters::Parameters;
pub use signer::request::{Fixed, Request, Signer};
pub use signer::reusable_buffer::ReusableBuffer;
pub use signer::{clock, random};
pub use vault::Vault;
pub use vault::model::{NewToken, Origin, StoreChoice};
pub use vault::settings::VaultSettings;
#[cfg(fuzzing)]
pub mod fuzz {
    //! What the fuzz targets of `fuzz/` call: the parsers that read foreign bytes.
    pub use crate::consent::fuzz_entry as consent;
    pub use crate::netsuite::fuzz_entry as netsuite;
    pub use crate::project::fuzz_entry as project;
    pub use crate::vault::fuzz_entry as vault;
}
