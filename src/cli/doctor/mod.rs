//! `doctor`: checks everything a sign-in needs. Every problem comes with a fix.
//!
//! * [`network`] – clock, proxy, certificates, the integration record
//! * [`machine`] – callback port, loopback addresses, store, files
//! * [`project`] – consumer key, secrets in project files
//! * [`git`] – what git knows of those files

mod git;
mod machine;
mod network;
mod project;

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base::console::stdout_width;
use crate::base::wrap::wrapped;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::error::{Error, Exit, Result};

pub use network::record;

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
    fn as_str(self) -> &'static str {
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
    name: &'static str,
    /// How it ended.
    pub state: State,
    what: String,
    fix: Option<String>,
    code: Option<&'static str>,
}

impl Check {
    fn ok(name: &'static str, what: impl Into<String>) -> Self {
        Self { name, state: State::Ok, what: what.into(), fix: None, code: None }
    }

    fn skipped(name: &'static str, what: impl Into<String>) -> Self {
        Self { state: State::Skipped, ..Self::ok(name, what) }
    }

    fn warning(name: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: State::Warning, fix: Some(fix.into()), ..Self::ok(name, what) }
    }

    fn problem(name: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { state: State::Problem, fix: Some(fix.into()), ..Self::ok(name, what) }
    }

    fn failed(name: &'static str, error: &Error) -> Self {
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

/// Checks everything.
pub async fn run(context: &Context) -> Result<Report> {
    let mut checks = network::check(context).await?;
    checks.extend(machine::check(context).await?);
    checks.push(project::consumer(context));
    checks.extend(project::token(context)?);
    checks.push(record_after(context, &checks).await?);
    checks.extend(project::check(context).await?);
    Ok(report(context, &checks))
}

/// The record is not checked if NetSuite cannot be reached at all: that failure is already reported.
async fn record_after(context: &Context, before: &[Check]) -> Result<Check> {
    let unreachable = |check: &Check| check.name == "network" && check.state == State::Problem;
    if before.iter().any(unreachable) {
        return Ok(Check::skipped("record", "NetSuite did not answer"));
    }
    record(context).await
}

fn report(context: &Context, checks: &[Check]) -> Report {
    let count = |state| checks.iter().filter(|check| check.state == state).count();
    let (problems, warnings) = (count(State::Problem), count(State::Warning));
    let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    let node = context.environment.node.clone();
    let runtime = node.as_ref().map_or(String::new(), |node| format!(", {node}"));
    let mut text = format!("netsuite-tba {version} on {platform}{runtime}\n\n");
    for check in checks {
        text.push_str(&check.text());
    }
    let _ = writeln!(text, "\n{}", verdict(problems, warnings));
    let json = json!({
        "ok": problems == 0,
        "version": version,
        "platform": platform,
        "node": node,
        "checks": checks.iter().map(Check::to_json).collect::<Vec<_>>(),
    });
    let exit = if problems > 0 { Exit::Failure } else { Exit::Done };
    // The report is made to be shared; the path of the home folder is private.
    let home = context.environment.home.as_ref().map(|home| home.to_string_lossy().into_owned());
    match home.filter(|home| home.len() > 3) {
        None => Report::new(text, json).exiting(exit),
        Some(home) => {
            Report::new(text.replace(&home, "~"), without_home(json, &home)).exiting(exit)
        }
    }
}

/// `2 problems, 1 warning.`
fn verdict(problems: usize, warnings: usize) -> String {
    let count = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    };
    match (problems, warnings) {
        (0, 0) => "Everything is fine.".to_owned(),
        (0, _) => format!("No problems, {}.", count(warnings, "warning")),
        (_, 0) => format!("{}.", count(problems, "problem")),
        _ => format!("{}, {}.", count(problems, "problem"), count(warnings, "warning")),
    }
}

fn without_home(value: Value, home: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace(home, "~")),
        Value::Array(list) => list.into_iter().map(|one| without_home(one, home)).collect(),
        Value::Object(map) => {
            let members = map.into_iter().map(|(name, one)| (name, without_home(one, home)));
            Value::Object(members.collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_and_warnings_are_counted_in_english() {
        for ((problems, warnings), said) in [
            ((0, 0), "Everything is fine."),
            ((0, 1), "No problems, 1 warning."),
            ((0, 3), "No problems, 3 warnings."),
            ((1, 0), "1 problem."),
            ((2, 1), "2 problems, 1 warning."),
        ] {
            assert_eq!(verdict(problems, warnings), said);
        }
    }
}
