//! What is said to people: lines on stderr, safe to print, and the masked debug trace.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static DEBUG: AtomicBool = AtomicBool::new(false);

/// Says one line on stderr. A closed stderr is not an error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Shows a text as it is, at once: what a terminal is drawn with. A closed stderr is not an error.
pub fn show(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Shows a line that the next one replaces. For terminals only.
pub fn set_status(line: &str) {
    show(&format!("\r\x1b[K{line}"));
}

/// Removes what [`set_status`] showed.
pub fn clear_status() {
    set_status("");
}

/// Says something that should not be overlooked. Marked by a word, never by colour alone.
pub fn warn(line: &str) {
    say(&format!("Warning: {line}"));
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

/// Text from servers and files as it may be printed: control and bidirectional-override characters
/// become `?`, and what is longer than `limit` characters is cut.
pub fn printable(text: &str, limit: usize) -> String {
    let mut shown: String =
        text.chars().take(limit).map(|c| if is_unprintable(c) { '?' } else { c }).collect();
    if text.chars().nth(limit).is_some() {
        shown.push('…');
    }
    shown
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        assert_eq!(printable("a\x1b[2Jb\r\nc", 99), "a?[2Jb??c");
        assert_eq!(printable("pay\u{202e}cod", 99), "pay?cod");
        assert_eq!(printable("Größe 日本", 99), "Größe 日本");
        assert_eq!(printable(&"x".repeat(50), 10), "xxxxxxxxxx…");
    }
}
