//! `import`: copies the tokens in Oracle's `~/.nstba` into the vault.

use serde_json::{Value, json};

use crate::base::console::say;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::table::Table;
use crate::error::Result;
use crate::text::printable;
use crate::vault::import::{ImportOutcome, ImportReport, ImportedToken};

/// Imports.
pub fn run(context: &Context) -> Result<Report> {
    let file = context.typed.word(0).map(|file| context.environment.cwd.join(file));
    let remove = context.typed.is("--remove-plaintext");
    let report = context.vault()?.import(file.as_deref(), remove)?;
    if !context.typed.is("--json") {
        advise(&report, remove);
    }
    let file = report.file.to_string_lossy();
    let json = json!({ "file": file, "tokens": rows(&report) });
    Ok(Report::new(described(&report), json))
}

/// What happened to each token, as a table.
pub fn described(report: &ImportReport) -> String {
    let rows: Vec<_> = report.tokens.iter().map(row).collect();
    let headings = ["NAME", "ACCOUNT", "OUTCOME", "SECRET IN", "PLAINTEXT"];
    Table::new(headings, rows).to_text()
}

/// The same for scripts.
pub fn rows(report: &ImportReport) -> Vec<Value> {
    report.tokens.iter().map(to_json).collect()
}

fn advise(report: &ImportReport, removed: bool) {
    let file = report.file.display();
    if report.tokens.is_empty() {
        say(&format!("There are no tokens in {file}."));
    } else if !removed {
        say(&format!(
            "The plain text stays in {file} for older tools. To remove it, pass --remove-plaintext."
        ));
    }
}

fn row(token: &ImportedToken) -> [String; 5] {
    let (outcome, store) = match &token.outcome {
        ImportOutcome::Imported(store) => ("imported".to_owned(), store.as_str()),
        ImportOutcome::Kept => ("kept: the vault already has that name".to_owned(), ""),
        ImportOutcome::Skipped(reason) => (format!("skipped: {}", printable(reason, 200)), ""),
    };
    let account = token.account.as_ref().map_or_else(String::new, ToString::to_string);
    let plaintext = if token.plaintext_removed { "removed" } else { "still there" };
    [token.name.clone(), account, outcome, store.to_owned(), plaintext.to_owned()]
}

fn to_json(token: &ImportedToken) -> Value {
    let (outcome, store, reason) = match &token.outcome {
        ImportOutcome::Imported(store) => ("imported", Some(store.as_str()), None),
        ImportOutcome::Kept => ("kept", None, None),
        ImportOutcome::Skipped(reason) => ("skipped", None, Some(printable(reason, 200))),
    };
    json!({
        "authId": token.name,
        "account": token.account.as_ref().map(crate::account::AccountId::as_str),
        "outcome": outcome,
        "store": store,
        "reason": reason,
        "plaintextRemoved": token.plaintext_removed,
    })
}
