//! Paths in commands that a person is told to run.

use std::path::Path;

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = crate::text::printable(&path.to_string_lossy(), 4096);
    let plain = |c: char| c.is_alphanumeric() || "/\\._-:~+@,=".contains(c);
    if text.chars().all(plain) {
        return text;
    }
    if cfg!(windows) { format!("\"{text}\"") } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
