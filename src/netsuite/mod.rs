//! NetSuite over the network: hosts, token endpoints and error codes.
//!
//! * [`site`] – where NetSuite is: the cloud, a molecule of it, or a simulator on this machine
//! * [`network_settings`] – proxy and certificates, as the caller has them
//! * [`client`] – one HTTP client with every limit set
//! * [`dns`] – host names, resolved by the system
//! * [`proxy`] – the proxy a request goes through, if any
//! * [`transport_error`] – requests that got no answer
//! * [`response`] – what came back: status, dates, a body of bounded size
//! * [`clock`] – how far this machine's clock is off NetSuite's
//! * [`oauth_error`] – NetSuite's own error codes, in every wrapping they come in
//! * [`refused`] – the error for an answer that is not what was asked for
//! * [`account_hosts`] – the hosts of one account
//! * [`exchange`] – one request of a signed-in task, with its whole answer
//! * [`reason`] – why such a request was refused
//! * [`jwt`] – what an OAuth 2.0 access token says about itself
//! * [`token_endpoints`] – request token and access token
//! * [`token_info`] – account, user and role of a token
//! * [`probe`] – whether NetSuite can be reached, and what time it has

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
