//! The kinds of questions: one of a list, a line of text, yes or no. Touches the terminal
//! through [`Keys`] and [`Frame`] only.

use zeroize::{Zeroize, Zeroizing};

use crate::base::abort::Abort;
use crate::base::environment::Environment;
use crate::error::Result;
use crate::prompt::keyboard::{Key, Keys};
use crate::prompt::screen::{Frame, Look, columns, fitted};
use crate::prompt::{Check, Prompter};
use crate::tty::Pasting;

/// Rows of a list that are shown at once, where the terminal has room.
const PAGE: usize = 12;
/// The longest answer in bytes.
const LONGEST: usize = 1024;
/// With fewer columns beside the question, the answer gets a row of its own.
const ANSWER: usize = 12;

/// A person at a terminal.
pub struct Widgets<'a> {
    environment: &'a Environment,
    stop: &'a Abort,
}

/// An open question.
trait Question {
    type Answer;
    fn text(&self) -> &str;
    fn draw(&self, frame: &mut Frame);
    /// The answer and how it is shown, once there is one.
    fn take(&mut self, key: Key) -> Option<(Self::Answer, String)>;
}

impl<'a> Widgets<'a> {
    /// The person at this process's terminal, until `stop`.
    pub fn new(environment: &'a Environment, stop: &'a Abort) -> Self {
        Self { environment, stop }
    }

    fn ask<Q: Question>(&self, mut question: Q) -> Result<Q::Answer> {
        let mut keys = Keys::open(self.stop, Pasting::AsOne)?;
        let mut frame = Frame::new(self.environment);
        let left = |frame: &mut Frame, question: &Q| {
            let mark = frame.paint(Look::Mark, "?");
            frame.finish(&format!("{mark} {} (cancelled)", question.text()));
        };
        loop {
            question.draw(&mut frame);
            let key = keys.next().inspect_err(|_| left(&mut frame, &question))?;
            if matches!(key, Key::Leave | Key::Interrupt) {
                left(&mut frame, &question);
                return Err(keys.left(&key));
            }
            if let Some((answer, shown)) = question.take(key) {
                let (mark, shown) =
                    (frame.paint(Look::Mark, ">"), frame.paint(Look::Chosen, &shown));
                frame.finish(&format!("{mark} {} {shown}", question.text()));
                return Ok(answer);
            }
        }
    }
}

impl Prompter for Widgets<'_> {
    // Typed letters filter the list.
    fn choose(&self, question: &str, rows: &[String], start: usize) -> Result<usize> {
        self.ask(ListQuestion { question, rows, at: start, wanted: Line::default() })
    }

    fn line(&self, question: &str, hint: &str, check: Check<'_>) -> Result<String> {
        self.ask(LineQuestion { question, hint, check, line: Line::default(), wrong: None })
    }

    fn confirm(&self, question: &str) -> Result<bool> {
        let answer = self.line(&format!("{question} (y/N)"), "", &|text| {
            yes_or_no(text).map(|_| ()).ok_or_else(|| "Type y for yes or n for no.".to_owned())
        })?;
        Ok(yes_or_no(&answer) == Some(true))
    }
}

/// A question for a line of text.
struct LineQuestion<'a> {
    question: &'a str,
    hint: &'a str,
    check: Check<'a>,
    line: Line,
    wrong: Option<String>,
}

impl Question for LineQuestion<'_> {
    type Answer = String;

    fn text(&self) -> &str {
        self.question
    }

    fn draw(&self, frame: &mut Frame) {
        let (room, _) = Frame::room();
        let mut rows = Vec::new();
        if let Some(wrong) = &self.wrong {
            rows.push(frame.paint(Look::Wrong, &fitted(&format!("# {wrong}"), room)));
        }
        let mark = frame.paint(Look::Mark, "?");
        let beside = columns(self.question) + 3 + ANSWER <= room;
        let lead = if beside { columns(self.question) + 3 } else { 0 };
        let (text, column) = self.line.window(room - lead);
        if beside {
            rows.push(format!("{mark} {} {text}", self.question));
        } else {
            rows.push(format!("{mark} {}", fitted(self.question, room - 2)));
            rows.push(text);
        }
        let at = rows.len() - 1;
        if !self.hint.is_empty() {
            rows.push(frame.paint(Look::Hint, &fitted(&format!("[{}]", self.hint), room)));
        }
        frame.draw(&rows, (at, lead + column));
    }

    fn take(&mut self, key: Key) -> Option<(Self::Answer, String)> {
        if !matches!(key, Key::Enter) {
            self.line.take(key);
            return None;
        }
        match (self.check)(&self.line.text) {
            Ok(()) => Some((self.line.text.to_string(), self.line.text.to_string())),
            Err(why) => {
                self.wrong = Some(why);
                None
            }
        }
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Some(true),
        "" | "n" | "no" => Some(false),
        _ => None,
    }
}

