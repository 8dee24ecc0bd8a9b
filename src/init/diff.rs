//! Compares two texts line by line, and returns the difference with secrets masked.

use crate::init::dotenv_change::DOTENV;
use crate::text::printable;

/// The most lines that are shown.
const MOST_LINES: usize = 30;
/// The most differing lines that are compared one by one.
const MOST_COMPARED: usize = 800;
const WIDTH: usize = 120;
const MASK: &str = "***";

/// Returns the lines that were removed (`- …`) and added (`+ …`). The result is empty if only the
/// line ends differ.
pub fn lines(name: &str, before: &str, after: &str) -> Vec<String> {
    let (from, to): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let tail = from[head..].iter().rev().zip(to[head..].iter().rev());
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (from, to) = (&from[head..from.len() - tail], &to[head..to.len() - tail]);
    let mut shown: Vec<String> = if from.len() + to.len() > MOST_COMPARED {
        vec![format!("  {} lines became {}", from.len(), to.len())]
    } else {
        let shown = |(sign, line): (char, &str)| {
            format!("{sign} {}", masked(name, &line.replace('\t', "  ")))
        };
        compared(from, to).into_iter().map(shown).collect()
    };
    if shown.len() > MOST_LINES {
        let more = shown.len() - MOST_LINES;
        shown.truncate(MOST_LINES);
        shown.push(format!("  and {more} more lines"));
    }
    shown
}

/// Returns the removed (`-`) and the added (`+`) lines.
fn compared<'a>(from: &[&'a str], to: &[&'a str]) -> Vec<(char, &'a str)> {
    let all = with_common_lines(from, to).into_iter();
    all.filter(|(sign, _)| *sign != ' ').collect()
}

/// Returns the removed (`-`), the added (`+`) and the common (` `) lines.
pub fn with_common_lines<'a>(from: &[&'a str], to: &[&'a str]) -> Vec<(char, &'a str)> {
    let mut longest = vec![vec![0u16; to.len() + 1]; from.len() + 1];
    for i in (0..from.len()).rev() {
        for j in (0..to.len()).rev() {
            longest[i][j] = if from[i] == to[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut differing) = (0, 0, Vec::new());
    while i < from.len() || j < to.len() {
        if i < from.len() && j < to.len() && from[i] == to[j] {
            differing.push((' ', from[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == to.len() || (i < from.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            differing.push(('-', from[i]));
            i += 1;
        } else {
            differing.push(('+', to[j]));
            j += 1;
        }
    }
    differing
}

/// Masks a line for display. A line of `.env` shows only its name. A line of another file is cut at
/// the first word that may precede a secret, and a password in an address is removed.
fn masked(name: &str, line: &str) -> String {
    if name == DOTENV {
        let named = line.split_once(['=', ':']).filter(|_| !line.trim_start().starts_with('#'));
        let shown = |(name, _): (&str, &str)| format!("{}={MASK}", printable(name.trim(), 60));
        return named.map_or_else(|| MASK.to_owned(), shown);
    }
    let lower = line.to_ascii_lowercase();
    let words = ["key\"", "secret", "token", "passw", "credential", "://"];
    let found = words.iter().filter_map(|word| lower.find(word).map(|at| at + word.len())).min();
    // JSON may write any letter as \u…, and then no word can be recognised.
    let at = if line.contains("\\u") { Some(0) } else { found };
    // A value may also be on a line of its own, below its name.
    let alone = !line.contains(':') && line.contains('"');
    match at {
        Some(at) => format!("{}{MASK}", printable(&line[..at], WIDTH)),
        None if alone => MASK.to_owned(),
        None => printable(line, WIDTH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let before = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n";
        let after = "{\n  \"a\": 1,\n  \"b\": 4,\n  \"c\": 3,\n  \"d\": 5\n}\n";
        let shown =
            ["-   \"b\": 2,", "-   \"c\": 3", "+   \"b\": 4,", "+   \"c\": 3,", "+   \"d\": 5"];
        assert_eq!(lines("x.json", before, after), shown);
        assert!(lines("x.json", "a\nb\n", "a\r\nb\r\n").is_empty());
        assert_eq!(lines("x.json", "a\n", "a\nb\n"), ["+ b"]);
    }

    #[test]
    fn no_value_of_a_secret_is_shown() {
        for (name, line) in [
            (".env", "CONSUMER_SECRET=s3cret"),
            (".env", "# s3cret"),
            (".env", "s3cret"),
            (".env", "export X: s3cret"),
            ("c.json", "{\"credentials\":{\"key\":\"s3cret\"}}"),
            ("c.json", "  \"secret\" : \"s3cret\""),
            ("c.json", "  \"Token\": \"a:s3cret\","),
            ("c.json", "  \"s\\u0065cret\": \"s3cret\""),
            ("c.json", "  \"s3cret\","),
            ("package.json", "  \"x\": \"https://u:s3cret@host/\""),
        ] {
            let shown = lines(name, "", line).join("\n");
            assert!(shown.starts_with('+') && !shown.contains("s3cret"), "{shown}");
        }
        assert_eq!(lines(".env", "", "CONSUMER_KEY=k"), ["+ CONSUMER_KEY=***"]);
    }

    #[test]
    fn long_differences_are_cut() {
        let many: String = (0..100).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        assert_eq!(lines("x", "", &many).len(), MOST_LINES + 1);
        let more: String = (0..1000).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        assert_eq!(lines("x", "", &more), ["  0 lines became 1000"]);
    }
}
