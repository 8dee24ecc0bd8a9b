//! The one error type: what happened, what to do next, and the exit code. The codes are in
//! [`table`].

mod table;

use std::borrow::Cow;
use std::fmt;

use crate::text::printable_lines;

pub use table::{Code, Exit, Row};

/// A failure with its code, a message in plain words and the next step. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
    next_step: Option<String>,
    next_command: Option<String>,
    token: Option<String>,
}

impl Error {
    /// Makes an error whose message describes this case. Text from outside in the message cannot
    /// control a terminal: see [`printable_lines`].
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = clean(message);
        Self { code, message, next_step: None, next_command: None, token: None }
    }

    /// Sets a next step that fits this case better than the one in the table, both for tasks and
    /// for the command line.
    #[must_use]
    pub fn with_next_step(mut self, next_step: impl Into<String>) -> Self {
        self.next_step = Some(clean(next_step));
        self
    }

    /// Sets a next step for the command line only.
    #[must_use]
    pub fn with_next_command(mut self, next_command: impl Into<String>) -> Self {
        self.next_command = Some(clean(next_command));
        self
    }

    /// Names the token that the error is about. The commands in the next step then contain its
    /// name.
    #[must_use]
    pub fn about_token(mut self, name: &str) -> Self {
        self.token = Some(name.to_owned());
        self
    }

    /// Returns the stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns what happened, without the next step.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what to do now, in a task or a script.
    pub fn next_step(&self) -> &str {
        self.next_step.as_deref().unwrap_or(self.code.row().next_step)
    }

    /// Returns what to do now, at the command line.
    pub fn next_command(&self) -> Cow<'_, str> {
        if let Some(own) = self.next_command.as_deref().or(self.next_step.as_deref()) {
            return Cow::Borrowed(own);
        }
        let row = self.code.row().next_command;
        if !row.contains(NAME_PLACE) {
            return Cow::Borrowed(row);
        }
        let name = self.token.as_deref().and_then(shell_word);
        Cow::Owned(row.replace(NAME_PLACE, name.as_deref().unwrap_or("NAME")))
    }

    /// Returns the exit code of the command line tool.
    pub fn exit(&self) -> Exit {
        self.code.row().exit
    }

    /// Returns the exit code as a number.
    pub fn exit_code(&self) -> i32 {
        self.exit().code()
    }
}

const NAME_PLACE: &str = "{name}";

/// Quotes a name so that every shell reads it as one word. Returns `None` for names that shells
/// interpret in different ways.
pub fn shell_word(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '@');
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    if name.chars().all(is_plain) {
        return Some(name.to_owned());
    }
    let is_quotable = |c: char| is_plain(c) || matches!(c, ' ' | '(' | ')' | ',' | '/' | ':' | '#');
    name.chars().all(is_quotable).then(|| format!("\"{name}\""))
}

fn clean(text: impl Into<String>) -> String {
    let text = text.into();
    match printable_lines(&text) {
        Cow::Owned(clean) => clean,
        Cow::Borrowed(_) => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.message, self.next_step())
    }
}

impl std::error::Error for Error {}

/// The result of every fallible function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests;
