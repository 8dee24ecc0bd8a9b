//! The token that signs requests. A sign-in may replace it while requests are under way.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::site::Site;
use crate::netsuite::token_info::check_token;
use crate::signer::request::Signer;

/// How long the answer "the token works" is valid. A refusal is valid as long as the token exists.
const WORKS_FOR: Duration = Duration::from_secs(10);

/// A token and its signer.
#[derive(Clone)]
pub struct Identity {
    /// Signs with the token.
    pub signer: Signer,
    /// The token's ID, to distinguish a new token from the refused one.
    pub token_id: String,
}

/// Makes a new token under the same name, for the same account and role.
pub trait Renewal: Send + Sync {
    /// Whether somebody is there to allow access.
    fn is_possible(&self) -> bool;

    /// Signs in again. Simultaneous calls share one sign-in.
    fn renew(
        &self,
        refused_token: &str,
        abort: Abort,
    ) -> Pin<Box<dyn Future<Output = Result<Identity>> + Send>>;
}

/// The current token of a task, shared by everything that signs for it.
pub struct Current(RwLock<Arc<InUse>>);

impl Current {
    /// Makes an identity that starts with a token.
    pub fn new(identity: Identity) -> Self {
        Self(RwLock::new(InUse::new(identity)))
    }

    /// Calls a function with the signer of the current token.
    pub fn with_signer<T>(&self, sign: impl FnOnce(&Signer) -> T) -> T {
        sign(&self.0.read().unwrap_or_else(PoisonError::into_inner).identity.signer)
    }

    /// Returns the current token and its signer.
    pub fn identity(&self) -> Identity {
        self.get().identity.clone()
    }

    pub(super) fn get(&self) -> Arc<InUse> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the refused token with a new one, unless that happened already.
    pub(super) fn replace(&self, refused: &Arc<InUse>, identity: Identity) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, refused) {
            *current = InUse::new(identity);
        }
    }
}

/// The current token, and what is known about its refusal.
pub(super) struct InUse {
    pub(super) identity: Identity,
    /// Why NetSuite refuses it. Asked once for all requests.
    verdict: tokio::sync::Mutex<Option<(Instant, Result<()>)>>,
    /// Why the token could not be replaced.
    failure: Mutex<Option<Error>>,
    announced: AtomicBool,
}

impl InUse {
    fn new(identity: Identity) -> Arc<Self> {
        let (verdict, failure) = (tokio::sync::Mutex::default(), Mutex::default());
        Arc::new(Self { identity, verdict, failure, announced: AtomicBool::new(false) })
    }

    /// Asks NetSuite whether the token works, once for all callers.
    pub(super) async fn why(&self, client: &Client, site: &Site, of: &AccountId) -> Result<()> {
        let mut verdict = self.verdict.lock().await;
        if let Some((at, known)) = &*verdict {
            let is_final = known.as_ref().is_err_and(|error| error.code() == Code::InvalidLogin);
            if is_final || at.elapsed() < WORKS_FOR {
                return known.clone();
            }
        }
        let answer = check_token(client, site, of, &self.identity.signer).await;
        *verdict = Some((Instant::now(), answer.clone()));
        answer
    }

    /// Returns the failure of the sign-in that should have replaced this token.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns true for the first caller only.
    pub(super) fn is_first_announcement(&self) -> bool {
        !self.announced.swap(true, Ordering::Relaxed)
    }

    pub(super) fn note_failure(&self, error: &Error) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
    }
}
