//! Breaks text into lines that fit a terminal. Words, addresses and commands stay in one piece, so that
//! they can be copied.

use std::borrow::Cow;

/// Narrower terminals break the lines themselves.
const NARROWEST: usize = 12;
/// The first words of commands that messages contain.
const PROGRAMS: [&str; 6] = ["npx", "gulp", "npm", "git", "chmod", "chown"];

/// The text with long lines broken. Indented lines contain addresses, commands or tables and are not
/// changed.
pub fn wrapped(text: &str, width: usize) -> Cow<'_, str> {
    let fits = |line: &str| line.chars().count() <= width || line.starts_with("  ");
    if width < NARROWEST || text.lines().all(fits) {
        return Cow::Borrowed(text);
    }
    let broken = text
        .split('\n')
        .map(|line| if fits(line) { line.to_owned() } else { filled(line, width, indent(line)) });
    Cow::Owned(broken.collect::<Vec<_>>().join("\n"))
}

/// The text with its paragraphs filled again. An empty line or a list item (`- `) ends a paragraph.
pub fn paragraphs(text: &str, width: usize) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    for line in text.lines() {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() && !last.is_empty() && !line.starts_with("- ") => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => paragraphs.push(line.to_owned()),
        }
    }
    let filled = paragraphs.iter().map(|line| filled(line, width.max(NARROWEST), indent(line)));
    filled.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// The indentation of the later lines of a list item.
fn indent(line: &str) -> usize {
    if line.starts_with("- ") { 2 } else { 0 }
}

fn filled(line: &str, width: usize, indent: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for piece in pieces(line) {
        let length = piece.chars().count();
        if column > 0 && column + 1 + length > width {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(&piece);
        column += length;
    }
    text
}

/// The words of a line; a command with its arguments is one piece.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut in_command = false;
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        match pieces.last_mut().filter(|_| in_command) {
            Some(command) => {
                command.push(' ');
                command.push_str(word);
            }
            None => pieces.push(word.to_owned()),
        }
        let starts = PROGRAMS.contains(&word.trim_start_matches(['(', '"', '\'']));
        in_command = (in_command || starts) && !word.ends_with(['.', ',', ';', ':', ')']);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        let text = "There is no saved token sb1-dev on this machine.";
        assert_eq!(wrapped(text, 24), "There is no saved token\nsb1-dev on this machine.");
        assert_eq!(wrapped(text, 48), text, "it fits exactly");
        assert_eq!(wrapped(text, 5), text, "nothing fits");
        assert_eq!(
            wrapped("one two three four five six\nshort", 20),
            "one two three four\nfive six\nshort"
        );
    }

    #[test]
    fn addresses_and_commands_stay_in_one_piece() {
        let address =
            "http://127.0.0.1:9090/app/login/secure/authorizetoken.nl?oauth_token=0123456789";
        assert_eq!(
            wrapped(&format!("Open {address} now please"), 30),
            format!("Open\n{address}\nnow please")
        );
        assert_eq!(wrapped(&format!("  {address}"), 30), format!("  {address}"));
        let command = "npx netsuite-tba login sb1-dev --account 1234567_SB1";
        assert_eq!(
            wrapped(&format!("Sign in again: {command}. The reason is in NetSuite."), 30),
            format!("Sign in again:\n{command}.\nThe reason is in NetSuite.")
        );
        assert_eq!(
            wrapped("Run (git rm --cached .env) and then npx netsuite-tba use", 30),
            "Run (git rm --cached .env) and\nthen npx netsuite-tba use"
        );
    }

    #[test]
    fn paragraphs_are_filled_and_items_of_a_list_indented() {
        let text = "One two\nthree four five.\n\n- an item that\n  goes on here\n- another";
        assert_eq!(
            paragraphs(text, 20),
            "One two three four\nfive.\n\n- an item that goes\n  on here\n- another\n"
        );
    }
}
