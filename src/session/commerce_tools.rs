//! Names chosen by Oracle's tools: they ask who it is for each request, so answers are kept.
//!
//! The tools make a new object for every request and know tokens by name alone. What is kept here
//! is checked against the index before each use (a look at the file's stamp), so that a token
//! replaced or removed by another process is not used any longer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::environment::Environment;
use crate::credentials::{AuthId, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::{Client, NetworkSettings};
use crate::netsuite::site::Site;
use crate::netsuite::token_info::token_info;
use crate::project::Project;
use crate::selection::decision;
use crate::selection::options::Options;
use crate::selection::request;
use crate::selection::request::TokenRequest;
use crate::session::authenticate::{Call, Roots, authenticate};
use crate::session::single_flight;
use crate::session::single_flight::CallKey;
use crate::session::{Session, Source};
use crate::vault::Vault;
use crate::vault::model::{Origin, SavedToken};
use crate::vault::revision::Revision;
use crate::vault::settings::VaultSettings;

/// One configuration of Oracle's tools: consumer, molecule, vm and the flags that were typed.
pub struct Tools {
    options: Options,
    environment: Environment,
    program: String,
    vault: Vault,
    origin: Origin,
    kept: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    session: Arc<Session>,
    /// Which token it was made with; none for a token given from outside.
    saved: Option<(AuthId, Revision)>,
}

impl Tools {
    /// A configuration. Nothing is asked or sent yet.
    ///
    /// # Errors
    /// A usage error for what cannot be what it is said to be.
    pub fn new(options: Options, environment: Environment, program: String) -> Result<Self> {
        let store = options.store.as_deref();
        let settings = VaultSettings::from(&environment, store, options.home.as_deref())?;
        let asked = TokenRequest::read(&named(&options, "any"), &environment)?;
        let origin = decision::origin(&asked);
        let vault = Vault::open(settings);
        Ok(Self { options, environment, program, vault, origin, kept: Mutex::default() })
    }

    /// The session of a name, if its secret has been read and it has not changed since. Never
    /// waits.
    pub fn kept(&self, name: &str) -> Option<Arc<Session>> {
        let kept = self.lock();
        let kept = kept.get(name)?;
        if let Some((auth_id, revision)) = &kept.saved {
            let now = self.vault.revision(auth_id, &self.origin).ok()??;
            if now != *revision {
                return None;
            }
        }
        Some(Arc::clone(&kept.session))
    }

    /// The session of a name: saved, given by the environment, or signed in now.
    ///
    /// # Errors
    /// As [`authenticate`].
    pub async fn session(&self, name: &str, roots: Roots) -> Result<Arc<Session>> {
        if let Some(session) = self.kept(name) {
            return Ok(session);
        }
        let options = named(&self.options, name);
        let key = CallKey::of(&options, &self.environment);
        let call =
            Call { options, environment: self.environment.clone(), program: self.program.clone() };
        let before = self.revision_of(name);
        let start = move |abort| authenticate(call, roots, abort);
        let session = single_flight::PROCESS.share(key, Abort::new(), start).await?;
        let saved = match &session.auth_id {
            Some(auth_id) => match self.vault.revision(auth_id, &self.origin)? {
                // Replaced while it was being read, by whom does not matter: it is read again next time.
                now if session.source == Source::Saved && now != before => return Ok(session),
                Some(now) => Some((auth_id.clone(), now)),
                None => return Ok(session),
            },
            None => None,
        };
        let kept = Kept { session: Arc::clone(&session), saved };
        self.lock().insert(name.to_owned(), kept);
        Ok(session)
    }

    fn revision_of(&self, name: &str) -> Option<Revision> {
        let auth_id = AuthId::from_existing(name)?;
        self.vault.revision(&auth_id, &self.origin).ok().flatten()
    }

    /// The saved tokens of this NetSuite.
    ///
    /// # Errors
    /// A store error.
    pub fn list(&self, deployed: bool) -> Result<Vec<SavedToken>> {
        let mut saved = self.vault.list()?;
        let origin = self.origin(deployed);
        saved.retain(|token| token.origin == origin);
        Ok(saved)
    }

    /// Whether a token was given from outside.
    pub fn has_given(&self) -> bool {
        let asked = TokenRequest::read(&named(&self.options, "any"), &self.environment);
        asked.is_ok_and(|asked| asked.given.is_some())
    }

    /// Which NetSuite. The list of tokens is asked for without a configuration; the tools then mean
    /// the one of `.nsdeploy`, unless flags say otherwise.
    fn origin(&self, deployed: bool) -> Origin {
        if deployed && self.origin == Origin::default() {
            let deployment = Project::find(&self.environment).deployment().unwrap_or_default();
            let (vm, molecule) = (deployment.vm.as_deref(), deployment.molecule.as_deref());
            if let Ok(site) = Site::parse(vm, molecule) {
                return decision::origin_of(&site);
            }
        }
        self.origin.clone()
    }

    /// Token ID and secret of a saved token.
    ///
    /// # Errors
    /// A store error, or [`Code::TokenNotFound`].
    pub fn token(&self, name: &str, deployed: bool) -> Result<Token> {
        let missing = || Error::new(Code::TokenNotFound, "There is no saved token of that name.");
        let auth_id = AuthId::from_existing(name).ok_or_else(missing)?;
        let saved = self.vault.find(&auth_id, &self.origin(deployed))?.ok_or_else(missing)?;
        self.vault.token(&saved)
    }

    /// Why NetSuite refuses a token the tools seem to be refused with; nothing when it does not,
    /// or when that cannot be found out.
    pub async fn why_refused(&self, name: &str, roots: Roots) -> Option<Error> {
        let session = match self.kept(name) {
            Some(session) => session,
            // A token given from outside is at hand without a question.
            None if self.has_given() => {
                self.session(name, Box::new(|| Box::pin(async { Vec::new() }))).await.ok()?
            }
            None => return None,
        };
        let asked = TokenRequest::read(&named(&self.options, name), &self.environment).ok()?;
        let (options, environment) = (self.options.clone(), self.environment.clone());
        let consumer = blocking(move || {
            request::consumer(&options, &environment, &Project::find(&environment))
        });
        let consumer = consumer.await.ok()?;
        let network = NetworkSettings {
            proxy: self.options.proxy.as_ref().map(|proxy| proxy.expose().to_owned()),
            environment: self.environment.clone(),
            extra_roots_pem: roots().await,
        };
        let client = Client::new(&network, &asked.site).ok()?;
        let probe = token_info(&client, &asked.site, &session.account, &consumer, &session.token);
        let refused = probe.await.err()?;
        // Only a refusal of the sign-in explains it; a network that fails now explains nothing.
        let again = match &session.auth_id {
            // The tools reuse a name that is typed under New token, so --to alone would not help.
            Some(auth_id) if refused.code() == Code::InvalidLogin => format!(
                "Sign in again with: npx netsuite-tba login {auth_id} (or --to, New token and another name)."
            ),
            None if refused.code() == Code::InvalidLogin => {
                "Make a new token in NetSuite, or leave --token out and sign in.".to_owned()
            }
            _ => return (refused.exit_code() == 3).then_some(refused),
        };
        Some(refused.with_next_step(again))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named(options: &Options, name: &str) -> Options {
    Options { tools_name: Some(name.to_owned()), ..options.clone() }
}
