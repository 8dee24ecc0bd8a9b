//! Questions as plain, numbered lines, for screen readers (`NETSUITE_TBA_PROMPT=plain`) and for
//! terminals that cannot move the cursor (`TERM=dumb`). Nothing is redrawn.

use crate::base::abort::Abort;
use crate::base::console::{say, show};
use crate::error::{Code, Error, Result};
use crate::prompt::prompter::{Check, Prompter};
use crate::tty::input;

/// Reads a line from the user; `None` at the end of the input.
type Lines = Box<dyn Fn() -> Option<String>>;

/// The user at a terminal that is read line by line.
pub struct NumberedLines {
    lines: Lines,
}

impl NumberedLines {
    /// Reads stdin, until `stop`.
    pub fn new(stop: &Abort) -> Self {
        let stop = stop.clone();
        Self { lines: Box::new(move || input::line(&stop)) }
    }

    /// Answers every question with the next of these lines.
    #[cfg(test)]
    pub fn scripted(lines: &[&str]) -> Self {
        let lines: std::collections::VecDeque<String> =
            lines.iter().map(|line| format!("{line}\n")).collect();
        let lines = std::cell::RefCell::new(lines);
        Self { lines: Box::new(move || lines.borrow_mut().pop_front()) }
    }

    fn ask(&self, prompt: &str) -> Result<String> {
        show(&format!("{prompt} "));
        let line = (self.lines)().ok_or_else(|| Error::new(Code::Cancelled, "Cancelled."))?;
        Ok(line.trim().to_owned())
    }
}

impl Prompter for NumberedLines {
    fn choose(&self, question: &str, rows: &[String], start: usize) -> Result<usize> {
        say(&format!("{question}:"));
        for (index, row) in rows.iter().enumerate() {
            say(&format!("{}. {row}", index + 1));
        }
        let prompt = format!("Enter a number from 1 to {} (Enter for {}):", rows.len(), start + 1);
        loop {
            let line = self.ask(&prompt)?;
            if line.is_empty() {
                return Ok(start);
            }
            match line.trim_end_matches('.').parse::<usize>() {
                Ok(number) if (1..=rows.len()).contains(&number) => return Ok(number - 1),
                _ => say("That is not one of the numbers."),
            }
        }
    }

    fn line(&self, question: &str, _hint: &str, check: Check<'_>) -> Result<String> {
        loop {
            let line = self.ask(&format!("{question}:"))?;
            match check(&line) {
                Ok(()) => return Ok(line),
                Err(why) => say(&why),
            }
        }
    }

    fn confirm(&self, question: &str) -> Result<bool> {
        let line = self.ask(&format!("{question} Type yes or no (Enter for no):"))?;
        Ok(matches!(line.to_ascii_lowercase().as_str(), "y" | "yes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_chosen_by_its_number() {
        let rows = ["a".to_owned(), "b".to_owned()];
        let choose = |lines: &[&str]| NumberedLines::scripted(lines).choose("?", &rows, 0).unwrap();
        assert_eq!(choose(&["2"]), 1);
        assert_eq!(choose(&["7", "x", "2."]), 1);
        assert_eq!(choose(&[""]), 0);
    }

    #[test]
    fn a_line_is_asked_for_until_it_passes_the_check() {
        let check = |text: &str| if text == "b" { Ok(()) } else { Err("no".to_owned()) };
        assert_eq!(NumberedLines::scripted(&["a", "b"]).line("?", "", &check).unwrap(), "b");
    }

    #[test]
    fn enter_alone_is_no_and_the_end_of_input_cancels() {
        assert!(!NumberedLines::scripted(&[""]).confirm("Sure?").unwrap());
        assert!(NumberedLines::scripted(&["Yes"]).confirm("Sure?").unwrap());
        let ended = NumberedLines::scripted(&[]).confirm("Sure?");
        assert_eq!(ended.unwrap_err().code(), Code::Cancelled);
    }
}
