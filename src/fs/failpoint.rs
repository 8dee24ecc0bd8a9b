//! Named points of a write at which the crash tests stop the process dead.
//!
//! Without the cargo feature `failpoints` they are nothing, so no release contains them. With it the
//! environment names the point: the one place of this room that looks at it, and only in tests.

/// Stops the process here, without running anything more, when the test asked for this point.
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

/// Nothing: release builds have no failpoints.
#[cfg(not(feature = "failpoints"))]
pub fn reached(_write: &str, _stage: &str) {}
