//! What a keychain can fail with.

use crate::error::{Code, Error};

pub fn missing(reason: &str) -> Error {
    Error::new(Code::KeychainMissing, format!("There is no keychain: {}.", plain(reason)))
}

pub fn locked() -> Error {
    Error::new(Code::KeychainLocked, "The keychain is locked, and nobody can be asked here.")
}

pub fn denied() -> Error {
    Error::new(Code::KeychainDenied, "The keychain refused access.")
}

pub fn timed_out() -> Error {
    Error::new(Code::KeychainTimeout, "The keychain did not answer in time.")
}

pub fn failed(reason: &str) -> Error {
    Error::new(Code::KeychainFailed, format!("The keychain failed: {}.", plain(reason)))
}

fn plain(reason: &str) -> String {
    crate::text::printable(reason.trim().trim_end_matches('.'), 200)
}
