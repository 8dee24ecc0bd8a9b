//! A terminal handle of our own, read by polling.
//!
//! Opening `/dev/tty` anew gives a handle whose modes are not those of Node's stdin, and a read
//! that does not block takes nothing before a line is complete: half-typed text and later lines
//! stay for whoever reads next, and no thread is left waiting for a line that never comes.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::tty::raw_mode::AttributeGuard;

const POLL: Duration = Duration::from_millis(50);
/// More than any address; a terminal gives at most 4096 bytes a line.
const MAX_LINE: usize = 8 * 1024;

const OURS: &str = "/dev/tty";

/// The terminal of this process.
pub struct Terminal {
    // Dropped first: echo is set on the handle below.
    _echo: Option<AttributeGuard>,
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
        Some(Self { _echo: echo, file, line: Zeroizing::new(Vec::with_capacity(MAX_LINE)) })
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
        // BatchReader from the background would stop the process.
        if !in_foreground(&self.file) {
            return None;
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

/// The terminal with every key told at once and none shown, until it is dropped. Keys are read
/// elsewhere.
pub struct RawTerminal {
    // Dropped first: the handle is what it is set on.
    _mode: AttributeGuard,
    _file: File,
}

impl RawTerminal {
    /// Takes the terminal, if this process is in its foreground and nobody here has taken it.
    pub fn open() -> Option<Self> {
        let file = in_front(Path::new(OURS))?;
        let mode = AttributeGuard::raw(file.as_raw_fd())?;
        Some(Self { _mode: mode, _file: file })
    }
}

/// A handle of a terminal that this process may read and set.
fn in_front(path: &Path) -> Option<File> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    in_foreground(&file).then_some(file)
}

/// Whether this process may read and set the terminal. One that is not its controlling terminal
/// (as in tests) knows no background.
fn in_foreground(file: &File) -> bool {
    // SAFETY: plain calls with a descriptor that is open.
    unsafe {
        let group = libc::tcgetpgrp(file.as_raw_fd());
        group == -1 || group == libc::getpgrp()
    }
}

#[cfg(test)]
mod tests;
