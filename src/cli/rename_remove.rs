//! `rename` and `remove`.

use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::base::console::say;
use crate::cli::choose;
use crate::cli::context;
use crate::cli::context::Context;
use crate::cli::output;
use crate::cli::output::Report;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::prompt;
use crate::vault::model::SavedToken;

/// Renames a token.
pub fn rename(context: &Context) -> Result<Report> {
    let from = context::auth_id(context.typed.word(0).unwrap_or_default())?;
    let to = AuthId::parse_new(context.typed.word(1).unwrap_or_default())?;
    // Lists the names there are if this is none of them.
    context.named(from.as_str())?;
    context.vault()?.rename(&from, &to)?;
    let named_here = context.project().deployment().ok().and_then(|read| read.auth_id);
    if named_here.as_deref() == Some(from.as_str()) && from != to {
        say(&format!(
            "The .nsdeploy of this project still names {from}. To change that: npx netsuite-tba use {to}"
        ));
    }
    let json = json!({ "from": from.as_str(), "to": to.as_str() });
    Ok(Report::new(format!("Renamed {from} to {to}.\n"), json))
}

/// Removes a token.
pub fn remove(context: &Context) -> Result<Report> {
    let found = choose::tokens(context, "Which token do you want to remove?")?;
    let Some(name) = found.first().map(|token| token.auth_id.clone()) else {
        return Err(context::nothing_saved());
    };
    if !context.typed.is("--yes") {
        confirm(context, &format!("Remove {} from this machine?", described(&found)))?;
    }
    if !context.vault()?.remove(&name, context.origin()?.as_ref())? {
        let what = "Another process removed the token in the meantime.";
        return Err(Error::new(Code::TokenNotFound, what).with_next_step(""));
    }
    let mut text = format!("Removed {}.\n", described(&found));
    for token in found.iter().filter(|token| token.origin.vm.is_none()) {
        let _ = write!(
            text,
            "NetSuite accepts the token until an administrator revokes it there:\n  {}\n",
            access_tokens_page(token)
        );
    }
    let rows: Vec<Value> = found
        .iter()
        .map(|token| {
            json!({
                "authId": token.auth_id.as_str(),
                "account": token.account.as_str(),
                "accessTokensPage": access_tokens_page(token),
            })
        })
        .collect();
    Ok(Report::new(text, json!({ "removed": rows })))
}

/// Asks a yes-or-no question; Enter alone is No.
///
/// # Errors
/// [`Code::Cancelled`] for No; [`Code::ChoiceNeeded`] if nobody can be asked.
pub fn confirm(context: &Context, question: &str) -> Result<()> {
    if !context.can_ask() {
        let what = "This needs a confirmation, and there is no terminal to ask in.";
        return Err(Error::new(Code::ChoiceNeeded, what).with_next_step("To confirm, pass --yes."));
    }
    if prompt::at_terminal(&context.environment, &context.abort).confirm(question)? {
        return Ok(());
    }
    Err(output::cancelled("Nothing was changed."))
}

fn described(found: &[SavedToken]) -> String {
    let each = found.iter().map(|token| format!("{} - Account {}", token.auth_id, token.account));
    each.collect::<Vec<_>>().join(" and ")
}

/// The list of access tokens in NetSuite.
fn access_tokens_page(token: &SavedToken) -> String {
    let label = token.account.host_label();
    let molecule = token.origin.molecule.as_ref().map_or(String::new(), |name| format!("{name}."));
    format!("https://{label}.app.{molecule}netsuite.com/app/setup/accesstokens.nl")
}
