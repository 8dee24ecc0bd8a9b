//! A sign-in of a call: waits for its turn, asks for consent, saves the token.

use std::sync::Arc;
use std::time::Duration;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::console::{debug, say, warn};
use crate::base::deadline::Deadline;
use crate::consent;
use crate::consent::{Granted, SignIn};
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::fs::lock::LockGuard;
use crate::netsuite::network_settings::NetworkSettings;
use crate::selection::decision::NewSignIn;
use crate::selection::request::{SignInSettings, account_mismatch};
use crate::session::call::Roots;
use crate::session::run::{Purpose, Run};
use crate::session::{Owner, Session, Source, signed_in};
use crate::vault::SignInLock;
use crate::vault::model::{NewToken, SavedToken};
use crate::vault::revision::Revision;

/// How often a waiting process looks whether the other sign-in has ended.
const SIGN_IN_POLL: Duration = Duration::from_millis(250);

/// What is said before a first sign-in.
const REMINDER: &str = "Token-Based Authentication must be enabled in the account, and the role needs \"Log in using Access Tokens\".";

/// Signs in.
///
/// # Errors
/// Any of a sign-in, of the store, or of a wait for another sign-in.
pub(super) async fn sign_in(
    run: Arc<Run>,
    new: NewSignIn,
    roots: Roots,
    abort: Abort,
) -> Result<Session> {
    run.check_somebody_is_there(&new)?;
    if let Some(reason) = &new.reason {
        say(&format!("{reason} Signing in under that name."));
    }
    // Waiting for others counts: whoever set a limit wants it to hold.
    let deadline = Deadline::after(run.settings.timeout);
    let before = run.revision(&new.auth_id).await;
    let turn = wait_for_turn(&run, deadline, &abort).await?;
    if turn.waited && run.revision(&new.auth_id).await != before {
        drop(turn);
        if let Some(session) = made_meanwhile(&run, &new).await? {
            return Ok(session);
        }
        return Err(Error::new(
            Code::TokenNotFound,
            "Another process removed the token meanwhile.",
        ));
    }
    get_ready(&run, &new).await?;
    let request = run.request(&new, deadline, roots().await);
    let (saving, name) = (Arc::clone(&run), new.auth_id.clone());
    let save = Box::new(move |granted: &Granted| saving.save(name, granted));
    let granted = consent::flow::sign_in(request, abort, save).await?;
    drop(turn);
    run.say_signed_in(&new.auth_id, &granted);
    blocking(move || {
        run.remember(&new.auth_id, &granted.account);
        let Granted { account, role, token, .. } = granted;
        let whose = format!("the new token {} belongs to", new.auth_id);
        run.admit(&whose, &account, role.as_ref())?;
        let owner = Owner { auth_id: Some(new.auth_id), account, role };
        Ok(Session::new(owner, Source::Generated, &run.asked.site, &run.consumer, token))
    })
    .await
}

/// Prepares the store before the browser opens, so that the token will have its place.
async fn get_ready(run: &Arc<Run>, new: &NewSignIn) -> Result<()> {
    let (readying, name) = (Arc::clone(run), new.auth_id.clone());
    let ready = blocking(move || readying.vault.ready_to_save(&name, &readying.origin())).await?;
    if let Some(notice) = &ready.notice {
        warn(notice);
    }
    if new.replaces.is_none() {
        say(REMINDER);
    }
    Ok(())
}

/// A session of the token that another task saved under the name while this one waited.
async fn made_meanwhile(run: &Arc<Run>, new: &NewSignIn) -> Result<Option<Session>> {
    let (run, name, account) = (Arc::clone(run), new.auth_id.clone(), new.account.clone());
    blocking(move || {
        let Some(saved) = run.vault.find(&name, &run.origin())? else { return Ok(None) };
        run.check_made_meanwhile(&saved, account.as_ref())?;
        run.with_saved(saved, "made meanwhile by another task", true).map(Some)
    })
    .await
}

impl Run {
    /// Which token the name stands for now. A damaged `~/.nstba` holds none of ours: whoever reads or
    /// writes the vault later reports it.
    async fn revision(self: &Arc<Self>, name: &AuthId) -> Option<Revision> {
        let (run, name) = (Arc::clone(self), name.clone());
        blocking(move || run.vault.revision(&name, &run.origin())).await.ok().flatten()
    }

