//! Times: ISO 8601 for scripts, ages for people.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// Seconds since 1970, now.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}

/// `2026-01-31T08:00:00.000Z`, as `Date.prototype.toISOString` writes it.
pub fn iso(seconds: u64) -> String {
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000Z")
}

/// The date of a day since 1970, in the Gregorian calendar. Counting the year from March puts the
/// leap day last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year + era * 400 + carry, month, day)
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
        ] {
            assert_eq!(iso(seconds), text);
        }
        assert_eq!(ago(0, 3 * DAY), "3 days ago");
        assert_eq!((age(0, DAY), age(5, 0)), ("1 day".to_owned(), "new".to_owned()));
    }
}
