//! The whole call: decide, sign in if need be, save, remember, and hand out a session.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::{blocking, or_stopped};
use crate::base::console::{debug, say, warn};
use crate::base::deadline::Deadline;
use crate::base::environment::Environment;
use crate::consent;
use crate::consent::{Granted, SignIn};
use crate::credentials::{AuthId, Consumer};
use crate::error::{Code, Error, Result};
use crate::fs::lock::LockGuard;
use crate::netsuite::client::NetworkSettings;
use crate::netsuite::site::Site;
use crate::project::Project;
use crate::selection::decision;
use crate::selection::decision::Decision;
use crate::selection::options::Options;
use crate::selection::person::{AtTerminal, Person};
use crate::selection::request;
use crate::selection::request::{Given, GivenBy, SignInSettings, TokenRequest};
use crate::session::{Session, Source, signed_in};
use crate::vault::model::{NewToken, SavedToken};
use crate::vault::passphrase_prompt::with_person;
use crate::vault::settings::VaultSettings;
use crate::vault::{SignInLock, Vault};

/// How often a waiting process looks whether the other sign-in has ended.
const SIGN_IN_POLL: Duration = Duration::from_millis(250);

/// Fetches Node's own trust roots, which cost too much to fetch when no network is needed.
pub type Roots = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Vec<String>> + Send>> + Send>;

/// One call.
pub struct Call {
    /// Options, with flags already merged in.
    pub options: Options,
    /// The surroundings of the call.
    pub environment: Environment,
    /// What runs, for others who wait for it: `gulp extension:fetch`.
    pub program: String,
}

/// Everything a call knows once its options are parsed.
struct Run {
    asked: TokenRequest,
    conduct: SignInSettings,
    consumer: Consumer,
    project: Project,
    vault: Vault,
    environment: Environment,
    program: String,
    purpose: Purpose,
}

/// Whom a sign-in is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A task that goes on with the token.
    Task,
    /// Oracle's tools chose the name: they tell which token is used, and they write `.nsdeploy`.
    Tools,
    /// Nothing but the saved token; `.nsdeploy` is not touched.
    Login,
}

