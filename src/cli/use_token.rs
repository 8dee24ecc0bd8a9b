//! `use [NAME]`: writes the name of a token into this project's `.nsdeploy`.

use serde_json::json;

use crate::base::console::say;
use crate::cli::context::{Context, nothing_saved};
use crate::cli::output::Report;
use crate::cli::{choose, list};
use crate::credentials::AuthId;
use crate::error::Result;
use crate::vault::model::Origin;

/// Makes a saved token the one of this project.
pub fn run(context: &Context) -> Result<Report> {
    let mut found = choose::tokens(context, "Which token do you want to use in this project?")?;
    if found.is_empty() {
        return Err(nothing_saved());
    }
    // If two tokens have this name, it means the one of the real NetSuite, unless a flag says
    // otherwise.
    let at = found.iter().position(|token| token.origin == Origin::default()).unwrap_or(0);
    let token = found.swap_remove(at);
    let account_of = |name: &str| {
        let name = AuthId::from_existing(name)?;
        context.vault().ok()?.find(&name, &token.origin).ok().flatten().map(|found| found.account)
    };
    let file = context.project().remember(token.auth_id.as_str(), &token.account, account_of)?;
    let place = list::place(&token);
    if !place.is_empty() {
        let flag = if token.origin.vm.is_some() { "--vm" } else { "-m" };
        say(&format!(
            "This token belongs to {place}. Tasks use it only if they are run with {flag}."
        ));
    }
    let text = format!(
        "Tasks in this project now use {} - Account {} ({}).\n",
        token.auth_id,
        token.account,
        file.display()
    );
    let json = json!({
        "authId": token.auth_id.as_str(),
        "account": token.account.as_str(),
        "file": file.to_string_lossy(),
    });
    Ok(Report::new(text, json))
}
