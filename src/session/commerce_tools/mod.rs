//! What Oracle's tools need: they ask by name for each request, and never show an answer.
//!
//! * [`asked`] – the names that the tools ask for
//! * [`configuration`] – one configuration of the tools, and the tokens it has at hand
//! * [`request`] – the requests they want a header for, their host put right
//! * [`attempts`], [`probes`], [`verdict`] – requests that are repeated, and why NetSuite refuses them
//! * [`written_secrets`] – tokens of `--token` that the tools wrote into files
//! * [`wording`] – the texts of the package Oracle ships
//!
//! [`CommerceTools`] is what all objects of one process share.

pub mod asked;
mod attempts;
pub mod configuration;
mod probes;
pub mod request;
mod verdict;
pub mod wording;
mod written_secrets;

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::account::AccountId;
use crate::base::console;
use crate::base::environment::Environment;
use crate::credentials::{Secret, Token};
use crate::error::Result;
use crate::selection::options::Options;
use crate::session::call::Roots;
use crate::session::commerce_tools::asked::Asked;
use crate::session::commerce_tools::attempts::Attempts;
use crate::session::commerce_tools::configuration::{Configuration, Setup};
use crate::session::commerce_tools::probes::{Asking, Probes, Unexplained};
use crate::session::commerce_tools::request::{ToolsRequest, unusable_account};
use crate::session::single_flight::CallKey;
use crate::session::{Session, Source};
use crate::signer::request::Request;
use crate::text::printable;

/// Stands for the name of a token given from outside, which serves requests without one.
const GIVEN: &str = "(given)";
/// Longest a question about a refused token may take.
const PROBE: Duration = Duration::from_secs(5);
/// Longest the end of a failed process waits for the reason.
const ENDING: Duration = Duration::from_secs(3);

/// Starts work that nobody waits for.
pub type Background = fn(Pin<Box<dyn Future<Output = ()> + Send>>);

/// What one process of Oracle's tools shares between all its `OAuth1` objects.
pub struct CommerceTools {
    background: Background,
    configurations: Mutex<HashMap<CallKey, Arc<Configuration>>>,
    handed: Mutex<Option<Handed>>,
    attempts: Mutex<Attempts>,
    probes: Probes,
    said: Mutex<HashSet<String>>,
}

/// The token of `--token`, which the tools hand over with some requests and forget with others.
#[derive(Clone)]
struct Handed {
    pair: Secret,
    account: String,
}

/// A header, and what had to be put right in the request it is for.
pub struct SignedRequest {
    /// The `Authorization` header.
    pub header: String,
    /// The right `url`, where the one given was wrong.
    pub url: Option<String>,
    /// The right `path`, where the one given was wrong.
    pub path: Option<String>,
}

impl CommerceTools {
    /// Of a process that has done nothing yet.
    pub fn new(background: Background) -> Self {
        Self {
            background,
            configurations: Mutex::default(),
            handed: Mutex::default(),
            attempts: Mutex::default(),
            probes: Probes::default(),
            said: Mutex::default(),
        }
    }

    /// The configuration of these settings; the tools make a new object for every request.
    ///
    /// # Errors
    /// A usage error for what cannot be what it is said to be.
    pub fn configuration(&self, setup: Setup) -> Result<Arc<Configuration>> {
        let key = CallKey::of(&setup.options, &setup.environment);
        let mut configurations = lock(&self.configurations);
        if let Some(found) = configurations.get(&key) {
            return Ok(Arc::clone(found));
        }
        let made = Arc::new(Configuration::new(key, setup)?);
        configurations.insert(key, Arc::clone(&made));
        Ok(made)
    }

    /// Remembers the token of `--token`, for requests that come without it.
    pub fn hand_over(&self, pair: &str, account: &str) {
        if Token::parse_pair(pair).is_ok() && !account.is_empty() {
            let pair = Secret::new(pair.to_owned());
            *lock(&self.handed) = Some(Handed { pair, account: account.to_owned() });
        }
    }

