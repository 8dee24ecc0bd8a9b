//! What all ways to a new token share: its name, and the report about it.

use serde_json::json;

use crate::base::blocking::blocking;
use crate::base::console::warn;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::{choose, list};
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::selection::decision::origin_of;
use crate::selection::person::{AtTerminal, Choice, Person};
use crate::session::signed_in;
use crate::vault::model::{Origin, SavedToken};

/// Warns where tasks would not use the token that is about to be saved.
pub fn warn_of_environment(context: &Context) {
    if context.environment.var("NETSUITE_TBA_TOKEN_ID").is_some() {
        warn("NETSUITE_TBA_TOKEN_ID is set. Tasks use that token, not the one saved now.");
    }
}

/// The name to sign in under: a new one, or any that is already saved. A person is asked for it if
/// none was typed.
pub async fn name(context: &Context) -> Result<AuthId> {
    let Some(typed) = context.typed.word(0) else { return asked(context).await };
    let refused = match AuthId::parse_new(typed) {
        Ok(name) => return Ok(name),
        Err(refused) => refused,
    };
    let Some(existing) = AuthId::from_existing(typed) else { return Err(refused) };
    let (name, origin) = (existing.clone(), origin_of(&context.site()?));
    match context.with_vault(move |vault| vault.find(&name, &origin)).await? {
        Some(_) => Ok(existing),
        None => Err(refused),
    }
}

async fn asked(context: &Context) -> Result<AuthId> {
    if !context.can_ask() {
        return Err(choose::name_needed(context));
    }
    let origin = origin_of(&context.site()?);
    let mut saved = context.with_vault(crate::vault::Vault::list).await?;
    saved.retain(|token| token.origin == origin);
    let (environment, stop) = (context.environment.clone(), context.abort.clone());
    blocking(move || {
        let person = AtTerminal::new(&environment, &stop);
        if saved.is_empty() {
            return person.name();
        }
        match person.choose(&saved, None)? {
            Choice::New => person.name(),
            Choice::Saved(at) => Ok(saved.swap_remove(at).auth_id),
        }
    })
    .await
}

/// The report about a token that was just saved.
pub async fn done(
    context: &Context,
    auth_id: AuthId,
    replaced: bool,
    origin: &Origin,
) -> Result<Report> {
    let (name, origin) = (auth_id.clone(), origin.clone());
    let saved = context.with_vault(move |vault| vault.find(&name, &origin)).await?;
    let saved: SavedToken = saved.ok_or_else(|| {
        let what = "Another process removed the token in the meantime.";
        Error::new(Code::TokenNotFound, what).about_token(auth_id.as_str())
    })?;
    let opening = signed_in::sentence(&auth_id, &saved.account, saved.role.as_ref());
    let text = saved_text(&saved, &opening);
    Ok(Report::new(text, json!({ "token": list::to_json(&saved, false), "replaced": replaced })))
}

/// The text about a token that was just saved: the opening, where its secret is, and how to use it. Warns
/// if its name says another type of account.
pub fn saved_text(saved: &SavedToken, opening: &str) -> String {
    if let Some(warning) = signed_in::contradiction(&saved.auth_id, &saved.account) {
        warn(&warning);
    }
    format!(
        "{opening}\nThe secret is in: {}\nTo use it in a project: npx netsuite-tba use {}\n",
        saved.store.as_str(),
        saved.auth_id,
    )
}
