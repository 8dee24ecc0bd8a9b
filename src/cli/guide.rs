//! `guide integration-record`: the steps in NetSuite, and a check of the result.

use serde_json::json;
use std::fmt::Write as _;

use crate::cli::context::Context;
use crate::cli::doctor;
use crate::cli::doctor::State;
use crate::cli::output::Report;
use crate::error::{Code, Error, Exit, Result};
use crate::text::printable;

/// NetSuite help section 1509997459 ("Set Up Theme Developer Tools") and what TBA needs in addition.
const STEPS: [&str; 8] = [
    "Go to Setup > Company > Enable Features > SuiteCloud, select Token-Based Authentication, and save.",
    "Go to Setup > Integration > Manage Integrations > New. Enter a name and set State to Enabled.",
    "Select Token-Based Authentication and TBA: Authorization Flow. TBA: IssueToken Endpoint is not needed.",
    "Set the Callback URL to http://localhost:7777/tba (or to http://localhost:* to allow --port).",
    "Under OAuth 2.0, clear Authorization Code Grant. Under User Credentials, select User Credentials.",
    "Save, and copy Consumer Key and Consumer Secret. NetSuite shows them only this once.",
    "Put both into .env next to package.json, and keep .env out of git:\n     CONSUMER_KEY=...\n     CONSUMER_SECRET=...",
    "Go to Setup > Users/Roles > Manage Roles and add the permission Log in using Access Tokens to the role that signs in.",
];

/// Shows the steps and checks the integration record.
pub async fn run(context: &Context) -> Result<Report> {
    let topic = context.typed.word(0).unwrap_or_default();
    if topic != "integration-record" {
        let shown = printable(topic, 40);
        return Err(Error::new(Code::CommandInvalid, format!("There is no guide called {shown}."))
            .with_next_step("The only guide: npx netsuite-tba guide integration-record"));
    }
    let mut text = "An administrator does this once per account. One record is enough for all tools and users.\n\n".to_owned();
    for (at, step) in STEPS.iter().enumerate() {
        let _ = writeln!(text, "  {}. {step}", at + 1);
    }
    let check = doctor::record(context).await?;
    let _ = write!(text, "\nCheck of the record:\n{}", check.text());
    if check.state == State::Ok {
        text.push_str("\nNext: npx netsuite-tba login NAME\n");
    }
    let exit = if check.state == State::Problem { Exit::Failure } else { Exit::Done };
    let json = json!({ "steps": STEPS, "check": check.to_json() });
    Ok(Report::new(text, json).exiting(exit))
}
