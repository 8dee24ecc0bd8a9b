//! `list`: the saved tokens. Does not open the keychain.

use serde_json::{Value, json};

use crate::base::console::{say, warn};
use crate::base::time;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::table::Table;
use crate::credentials::RoleId;
use crate::error::Result;
use crate::text::printable;
use crate::vault::model::{SavedToken, StoreKind};

/// Lists every saved token.
pub fn run(context: &Context) -> Result<Report> {
    let vault = context.vault()?;
    let tokens = vault.list()?;
    // A damaged .nsdeploy must not prevent the list.
    let here = context.project().deployment().ok().and_then(|deployment| deployment.auth_id);
    let used_here = |token: &SavedToken| here.as_deref() == Some(token.auth_id.as_str());
    let mut warnings = plaintext_warnings(&tokens, vault.hidden_in_nstba()?);
    warnings.extend(vault.kept_aside().iter().map(|file| {
        format!(
            "{} is a damaged file that was moved aside. Check it, then delete it.",
            file.display()
        )
    }));
    if !context.typed.is("--json") {
        if tokens.is_empty() {
            say("No token is saved yet. To sign in: npx netsuite-tba login NAME");
        }
        for warning in &warnings {
            warn(warning);
        }
    }
    let now = time::now();
    let rows: Vec<_> = tokens.iter().map(|token| row(token, used_here(token), now)).collect();
    let headings =
        ["NAME", "ACCOUNT", "TYPE", "ROLE", "SECRET IN", "AGE", "LAST USED", "SIMULATOR", "NOTE"];
    let text = Table::new(headings, rows).to_text();
    let listed: Vec<Value> = tokens.iter().map(|token| to_json(token, used_here(token))).collect();
    Ok(Report::new(text, json!({ "tokens": listed, "warnings": warnings })))
}

/// A token in the JSON of every command.
pub fn to_json(token: &SavedToken, used_here: bool) -> Value {
    json!({
        "authId": token.auth_id.as_str(),
        "account": token.account.as_str(),
        "accountType": token.account.account_type().as_str(),
        "role": token.role.as_ref().map(RoleId::as_str),
        "store": token.store.as_str(),
        "plaintext": token.store.is_plaintext(),
        "vm": token.origin.vm,
        "molecule": token.origin.molecule,
        "createdAt": token.created_at.map(time::iso),
        "lastUsedAt": token.last_used_at.map(time::iso),
        "usedHere": used_here,
    })
}

fn row(token: &SavedToken, used_here: bool, now: u64) -> [String; 9] {
    let mut notes = Vec::new();
    if token.store.is_plaintext() {
        notes.push("plaintext");
    }
    if used_here {
        notes.push("used here");
    }
    [
        token.auth_id.to_string(),
        token.account.to_string(),
        token.account.account_type().as_str().to_owned(),
        token.role.as_ref().map_or_else(String::new, RoleId::to_string),
        store(token.store).to_owned(),
        token.created_at.map_or_else(String::new, |at| time::age(at, now)),
        token.last_used_at.map_or_else(String::new, |at| time::ago(at, now)),
        place(token),
        notes.join(", "),
    ]
}

fn store(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Nstba => "~/.nstba",
        other => other.as_str(),
    }
}

/// The NetSuite a token belongs to, if it is not the real one.
pub fn place(token: &SavedToken) -> String {
    match (&token.origin.vm, &token.origin.molecule) {
        (Some(vm), _) => printable(vm, 60),
        (None, Some(molecule)) => format!("-m {}", printable(molecule, 63)),
        (None, None) => String::new(),
    }
}

fn plaintext_warnings(tokens: &[SavedToken], hidden: usize) -> Vec<String> {
    let count = |kind| tokens.iter().filter(|token| token.store == kind).count();
    let mut warnings = Vec::new();
    if count(StoreKind::Nstba) > 0 {
        warnings.push(format!(
            "{} in plain text in ~/.nstba. To move them into the vault: npx netsuite-tba import --remove-plaintext",
            stored(count(StoreKind::Nstba))
        ));
    }
    if hidden > 0 {
        warnings.push(format!(
            "{} in plain text in ~/.nstba under a name that the vault has too. To remove those that \
             are identical: npx netsuite-tba import --remove-plaintext",
            stored(hidden)
        ));
    }
    if count(StoreKind::File) > 0 {
        warnings.push(format!(
            "{} in a file that is not encrypted. A new sign-in stores the secret in the keychain if \
             there is one; NETSUITE_TBA_STORE=encrypted-file encrypts new secrets.",
            stored(count(StoreKind::File))
        ));
    }
    warnings
}

fn stored(count: usize) -> String {
    if count == 1 { "1 token is stored".to_owned() } else { format!("{count} tokens are stored") }
}
