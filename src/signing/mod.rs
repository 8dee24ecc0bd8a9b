//! Signatures of RFC 5849 with HMAC-SHA256, and SuiteTalk's token passport. No I/O, no Node.
//!
//! * [`address`] – the URL of a request, split as the base string needs it
//! * [`sheet`] – the memory signatures are written in
//! * [`encode`] – percent-encoding of RFC 5849 section 3.6
//! * [`parameters`] – collecting and sorting, section 3.4.1.3
//! * [`mac`] – HMAC-SHA256 with the key worked in once
//! * [`clock`] – timestamps that do not go back
//! * [`random`] – nonces and states from the OS
//! * [`passport`] – the token passport of SuiteTalk
//! * [`request`] – the signer: key state once, then a header per request

pub mod address;
pub mod clock;
pub mod encode;
pub mod mac;
pub mod parameters;
pub mod passport;
pub mod random;
pub mod request;
pub mod sheet;

pub use passport::TokenPassport;
pub use request::{Fixed, Request, Signed, Signer};

#[cfg(test)]
mod vector_tests;
