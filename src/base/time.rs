//! Times: ISO 8601 for scripts, ages for people.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

const DAY: u64 = 86_400;
/// The first second of the year 10000. ISO 8601 and JavaScript's `Date` have no plain form for it.
const END: u64 = 253_402_300_800;

/// Seconds since 1970, now.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

/// Whether a number of seconds since 1970 is a date before the year 10000.
pub fn is_date(seconds: u64) -> bool {
    seconds < END
}

/// `2026-01-31T08:00:00.000Z`, as `Date.prototype.toISOString` writes it. A number that is not a date
/// ([`is_date`]) becomes the last date.
pub fn iso(seconds: u64) -> String {
    let seconds = i64::try_from(seconds.min(END - 1)).unwrap_or_default();
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second) = at.to_hms();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// `today`, `yesterday`, `12 days ago`.
pub fn ago(then: u64, now: u64) -> String {
    match now.saturating_sub(then) / DAY {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// `1 day`, `12 days`.
pub fn age(then: u64, now: u64) -> String {
    match now.saturating_sub(then) / DAY {
        0 => "new".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_become_dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (784_111_777, "1994-11-06T08:49:37.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (4_133_894_400, "2100-12-31T00:00:00.000Z"),
            (END - 1, "9999-12-31T23:59:59.000Z"),
            (END, "9999-12-31T23:59:59.000Z"),
            (u64::MAX, "9999-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(iso(seconds), text);
            assert_eq!(is_date(seconds), seconds < END);
        }
        assert_eq!(ago(0, 3 * DAY), "3 days ago");
        assert_eq!((age(0, DAY), age(5, 0)), ("1 day".to_owned(), "new".to_owned()));
    }
}
