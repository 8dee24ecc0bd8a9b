//! One configuration of Oracle's tools: consumer, molecule, vm and the flags that were typed.
//!
//! The tools make a new object for every request and know tokens by name alone, so the tokens of a
//! configuration are kept. They are checked against the vault before each use, so that a token that
//! another process replaced or removed signs nothing any more.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::environment::Environment;
use crate::credentials::{AuthId, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;
use crate::project::Project;
use crate::selection::admission::Admission;
use crate::selection::decision;
use crate::selection::flags::ToolsFlags;
use crate::selection::options::Options;
use crate::selection::request;
use crate::selection::request::{SignInSettings, TokenRequest};
use crate::session::admission::{Candidate, Door};
use crate::session::authenticate::{authenticate, with_given};
use crate::session::call::{Call, Roots};
use crate::session::commerce_tools::verdict::{self, Question, Verdict};
use crate::session::requests;
use crate::session::single_flight;
use crate::session::single_flight::CallKey;
use crate::session::{Session, Source};
use crate::vault::Vault;
use crate::vault::model::{Origin, SavedToken};
use crate::vault::revision::Revision;
use crate::vault::settings::VaultSettings;

/// The tools ask three times; a person who pressed Deny is asked once.
const FAILURE_STANDS: Duration = Duration::from_secs(10);

/// What a configuration is made of.
#[derive(Clone)]
pub struct Setup {
    /// What the tools handed over, with the flags that were typed.
    pub options: Options,
    /// What else the command line says.
    pub typed: ToolsFlags,
    /// The surroundings of the process.
    pub environment: Environment,
    /// What runs, for others who wait for it.
    pub program: String,
}

/// One configuration of Oracle's tools.
pub struct Configuration {
    key: CallKey,
    setup: Setup,
    vault: Vault,
    site: Site,
    has_given: bool,
    kept: Mutex<HashMap<String, Kept>>,
    failures: Mutex<HashMap<String, (Instant, Error)>>,
}

struct Kept {
    session: Arc<Session>,
    /// Which token it was made with; none for a token given from outside.
    saved: Option<(AuthId, Revision)>,
}

impl Configuration {
    /// A configuration. Nothing is asked or sent yet.
    ///
    /// # Errors
    /// A usage error for what cannot be what it is said to be.
    pub(super) fn new(key: CallKey, setup: Setup) -> Result<Self> {
        let Setup { options, environment, .. } = &setup;
        let store = options.store.as_deref();
        let settings = VaultSettings::from(environment, store, options.home.as_deref())?;
        let asked = TokenRequest::read(&named(options, "any"), environment);
        let has_given = asked.as_ref().is_ok_and(|asked| asked.given.is_some());
        let site = asked?.site;
        let (kept, failures) = (Mutex::default(), Mutex::default());
        Ok(Self { key, vault: Vault::open(settings), site, has_given, kept, failures, setup })
    }

    /// The same with these options over its own.
    pub(super) fn with(&self, options: Options) -> Setup {
        Setup { options: options.or(self.setup.options.clone()), ..self.setup.clone() }
    }

    /// What tells configurations apart.
    pub(super) fn key(&self) -> CallKey {
        self.key
    }

    /// Whether a token was given from outside, which serves every name.
    pub(super) fn has_given(&self) -> bool {
        self.has_given
    }

    /// Whether `--to` was typed: the tools then leave `.nsdeploy` aside.
    pub(super) fn typed_to(&self) -> bool {
        self.setup.typed.to
    }

    /// Whether a task on the command line deploys.
    pub(super) fn deploys(&self) -> bool {
        self.setup.typed.tasks.iter().any(|task| task.contains("deploy"))
    }

    /// The session of a name, if its secret has been read and it has not changed since.
    pub(super) fn at_hand(&self, name: &str) -> Option<Arc<Session>> {
        let kept = lock(&self.kept);
        let kept = kept.get(name)?;
        if let Some((auth_id, revision)) = &kept.saved {
            let now = self.vault.revision(auth_id, &self.origin()).ok()??;
            if now != *revision {
                return None;
            }
        }
        Some(Arc::clone(&kept.session))
    }

    /// The session of a name: at hand, saved, given by the environment, or signed in now.
    ///
    /// # Errors
    /// As [`authenticate`].
    pub(super) async fn session(&self, name: &str, roots: Roots) -> Result<Arc<Session>> {
        if let Some(session) = self.at_hand(name) {
            return Ok(session);
        }
        let failed = lock(&self.failures).get(name).cloned();
        if let Some((_, error)) = failed.filter(|(at, _)| at.elapsed() < FAILURE_STANDS) {
            return Err(error);
        }
        let options = named(&self.setup.options, name);
        let environment = self.setup.environment.clone();
        let key = CallKey::of(&options, &environment);
        let call = Call { options, environment, program: self.setup.program.clone() };
        let before = self.revision_of(name);
        let start = move |abort| authenticate(call, roots, abort);
        let shared = single_flight::PROCESS.share(key, Abort::new(), start).await;
        let session = shared.inspect_err(|error| {
            lock(&self.failures).insert(name.to_owned(), (Instant::now(), error.clone()));
        })?;
        if let Some(auth_id) = &session.auth_id {
            let now = self.vault.revision(auth_id, &self.origin())?;
            // One that was replaced while it was being read is read again next time.
            let is_sure = session.source != Source::Saved || now == before;
            if let Some(now) = now.filter(|_| is_sure) {
                self.keep(name, &session, Some((auth_id.clone(), now)));
            }
        } else {
            self.keep(name, &session, None);
        }
        Ok(session)
    }

    /// Whether a person could allow a sign-in.
    pub(super) fn person_is_there(&self) -> bool {
        requests::person_is_there(&self.setup.options, &self.setup.environment)
    }

    /// Replaces a token that NetSuite refused, under its name and for its account and role.
    ///
    /// # Errors
    /// As [`authenticate`]. A sign-in that failed a moment ago fails again without being tried.
    pub(super) async fn sign_in_again(
        &self,
        name: &str,
        refused: &Session,
        roots: Roots,
    ) -> Result<Arc<Session>> {
        let failed = lock(&self.failures).get(name).cloned();
        if let Some((_, error)) = failed.filter(|(at, _)| at.elapsed() < FAILURE_STANDS) {
            return Err(error);
        }
        let Some(auth_id) = refused.auth_id.clone() else {
            return Err(Error::new(Code::Internal, "The refused token has no name."));
        };
        let call = Call {
            options: requests::pinned(&self.setup.options, refused),
            environment: self.setup.environment.clone(),
            program: self.setup.program.clone(),
        };
        let again =
            requests::replace(call, auth_id.clone(), &refused.token.id, roots, Abort::new());
        let session = again.await.inspect_err(|error| {
            lock(&self.failures).insert(name.to_owned(), (Instant::now(), error.clone()));
        })?;
        if let Some(now) = self.vault.revision(&auth_id, &self.origin())? {
            self.keep(name, &session, Some((auth_id, now)));
        }
        Ok(session)
    }

    fn revision_of(&self, name: &str) -> Option<Revision> {
        let auth_id = AuthId::from_existing(name)?;
        self.vault.revision(&auth_id, &self.origin()).ok().flatten()
    }

    fn keep(&self, name: &str, session: &Arc<Session>, saved: Option<(AuthId, Revision)>) {
        let kept = Kept { session: Arc::clone(session), saved };
        lock(&self.kept).insert(name.to_owned(), kept);
    }

    /// The session of the token that was given; nothing is waited for.
    ///
    /// # Errors
    /// A usage error for what cannot be a token, an account or a consumer.
    pub(super) fn given_now(&self, name: &str) -> Result<Arc<Session>> {
        if let Some(session) = self.at_hand(name) {
            return Ok(session);
        }
        let Setup { options, environment, .. } = &self.setup;
        let asked = TokenRequest::read(&named(options, name), environment)?;
        let consumer = request::consumer(options, environment, &Project::find(environment))?;
        let given = asked.given.ok_or_else(|| {
            Error::new(Code::Internal, "A token was given and is not there any more.")
        })?;
        self.admit(&given.whose(), &given.account, None)?;
        let session = Arc::new(with_given(given, &self.site, &consumer));
        self.keep(name, &session, None);
        Ok(session)
    }

    /// The saved tokens of this NetSuite.
    ///
    /// # Errors
    /// A store error.
    pub fn list(&self) -> Result<Vec<SavedToken>> {
        let mut saved = self.vault.list()?;
        let origin = self.listed_origin();
        saved.retain(|token| token.origin == origin);
        Ok(saved)
    }

    /// Token ID and secret of a saved token.
    ///
    /// # Errors
    /// A store error, or [`Code::TokenNotFound`].
    pub fn token(&self, name: &str) -> Result<Token> {
        let missing = || Error::new(Code::TokenNotFound, "There is no saved token of that name.");
        let auth_id = AuthId::from_existing(name).ok_or_else(missing)?;
        let saved = self.vault.find(&auth_id, &self.listed_origin())?.ok_or_else(missing)?;
        let whose = format!("the token {auth_id} belongs to");
        self.admit(&whose, &saved.account, saved.role.as_ref())?;
        self.vault.token(&saved)
    }

    /// Admits an account to the tasks of the tools where a token is handed out at once. Blocks while
    /// a person confirms it.
    fn admit(&self, whose: &str, account: &AccountId, role: Option<&RoleId>) -> Result<()> {
        let Setup { options, environment, .. } = &self.setup;
        let project = Project::find(environment);
        let door = Door {
            admission: &Admission::read(options, environment, &project)?,
            site: &self.site,
            vault: &self.vault,
            project: &project,
            environment,
            stop: &Abort::new(),
            interactive: SignInSettings::read(options, environment)?.interactive,
        };
        door.admit(&Candidate { whose, account, role })
    }

    fn origin(&self) -> Origin {
        decision::origin_of(&self.site)
    }

    /// Which NetSuite a list is of. It is asked for without a configuration; the tools then mean the
    /// one of `.nsdeploy`, unless flags say otherwise.
    fn listed_origin(&self) -> Origin {
        let origin = self.origin();
        if self.typed_to() || origin != Origin::default() {
            return origin;
        }
        let deployment = Project::find(&self.setup.environment).deployment().unwrap_or_default();
        let site = Site::parse(deployment.vm.as_deref(), deployment.molecule.as_deref());
        site.map_or(origin, |site| decision::origin_of(&site))
    }

    /// Asks NetSuite about a token of this configuration.
    pub(super) async fn ask(&self, session: &Session, roots: Vec<String>) -> Verdict {
        let (options, environment) = (self.setup.options.clone(), self.setup.environment.clone());
        let consumer = blocking(move || {
            request::consumer(&options, &environment, &Project::find(&environment))
        });
        let Ok(consumer) = consumer.await else { return Verdict::Unknown };
        let proxy = self.setup.options.proxy.as_ref();
        let network = NetworkSettings {
            proxy: proxy.map(|proxy| proxy.expose().to_owned()),
            environment: self.setup.environment.clone(),
            extra_roots_pem: roots,
        };
        let (site, consumer) = (&self.site, &consumer);
        verdict::ask(Question { site, network: &network, consumer, session }).await
    }
}

fn named(options: &Options, name: &str) -> Options {
    Options { tools_name: Some(name.to_owned()), ..options.clone() }
}

fn lock<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}
