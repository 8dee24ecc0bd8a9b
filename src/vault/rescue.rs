//! Finds JSON objects in a damaged file, in a time that its content cannot stretch.

use serde::de::DeserializeOwned;

/// How many bytes may be read in vain. An honest file needs almost none of it; a made-up one would
/// otherwise cost its size squared.
#[derive(Clone, Copy)]
struct Budget {
    /// In what is no JSON.
    broken: usize,
    /// In what is JSON and not wanted.
    unwanted: usize,
}

const BUDGET: Budget = Budget { broken: 4 * 1024 * 1024, unwanted: 32 * 1024 * 1024 };

/// Tries to read a `T` wherever an object begins, and goes on behind it where `take` wants it. None is
/// longer than `longest` bytes.
pub fn objects<T: DeserializeOwned>(
    bytes: &[u8],
    longest: usize,
    take: impl FnMut(usize, T) -> bool,
) {
    objects_within(BUDGET, bytes, longest, take);
}

/// The same within a budget; returns what is left of it.
fn objects_within<T: DeserializeOwned>(
    mut budget: Budget,
    bytes: &[u8],
    longest: usize,
    mut take: impl FnMut(usize, T) -> bool,
) -> Budget {
    let mut at = 0;
    while budget.broken > 0 && budget.unwanted > 0 {
        let Some(offset) = bytes[at..].iter().position(|byte| *byte == b'{') else { break };
        at += offset;
        let window = &bytes[at..bytes.len().min(at + longest)];
        let mut values = serde_json::Deserializer::from_slice(window).into_iter::<T>();
        match values.next() {
            Some(Ok(value)) => {
                let length = values.byte_offset().max(1);
                if take(at, value) {
                    at += length;
                    continue;
                }
                budget.unwanted = budget.unwanted.saturating_sub(length);
            }
            Some(Err(error)) => {
                budget.broken = budget.broken.saturating_sub(reached(window, &error).max(16));
            }
            None => {}
        }
        at += 1;
    }
    budget
}

/// How many bytes were read before the error.
fn reached(window: &[u8], error: &serde_json::Error) -> usize {
    let mut left = error.line().saturating_sub(1);
    let lines = window.iter().take_while(|byte| {
        left -= usize::from(**byte == b'\n' && left > 0);
        left > 0
    });
    lines.count() + error.column()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn objects_are_found_between_anything_else() {
        let mut found = Vec::new();
        objects(b"\xff{{ {\"a\":1}\n{\"a\":{\"b\":2}},{\"c\"", 100, |at, value: Value| {
            found.push((at, value["a"].clone()));
            true
        });
        let two = serde_json::json!({ "b": 2 });
        assert_eq!(found, [(4, Value::from(1)), (12, two)]);
    }

    #[test]
    fn the_search_in_a_hostile_file_ends_when_its_budget_is_spent() {
        let budget = Budget { broken: 100_000, unwanted: 100_000 };
        for piece in [
            "{",
            "{\"a\":",
            "{\"a\":[",
            "{}",
            "{\"x\":[{},{},{},",
            "{\"\n\n\":{\"a\":\"\n\n\",",
            "{\"a\":\"{",
        ] {
            let hostile = piece.repeat(1024 * 1024 / piece.len());
            let mut looked_at = 0;
            let left = objects_within(budget, hostile.as_bytes(), 64 * 1024, |_, _: Value| {
                looked_at += 1;
                false
            });
            assert!(left.broken == 0 || left.unwanted == 0, "{piece}");
            assert!(looked_at <= 100_000, "{piece}");
        }
    }

    #[test]
    fn what_was_read_before_an_error_is_counted_over_lines() {
        for (text, count) in [("{\"a\":x", 6), ("{\n\n\"a\":\nx", 9), ("{\"a\"", 4)] {
            let error = serde_json::from_str::<Value>(text).unwrap_err();
            let reached = reached(text.as_bytes(), &error);
            assert!(reached.abs_diff(count) <= 1, "{text}: {reached}");
        }
    }
}
