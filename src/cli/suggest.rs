//! Which known word a mistyped one most likely means.

/// Words that are at least this long may be given by their beginning.
const SHORTEST_BEGINNING: usize = 3;

/// The known word that was most likely meant; nothing when none is close, because a wrong suggestion
/// misleads.
pub fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    let close = known.filter_map(|word| {
        let lower = word.to_lowercase();
        let begins = length >= SHORTEST_BEGINNING && lower.starts_with(&typed);
        let distance = if begins { 0 } else { distance(&typed, &lower) };
        (distance * 3 <= length.max(SHORTEST_BEGINNING)).then_some((distance, word))
    });
    close.min_by_key(|(distance, _)| *distance).map(|(_, word)| word)
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(60).collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 8] =
        ["login", "list", "use", "status", "rename", "remove", "completion", "doctor"];

    #[test]
    fn a_slip_of_the_finger_finds_the_word() {
        for (typed, meant) in [
            ("lsit", "list"),
            ("logn", "login"),
            ("Login", "login"),
            ("remvoe", "remove"),
            ("statsu", "status"),
            ("uise", "use"),
            ("comp", "completion"),
        ] {
            assert_eq!(nearest(typed, KNOWN.into_iter()), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_different_word_is_not_taken_for_a_slip() {
        for typed in ["demo", "xyzzy", "token", "auth", "move", "l", "", "sandbox"] {
            assert_eq!(nearest(typed, KNOWN.into_iter()), None, "{typed}");
        }
    }
}
