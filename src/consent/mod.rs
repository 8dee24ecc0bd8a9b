//! The browser sign-in: asks for a request token, sends a person to the consent page, receives the
//! answer on this machine, and has the access token saved before success is shown anywhere.
//!
//! * [`flow`] – the steps in their order
//! * [`two_step`] – the same in two processes, the answer carried over by hand
//! * [`callback`] – what a redirect says, and whether it counts
//! * [`head`] – the head of an HTTP request, as far as it matters
//! * [`listener`] – the callback port on both loopback addresses
//! * [`server`] – the server on the callback port
//! * [`redirects`] – which redirect counts, who waits, how the sign-in ends
//! * [`connection`] – one request, one answer
//! * [`pages`] – what the browser shows
//! * [`port_holder`] – which process has the port
//! * [`browser`] – opening a browser without a shell
//! * [`browser_availability`] – whether a browser can be opened here
//! * [`paste`] – the redirected address, pasted by hand
//! * [`announce`] – what is said on stderr

pub mod announce;
pub mod browser;
pub mod browser_availability;
pub mod callback;
pub mod connection;
pub mod flow;
#[cfg(fuzzing)]
pub mod fuzz_entry;
pub mod head;
pub mod listener;
pub mod pages;
pub mod paste;
pub mod port_holder;
mod redirects;
pub mod server;
pub mod two_step;

use crate::account::AccountId;
use crate::base::deadline::Deadline;
use crate::base::environment::Environment;
use crate::credentials::{AuthId, Consumer, RoleId, Token};
use crate::error::Result;
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;

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
    /// When it must have ended.
    pub deadline: Deadline,
    /// Whether to open a browser; by default the environment decides.
    pub browser: Option<bool>,
    /// Whether questions may be asked and addresses pasted.
    pub interactive: bool,
    /// The caller's environment.
    pub environment: Environment,
}

/// What a person allowed.
pub struct Granted {
    /// The account.
    pub account: AccountId,
    /// The role's internal ID.
    pub role: Option<RoleId>,
    /// The access token.
    pub token: Token,
}

/// Saves a token and reads it back. Blocking; runs on a thread made for that.
pub type Save = Box<dyn FnOnce(&Granted) -> Result<()> + Send>;
