//! The browser sign-in: asks for a request token, sends a person to the consent page, hears the
//! answer on this machine, and has the access token saved before anybody is told of success.
//!
//! * [`flow`] – the steps in their order
//! * [`abort`] – stopping a sign-in from outside
//! * [`deadline`] – one limit for everything it waits for
//! * [`halves`] – the same in two processes, the answer carried over by hand
//! * [`callback`] – what a redirect says, and whether it is believed
//! * [`head`] – the head of an HTTP request, as far as it matters
//! * [`listener`] – the callback port on both loopback addresses
//! * [`server`] – connections: limits, answers, endings
//! * [`pages`] – what the browser shows
//! * [`port_holder`] – which process has the port
//! * [`browser`] – opening a browser without a shell
//! * [`surroundings`] – whether a browser can be opened here, and what to do otherwise
//! * [`paste`] – the redirected address, pasted by hand
//! * [`terminal`] – a terminal handle of our own, read by polling
//! * [`echo`] – echo off for a while, and on again on every way out
//! * [`announce`] – what is said on stderr

mod abort;
mod announce;
mod browser;
mod callback;
mod deadline;
#[cfg(unix)]
mod echo;
mod flow;
#[cfg(fuzzing)]
pub mod fuzz_entry;
mod halves;
mod head;
mod listener;
mod pages;
mod paste;
mod port_holder;
mod server;
mod surroundings;
#[cfg_attr(not(unix), path = "terminal_absent.rs")]
mod terminal;

use crate::account::AccountId;
use crate::credentials::{AuthId, Consumer, RoleId, Token};
use crate::environment::Environment;
use crate::error::Result;
use crate::netsuite::{NetworkSettings, Site};

pub use abort::Abort;
pub use browser::open_browser;
pub use deadline::Deadline;
pub use flow::sign_in;
pub use halves::{Begun, begin, finish, state_of_redirect};
pub use listener::{Stacks, try_port};
pub use surroundings::browser_can_open;
pub use terminal::RawTerminal;

/// Everything that decides a sign-in.
pub struct SignIn {
    /// The name the token will be saved under; only shown here.
    pub auth_id: AuthId,
    /// The account access must be allowed for; without one the consent page lets people choose.
    pub account: Option<AccountId>,
    /// The role access must be allowed for.
    pub role: Option<RoleId>,
    /// The integration record.
    pub consumer: Consumer,
    /// Where NetSuite is.
    pub site: Site,
    /// How the network is reached.
    pub network: NetworkSettings,
    /// The port of the callback URL, 7777 unless the record allows others.
    pub port: u16,
    /// When it has to be over.
    pub deadline: Deadline,
    /// Whether to open a browser; without a wish the surroundings decide.
    pub browser: Option<bool>,
    /// Whether somebody may be asked, and may paste.
    pub interactive: bool,
    /// The caller's surroundings.
    pub environment: Environment,
}

/// What a person allowed.
pub struct Granted {
    /// The account.
    pub account: AccountId,
    /// The role's internal ID.
    pub role: Option<String>,
    /// The user's entity ID.
    pub entity: Option<String>,
    /// The access token.
    pub token: Token,
}

/// Saves a token and reads it back. Blocking; runs on a thread made for that.
pub type Save = Box<dyn FnOnce(&Granted) -> Result<()> + Send>;

#[cfg(test)]
#[cfg(unix)]
mod paste_tests;