/// The line typed so far. It may be a secret, so it is wiped.
#[derive(Default)]
pub struct Line {
    pub text: Zeroizing<String>,
    /// Characters before the cursor.
    before: usize,
}

impl Line {
    pub fn take(&mut self, key: Key) {
        match key {
            Key::Text(mut typed) => {
                self.insert(&typed);
                typed.zeroize();
            }
            Key::Erase => self.erase(self.before.saturating_sub(1)),
            Key::EraseWord => self.erase(self.word_start()),
            Key::EraseAll => self.erase(0),
            Key::Delete if self.before < self.length() => {
                self.before += 1;
                self.erase(self.before - 1);
            }
            Key::Left => self.before = self.before.saturating_sub(1),
            Key::Right => self.before = (self.before + 1).min(self.length()),
            Key::Home => self.before = 0,
            Key::End => self.before = self.length(),
            _ => {}
        }
    }

    fn length(&self) -> usize {
        self.text.chars().count()
    }

    fn byte(&self, character: usize) -> usize {
        self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at)
    }

    fn insert(&mut self, typed: &str) {
        // Reserved at once, because a text that grows leaves unwiped copies behind.
        self.text.reserve_exact(LONGEST);
        for letter in typed.chars().filter(|letter| !letter.is_control()) {
            if self.text.len() + letter.len_utf8() > LONGEST {
                return;
            }
            let at = self.byte(self.before);
            self.text.insert(at, letter);
            self.before += 1;
        }
    }

    /// Erases from that character to the cursor.
    fn erase(&mut self, from: usize) {
        let range = self.byte(from)..self.byte(self.before);
        self.text.replace_range(range, "");
        self.before = from;
    }

    fn word_start(&self) -> usize {
        let before: Vec<char> = self.text.chars().take(self.before).collect();
        let word = before.iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
        before[..word].iter().rposition(|c| c.is_whitespace()).map_or(0, |at| at + 1)
    }

    /// The part around the cursor that fits into this many columns, and the cursor's column in it.
    fn window(&self, room: usize) -> (String, usize) {
        let letters: Vec<char> = self.text.chars().collect();
        let shown = |from: usize| columns(&letters[from..self.before].iter().collect::<String>());
        let from = (0..=self.before).find(|from| shown(*from) < room.max(1)).unwrap_or(self.before);
        let rest: String = letters[from..].iter().collect();
        (fitted(&rest, room), shown(from))
    }
}

/// A question for one row of a list.
struct ListQuestion<'a> {
    question: &'a str,
    rows: &'a [String],
    /// The selected row among the matching ones.
    at: usize,
    wanted: Line,
}

impl ListQuestion<'_> {
    /// The rows that contain what was typed, ignoring case.
    fn matching(&self) -> Vec<usize> {
        let wanted = self.wanted.text.to_lowercase();
        (0..self.rows.len())
            .filter(|row| self.rows[*row].to_lowercase().contains(&wanted))
            .collect()
    }

    /// The visible rows, the selected one among them.
    fn page(&self, frame: &Frame, matching: &[usize]) -> Vec<String> {
        let (columns, height) = Frame::room();
        // The question above the rows and the hint below them stay visible.
        let page = PAGE.min(height - 3).max(1);
        let first = self.at.saturating_sub(page / 2).min(matching.len().saturating_sub(page));
        let last = (first + page).min(matching.len());
        let row = |place: usize| {
            let text = fitted(&self.rows[matching[place]], columns - 2);
            match place {
                place if place == self.at => frame.paint(Look::Chosen, &format!("> {text}")),
                place if place == first && first > 0 => format!("^ {text}"),
                place if place + 1 == last && last < matching.len() => format!("v {text}"),
                _ => format!("  {text}"),
            }
        };
        (first..last).map(row).collect()
    }
}

