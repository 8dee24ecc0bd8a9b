//! `guide integration-record`: the steps in NetSuite, then whether they were taken right.

use serde_json::json;
use std::fmt::Write as _;

use crate::cli::context::Context;
use crate::cli::doctor;
use crate::cli::doctor::State;
use crate::cli::output::Report;
use crate::error::{Code, Error, Result};
use crate::text::printable;

/// NetSuite help section 1509997459 ("Set Up Theme Developer Tools") and what TBA needs besides.
const STEPS: [&str; 8] = [
    "Setup > Company > Enable Features > SuiteCloud: tick Token-Based Authentication, save.",
    "Setup > Integration > Manage Integrations > New: give it a name, State Enabled.",
    "Tick Token-Based Authentication and TBA: Authorization Flow; TBA: IssueToken Endpoint is not needed.",
    "Callback URL: http://localhost:7777/tba (or http://localhost:* to allow --port).",
    "Under OAuth 2.0 untick Authorization Code Grant; under User Credentials tick User Credentials.",
    "Save, and copy Consumer Key and Consumer Secret: NetSuite shows them only now.",
    "Put both into .env beside package.json, and keep .env out of git:\n     CONSUMER_KEY=...\n     CONSUMER_SECRET=...",
    "Setup > Users/Roles > Manage Roles: the role that signs in needs Log in using Access Tokens.",
];

/// Shows the steps and checks the result.
pub async fn run(context: &Context) -> Result<Report> {
    let topic = context.typed.word(0).unwrap_or_default();
    if topic != "integration-record" {
        let shown = printable(topic, 40);
        return Err(Error::new(Code::CommandInvalid, format!("There is no guide {shown}."))
            .with_next_step("npx netsuite-tba guide integration-record"));
    }
    let mut text = "An administrator does this once per account. One record serves all tools and all people.\n\n".to_owned();
    for (at, step) in STEPS.iter().enumerate() {
        let _ = writeln!(text, "  {}. {step}", at + 1);
    }
    let check = doctor::record(context).await?;
    let _ = write!(text, "\nIs the record right?\n{}", check.text());
    if check.state == State::Ok {
        text.push_str("\nNext: npx netsuite-tba login NAME\n");
    }
    let exit = i32::from(check.state == State::Problem);
    let json = json!({ "steps": STEPS, "check": check.to_json() });
    Ok(Report { text, json, exit })
}
