//! A text from stdin that may be a secret.

use std::io::{self, Read as _};

use zeroize::Zeroizing;

/// Reads stdin to its end, or up to `longest` bytes, and wipes the text when it is dropped.
///
/// # Errors
/// When stdin cannot be read or is not UTF-8.
pub fn text(longest: u64) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    io::stdin().lock().take(longest).read_to_string(&mut text)?;
    Ok(text)
}
