//! `doctor`: everything a sign-in needs, checked one by one, each finding with its fix.
//!
//! * [`network`] – clock, proxy, certificates, the integration record
//! * [`machine`] – callback port, loopback addresses, store, files
//! * [`project`] – consumer key, secrets in project files
//! * [`git`] – what git knows of those files

mod git;
mod machine;
mod network;
mod project;

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::error::{Error, Result};

pub use network::record;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Fine.
    Ok,
    /// Works, but should be looked at.
    Warning,
    /// Stands in the way.
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
        Self { code, ..Self::problem(name, error.message(), error.next_step()) }
    }

    /// For people.
    pub fn text(&self) -> String {
        let fix = self.fix.as_ref().map_or(String::new(), |fix| format!("{:20}{fix}\n", ""));
        format!("{:<8}  {:<10}{}\n{fix}", self.state.as_str(), self.name, self.what)
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

/// The same failure is not told twice: what NetSuite says of the record is not known where it cannot be
/// reached at all.
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
    let mut text = format!("netsuite-tba {version} on {platform}\n\n");
    for check in checks {
        text.push_str(&check.text());
    }
    let verdict = match (problems, warnings) {
        (0, 0) => "\nEverything is fine.\n".to_owned(),
        (0, _) => format!("\nA sign-in can work. To look at: {warnings}.\n"),
        _ => format!("\nIn the way: {problems}. To look at: {warnings}.\n"),
    };
    text.push_str(&verdict);
    let json = json!({
        "ok": problems == 0,
        "version": version,
        "platform": platform,
        "checks": checks.iter().map(Check::to_json).collect::<Vec<_>>(),
    });
    // The report is made to be shared; where people's homes are is nobody's business.
    let home = context.environment.home.as_ref().map(|home| home.to_string_lossy().into_owned());
    match home.filter(|home| home.len() > 3) {
        None => Report { text, json, exit: i32::from(problems > 0) },
        Some(home) => {
            let text = text.replace(&home, "~");
            let json = without_home(json, &home);
            Report { text, json, exit: i32::from(problems > 0) }
        }
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
