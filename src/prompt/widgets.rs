//! The kinds of questions: choose from a list, a line of text, yes or no. Touches the terminal through
//! [`Keys`] and [`Frame`] only.

use zeroize::{Zeroize, Zeroizing};

use crate::base::abort::Abort;
use crate::base::environment::Environment;
use crate::base::wrap::wrapped;
use crate::error::Result;
use crate::prompt::keyboard::{Key, Keys};
use crate::prompt::prompter::{Check, Prompter};
use crate::prompt::screen::{Frame, Look, columns, fitted};
use crate::tty::Pasting;

/// The rows of a list that are shown at once, if the terminal has room.
const PAGE: usize = 12;
/// The longest answer in bytes.
/// The columns of the mark in front of a row.
const MARK: usize = 2;
const LONGEST: usize = 1024;
/// If fewer columns are left beside the question, the answer gets its own row.
const ANSWER: usize = 12;

/// The user at a terminal.
pub struct Widgets<'a> {
    environment: &'a Environment,
    stop: &'a Abort,
}

/// An open question.
trait Question {
    type Answer;
    fn text(&self) -> &str;
    fn draw(&self, frame: &mut Frame);
    /// The answer and how it is shown, once it is given.
    fn take(&mut self, key: Key) -> Option<(Self::Answer, String)>;
}

impl<'a> Widgets<'a> {
    /// The user at this process's terminal, until `stop`.
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

/// The line typed so far. It may be a secret, so it is wiped when dropped.
#[derive(Default)]
pub struct Line {
    pub text: Zeroizing<String>,
    /// The number of characters before the cursor.
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
        // Allocated once, because a text that grows leaves unwiped copies behind.
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

    /// The part around the cursor that fits into this many columns, and the cursor's column in that part.
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

    /// The visible rows, including the selected one. If one does not fit, each may take two lines, because
    /// tokens differ at the end of their rows.
    fn page(&self, frame: &Frame, matching: &[usize]) -> Vec<String> {
        let (room, height) = Frame::room();
        let room = room - MARK;
        let long = matching.iter().any(|row| columns(&self.rows[*row]) > room);
        // The question above the rows and the hint below them stay visible.
        let lines = PAGE.min(height - 3).max(1);
        let page = if long { (lines / 2).max(1) } else { lines };
        let first = self.at.saturating_sub(page / 2).min(matching.len().saturating_sub(page));
        let last = (first + page).min(matching.len());
        let mark = |place: usize| match place {
            place if place == self.at => ">",
            place if place == first && first > 0 => "^",
            place if place + 1 == last && last < matching.len() => "v",
            _ => " ",
        };
        let row = |place: usize| {
            let (start, rest) = in_two_lines(&self.rows[matching[place]], room);
            let start = format!("{} {start}", mark(place));
            let both = [Some(start), rest.map(|rest| format!("    {rest}"))];
            both.into_iter().flatten().map(move |line| {
                if place == self.at { frame.paint(Look::Chosen, &line) } else { line }
            })
        };
        (first..last).flat_map(row).collect()
    }
}

/// A row on at most two lines. The second line is indented.
fn in_two_lines(row: &str, room: usize) -> (String, Option<String>) {
    if columns(row) <= room {
        return (row.to_owned(), None);
    }
    let broken = wrapped(row, room);
    match broken.split_once('\n') {
        Some((start, rest)) => {
            let rest = fitted(&rest.replace('\n', " "), room.saturating_sub(MARK));
            (fitted(start, room), Some(rest))
        }
        None => (fitted(row, room), None),
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
mod tests;
