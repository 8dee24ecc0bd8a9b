//! `use NAME`: writes the name into this project's `.nsdeploy`.

use serde_json::json;

use crate::base::console::say;
use crate::cli::context::Context;
use crate::cli::list;
use crate::cli::output::Report;
use crate::error::Result;
use crate::vault::model::Origin;

/// Makes a saved token the one of this project.
pub fn run(context: &Context) -> Result<Report> {
    let mut found = context.named(context.typed.word(0).unwrap_or_default())?;
    // Of two with one name the real NetSuite's is meant, unless another was named.
    let at = found.iter().position(|token| token.origin == Origin::default()).unwrap_or(0);
    let token = found.swap_remove(at);
    let file = context.project().remember(token.auth_id.as_str())?;
    if !list::place(&token).is_empty() {
        say(&format!(
            "This token belongs to {}: tasks use it only when they are run with --vm or -m.",
            list::place(&token)
        ));
    }
    let text = format!(
        "Tasks here now use {} - Account {} ({}).\n",
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
