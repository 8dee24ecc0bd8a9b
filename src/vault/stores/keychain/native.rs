//! macOS and Windows ask the person themselves, so there is nothing to look at first.

use super::Prompt;
use super::error::{denied, failed, locked, missing};
use crate::error::{Error, Result};

pub fn ready(_prompt: Prompt) -> Result<()> {
    Ok(())
}

pub fn entry_ready(_service: &str, _id: &str, _prompt: Prompt) -> Result<()> {
    Ok(())
}

/// No login keychain, or a Windows session without stored credentials (as over SSH).
pub fn no_access(reason: &str) -> Error {
    missing(reason)
}

/// The codes of macOS: cancelled (-128), wrong password (-25293), no prompt possible (-25308).
pub fn failure(reason: &str, detail: &str) -> Error {
    let has = |code: &str| detail.contains(code);
    if has("-25308") {
        locked()
    } else if has("-128") || has("-25293") {
        denied()
    } else {
        failed(reason)
    }
}
