//! What `status` prints.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::output;
use crate::cli::output::Report;
use crate::cli::status::checked::Checked;
use crate::cli::table::Table;
use crate::credentials::AuthId;
use crate::error::Exit;
use crate::text::printable;

/// Table, reasons and exit code.
pub(super) fn report(checked: &[Checked]) -> Report {
    let headings = ["NAME", "ACCOUNT", "STATUS", "ROLE", "USER", "COMPANY"];
    let mut text = Table::new(headings, checked.iter().map(row).collect()).to_text();
    for one in checked {
        if let Some(error) = &one.error {
            let name = printable(one.token.name(), 80);
            let _ = write!(text, "\n{name}: {}\n  {}\n", error.message(), error.next_command());
        }
    }
    let json = json!({ "tokens": checked.iter().map(to_json).collect::<Vec<_>>() });
    let worst = checked.iter().map(|one| one.status.severity()).max();
    Report::new(text, json).exiting(worst.map_or(Exit::Done, |(_, exit)| exit))
}

fn row(one: &Checked) -> [String; 6] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let role = match (&one.info.role_name, one.info.role.as_ref().or(one.token.role.as_ref())) {
        (Some(name), Some(id)) => format!("{name} ({})", printable(id, 40)),
        (Some(name), None) => name.clone(),
        (None, id) => id.map_or_else(String::new, |id| printable(id, 40)),
    };
    [
        printable(one.token.name(), 80),
        one.token.account.to_string(),
        one.status.as_str().to_owned(),
        role,
        or_empty(&one.info.user),
        or_empty(&one.info.company_name),
    ]
}

fn to_json(one: &Checked) -> Value {
    json!({
        "authId": one.token.auth_id.as_ref().map(AuthId::as_str),
        "account": one.token.account.as_str(),
        "status": one.status.as_str(),
        "role": one.info.role.as_ref().or(one.token.role.as_ref()),
        "roleName": one.info.role_name,
        "user": one.info.user,
        "company": one.info.company_name,
        "error": one.error.as_ref().map(output::error),
    })
}
