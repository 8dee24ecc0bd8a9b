//! The whole call: decide, sign in if need be, save, remember, and hand out a session.

use std::sync::Arc;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::{blocking, or_stopped};
use crate::base::console::{debug, say};
use crate::credentials::{AuthId, Consumer};
use crate::error::{Code, Error, Result};
use crate::netsuite::site::Site;
use crate::selection::decision::{Chosen, Decision, NewSignIn};
use crate::selection::request::{Given, GivenBy, account_mismatch};
use crate::session::call::{Call, Roots};
use crate::session::run::{Purpose, Run};
use crate::session::sign_in::sign_in;
use crate::session::{Owner, Session, Source};
use crate::vault::model::SavedToken;

/// Signs in: by a token that is given, saved, or made now in the browser.
///
/// # Errors
/// Any of the table in `error.rs`; nothing is half-saved.
pub async fn authenticate(call: Call, roots: Roots, abort: Abort) -> Result<Session> {
    let purpose = if call.options.tools_name.is_some() { Purpose::Tools } else { Purpose::Task };
    let (run, given) = Run::prepare(call, purpose, &abort)?;
    let run = Arc::new(run);
    if let Some(given) = given {
        let admitting = Arc::clone(&run);
        let (whose, account) = (given.whose(), given.account.clone());
        let admitted = blocking(move || admitting.admit(&whose, &account, None));
        or_stopped(&abort, admitted).await?;
        return Ok(with_given(given, &run.asked.site, &run.consumer));
    }
    let (deciding, stop) = (Arc::clone(&run), abort.clone());
    let decision = or_stopped(&abort, blocking(move || deciding.decide(&stop))).await?;
    debug(|| format!("decided: {decision}"));
    match decision {
        Decision::Saved(Chosen { saved, reason, remember }) => {
            blocking(move || run.with_saved(saved, reason, remember)).await
        }
        Decision::SignIn(mut new) => {
            new.account = run.account_of_sign_in(new.account);
            if let Some(account) = new.account.clone() {
                let admitting = Arc::clone(&run);
                let whose = format!("the sign-in as {} is for", new.auth_id);
                let admitted = blocking(move || admitting.admit(&whose, &account, None));
                or_stopped(&abort, admitted).await?;
            }
            sign_in(run, new, roots, abort).await
        }
    }
}

/// Signs in under a name whatever is saved. A saved token of that name stays until the new one is
/// saved in its place, and the new one must be of the same account.
///
/// # Errors
/// As [`authenticate`]; [`Code::AuthIdTaken`] when the name belongs to another account's token.
pub async fn login(
    call: Call,
    auth_id: AuthId,
    roots: Roots,
    abort: Abort,
) -> Result<(Session, Option<SavedToken>)> {
    let (mut run, _) = Run::prepare(call, Purpose::Login, &abort)?;
    let (vault, name, origin) = (run.vault.clone(), auth_id.clone(), run.origin());
    let replaces = blocking(move || vault.find(&name, &origin)).await?;
    if let Some(old) = &replaces {
        match &run.asked.account {
            Some(asked) if *asked != old.account => return Err(taken(old, asked)),
            _ => run.asked.account = Some(old.account.clone()),
        }
        say(&format!(
            "Signing in again as {auth_id}: the saved token of account {} stays until the new one is saved.",
            old.account
        ));
    }
    let new = NewSignIn {
        auth_id,
        replaces: replaces.clone(),
        account: run.asked.account.clone(),
        reason: None,
    };
    Ok((sign_in(Arc::new(run), new, roots, abort).await?, replaces))
}

/// Signs in under a name because NetSuite refused its token. A token that another process saved under
/// the name meanwhile is used as it is.
///
/// # Errors
/// As [`login`].
pub async fn sign_in_again(
    call: Call,
    auth_id: AuthId,
    refused: String,
    roots: Roots,
    abort: Abort,
) -> Result<Session> {
    let (run, _) = Run::prepare(call, Purpose::Login, &abort)?;
    let (run, name) = (Arc::new(run), auth_id.clone());
    let looking = Arc::clone(&run);
    let looked = blocking(move || {
        let Some(saved) = looking.vault.find(&name, &looking.origin())? else {
            return Ok((None, None));
        };
        if looking.asked.account.as_ref().is_some_and(|asked| *asked != saved.account) {
            return Ok((None, None));
        }
        // A store that cannot be read is no reason not to sign in.
        let is_new = looking.vault.token(&saved).is_ok_and(|token| token.id != refused);
        let session = is_new.then(|| looking.with_saved(saved.clone(), "saved meanwhile", false));
        Ok((session.transpose()?, Some(saved)))
    });
    let (session, replaces) = or_stopped(&abort, looked).await?;
    if let Some(session) = session {
        return Ok(session);
    }
    let account = run.asked.account.clone();
    let new = NewSignIn { auth_id: auth_id.clone(), replaces, account, reason: None };
    let session = sign_in(run, new, roots, abort).await?;
    say(&format!(
        "Signed in again: token {auth_id} - Account {} is saved. The task continues.",
        session.account
    ));
    Ok(session)
}

/// The refusal to overwrite a token of another account.
pub(crate) fn taken(old: &SavedToken, asked: &AccountId) -> Error {
    let mismatch =
        account_mismatch(&format!("The saved token {}", old.auth_id), &old.account, asked);
    Error::new(Code::AuthIdTaken, mismatch.message())
}

/// Rows 1 and 2: no vault, no prompt, no file.
pub(super) fn with_given(given: Given, site: &Site, consumer: &Consumer) -> Session {
    let source = match given.by {
        GivenBy::Option | GivenBy::File => Source::Option,
        GivenBy::Environment => Source::Environment,
    };
    say(&format!("Using the token of {} - Account {}", given.by.as_str(), given.account));
    let owner = Owner { auth_id: None, account: given.account, role: None };
    Session::new(owner, source, site, consumer, given.token)
}
