//! A separate terminal handle, read by polling.
//!
//! `/dev/tty` is opened again, so that the file status flags of Node's stdin do not change. A
//! non-blocking read takes nothing before a line is complete. Half-typed text and later lines stay for
//! the next reader, and no thread is left waiting for a line that never comes.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::tty::Pasting;
use crate::tty::raw_mode::{AttributeGuard, Texts};

const POLL: Duration = Duration::from_millis(50);
/// More than any address needs. A terminal gives at most 4096 bytes per line.
const MAX_LINE: usize = 8 * 1024;

const OURS: &str = "/dev/tty";

/// The terminal of this process.
pub struct Terminal {
    // Dropped first: echo is set on the handle below.
    echo: Option<AttributeGuard>,
    file: File,
    line: Zeroizing<Vec<u8>>,
}

impl Terminal {
    /// Opens the terminal, if this process is in its foreground.
    pub fn open(hidden: bool) -> Option<Self> {
        Self::open_at(Path::new(OURS), hidden)
    }

    fn open_at(path: &Path, hidden: bool) -> Option<Self> {
        let file = in_front(path)?;
        // If echo cannot be switched off, pasting still works.
        let echo = if hidden { AttributeGuard::without_echo(file.as_raw_fd()) } else { None };
        Some(Self { echo, file, line: Zeroizing::new(Vec::with_capacity(MAX_LINE)) })
    }

    /// Waits for a line. Nothing is lost when the wait is cancelled.
    pub async fn line(&mut self) -> Zeroizing<String> {
        loop {
            if let Some(line) = self.poll() {
                return line;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The next line, if it is complete.
    fn poll(&mut self) -> Option<Zeroizing<String>> {
        // A read from the background would suspend the process.
        if !in_foreground(&self.file) {
            return None;
        }
        if let Some(echo) = &mut self.echo {
            echo.keep();
        }
        let mut chunk = Zeroizing::new([0; 4096]);
        let count = self.file.read(&mut chunk[..]).ok().filter(|count| *count > 0)?;
        if self.line.len() + count > MAX_LINE {
            self.line.clear();
        }
        self.line.extend_from_slice(&chunk[..count]);
        if !self.line.ends_with(b"\n") {
            return None;
        }
        let line = Zeroizing::new(String::from_utf8_lossy(&self.line).trim().to_owned());
        self.line.clear();
        Some(line)
    }
}

/// The terminal in raw mode, until this is dropped: every key is reported at once and none is shown.
/// Keys are read elsewhere.
pub struct RawTerminal {
    // Dropped first, because the mode is set on the handle below.
    mode: AttributeGuard,
    _file: File,
}

/// Bracketed paste (xterm, DECSET 2004): pasted text is marked, so that Enter in it does not answer the
/// question. When a question is abandoned, everything below the cursor is erased.
const BRACKETED: Texts =
    Texts { enter: "\x1b[?2004h", leave: "\x1b[?2004l", abandon: "\x1b[?2004l\x1b[J\r\n" };
const PLAIN: Texts = Texts { enter: "", leave: "", abandon: "\r\n" };

impl RawTerminal {
    /// Takes the terminal, if this process is in its foreground and has not taken it already.
    pub fn open(pasting: Pasting) -> Option<Self> {
        let file = in_front(Path::new(OURS))?;
        let texts = match pasting {
            Pasting::AsOne => BRACKETED,
            Pasting::AsTyped => PLAIN,
        };
        let mode = AttributeGuard::raw(file.as_raw_fd(), texts)?;
        Some(Self { mode, _file: file })
    }

    /// Takes the terminal again if a signal gave it back and the process went on. Returns whether the
    /// question has to be drawn again.
    pub fn keep(&mut self) -> bool {
        self.mode.keep()
    }
}

/// A handle of a terminal that this process may read, write and configure.
fn in_front(path: &Path) -> Option<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path).ok()?;
    in_foreground(&file).then_some(file)
}

/// Whether this process may read and configure the terminal. A terminal that is not the controlling
/// terminal, as in tests, has no background.
fn in_foreground(file: &File) -> bool {
    // SAFETY: plain calls with a descriptor that is open.
    unsafe {
        let group = libc::tcgetpgrp(file.as_raw_fd());
        group == -1 || group == libc::getpgrp()
    }
}

#[cfg(test)]
mod tests;
