//! macOS and Windows: the system asks the person itself, so there is nothing to look at first.

use super::error::{denied, failed, locked, missing};
use crate::error::{Error, Result};
use crate::vault::stores::secret_store::Prompt;

/// Whether it is open shows when it is used.
#[expect(clippy::unnecessary_wraps, reason = "Linux can tell")]
pub fn ready(_prompt: Prompt) -> Result<()> {
    Ok(())
}

/// As [`ready`].
#[expect(clippy::unnecessary_wraps, reason = "Linux can tell")]
pub fn entry_ready(_service: &str, _id: &str, _prompt: Prompt) -> Result<()> {
    Ok(())
}

/// Runs a call that must not show a dialog where nobody could answer it.
#[cfg(target_os = "macos")]
pub fn without_dialogs<T>(prompt: Prompt, call: impl FnOnce() -> T) -> T {
    use std::sync::{Mutex, PoisonError};

    use security_framework::os::macos::keychain::SecKeychain;
    // The switch is one for the whole process.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    if prompt == Prompt::Allowed {
        return call();
    }
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let _off = SecKeychain::disable_user_interaction();
    call()
}

/// Windows shows none.
#[cfg(not(target_os = "macos"))]
pub fn without_dialogs<T>(_prompt: Prompt, call: impl FnOnce() -> T) -> T {
    call()
}

/// What the system's failure means.
pub fn explain(reason: &(dyn std::error::Error + 'static), no_access: bool) -> Error {
    match code_of(reason) {
        Some(code) => of_code(code).unwrap_or_else(|| failed(&reason.to_string())),
        // No login keychain, or a Windows session without stored credentials (as over SSH).
        None if no_access => missing(&reason.to_string()),
        None => failed(&reason.to_string()),
    }
}

#[cfg(target_os = "macos")]
fn code_of(reason: &(dyn std::error::Error + 'static)) -> Option<i32> {
    reason.downcast_ref::<security_framework::base::Error>().map(|error| error.code())
}

#[cfg(not(target_os = "macos"))]
fn code_of(reason: &(dyn std::error::Error + 'static)) -> Option<i32> {
    let _ = (reason, of_code as fn(i32) -> Option<Error>);
    None
}

/// The codes of macOS (`SecBase.h`).
fn of_code(code: i32) -> Option<Error> {
    Some(match code {
        -25291 => missing("the system has none for this session"),
        -25294 | -25295 => missing("the keychain file is gone or damaged"),
        -25307 => missing("there is no default keychain"),
        -25308 => locked(),
        // Cancelled, wrong password, not allowed.
        -128 | -25293 | -25292 | -61 => denied(),
        _ => return None,
    })
}