    /// Which configuration answers for a name: without one a token given from outside.
    ///
    /// # Errors
    /// The text of old where there is neither.
    pub fn asked(&self, by: &Arc<Configuration>, name: Option<&str>) -> Result<Asked> {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            return Ok(Asked { configuration: Arc::clone(by), name: name.to_owned() });
        }
        let name = GIVEN.to_owned();
        if by.has_given() {
            return Ok(Asked { configuration: Arc::clone(by), name });
        }
        let Some(handed) = lock(&self.handed).clone() else {
            return Err(wording::usage("Missing token name."));
        };
        let token = Options {
            token: Some(handed.pair),
            account: Some(handed.account),
            ..Options::default()
        };
        let configuration = self.configuration(by.with(token))?;
        Ok(Asked { configuration, name })
    }

    /// The session of a name, if it is at hand and nothing speaks against it. Never waits. With a
    /// person there, a token that NetSuite may have refused is not at hand: [`Self::session`] finds
    /// out, and has it replaced.
    pub fn at_hand(&self, asked: &Asked) -> Option<Arc<Session>> {
        let session = asked.at_hand()?;
        (!self.may_be_replaced(asked, &session)).then_some(session)
    }

    fn may_be_replaced(&self, asked: &Asked, session: &Session) -> bool {
        session.auth_id.is_some()
            && self.probes.doubts(asked, session)
            && asked.configuration.person_is_there()
    }

    /// Brings the token of a name to hand: saved, given, signed in now, or signed in again because
    /// NetSuite refused it.
    ///
    /// # Errors
    /// As [`crate::session::authenticate::authenticate`]. A sign-in that failed a moment ago fails
    /// again without being tried.
    pub async fn session(
        &self,
        asked: &Asked,
        configured: Option<&str>,
        roots: Roots,
    ) -> Result<Arc<Session>> {
        if let Some(session) = asked.at_hand()
            && self.may_be_replaced(asked, &session)
            && self.probes.refuses(asked, &session, PROBE).await
        {
            return asked.configuration.sign_in_again(&asked.name, &session, roots).await;
        }
        let session = asked.configuration.session(&asked.name, roots).await?;
        let shown = printable(&asked.name, 80);
        if asked.configuration.typed_to() && session.source == Source::Saved {
            self.say_once(format!(
                "The token {shown} is saved already and is used now (account {}).",
                session.account
            ));
        }
        let other = configured.filter(|text| {
            AccountId::parse(text).is_ok_and(|configured| configured != session.account)
        });
        if let Some(other) = other {
            self.say_once(format!(
                "Warning: the configuration says account {}, but the token belongs to {}.",
                printable(other, 60),
                session.account
            ));
        }
        Ok(session)
    }

    /// Signs a request.
    ///
    /// # Errors
    /// A usage error for a request that cannot be signed.
    pub fn sign(
        self: &Arc<Self>,
        asked: &Asked,
        session: &Arc<Session>,
        request: &ToolsRequest,
        roots: Roots,
    ) -> Result<SignedRequest> {
        let right = request.put_right()?;
        self.check_deployment(asked, session)?;
        let attempts = lock(&self.attempts).note(asked.key(), request);
        if let Some(asking) = self.probes.used(asked, session, attempts) {
            let work = self.clone().ask(asked.clone(), Arc::clone(session), asking, roots);
            (self.background)(Box::pin(work));
        }
        let asked_for = Request::new(&request.method, &right.signed);
        let header = session.identity.with_signer(|signer| signer.authorize(&asked_for))?;
        Ok(SignedRequest { header, url: right.url, path: right.path })
    }

    /// A session for a token that a caller passes with its request.
    ///
    /// # Errors
    /// A usage error for what cannot be a token or an account; a missing consumer.
    pub fn given(
        &self,
        by: &Arc<Configuration>,
        pair: &str,
        account: &str,
    ) -> Result<(Asked, Arc<Session>)> {
        self.hand_over(pair, account);
        let asked = self.asked(by, None)?;
        let session = asked.configuration.given_now(GIVEN)?;
        Ok((asked, session))
    }

    /// Notes that a token was used for something that is no request of ours, such as SOAP.
    pub fn used(&self, asked: &Asked, session: &Arc<Session>) {
        // Without a request that was refused there is nothing to ask yet.
        drop(self.probes.used(asked, session, 1));
    }

    /// The end of the process: warns of secrets in files; where the process failed, asks NetSuite
    /// about the tokens it used, since SOAP and the deployer never say why they were refused.
    pub async fn ending(
        self: Arc<Self>,
        environment: &Environment,
        failed: bool,
        roots: Vec<String>,
    ) {
        let handed = lock(&self.handed).clone();
        if let Some(token) = handed.and_then(|handed| Token::parse_pair(handed.pair.expose()).ok())
        {
            written_secrets::warn(environment, &token.secret);
        }
        if !failed {
            return;
        }
        let mut waiting = Vec::new();
        for Unexplained { asked, session, asking, done } in self.probes.unexplained() {
            let roots = roots.clone();
            let roots: Roots = Box::new(move || Box::pin(async move { roots }));
            waiting.push(done);
            tokio::spawn(Arc::clone(&self).ask(asked, session, asking, roots));
        }
        waiting.extend(self.probes.running());
        let all = async {
            for mut done in waiting {
                while done.changed().await.is_ok() {}
            }
        };
        let _ = tokio::time::timeout(ENDING, all).await;
    }

    async fn ask(
        self: Arc<Self>,
        asked: Asked,
        session: Arc<Session>,
        asking: Asking,
        roots: Roots,
    ) {
        let roots = roots().await;
        asking.begin();
        let question = asked.configuration.ask(&session, roots);
        if let Ok(verdict) = tokio::time::timeout(PROBE, question).await {
            self.probes.answered(&asking, verdict);
        }
    }

    /// Refuses a deployment early whose account cannot be part of a host name: the deployer builds
    /// its host itself, and would fail after files were sent.
    fn check_deployment(&self, asked: &Asked, session: &Session) -> Result<()> {
        let handed = lock(&self.handed).clone();
        match handed.filter(|_| session.auth_id.is_none()) {
            Some(handed) if handed.account.contains('_') && asked.configuration.deploys() => {
                Err(unusable_account(&handed.account))
            }
            _ => Ok(()),
        }
    }

    fn say_once(&self, text: String) {
        let mut said = lock(&self.said);
        if !said.contains(&text) {
            console::say(&text);
            said.insert(text);
        }
    }
}

fn lock<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}