/// Signs in: by a token that is given, saved, or made now in the browser.
///
/// # Errors
/// Any of the table in `error.rs`; nothing is half-saved.
pub async fn authenticate(call: Call, roots: Roots, abort: Abort) -> Result<Session> {
    let purpose = if call.options.tools_name.is_some() { Purpose::Tools } else { Purpose::Task };
    let (run, given) = Run::prepare(call, purpose, &abort)?;
    if let Some(given) = given {
        return Ok(with_given(given, &run.asked.site, &run.consumer));
    }
    let run = Arc::new(run);
    let (deciding, stop) = (Arc::clone(&run), abort.clone());
    let decision = or_stopped(&abort, blocking(move || deciding.decide(&stop))).await?;
    debug(|| format!("decided: {decision:?}"));
    match decision {
        Decision::Saved { saved, reason, remember } => {
            blocking(move || run.with_saved(saved, reason, remember)).await
        }
        Decision::SignIn { auth_id, replaces, account, announcement } => {
            run.check_somebody_is_there(&auth_id)?;
            if let Some(announcement) = announcement {
                say(&announcement);
            }
            let account = run.asked.account.clone().or(account);
            sign_in(run, auth_id, (replaces, account), roots, abort).await
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
    let (vault, name, origin) = (run.vault.clone(), auth_id.clone(), decision::origin(&run.asked));
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
    let account = run.asked.account.clone();
    let session =
        sign_in(Arc::new(run), auth_id, (replaces.clone(), account), roots, abort).await?;
    Ok((session, replaces))
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
        let Some(saved) = looking.vault.find(&name, &decision::origin(&looking.asked))? else {
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
    let session = sign_in(run, auth_id.clone(), (replaces, account), roots, abort).await?;
    say(&format!(
        "Signed in again: token {auth_id} - Account {} is saved. The task continues.",
        session.account
    ));
    Ok(session)
}

/// The refusal to overwrite a token of another account.
pub(crate) fn taken(old: &SavedToken, asked: &AccountId) -> Error {
    let message = format!(
        "The saved token {} belongs to account {}, and --account says {asked}.",
        old.auth_id, old.account
    );
    Error::new(Code::AuthIdTaken, message)
}

/// Rows 1 and 2: no vault, no prompt, no file.
pub(super) fn with_given(given: Given, site: &Site, consumer: &Consumer) -> Session {
    let (source, name) = match given.by {
        GivenBy::Option => (Source::Option, "--token"),
        GivenBy::Environment => (Source::Environment, "NETSUITE_TBA_TOKEN_ID"),
    };
    say(&format!("Using the token of {name} - Account {}", given.account));
    let whose = (None, given.account, None);
    Session::new(whose, source, site, consumer, given.token)
}

impl Run {
    /// Parses everything; nothing is asked or sent.
    fn prepare(call: Call, purpose: Purpose, stop: &Abort) -> Result<(Self, Option<Given>)> {
        let Call { options, environment, program } = call;
        let mut asked = TokenRequest::read(&options, &environment)?;
        let conduct = SignInSettings::read(&options, &environment)?;
        let project = Project::find(&environment);
        let consumer = request::consumer(&options, &environment, &project)?;
        let given = asked.given.take();
        // Whoever gives a token has no use for the store, be it named wrongly.
        let store = if given.is_some() { Some("auto") } else { options.store.as_deref() };
        let mut settings = VaultSettings::from(&environment, store, options.home.as_deref())?;
        settings.may_prompt = conduct.interactive;
        let vault = Vault::open(with_person(settings, stop));
        let run = Self { asked, conduct, consumer, project, vault, environment, program, purpose };
        Ok((run, given))
    }

    fn decide(&self, stop: &Abort) -> Result<Decision> {
        let person = self.conduct.interactive.then(|| AtTerminal::new(&self.environment, stop));
        self.project.warn_of_secrets();
        let deployment = || self.project.deployment();
        decision::decide(
            &self.asked,
            deployment,
            &self.vault,
            person.as_ref().map(|person| person as &dyn Person),
        )
    }

    fn with_saved(&self, saved: SavedToken, reason: &str, remember: bool) -> Result<Session> {
        if saved.consumer.as_ref().is_some_and(|of| *of != self.consumer.key.fingerprint()) {
            let message =
                format!("The token {} was made with another integration record.", saved.auth_id);
            return Err(Error::new(Code::ConsumerMismatch, message));
        }
        if let (Some(asked), Some(has)) = (&self.asked.role, &saved.role)
            && asked.as_str() != has
        {
            warn(&format!("The token {} has role {has}; --role is for new tokens.", saved.auth_id));
        }
        if self.purpose == Purpose::Task {
            say(&format!(
                "Using token {} - Account {} ({reason}), run with --to to change it",
                saved.auth_id, saved.account
            ));
        }
        let token = self.vault.token(&saved)?;
        if remember {
            self.remember(&saved.auth_id);
        }
        self.vault.touch(&saved);
        let whose = (Some(saved.auth_id), saved.account, saved.role);
        Ok(Session::new(whose, Source::Saved, &self.asked.site, &self.consumer, token))
    }

    /// A project that cannot be written to still gets its token.
    fn remember(&self, auth_id: &AuthId) {
        if self.purpose != Purpose::Task {
            return;
        }
        if let Err(error) = self.project.remember(auth_id.as_str()) {
            warn(&format!("The choice is not remembered: {}", error.message()));
        }
    }

    /// A token another task made while this one waited serves only if it is what was asked for.
    fn check_made_meanwhile(&self, saved: &SavedToken, account: Option<&AccountId>) -> Result<()> {
        let SavedToken { auth_id, account: has, role, .. } = saved;
        if let Some(asked) = account.filter(|asked| *asked != has) {
            let message = format!(
                "Another task made the token {auth_id} meanwhile, for account {has} and not {asked}."
            );
            return Err(Error::new(Code::AccountMismatch, message));
        }
        match (&self.asked.role, role) {
            (Some(asked), Some(has)) if asked.as_str() != has => {
                let message = format!(
                    "Another task made the token {auth_id} meanwhile, with role {has} and not {asked}."
                );
                Err(Error::new(Code::AuthIdTaken, message))
            }
            _ => Ok(()),
        }
    }

    /// Whether there is anybody who could press Allow.
    fn check_somebody_is_there(&self, auth_id: &AuthId) -> Result<()> {
        let SignInSettings { interactive, browser, .. } = self.conduct;
        let opens = || consent::browser_availability::browser_can_open(&self.environment, browser);
        let fine = interactive
            || match browser {
                Some(wanted) => wanted,
                None => !self.environment.is_ci() && opens(),
            };
        if fine {
            return Ok(());
        }
        let message =
            format!("There is no usable saved token {auth_id}, and nobody here to sign in.");
        Err(Error::new(Code::SignInNeeded, message))
    }
}

async fn sign_in(
    run: Arc<Run>,
    auth_id: AuthId,
    (replaces, account): (Option<SavedToken>, Option<AccountId>),
    roots: Roots,
    abort: Abort,
) -> Result<Session> {
    run.check_somebody_is_there(&auth_id)?;
    // Waiting for others counts: whoever set a limit wants it to hold.
    let deadline = Deadline::after(run.conduct.timeout);
    let (deciding, name) = (Arc::clone(&run), auth_id.clone());
    let before =
        blocking(move || deciding.vault.find(&name, &decision::origin(&deciding.asked))).await?;
    let lock = wait_for_turn(&run, deadline, &abort).await?;
    let (deciding, name) = (Arc::clone(&run), auth_id.clone());
    let now =
        blocking(move || deciding.vault.find(&name, &decision::origin(&deciding.asked))).await?;
    if let Some(saved) = now.filter(|now| lock.waited && is_newer(now, before.as_ref())) {
        drop(lock);
        run.check_made_meanwhile(&saved, account.as_ref())?;
        return blocking(move || run.with_saved(saved, "made meanwhile by another task", true))
            .await;
    }
    let (readying, name) = (Arc::clone(&run), auth_id.clone());
    let ready =
        blocking(move || readying.vault.ready_to_save(&name, &decision::origin(&readying.asked)))
            .await?;
    if let Some(notice) = &ready.notice {
        warn(notice);
    }
    if replaces.is_none() {
        say(
            "Token-Based Authentication must be enabled in the account, and the role needs \"Log in using Access Tokens\".",
        );
    }
    let request = SignIn {
        auth_id: auth_id.clone(),
        account,
        role: run.asked.role.clone(),
        consumer: run.consumer.clone(),
        site: run.asked.site.clone(),
        network: NetworkSettings {
            proxy: run.conduct.proxy.clone(),
            environment: run.environment.clone(),
            extra_roots_pem: roots().await,
        },
        port: run.conduct.port,
        deadline,
        browser: run.conduct.browser,
        interactive: run.conduct.interactive,
        environment: run.environment.clone(),
    };
    let (saving, name) = (Arc::clone(&run), auth_id.clone());
    let granted =
        consent::flow::sign_in(request, abort, Box::new(move |granted| saving.save(name, granted)))
            .await?;
    drop(lock);
    if run.purpose != Purpose::Login {
        let role = granted.role.as_deref();
        let sentence = signed_in::sentence(&auth_id, &granted.account, role);
        say(&format!("{sentence} The task continues."));
        if let Some(warning) = signed_in::contradiction(&auth_id, &granted.account) {
            warn(&warning);
        }
    }
    blocking(move || {
        run.remember(&auth_id);
        let Granted { account, role, token, .. } = granted;
        let whose = (Some(auth_id), account, role);
        Ok(Session::new(whose, Source::Generated, &run.asked.site, &run.consumer, token))
    })
    .await
}

impl Run {
    fn save(&self, auth_id: AuthId, granted: &Granted) -> Result<()> {
        let new = NewToken {
            auth_id,
            account: granted.account.clone(),
            role: granted.role.clone(),
            origin: decision::origin(&self.asked),
            consumer: Some(self.consumer.key.fingerprint()),
            token: granted.token.clone(),
        };
        let saved = self.vault.save(new)?;
        debug(|| format!("saved token {} in the store {}", saved.auth_id, saved.store.as_str()));
        Ok(())
    }
}

fn is_newer(now: &SavedToken, before: Option<&SavedToken>) -> bool {
    before.is_none_or(|before| before.created_at != now.created_at || before.account != now.account)
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
