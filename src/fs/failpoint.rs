//! Named points of a write at which the crash tests kill the process.
//!
//! They exist only with the cargo feature `failpoints`, so no release contains them. With the feature, an
//! environment variable names the point. It is the only variable that this room reads.

/// Kills the process here if the test asked for this point.
#[cfg(feature = "failpoints")]
pub fn reached(write: &str, stage: &str) {
    use std::sync::Mutex;
    static SEEN: Mutex<u32> = Mutex::new(0);
    let Ok(wanted) = std::env::var("NETSUITE_TBA_FAILPOINT") else { return };
    // `write:stage` stops at the point, `#7` at the seventh point of the process, whatever its name.
    let mut seen = SEEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *seen += 1;
    if wanted == format!("{write}:{stage}") || wanted == format!("#{seen}") {
        std::process::abort();
    }
}

/// Does nothing: release builds have no failpoints.
#[cfg(not(feature = "failpoints"))]
pub fn reached(_write: &str, _stage: &str) {}
