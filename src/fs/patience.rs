//! Repeats a file operation while another program briefly holds the file.
//!
//! On Windows, virus scanners, indexers and backups open new files for some milliseconds. Meanwhile
//! opening, reading, locking, renaming and deleting them fails. Other systems do not refuse this.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// How long an operation is repeated.
const PATIENCE: Duration = Duration::from_secs(2);
/// The first pause. Each following pause is 1.5 times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// `ERROR_ACCESS_DENIED` (also a file that is being deleted), `ERROR_SHARING_VIOLATION`,
/// `ERROR_LOCK_VIOLATION`.
const PASSING: [i32; 3] = [5, 32, 33];

/// Runs an operation, and repeats it while it fails for a temporary reason.
///
/// # Errors
/// The error of the last attempt.
pub fn patiently<T>(operation: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let passes = |error: &io::Error| {
        cfg!(windows) && error.raw_os_error().is_some_and(|code| PASSING.contains(&code))
    };
    while_passing(PATIENCE, passes, operation)
}

fn while_passing<T>(
    patience: Duration,
    passes: impl Fn(&io::Error) -> bool,
    mut operation: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    let deadline = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        match operation() {
            Err(error) if passes(&error) && Instant::now() < deadline => thread::sleep(pause),
            outcome => return outcome,
        }
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(error: &io::Error) -> bool {
        error.raw_os_error().is_some_and(|code| PASSING.contains(&code))
    }

    #[test]
    fn a_file_held_for_a_moment_is_tried_until_it_is_free() {
        for code in PASSING {
            let began = Instant::now();
            let free = || began.elapsed() > Duration::from_millis(50);
            let operation = || {
                if free() { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
            };
            while_passing(PATIENCE, passes, operation).unwrap();
            assert!(began.elapsed() < PATIENCE);
        }
    }

    #[test]
    fn a_file_held_for_longer_and_any_other_failure_are_errors() {
        let mut tries = 0;
        let held = while_passing(Duration::from_millis(20), passes, || {
            tries += 1;
            Err::<(), _>(io::Error::from_raw_os_error(32))
        });
        assert!(held.is_err() && tries > 2);
        let mut tries = 0;
        let other = while_passing(PATIENCE, passes, || {
            tries += 1;
            Err::<(), _>(io::Error::from_raw_os_error(28))
        });
        assert!(other.is_err() && tries == 1);
    }
}
