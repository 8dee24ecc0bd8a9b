//! The same questions as plain lines with numbers: for screen readers (`NETSUITE_TBA_PROMPT=plain`)
//! and terminals that cannot move the cursor (`TERM=dumb`). Nothing is redrawn.

use crate::consent::Abort;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::talk::{say, show};
use crate::vault::SavedToken;

use super::decision::Person;
#[cfg(unix)]
use super::keys::POLL;
use super::prompts;

/// A line from the person; nothing when there will be no more.
type Lines = Box<dyn Fn() -> Option<String>>;

/// The person at a terminal that is read line by line.
pub struct Numbered {
    lines: Lines,
}

impl Numbered {
    /// Reads stdin, until `stop`.
    pub fn new(stop: &Abort) -> Self {
        let stop = stop.clone();
        Self { lines: Box::new(move || line_of_stdin(&stop)) }
    }

    fn line(&self, prompt: &str) -> Result<String> {
        show(&format!("{prompt} "));
        let line = (self.lines)().ok_or_else(|| Error::new(Code::Cancelled, "Stopped."))?;
        Ok(line.trim().to_owned())
    }

    /// One of the rows, counted from zero; Enter alone takes `start`.
    fn pick(&self, question: &str, rows: &[String], start: usize) -> Result<usize> {
        say(&format!("{question}:"));
        for (index, row) in rows.iter().enumerate() {
            say(&format!("{}. {row}", index + 1));
        }
        let prompt = format!("Enter a number from 1 to {} (Enter for {}):", rows.len(), start + 1);
        loop {
            let line = self.line(&prompt)?;
            if line.is_empty() {
                return Ok(start);
            }
            match line.trim_end_matches('.').parse::<usize>() {
                Ok(number) if (1..=rows.len()).contains(&number) => return Ok(number - 1),
                _ => say("That is not one of the numbers."),
            }
        }
    }

    /// A question for yes or no; Enter alone is no.
    pub fn confirm(&self, question: &str) -> Result<bool> {
        let line = self.line(&format!("{question} Type yes or no (Enter for no):"))?;
        Ok(matches!(line.to_ascii_lowercase().as_str(), "y" | "yes"))
    }
}

/// A line of stdin; nothing when there will be no more, or when it was given up.
pub fn line_of_stdin(stop: &Abort) -> Option<String> {
    let mut text = String::new();
    let read = stdin_is_ready(stop).then(|| std::io::stdin().read_line(&mut text));
    matches!(read, Some(Ok(count)) if count > 0).then_some(text)
}

/// Waits until there is a line to read. By polling: a question that is given up must leave no thread
/// behind that would take the next line. False when it was given up.
#[cfg(unix)]
fn stdin_is_ready(stop: &Abort) -> bool {
    let poll = libc::c_int::try_from(POLL.as_millis()).unwrap_or(libc::c_int::MAX);
    while !stop.is_aborted() {
        let mut stdin = libc::pollfd { fd: libc::STDIN_FILENO, events: libc::POLLIN, revents: 0 };
        // SAFETY: one whole structure that outlives the call.
        if unsafe { libc::poll(&raw mut stdin, 1, poll) } > 0 {
            return true;
        }
    }
    false
}

#[cfg(not(unix))]
fn stdin_is_ready(_: &Abort) -> bool {
    true
}

impl Person for Numbered {
    fn choose(&self, saved: &[SavedToken], start: Option<usize>) -> Result<Option<usize>> {
        let start = start.map_or(0, |index| index + 1);
        let index = self.pick(prompts::CHOOSE, &prompts::rows(saved), start)?;
        Ok(index.checked_sub(1))
    }

    fn name(&self) -> Result<AuthId> {
        loop {
            match AuthId::typed(&self.line(&format!("{}:", prompts::NAME))?) {
                Ok(name) => return Ok(name),
                Err(error) => say(&error.to_string()),
            }
        }
    }

    fn replace(&self, saved: &SavedToken) -> Result<bool> {
        let rows = prompts::REPLACE.map(str::to_owned);
        Ok(self.pick(&prompts::already(saved), &rows, 0)? == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountId;
    use crate::vault::{Origin, StoreKind};
    use std::cell::RefCell;
    use std::collections::VecDeque;

    fn typing(lines: &[&str]) -> Numbered {
        let lines: VecDeque<String> = lines.iter().map(|line| format!("{line}\n")).collect();
        let lines = RefCell::new(lines);
        Numbered { lines: Box::new(move || lines.borrow_mut().pop_front()) }
    }

    fn saved() -> Vec<SavedToken> {
        vec![SavedToken {
            auth_id: AuthId::foreign("dev").unwrap(),
            account: AccountId::parse("1234567").unwrap(),
            role: None,
            store: StoreKind::File,
            origin: Origin::default(),
            consumer: None,
            created_at: None,
            last_used_at: None,
        }]
    }

    #[test]
    fn rows_are_chosen_by_number() {
        assert_eq!(typing(&["2"]).choose(&saved(), None).unwrap(), Some(0));
        assert_eq!(typing(&["1"]).choose(&saved(), None).unwrap(), None);
        assert_eq!(typing(&["7", "x", "2."]).choose(&saved(), None).unwrap(), Some(0));
        assert_eq!(typing(&[""]).choose(&saved(), Some(0)).unwrap(), Some(0));
        assert!(typing(&["2"]).replace(&saved()[0]).unwrap());
        assert!(!typing(&[""]).replace(&saved()[0]).unwrap());
    }

    #[test]
    fn a_name_is_asked_for_until_it_is_one() {
        assert_eq!(typing(&["", "a b", "sb1-dev"]).name().unwrap().as_str(), "sb1-dev");
    }

    #[test]
    fn the_easy_answer_is_no_and_the_end_of_input_stops() {
        assert!(!typing(&[""]).confirm("Sure?").unwrap());
        assert!(typing(&["Yes"]).confirm("Sure?").unwrap());
        assert_eq!(typing(&[]).name().unwrap_err().code(), Code::Cancelled);
    }
}
