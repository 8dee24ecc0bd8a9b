//! Signs NetSuite requests: OAuth 1.0a (RFC 5849) with HMAC-SHA256, and the types a signature is made of.
//!
//! This is a crate of its own because optimisation is set per crate: every request needs a signature, so
//! this code is compiled for speed, while the rest of the package runs once per task and is compiled for
//! size. It does no I/O and prints nothing.
//!
//! * [`error`] – the one error type and the one table of codes
//! * [`text`] – text from outside, made safe to print
//! * [`account`] – account IDs: parsed from any spelling; realm and host label
//! * [`credentials`] – consumer, token, secrets, authentication IDs, roles
//! * [`signer`] – base string, signature, header, token passport

#![forbid(unsafe_code)]

pub mod account;
pub mod credentials;
pub mod error;
pub mod signer;
pub mod text;
