//! `rename` and `remove`.

use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::base::console::say;
use crate::cli::context;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::prompt;
use crate::vault::model::SavedToken;

/// Gives a token another name.
pub fn rename(context: &Context) -> Result<Report> {
    let from = context::auth_id(context.typed.word(0).unwrap_or_default())?;
    let to = AuthId::parse_new(context.typed.word(1).unwrap_or_default())?;
    // Says which names there are, should this one be none.
    context.named(from.as_str())?;
    context.vault()?.rename(&from, &to)?;
    let named_here = context.project().deployment().ok().and_then(|read| read.auth_id);
    if named_here.as_deref() == Some(from.as_str()) && from != to {
        say(&format!("This project's .nsdeploy still says {from}: npx netsuite-tba use {to}"));
    }
    let json = json!({ "from": from.as_str(), "to": to.as_str() });
    Ok(Report::new(format!("{from} is now called {to}.\n"), json))
}

/// Forgets a token.
pub fn remove(context: &Context) -> Result<Report> {
    let name = context::auth_id(context.typed.word(0).unwrap_or_default())?;
    let found = context.named(name.as_str())?;
    if !context.typed.is("--yes") {
        confirm(context, &format!("Remove {} from this machine?", described(&found)))?;
    }
    if !context.vault()?.remove(&name, context.origin()?.as_ref())? {
        let what = "The token was removed by another process meanwhile.";
        return Err(Error::new(Code::TokenNotFound, what));
    }
    let mut text = format!("Removed {}.\n", described(&found));
    for token in found.iter().filter(|token| token.origin.vm.is_none()) {
        let _ = write!(
            text,
            "NetSuite still honours it. An administrator revokes it at\n  {}\n",
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

/// Asks, with No as the answer that is easiest to give.
///
/// # Errors
/// [`Code::Cancelled`] for No; [`Code::ChoiceNeeded`] where nobody can be asked.
pub fn confirm(context: &Context, question: &str) -> Result<()> {
    let environment = &context.environment;
    let asks = environment.terminal && !environment.is_ci() && !context.typed.is("--json");
    if !asks {
        let what = "This must be confirmed, and nobody can be asked here.";
        return Err(Error::new(Code::ChoiceNeeded, what).with_next_step("Pass --yes."));
    }
    if prompt::at_terminal(environment, &context.abort).confirm(question)? {
        return Ok(());
    }
    Err(Error::new(Code::Cancelled, "Nothing was changed.").with_next_step(""))
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
