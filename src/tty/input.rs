//! Waits for lines of stdin without blocking.
//!
//! It polls, so that a cancelled question leaves no thread behind that would take the next line.

use std::time::Duration;

use crate::base::abort::Abort;

/// How soon the wait for a line notices that it was cancelled.
pub const POLL: Duration = Duration::from_millis(30);

/// The next line of stdin, or `None` at its end or when the wait was cancelled.
#[cfg(unix)]
pub fn line(stop: &Abort) -> Option<String> {
    is_ready(stop).then(read).flatten()
}

/// The next line of stdin, or `None` at its end or when the wait was cancelled.
#[cfg(windows)]
pub fn line(stop: &Abort) -> Option<String> {
    use crate::tty::device::Terminal;
    use crate::tty::windows::{Stream, bytes_waiting, mode};
    if mode(Stream::Input).is_some() {
        // A read of the console itself could not be ended by an abort or a deadline.
        let mut terminal = Terminal::open(false)?;
        while !stop.is_aborted() {
            if let Some(line) = terminal.poll() {
                return Some(format!("{}\n", line.as_str()));
            }
            std::thread::sleep(POLL);
        }
        return None;
    }
    while bytes_waiting() == Some(0) {
        if stop.is_aborted() {
            return None;
        }
        std::thread::sleep(POLL);
    }
    read()
}

fn read() -> Option<String> {
    let mut text = String::new();
    let count = std::io::stdin().read_line(&mut text);
    count.is_ok_and(|count| count > 0).then_some(text)
}

/// Waits until there is something to read. False when the wait was cancelled.
#[cfg(unix)]
fn is_ready(stop: &Abort) -> bool {
    let poll = libc::c_int::try_from(POLL.as_millis()).unwrap_or(libc::c_int::MAX);
    while !stop.is_aborted() {
        let mut stdin = libc::pollfd { fd: libc::STDIN_FILENO, events: libc::POLLIN, revents: 0 };
        // SAFETY: one whole structure that outlives the call.
        if unsafe { libc::poll(&raw mut stdin, 1, poll) } > 0 {
            return true;
        }
    }
    false
}
