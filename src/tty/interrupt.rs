//! Passes Ctrl-C on to the rest of the process.
//!
//! While a question is open, the terminal reports Ctrl-C as a key. This module turns it back into the
//! signal, so that the host process does what it always does on Ctrl-C.

use std::time::Duration;

/// How long a host with its own handler has to see the signal before the call fails. A script may end
/// right after that.
const MOMENT: Duration = Duration::from_millis(50);

/// Interrupts this process as Ctrl-C does.
pub fn interrupt() {
    #[cfg(unix)]
    // SAFETY: `kill` and `getpid` have no memory effects.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    #[cfg(windows)]
    crate::tty::windows::interrupt();
    std::thread::sleep(MOMENT);
}
