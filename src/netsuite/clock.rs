//! The difference between this machine's clock and NetSuite's, measured by the `Date` header.
//!
//! NetSuite accepts timestamps that differ by up to five minutes (help subsection 156934879823).

use std::time::{SystemTime, UNIX_EPOCH};

/// The difference that NetSuite tolerates, in seconds.
pub(super) const TOLERATED: i64 = 5 * 60;

/// This machine's time minus NetSuite's, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Skew(i64);

impl Skew {
    /// The difference of two times in seconds since 1970.
    pub(super) fn between(here: i64, there: i64) -> Self {
        Self(here.saturating_sub(there))
    }

    /// The difference itself.
    pub(super) fn seconds(self) -> i64 {
        self.0
    }

    /// Whether it is large enough to explain a refusal.
    pub(super) fn is_too_much(self) -> bool {
        self.0.saturating_abs() > TOLERATED
    }

    /// Returns `15 minutes ahead of NetSuite's`, or `None` if the difference is under a minute.
    pub(super) fn in_words(self) -> Option<String> {
        let minutes = self.0.saturating_abs().saturating_add(30) / 60;
        if minutes == 0 {
            return None;
        }
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        let direction = if self.0 > 0 { "ahead of" } else { "behind" };
        Some(format!("{minutes} {unit} {direction} NetSuite's"))
    }
}

/// Describes a difference in words, or returns `None` if it is under a minute.
pub fn skew_in_words(seconds: i64) -> Option<String> {
    Skew::between(seconds, 0).in_words()
}

/// Seconds since 1970 by this machine's clock.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Parses an HTTP date (RFC 9110 section 5.6.7) to seconds since 1970.
pub(super) fn parse_http_date(text: &str) -> Option<i64> {
    let since = httpdate::parse_http_date(text.trim()).ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_dates_become_seconds_since_1970() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Fri, 31 Dec 2100 00:00:00 GMT", 4_133_894_400),
        ] {
            assert_eq!(parse_http_date(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            "now",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 8h GMT",
            "a 1 Jan 2020 99:00:00",
        ] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }

    #[test]
    fn skew_is_said_in_minutes_and_direction() {
        assert_eq!(Skew::between(900, 0).in_words().unwrap(), "15 minutes ahead of NetSuite's");
        assert_eq!(Skew::between(0, 60).in_words().unwrap(), "1 minute behind NetSuite's");
        assert_eq!(Skew::between(10, 0).in_words(), None);
        assert!(Skew::between(0, 301).is_too_much() && !Skew::between(300, 0).is_too_much());
    }
}
