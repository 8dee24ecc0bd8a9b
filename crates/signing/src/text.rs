//! Text from outside, made safe to print.

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
