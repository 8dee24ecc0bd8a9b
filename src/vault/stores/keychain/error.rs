//! What a keychain can fail with, and what helps on this platform.

use crate::error::{Code, Error};

/// What works without any keychain.
const ENCRYPTED_FILE: &str = "Or keep new tokens in an encrypted file: NETSUITE_TBA_STORE=encrypted-file with NETSUITE_TBA_PASSPHRASE.";

pub fn missing(reason: &str) -> Error {
    Error::new(Code::KeychainMissing, format!("There is no keychain: {}.", plain(reason)))
}

pub fn locked() -> Error {
    Error::new(Code::KeychainLocked, "The keychain is locked, and nobody can be asked here.")
        .with_next_step(format!("{} {ENCRYPTED_FILE}", unlocking()))
}

pub fn denied() -> Error {
    Error::new(Code::KeychainDenied, "The keychain refused access.")
}

pub fn timed_out() -> Error {
    Error::new(Code::KeychainTimeout, "The keychain did not answer in time.")
        .with_next_step(format!("Answer its prompt. {} {ENCRYPTED_FILE}", unlocking()))
}

pub fn failed(reason: &str) -> Error {
    let what = format!("The keychain returned an error: {}.", plain(reason));
    Error::new(Code::KeychainFailed, what)
}

/// What unlocks the keychain, with and without a desktop.
fn unlocking() -> &'static str {
    if cfg!(target_os = "macos") {
        "Unlock it: security unlock-keychain (also over SSH)."
    } else if cfg!(windows) {
        "Sign in to Windows at the desktop or by remote desktop: a session over SSH has no Credential Manager."
    } else {
        "On a desktop, sign in again or open Passwords and Keys. Without a desktop (SSH, containers): \
         start a shell with dbus-run-session -- sh, and in it: \
         read -rs P; printf %s \"$P\" | gnome-keyring-daemon --unlock --components=secrets."
    }
}

fn plain(reason: &str) -> String {
    crate::text::printable(reason.trim().trim_end_matches('.'), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unlocks_the_keychain_is_named_and_so_is_the_way_around_it() {
        for error in [locked(), timed_out()] {
            let step = error.next_step();
            assert!(step.contains("NETSUITE_TBA_STORE=encrypted-file"), "{step}");
            let command = if cfg!(target_os = "macos") {
                "security unlock-keychain"
            } else if cfg!(windows) {
                "remote desktop"
            } else {
                "gnome-keyring-daemon --unlock"
            };
            assert!(step.contains(command), "{step}");
        }
    }
}
