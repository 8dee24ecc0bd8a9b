//! `doctor`: checks everything a sign-in needs. Every problem comes with a fix.
//!
//! * [`network`] – clock, proxy, certificates, the integration record
//! * [`machine`] – callback port, loopback addresses, store, files
//! * [`project`] – consumer key, secrets in project files
//! * [`finding`] – what a check found
//! * [`git`] – what git knows of those files

mod finding;
mod git;
mod machine;
mod network;
mod project;

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::error::{Exit, Result};

use finding::Check;
pub use finding::State;
pub use network::record;

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
