//! The kinds of questions, without how they are asked.

use crate::error::Result;

/// Checks an answer: `Err` says what is wrong with it.
pub type Check<'a> = &'a dyn Fn(&str) -> std::result::Result<(), String>;

/// Asks questions. Every method returns
/// [`Code::Cancelled`](crate::error::Code::Cancelled) when the user leaves the question.
pub trait Prompter {
    /// The index of the chosen row. Enter alone takes row `start`.
    ///
    /// # Errors
    /// As for the trait.
    fn choose(&self, question: &str, rows: &[String], start: usize) -> Result<usize>;

    /// A line of text that passes `check`. `hint` explains what to type.
    ///
    /// # Errors
    /// As for the trait.
    fn line(&self, question: &str, hint: &str, check: Check<'_>) -> Result<String>;

    /// Yes or no. Enter alone means no.
    ///
    /// # Errors
    /// As for the trait.
    fn confirm(&self, question: &str) -> Result<bool>;
}
