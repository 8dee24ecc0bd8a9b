//! Signed requests: `session.fetch` and the commands that send requests.
//!
//! * [`outgoing`] – a request as the caller wants it, checked before a byte is sent
//! * [`retry`] – the rules of sending: what is done after each outcome
//! * [`limiter`] – how many requests of an account are under way at once
//! * [`clock`] – correcting this process's clock by NetSuite's
//! * [`network`] – the HTTP client, one per process and way out
//! * [`identity`] – the token a request is signed with, which a sign-in may replace
//! * [`refusal`] – what is said when NetSuite refuses a request
//! * [`sender`] – sends one request as often as the rules say

pub mod clock;
pub mod identity;
pub mod limiter;
pub mod network;
pub mod outgoing;
pub mod refusal;
pub mod retry;
pub mod sender;
