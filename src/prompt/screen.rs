//! A question on the screen, redrawn after each key. Writes to stderr only.

use crate::base::console::show;
use crate::base::environment::Environment;

/// The size assumed where the terminal does not report one.
const USUAL: (u16, u16) = (80, 24);

/// How a piece of text looks. Colour is never the only sign.
#[derive(Clone, Copy)]
pub enum Look {
    /// The mark in front of a question.
    Mark,
    /// The answer and the selected row.
    Chosen,
    /// A hint.
    Hint,
    /// Why the answer is not accepted.
    Wrong,
}

/// The terminal rows that a question occupies.
pub struct Frame {
    colour: bool,
    /// Rows of the frame above the cursor.
    above: usize,
}

impl Frame {
    /// In colour unless `NO_COLOR` is set. On plain terminals nothing is drawn.
    pub fn new(environment: &Environment) -> Self {
        Self { colour: environment.var("NO_COLOR").is_none(), above: 0 }
    }

    /// The columns and rows of the terminal. The last column stays empty, because a full row may wrap.
    pub fn room() -> (usize, usize) {
        let size = crossterm::terminal::size().ok().filter(|(columns, _)| *columns > 0);
        let (columns, rows) = size.unwrap_or(USUAL);
        (usize::from(columns.max(20)) - 1, usize::from(rows.max(5)))
    }

    /// The text with its colour.
    pub fn paint(&self, look: Look, text: &str) -> String {
        let code = match look {
            Look::Mark => "92",
            Look::Chosen => "96",
            Look::Hint => "90",
            Look::Wrong => "91",
        };
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// Draws the rows in place of the previous ones, and puts the cursor into one of them.
    pub fn draw(&mut self, rows: &[String], (row, column): (usize, usize)) {
        let back = up(rows.len().saturating_sub(row + 1));
        let along = if column > 0 { format!("\x1b[{column}C") } else { String::new() };
        show(&format!("{}{}{back}\r{along}", self.cleared(), rows.join("\r\n")));
        self.above = row;
    }

    /// Replaces the frame with this row and moves below it.
    pub fn finish(&mut self, row: &str) {
        let out = self.cleared() + row + "\r\n";
        self.above = 0;
        show(&out);
    }

    fn cleared(&self) -> String {
        format!("\r{}\x1b[J", up(self.above))
    }
}

fn up(rows: usize) -> String {
    if rows == 0 { String::new() } else { format!("\x1b[{rows}A") }
}

/// An upper bound of the columns that a text needs. East Asian letters and symbols count as two.
pub fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(letter: char) -> usize {
    if letter < '\u{1100}' { 1 } else { 2 }
}

/// The beginning of a text, as far as it fits into this many columns.
pub fn fitted(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut left = room.saturating_sub(1);
    let fits = |letter: &char| {
        let enough = width(*letter) <= left;
        left = left.saturating_sub(width(*letter));
        enough
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_does_not_fit_is_cut_with_a_mark() {
        assert_eq!(fitted("sb1-dev", 7), "sb1-dev");
        assert_eq!(fitted("sb1-dev", 6), "sb1-d…");
        assert_eq!(fitted("日本語", 6), "日本語");
        assert_eq!(fitted("日本語", 5), "日本…");
        assert_eq!(fitted("日本語", 4), "日…");
        assert_eq!(columns("日本 a"), 6);
    }
}
