//! What a check found.

use serde_json::{Value, json};

use crate::base::console::stdout_width;
use crate::base::wrap::wrapped;
use crate::error::Error;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Fine.
    Ok,
    /// Works, but needs attention.
    Warning,
    /// Prevents a sign-in or exposes a secret.
    Problem,
    /// Could not be checked.
    Skipped,
}

impl State {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::Skipped => "skipped",
        }
    }
}

/// One thing that was checked.
#[derive(Clone, Debug)]
pub struct Check {
    /// What was checked, in a word.
    pub name: &'static str,
    /// How it ended.
    pub state: State,
    /// What was found.
    pub what: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// The code of the failure, if it is one.
    pub code: Option<&'static str>,
}

impl Check {
    /// It is fine.
    pub fn ok(name: &'static str, what: impl Into<String>) -> Self {
        Self { name, state: State::Ok, what: what.into(), fix: None, code: None }
    }

    /// It could not be checked.
    pub fn skipped(name: &'static str, what: impl Into<String>) -> Self {
        Self { state: State::Skipped, ..Self::ok(name, what) }
    }

    /// It works, but needs attention.
    pub fn warning(name: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: State::Warning, fix: Some(fix.into()), ..Self::ok(name, what) }
    }

    /// It is a problem.
    pub fn problem(name: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: State::Problem, fix: Some(fix.into()), ..Self::ok(name, what) }
    }

    /// It failed.
    pub fn failed(name: &'static str, error: &Error) -> Self {
        let code = Some(error.code().row().name);
        Self { code, ..Self::problem(name, error.message(), error.next_command()) }
    }

    /// For people, as it fits the terminal stdout is.
    pub fn text(&self) -> String {
        const COLUMN: usize = 20;
        let width = stdout_width().map_or(usize::MAX, |width| width.saturating_sub(COLUMN));
        let aligned = |text: &str| wrapped(text, width).replace('\n', &format!("\n{:COLUMN$}", ""));
        let fix = self.fix.as_ref();
        let fix = fix.map_or(String::new(), |fix| format!("{:COLUMN$}{}\n", "", aligned(fix)));
        format!("{:<8}  {:<10}{}\n{fix}", self.state.as_str(), self.name, aligned(&self.what))
    }

    /// For scripts.
    pub fn to_json(&self) -> Value {
        json!({
            "check": self.name,
            "state": self.state.as_str(),
            "what": self.what,
            "fix": self.fix,
            "code": self.code,
        })
    }
}
