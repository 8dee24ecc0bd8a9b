//! NetSuite over the network: its hosts, its token endpoints and what it says when it refuses.
//!
//! * [`site`] – where NetSuite is: the cloud, a molecule of it, or a simulator on this machine
//! * [`client`] – one HTTP client with every limit set
//! * [`proxy`] – which proxy, if any, a request goes through
//! * [`failure`] – requests that got no answer, in plain words
//! * [`answer`] – what came back: status, dates, a body of bounded size
//! * [`clock`] – how far this machine's clock is off NetSuite's
//! * [`refusal`] – NetSuite's own error codes, in every wrapping they come in
//! * [`token_endpoints`] – request token and access token
//! * [`token_info`] – whose a token is

mod answer;
mod client;
mod clock;
mod failure;
#[cfg(fuzzing)]
pub mod fuzz_entry;
mod proxy;
mod refusal;
mod site;
mod token_endpoints;
mod token_info;

pub use client::{Client, NetworkSettings};
pub use site::Site;
pub use token_endpoints::{RequestToken, Verifier, access_token, request_token};
pub use token_info::{TokenInfo, token_info};

#[cfg(test)]
pub(crate) mod fake_server;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
