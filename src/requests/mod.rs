//! Signed requests: `session.fetch` and the commands that send requests.
//!
//! * [`outgoing`] – the caller's request, checked before a byte is sent
//! * [`retry`] – the rules of sending: what is done after each outcome
//! * [`limiter`] – how many requests of an account are under way at once
//! * [`clock`] – corrects this process's clock by NetSuite's
//! * [`network`] – the HTTP clients, one for each proxy and set of certificates
//! * [`identity`] – the token that signs requests, which a sign-in may replace
//! * [`refusal`] – the messages for a refused request
//! * [`sender`] – sends one request as often as the rules allow

pub mod clock;
pub mod identity;
pub mod limiter;
pub mod network;
pub mod outgoing;
pub mod refusal;
pub mod retry;
pub mod sender;
