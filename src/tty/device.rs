//! A terminal handle of our own, read by polling.
//!
//! `/dev/tty` is opened anew, so that file status flags of Node's stdin stay as they are. A read that
//! does not block takes nothing before a line is complete: half-typed text and later lines stay for
//! whoever reads next, and no thread is left waiting for a line that never comes.

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
/// More than any address; a terminal gives at most 4096 bytes a line.
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
        // Where echo cannot be switched off, pasting still works.
        let echo = if hidden { AttributeGuard::without_echo(file.as_raw_fd()) } else { None };
        Some(Self { echo, file, line: Zeroizing::new(Vec::with_capacity(MAX_LINE)) })
    }

    /// Waits for a line. Nothing is lost when the wait is given up.
    pub async fn line(&mut self) -> Zeroizing<String> {
        loop {
            if let Some(line) = self.poll() {
                return line;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// A line, if one is complete.
    fn poll(&mut self) -> Option<Zeroizing<String>> {
        // Reading from the background would stop the process.
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

/// The terminal with every key reported at once and none shown, until it is dropped. Keys are read
/// elsewhere.
pub struct RawTerminal {
    // Dropped first: the handle is what it is set on.
    mode: AttributeGuard,
    _file: File,
}

/// Bracketed paste (xterm, DECSET 2004): a pasted text is marked, so that Enter in it does not answer
/// the question. A question that is abandoned is erased below the cursor.
const BRACKETED: Texts =
    Texts { enter: "\x1b[?2004h", leave: "\x1b[?2004l", abandon: "\x1b[?2004l\x1b[J\r\n" };
const PLAIN: Texts = Texts { enter: "", leave: "", abandon: "\r\n" };

impl RawTerminal {
    /// Takes the terminal, if this process is in its foreground and nobody here has taken it.
    pub fn open(pasting: Pasting) -> Option<Self> {
        let file = in_front(Path::new(OURS))?;
        let texts = match pasting {
            Pasting::AsOne => BRACKETED,
            Pasting::AsTyped => PLAIN,
        };
        let mode = AttributeGuard::raw(file.as_raw_fd(), texts)?;
        Some(Self { mode, _file: file })
    }

    /// Takes the terminal again where a signal gave it back and the process lives on. True when the
    /// question has to be drawn anew.
    pub fn keep(&mut self) -> bool {
        self.mode.keep()
    }
}

/// A handle of a terminal that this process may read, write and set.
fn in_front(path: &Path) -> Option<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path).ok()?;
    in_foreground(&file).then_some(file)
}

/// Whether this process may read and set the terminal. For a terminal that is not the controlling one
/// (as in tests) there is no background.
fn in_foreground(file: &File) -> bool {
    // SAFETY: plain calls with a descriptor that is open.
    unsafe {
        let group = libc::tcgetpgrp(file.as_raw_fd());
        group == -1 || group == libc::getpgrp()
    }
}

#[cfg(test)]
mod tests;
