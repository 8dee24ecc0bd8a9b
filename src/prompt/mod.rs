//! Questions to a person at a terminal. Knows nothing of tokens: callers bring question and rows.
//!
//! * [`Prompter`] – the three kinds of questions; [`at_terminal`] picks how they are asked
//! * [`widgets`] – list and line that redraw: drawn by [`screen`], answered by [`keyboard`]
//! * [`plain`] – numbered lines, for screen readers and simple terminals
//! * [`passphrase`] – a line that is not shown

pub mod keyboard;
pub mod passphrase;
pub mod plain;
pub mod screen;
pub mod widgets;

use crate::base::abort::Abort;
use crate::base::environment::Environment;
use crate::error::Result;

/// Checks an answer: `Err` says what is wrong with it.
pub type Check<'a> = &'a dyn Fn(&str) -> std::result::Result<(), String>;

/// Somebody who answers questions. Every method returns
/// [`Code::Cancelled`](crate::error::Code::Cancelled) when the person leaves the question.
pub trait Prompter {
    /// The index of one of the rows; Enter alone takes row `start`.
    ///
    /// # Errors
    /// As for the trait.
    fn choose(&self, question: &str, rows: &[String], start: usize) -> Result<usize>;

    /// A line of text that passes `check`. `hint` explains what to type.
    ///
    /// # Errors
    /// As for the trait.
    fn line(&self, question: &str, hint: &str, check: Check<'_>) -> Result<String>;

    /// Yes or no; Enter alone is no.
    ///
    /// # Errors
    /// As for the trait.
    fn confirm(&self, question: &str) -> Result<bool>;
}

/// Asks the person at this process's terminal, drawn or as plain lines, until `stop` is aborted. Ctrl-C
/// restores the terminal and then has its usual effect.
pub fn at_terminal<'a>(environment: &'a Environment, stop: &'a Abort) -> Box<dyn Prompter + 'a> {
    if environment.is_plain() {
        Box::new(plain::NumberedLines::new(stop))
    } else {
        Box::new(widgets::Widgets::new(environment, stop))
    }
}
