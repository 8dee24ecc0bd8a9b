//! `status`: whether the saved tokens work. Asks NetSuite about all of them at the same time.
//!
//! * [`checked`] – what is known about a token
//! * [`checker`] – checks token by token; [`refused`] finds out why NetSuite refuses one
//! * [`report`] – the table and the JSON

mod checked;
mod checker;
mod refused;
mod report;

use crate::account::AccountId;
use crate::base::console::say;
use crate::cli::context::{Context, named};
use crate::cli::output::Report;
use crate::credentials::AuthId;
use crate::error::{Error, Result};
use crate::selection::request::TokenRequest;
use crate::vault::Vault;
use crate::vault::model::Origin;

use checked::{Status, Subject};
use checker::Checker;
pub use refused::fault_of_the_consumer;

/// A saved token that NetSuite refuses, and why.
pub struct RefusedToken {
    /// The name it is saved under.
    pub auth_id: AuthId,
    /// Its account.
    pub account: AccountId,
    /// Its role, where it is known.
    pub role: Option<String>,
    /// Which NetSuite it is for.
    pub origin: Origin,
    /// Why it is refused.
    pub cause: Error,
}

/// The saved tokens that NetSuite refuses: of `--account`, `--vm` and `-m` where those are given.
pub async fn refused_tokens(context: &Context) -> Result<Vec<RefusedToken>> {
    let (origin, account) = (context.origin()?, context.account()?);
    let mut tokens = context.with_vault(Vault::list).await?;
    tokens.retain(|token| {
        origin.as_ref().is_none_or(|origin| token.origin == *origin)
            && account.as_ref().is_none_or(|account| token.account == *account)
    });
    let mut checker = Checker::new(context, Some(context.consumer()?)).await?;
    for token in tokens {
        checker.check_saved(token).await?;
    }
    let refused = checker.finish().await?.into_iter().filter(|one| one.status == Status::Refused);
    Ok(refused
        .filter_map(|one| {
            let Subject { auth_id, account, role, origin } = one.token;
            Some(RefusedToken { auth_id: auth_id?, account, role, origin, cause: one.error? })
        })
        .collect())
}

/// Checks every token, or those of one name.
pub async fn run(context: &Context) -> Result<Report> {
    let origin = context.origin()?;
    let tokens = if let Some(name) = context.typed.word(0).map(str::to_owned) {
        context.with_vault(move |vault| named(vault, &name, origin.as_ref())).await?
    } else {
        let mut all = context.with_vault(Vault::list).await?;
        all.retain(|token| origin.as_ref().is_none_or(|origin| token.origin == *origin));
        all
    };
    // The token of the environment is the one that tasks use, whatever is saved.
    let given = match context.typed.word(0) {
        None => TokenRequest::read(&context.options()?, &context.environment)?.given,
        Some(_) => None,
    };
    let nothing = tokens.is_empty() && given.is_none();
    if nothing && !context.typed.is("--json") {
        let which = if context.origin()?.is_some() { " for that NetSuite" } else { "" };
        say(&format!("No token is saved{which} yet. To sign in: npx netsuite-tba login NAME"));
    }
    // Without a consumer key it can be seen what is saved, but not whether it works.
    let consumer = match context.consumer() {
        Err(_) if nothing || context.typed.is("--offline") => None,
        outcome => Some(outcome?),
    };
    let mut checker = Checker::new(context, consumer).await?;
    if let Some(given) = given {
        checker.check_given(context, given)?;
    }
    for token in tokens {
        checker.check_saved(token).await?;
    }
    Ok(report::report(&checker.finish().await?))
}
