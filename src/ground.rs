//! The ground floor: signatures, and the types they are made of. A crate of its own, because how code
//! is compiled is a matter of whole crates: a signature is on every request's way and is compiled for
//! speed, everything above it runs once per task and is compiled for size. `netsuite_tba` shows all
//! of it under its own name.
//!
//! * [`error`] – one error type, one table of codes
//! * [`talk`] – what is said to people on stderr, and the debug trace
//! * [`account`] – account IDs: any spelling in, realm and host out
//! * [`credentials`] – consumer, token, secrets, names
//! * [`signing`] – base string, signature, header, token passport; no I/O

pub mod account;
pub mod credentials;
pub mod error;
pub mod talk;

pub mod signing;
