//! NetSuite over the network: hosts, token endpoints and error codes.
//!
//! * [`site`] – where NetSuite is: the cloud, a molecule, or a simulator on this machine
//! * [`network_settings`] – the caller's proxy and certificates
//! * [`client`] – one HTTP client with every limit set
//! * [`dns`] – resolves host names with the system's resolver
//! * [`proxy`] – the proxy of a request, if any
//! * [`transport_error`] – requests without an answer
//! * [`response`] – an answer: status, dates, a body of limited size
//! * [`clock`] – the difference between this machine's clock and NetSuite's
//! * [`oauth_error`] – NetSuite's error codes, in every format they have
//! * [`refused`] – the error for an unexpected answer
//! * [`account_hosts`] – the hosts of one account
//! * [`exchange`] – one request of a signed-in task, and its complete answer
//! * [`reason`] – why such a request was refused
//! * [`jwt`] – what an OAuth 2.0 access token says about itself
//! * [`token_endpoints`] – request token and access token
//! * [`token_info`] – account, user and role of a token
//! * [`probe`] – whether NetSuite can be reached, and its time

pub mod account_hosts;
pub mod client;
pub mod clock;
pub mod dns;
pub mod exchange;
#[cfg(fuzzing)]
pub mod fuzz_entry;
pub mod jwt;
pub mod network_settings;
pub mod oauth_error;
pub mod probe;
pub mod proxy;
pub mod reason;
pub mod refused;
pub mod response;
pub mod site;
pub mod token_endpoints;
pub mod token_info;
pub mod transport_error;

#[cfg(test)]
pub(crate) mod fake_server;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
