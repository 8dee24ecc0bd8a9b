//! Signatures of RFC 5849 with HMAC-SHA256, and SuiteTalk's token passport. No I/O, no Node.
//!
//! * [`base_uri`] – the base string URI, section 3.4.1.2
//! * [`reusable_buffer`] – the memory in which signatures are written
//! * [`encode`] – percent-encoding of RFC 5849 section 3.6
//! * [`parameters`] – collecting and sorting parameters, section 3.4.1.3
//! * [`mac`] – HMAC-SHA256 with a precomputed key state
//! * [`clock`] – timestamps that never decrease
//! * [`random`] – nonces and `state` values from the OS
//! * [`passport`] – the token passport of SuiteTalk
//! * [`diagnose`] – signatures of other programs, to find their mistakes
//! * [`request`] – the signer: computes the key state once, then one header per request

pub mod base_uri;
pub mod clock;
pub mod diagnose;
pub mod encode;
pub mod mac;
pub mod parameters;
pub mod passport;
pub mod random;
pub mod request;
pub mod reusable_buffer;

#[cfg(test)]
mod vector_tests;
