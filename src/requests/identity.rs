//! The token a request is signed with. A sign-in may replace it while requests are under way.

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

/// How long "the token works" is believed. That it was refused is believed for as long as it lives.
const WORKS_FOR: Duration = Duration::from_secs(10);

/// A token with its signer.
#[derive(Clone)]
pub struct Identity {
    /// Signs with the token.
    pub signer: Signer,
    /// The token's ID, to tell a new token from the refused one.
    pub token_id: String,
}

/// Makes a new token under the same name, for the same account and role.
pub trait Renewal: Send + Sync {
    /// Whether a person is there to allow access.
    fn is_possible(&self) -> bool;

    /// Signs in again. Calls at once share one sign-in.
    fn renew(
        &self,
        refused_token: &str,
        abort: Abort,
    ) -> Pin<Box<dyn Future<Output = Result<Identity>> + Send>>;
}

/// The token a task signs with now, shared by everything that signs for it.
pub struct Current(RwLock<Arc<InUse>>);

impl Current {
    /// Starts with a token.
    pub fn new(identity: Identity) -> Self {
        Self(RwLock::new(InUse::new(identity)))
    }

    /// Calls something with the signer of the token in use.
    pub fn with_signer<T>(&self, sign: impl FnOnce(&Signer) -> T) -> T {
        sign(&self.0.read().unwrap_or_else(PoisonError::into_inner).identity.signer)
    }

    /// The token in use with its signer.
    pub fn identity(&self) -> Identity {
        self.get().identity.clone()
    }

    pub(super) fn get(&self) -> Arc<InUse> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a new token in the place of the refused one, unless that happened already.
    pub(super) fn replace(&self, refused: &Arc<InUse>, identity: Identity) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, refused) {
            *current = InUse::new(identity);
        }
    }
}

/// An identity in use, with what is known of its refusal.
pub(super) struct InUse {
    pub(super) identity: Identity,
    /// Why NetSuite refuses it, asked once for all requests.
    verdict: tokio::sync::Mutex<Option<(Instant, Result<()>)>>,
    /// Why there is no successor.
    failure: Mutex<Option<Error>>,
    announced: AtomicBool,
}

impl InUse {
    fn new(identity: Identity) -> Arc<Self> {
        let (verdict, failure) = (tokio::sync::Mutex::default(), Mutex::default());
        Arc::new(Self { identity, verdict, failure, announced: AtomicBool::new(false) })
    }

    /// Asks NetSuite whether the token works, once for all who want to know.
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

    /// The failure of the sign-in that was to replace this token.
    pub(super) fn failure(&self) -> Option<Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// True for the first caller.
    pub(super) fn is_first_announcement(&self) -> bool {
        !self.announced.swap(true, Ordering::Relaxed)
    }

    pub(super) fn note_failure(&self, error: &Error) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.clone());
    }
}
