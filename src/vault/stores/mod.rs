//! The secrets of the vault by place: dispatches to keychain, plain file and encrypted file, and
//! keeps what was read for the life of the process.

pub mod encrypted;
pub mod file;
pub mod keychain;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::fs::failpoint;
use crate::vault::index::{SecretId, SecretPlace};
use crate::vault::model::StoreKind;
use crate::vault::settings::VaultSettings;
use crate::vault::stores::encrypted::Seal;

use crate::vault::stores::file::SecretFile;
use crate::vault::stores::keychain::{Keychain, Prompt};

/// Where the secrets are.
pub struct Stores {
    keychain: Arc<dyn Keychain>,
    plain: SecretFile,
    sealed: SecretFile,
    known: Mutex<Known>,
}

/// What reading came to so far.
#[derive(Default)]
struct Known {
    tokens: HashMap<SecretId, Token>,
    failure: Option<(StoreKind, Instant, Error)>,
}

impl Stores {
    /// The stores of a vault; touches nothing yet.
    pub fn new(settings: &VaultSettings, keychain: Arc<dyn Keychain>, seal: Seal) -> Self {
        Self {
            keychain,
            plain: SecretFile::plain(&settings.home, settings.user_id),
            sealed: SecretFile::sealed(&settings.home, settings.user_id, seal),
            known: Mutex::default(),
        }
    }

    /// Whether this store can be used, before anything is changed.
    pub fn ready(&self, kind: StoreKind, prompt: Prompt) -> Result<()> {
        match kind {
            StoreKind::Keychain => self.keychain.ready(prompt),
            StoreKind::EncryptedFile => self.sealed.ready(),
            StoreKind::File | StoreKind::Nstba => Ok(()),
        }
    }

    /// Whether this store can keep a new secret, before anything is changed.
    pub fn ready_for_new(&self, kind: StoreKind, prompt: Prompt) -> Result<()> {
        match kind {
            StoreKind::EncryptedFile => self.sealed.ready_for_new(),
            other => self.ready(other, prompt),
        }
    }

    /// Reads a secret, once per process: its place never holds another one. Callers at once wait for
    /// one read, so there is one prompt.
    pub fn get(&self, place: &SecretPlace) -> Result<Option<Token>> {
        let asked = Instant::now();
        let mut known = self.known();
        if let Some(token) = known.tokens.get(&place.id) {
            return Ok(Some(token.clone()));
        }
        // Whoever waited for a read that failed would only see the same prompt again.
        if let Some((store, when, error)) = &known.failure
            && *store == place.store
            && *when > asked
        {
            return Err(error.clone());
        }
        let outcome = self.read(place);
        match &outcome {
            Ok(Some(token)) => {
                known.tokens.insert(place.id.clone(), token.clone());
            }
            Ok(None) => {}
            Err(error) => known.failure = Some((place.store, Instant::now(), error.clone())),
        }
        outcome
    }

    /// Writes a secret, reads it back and compares.
    pub fn put(&self, place: &SecretPlace, token: &Token) -> Result<()> {
        match place.store {
            StoreKind::Keychain => self.keychain.set(&place.id, file::to_bytes(token)?)?,
            StoreKind::EncryptedFile => self.sealed.put(&place.id, token)?,
            StoreKind::File => self.plain.put(&place.id, token)?,
            StoreKind::Nstba => return Err(not_by_place()),
        }
        failpoint::reached("secret:written");
        let same = self.read(place)?.is_some_and(|read| {
            read.id == token.id && read.secret.expose() == token.secret.expose()
        });
        if !same {
            let what = format!("The store {} lost what was written.", place.store.as_str());
            return Err(Error::new(Code::StoreUnwritable, what)
                .with_next_step("Run the task again, or choose another NETSUITE_TBA_STORE."));
        }
        self.known().tokens.insert(place.id.clone(), token.clone());
        Ok(())
    }

    /// Deletes secrets no token needs any more and returns those that could not be deleted now.
    /// Never prompts: it is only tidying.
    pub fn delete(&self, places: &[SecretPlace]) -> Vec<SecretPlace> {
        let mut left = Vec::new();
        for kind in StoreKind::ALL {
            let ids: Vec<&SecretId> =
                places.iter().filter(|p| p.store == kind).map(|p| &p.id).collect();
            if ids.is_empty() {
                continue;
            }
            let done = match kind {
                StoreKind::Keychain => self.delete_from_keychain(&ids),
                StoreKind::EncryptedFile if self.sealed.is_open() => self.sealed.delete(&ids),
                StoreKind::EncryptedFile => {
                    Err(Error::new(Code::PassphraseMissing, "Nobody is asked for that."))
                }
                StoreKind::File => self.plain.delete(&ids),
                StoreKind::Nstba => Ok(()),
            };
            if let Err(error) = done {
                crate::base::console::debug(|| {
                    format!("old secrets stay for now: {}", error.message())
                });
                left.extend(ids.into_iter().map(|id| SecretPlace { store: kind, id: id.clone() }));
            }
        }
        let mut known = self.known();
        for place in places {
            known.tokens.remove(&place.id);
        }
        left
    }

    /// Removes what interrupted writes left. The caller holds the vault's lock.
    pub fn clean_up(&self) {
        self.plain.clean_up();
        self.sealed.clean_up();
    }

    fn delete_from_keychain(&self, ids: &[&SecretId]) -> Result<()> {
        self.keychain.ready(Prompt::Never)?;
        ids.iter().try_for_each(|id| self.keychain.delete(id))
    }

    fn read(&self, place: &SecretPlace) -> Result<Option<Token>> {
        match place.store {
            StoreKind::Keychain => match self.keychain.get(&place.id)? {
                None => Ok(None),
                Some(value) => file::from_bytes(&value).map(Some).ok_or_else(|| {
                    let what = "The keychain entry of the token holds something else.";
                    Error::new(Code::SecretMissing, what)
                }),
            },
            StoreKind::EncryptedFile => self.sealed.get(&place.id),
            StoreKind::File => self.plain.get(&place.id),
            StoreKind::Nstba => Err(not_by_place()),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_by_place() -> Error {
    Error::new(Code::Internal, "Tokens of ~/.nstba have no place in the index.")
}