    fn request(&self, new: &NewSignIn, deadline: Deadline, extra_roots_pem: Vec<String>) -> SignIn {
        SignIn {
            auth_id: new.auth_id.clone(),
            account: new.account.clone(),
            role: self.asked.role.clone(),
            consumer: self.consumer.clone(),
            site: self.asked.site.clone(),
            network: NetworkSettings {
                proxy: self.settings.proxy.clone(),
                environment: self.environment.clone(),
                extra_roots_pem,
            },
            port: self.settings.port,
            deadline,
            browser: self.settings.browser,
            interactive: self.settings.interactive,
            environment: self.environment.clone(),
        }
    }

    fn save(&self, auth_id: AuthId, granted: &Granted) -> Result<()> {
        self.check_lock("access was allowed for", &granted.account)?;
        let new = NewToken {
            auth_id,
            account: granted.account.clone(),
            role: granted.role.clone(),
            origin: self.origin(),
            consumer: Some(self.consumer.key.fingerprint()),
            token: granted.token.clone(),
        };
        let saved = self.vault.save(new)?;
        debug(|| format!("saved token {} in the store {}", saved.auth_id, saved.store.as_str()));
        Ok(())
    }

    fn say_signed_in(&self, auth_id: &AuthId, granted: &Granted) {
        if self.purpose == Purpose::Login {
            return;
        }
        let sentence = signed_in::sentence(auth_id, &granted.account, granted.role.as_ref());
        say(&format!("{sentence} The task continues."));
        if let Some(warning) = signed_in::contradiction(auth_id, &granted.account) {
            warn(&warning);
        }
    }

    /// A token another task made while this one waited serves only if it is what was asked for.
    fn check_made_meanwhile(&self, saved: &SavedToken, account: Option<&AccountId>) -> Result<()> {
        let SavedToken { auth_id, account: has, role, .. } = saved;
        let whose = format!("The token {auth_id}, which another task made meanwhile,");
        if let Some(asked) = account.filter(|asked| *asked != has) {
            return Err(account_mismatch(&whose, has, asked));
        }
        match (&self.asked.role, role) {
            (Some(asked), Some(has)) if asked != has => {
                let message = format!("{whose} has role {has}, but role {asked} was asked for.");
                Err(Error::new(Code::AuthIdTaken, message))
            }
            _ => Ok(()),
        }
    }

    /// Whether there is anybody who could press Allow.
    fn check_somebody_is_there(&self, new: &NewSignIn) -> Result<()> {
        let SignInSettings { interactive, browser, .. } = self.settings;
        let opens = || consent::browser_availability::browser_can_open(&self.environment, browser);
        let fine = interactive
            || match browser {
                Some(wanted) => wanted,
                None => !self.environment.is_ci() && opens(),
            };
        if fine {
            return Ok(());
        }
        let name = &new.auth_id;
        let reason = match &new.reason {
            Some(reason) => reason.clone(),
            None => format!("There is no usable saved token {name}."),
        };
        let message =
            format!("{reason} Nobody can sign in here: there is no terminal, or CI is set.");
        Err(Error::new(Code::SignInNeeded, message).about_token(name.as_str()))
    }
}

/// The right to sign in, which one process at a time has.
struct Turn {
    _lock: LockGuard,
    waited: bool,
}

/// Waits until no other process signs in.
async fn wait_for_turn(run: &Arc<Run>, deadline: Deadline, abort: &Abort) -> Result<Turn> {
    let mut waited = false;
    loop {
        let who = format!("{}, process {}", run.program, std::process::id());
        let trying = Arc::clone(run);
        match blocking(move || trying.vault.sign_in_lock(&who)).await? {
            SignInLock::Held(lock) => return Ok(Turn { _lock: lock, waited }),
            SignInLock::Busy(holder) if !waited => {
                say(&format!("Waiting for another sign-in to end ({holder})."));
                waited = true;
            }
            SignInLock::Busy(holder) if deadline.has_passed() => {
                let message = format!("Another sign-in did not end in time ({holder}).");
                return Err(Error::new(Code::SignInBusy, message));
            }
            SignInLock::Busy(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(SIGN_IN_POLL) => {}
            () = abort.aborted() => return Err(Error::new(Code::Cancelled, "The sign-in was stopped.")),
        }
    }
}
