//! Messages to people: lines on stderr and the debug trace.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::base::wrap::wrapped;
use crate::text::printable_lines;

static DEBUG: AtomicBool = AtomicBool::new(false);

/// Prints a message on stderr. Foreign text in it cannot control the terminal. A closed stderr is not an
/// error.
pub fn say(text: &str) {
    let text = printable_lines(text);
    let text = match stderr_width() {
        Some(width) => wrapped(&text, width),
        None => text,
    };
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The width of the terminal that stderr is connected to, or `None` if it is not a terminal.
fn stderr_width() -> Option<usize> {
    std::io::stderr().is_terminal().then(terminal_width)?
}

/// The width of the terminal that stdout is connected to, or `None` if it is not a terminal.
pub fn stdout_width() -> Option<usize> {
    std::io::stdout().is_terminal().then(terminal_width)?
}

fn terminal_width() -> Option<usize> {
    let (columns, _) = crossterm::terminal::size().ok()?;
    (columns > 0).then_some(usize::from(columns))
}

/// Writes a text to stderr unchanged and at once, for drawing on a terminal. A closed stderr is not an
/// error.
pub fn show(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Shows a line that the next message replaces. For terminals only.
pub fn set_status(line: &str) {
    show(&format!("\r\x1b[K{}", printable_lines(line)));
}

/// Removes what [`set_status`] showed.
pub fn clear_status() {
    set_status("");
}

/// Prints a warning. It is marked by a word, never by colour alone.
pub fn warn(line: &str) {
    say(&format!("Warning: {line}"));
}

/// The same, but once per process: several vaults and calls may find the same problem.
pub fn warn_once(line: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let is_new = SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(line.to_owned());
    if is_new {
        warn(line);
    }
}

/// Switches the debug trace on or off (`NETSUITE_TBA_DEBUG=1`).
pub fn set_debug(on: bool) {
    DEBUG.store(on, Ordering::Relaxed);
}

/// One line of the debug trace, computed only when it is on. Callers never pass secrets.
pub fn debug(line: impl FnOnce() -> String) {
    if DEBUG.load(Ordering::Relaxed) {
        say(&format!("netsuite-tba: {}", line()));
    }
}

/// Whether stderr is a terminal.
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}
