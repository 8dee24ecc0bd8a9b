//! Text from outside, made safe to print.
//!
//! Names in files, answers of servers and arguments may contain characters that move the cursor,
//! ring the bell, write to the clipboard or reverse the reading direction. A terminal obeys them.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

/// The maximum number of characters of an [`Untrusted`] text that is shown.
const SHOWN: usize = 80;

/// Text chosen by somebody else: an entry of a file, an answer of a server, an argument.
///
/// Printing it with `{}` is always safe. The original is kept for comparing and storing.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Untrusted(String);

impl Untrusted {
    /// Wraps the text unchanged.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the original, for comparing and storing. Never print it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Checks whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&printable(&self.0, SHOWN))
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// Makes one line of text printable: unsafe characters become `?`, and text beyond `limit`
/// characters is cut off.
pub fn printable(text: &str, limit: usize) -> String {
    let mut shown: String =
        text.chars().take(limit).map(|c| if is_unprintable(c) { '?' } else { c }).collect();
    if text.chars().nth(limit).is_some() {
        shown.push('…');
    }
    shown
}

/// Makes text of several lines printable: unsafe characters become `?`; line ends and tabs stay.
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    let is_unsafe = |c| !matches!(c, '\n' | '\t') && is_unprintable(c);
    if text.contains(is_unsafe) {
        Cow::Owned(text.replace(is_unsafe, "?"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Makes JSON printable: unsafe characters become `\u` escapes, which a parser reads as the same
/// text.
pub fn printable_json(json: &str) -> Cow<'_, str> {
    let is_unsafe = |c| c != '\n' && is_unprintable(c);
    if !json.contains(is_unsafe) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 32);
    let mut units = [0; 2];
    for c in json.chars() {
        if is_unsafe(c) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Checks for control characters, and for characters that are invisible or change the reading
/// direction.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\x1b[2J\x07b\u{9b}1m\u{202e}c\u{2066}d\u{61c}";
    const CLEAN: &str = "a?[2J?b?1m?c?d?";

    #[test]
    fn printable_text_has_no_characters_a_terminal_obeys() {
        assert_eq!(printable(HOSTILE, 99), CLEAN);
        assert_eq!(printable("a\r\nb\tc", 99), "a??b?c");
        assert_eq!(printable("Größe 日本", 99), "Größe 日本");
        assert_eq!(printable(&"x".repeat(50), 10), "xxxxxxxxxx…");
    }

    #[test]
    fn untrusted_text_is_clean_in_every_format_and_keeps_its_original() {
        let text = Untrusted::new(HOSTILE);
        assert_eq!(text.to_string(), CLEAN);
        assert_eq!(format!("{text:?}"), format!("\"{CLEAN}\""));
        assert_eq!(format!("{:<20}|", Untrusted::new("a\x1b")), format!("{:<20}|", "a?"));
        assert_eq!(text.as_str(), HOSTILE);
        assert_ne!(text, Untrusted::new(CLEAN));
    }

    #[test]
    fn line_ends_stay_in_text_of_several_lines() {
        assert_eq!(printable_lines(&format!("{HOSTILE}\nnext")), format!("{CLEAN}\nnext"));
        assert!(matches!(printable_lines("plain\ntext"), Cow::Borrowed(_)));
    }

    #[test]
    fn escaped_json_means_the_same() {
        let json = "{\n  \"a\": \"\u{9b}\u{7f}\u{202e}\u{e0041}ü\"\n}";
        let shown = printable_json(json);
        assert_eq!(shown, "{\n  \"a\": \"\\u009b\\u007f\\u202e\\udb40\\udc41ü\"\n}");
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parsed(&shown), parsed(json));
    }
}