impl Question for ListQuestion<'_> {
    type Answer = usize;

    fn text(&self) -> &str {
        self.question
    }

    fn draw(&self, frame: &mut Frame) {
        let (room, _) = Frame::room();
        let matching = self.matching();
        let question = fitted(self.question, room - 2);
        let lead = columns(&question) + 3;
        let (wanted, column) = self.wanted.window(room.saturating_sub(lead));
        let mut rows = vec![format!("{} {question} {wanted}", frame.paint(Look::Mark, "?"))];
        rows.extend(self.page(frame, &matching));
        let hint = match matching.len() {
            0 => "[nothing matches: Backspace takes letters back]",
            _ => "[arrows to move, letters to search, Enter to choose]",
        };
        rows.push(frame.paint(Look::Hint, &fitted(hint, room)));
        frame.draw(&rows, (0, (lead + column).min(room)));
    }

    fn take(&mut self, key: Key) -> Option<(usize, String)> {
        let matching = self.matching();
        let count = matching.len().max(1);
        match key {
            Key::Enter => {
                return matching.get(self.at).map(|row| (*row, self.rows[*row].clone()));
            }
            Key::Up => self.at = (self.at + count - 1) % count,
            Key::Down => self.at = (self.at + 1) % count,
            Key::PageUp => self.at = self.at.saturating_sub(PAGE),
            Key::PageDown => self.at = (self.at + PAGE).min(count - 1),
            Key::Home => self.at = 0,
            Key::End => self.at = count - 1,
            Key::Other => {}
            key => {
                self.wanted.take(key);
                self.at = 0;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(keys: &[Key]) -> Line {
        let mut line = Line::default();
        for key in keys {
            line.take(match key {
                Key::Text(text) => Key::Text(text.clone()),
                Key::Erase => Key::Erase,
                Key::EraseWord => Key::EraseWord,
                Key::EraseAll => Key::EraseAll,
                Key::Delete => Key::Delete,
                Key::Left => Key::Left,
                Key::Right => Key::Right,
                Key::Home => Key::Home,
                _ => Key::Other,
            });
        }
        line
    }

    fn typed(text: &str) -> Key {
        Key::Text(text.to_owned())
    }

    #[test]
    fn a_line_is_edited_where_the_cursor_is() {
        let text = |keys: &[Key]| line(keys).text.as_str().to_owned();
        assert_eq!(text(&[typed("sb1"), Key::Erase, typed("2")]), "sb2");
        assert_eq!(text(&[typed("bc"), Key::Home, typed("a"), Key::Right, Key::Erase]), "ac");
        assert_eq!(text(&[typed("äöü"), Key::Left, Key::Left, Key::Delete, typed("x")]), "äxü");
        assert_eq!(text(&[typed("one two "), Key::EraseWord, Key::Erase]), "one");
        assert_eq!(text(&[typed("one"), Key::EraseAll, Key::Erase, Key::Left, Key::Delete]), "");
        assert_eq!(text(&[typed("a\r\nb\u{1b}[A\t")]), "ab[A", "a pasted line end is no answer");
        assert_eq!(text(&[typed(&"x".repeat(5000))]).len(), LONGEST);
    }

    #[test]
    fn a_line_longer_than_its_row_is_shown_around_the_cursor() {
        assert_eq!(line(&[typed("abc")]).window(10), ("abc".to_owned(), 3));
        assert_eq!(line(&[typed("abcdefgh")]).window(5), ("efgh".to_owned(), 4));
        assert_eq!(line(&[typed("abcdefgh"), Key::Home]).window(5), ("abcd…".to_owned(), 0));
    }

    #[test]
    fn letters_filter_a_list_and_the_arrows_wrap_around() {
        let rows = ["New token", "live", "Sandbox", "sandbox 2"].map(str::to_owned);
        let mut list =
            ListQuestion { question: "Which", rows: &rows, at: 3, wanted: Line::default() };
        list.take(Key::Down);
        assert_eq!(list.at, 0);
        list.take(Key::Up);
        assert_eq!(list.at, 3);
        list.take(typed("SAND"));
        assert_eq!((list.matching(), list.at), (vec![2, 3], 0));
        list.take(typed("x"));
        assert!(list.matching().is_empty());
        for key in [Key::Down, Key::Up, Key::PageDown, Key::End] {
            list.take(key);
            assert_eq!(list.at, 0);
        }
        assert!(list.take(Key::Enter).is_none(), "nothing to take");
        list.take(Key::EraseAll);
        list.take(Key::Down);
        assert_eq!(list.take(Key::Enter), Some((1, "live".to_owned())));
    }

    #[test]
    fn only_yes_is_yes() {
        for (text, answer) in [
            ("", Some(false)),
            ("n", Some(false)),
            (" YES ", Some(true)),
            ("Y", Some(true)),
            ("x", None),
        ] {
            assert_eq!(yes_or_no(text), answer, "{text}");
        }
    }
}
