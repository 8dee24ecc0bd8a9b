//! `prune`: removes what is no longer needed.

use serde_json::{Value, json};
use std::fmt::Write as _;

use crate::base::console::say;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::rename_remove::confirm;
use crate::cli::table::Table;
use crate::error::{Code, Error, Result};
use crate::vault::prune::Prunable;

/// Shows what can be removed, and removes it if that is confirmed.
pub fn run(context: &Context) -> Result<Report> {
    let dry = context.typed.is("--dry-run");
    if dry && context.typed.is("--yes") {
        let what = "--dry-run and --yes exclude each other.";
        return Err(Error::new(Code::FlagInvalid, what));
    }
    let vault = context.vault()?;
    let found = vault.prunable()?;
    let json = to_json(&found, dry);
    let mut text = described(&found);
    if found.is_empty() || dry {
        return Ok(Report::new(text, json));
    }
    if !context.typed.is("--yes") {
        say(text.trim_end());
        text.clear();
        confirm(context, "Remove this?")?;
    }
    vault.prune(&found)?;
    text.push_str("Removed.\n");
    Ok(Report::new(text, json))
}

fn described(found: &Prunable) -> String {
    let mut text = String::new();
    if !found.tokens.is_empty() {
        let rows: Vec<_> = found
            .tokens
            .iter()
            .map(|token| {
                let store = token.store.as_str().to_owned();
                [token.auth_id.to_string(), token.account.to_string(), store]
            })
            .collect();
        text.push_str("Tokens whose secret is gone:\n");
        text.push_str(&Table::new(["NAME", "ACCOUNT", "SECRET WAS IN"], rows).to_text());
    }
    if found.secrets > 0 {
        let _ = writeln!(text, "Secrets left behind by interrupted writes: {}", found.secrets);
    }
    if found.sign_ins > 0 {
        let _ = writeln!(text, "Expired sign-ins of login --start: {}", found.sign_ins);
    }
    for (token, reason) in &found.unreadable {
        let _ = writeln!(
            text,
            "Skipped, because it cannot be read right now: {} ({reason})",
            token.auth_id
        );
    }
    if text.is_empty() {
        text.push_str("There is nothing to remove.\n");
    }
    text
}

fn to_json(found: &Prunable, dry: bool) -> Value {
    let tokens = found.tokens.iter().map(|token| {
        json!({
            "authId": token.auth_id.as_str(),
            "account": token.account.as_str(),
            "store": token.store.as_str(),
        })
    });
    let unreadable = found.unreadable.iter().map(|(token, reason)| {
        json!({ "authId": token.auth_id.as_str(), "store": token.store.as_str(), "reason": reason })
    });
    json!({
        "dryRun": dry,
        "tokens": tokens.collect::<Vec<_>>(),
        "secrets": found.secrets,
        "signIns": found.sign_ins,
        "unreadable": unreadable.collect::<Vec<_>>(),
    })
}
