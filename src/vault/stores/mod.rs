//! The secrets of the vault by place: one trait for keychain, plain file and encrypted file, and what was
//! read is kept for the life of the process.

pub mod encrypted;
pub mod file;
pub mod keychain;
mod keychain_store;
pub mod secret_store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::base::console;
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::fs::failpoint;
use crate::vault::index::{SecretId, SecretPlace};
use crate::vault::model::StoreKind;
use crate::vault::nstba::is_same;
use crate::vault::settings::VaultSettings;
use crate::vault::stores::encrypted::Seal;
use crate::vault::stores::file::SecretFile;
use crate::vault::stores::keychain::Keychain;
use crate::vault::stores::keychain_store::KeychainStore;
use crate::vault::stores::secret_store::{Named, SecretStore, lost};

/// Where the secrets are.
pub struct Stores {
    keychain: KeychainStore,
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
        let files = settings.files();
        Self {
            keychain: KeychainStore::new(keychain),
            plain: SecretFile::plain(&settings.home, files),
            sealed: SecretFile::sealed(&settings.home, files, seal),
            known: Mutex::default(),
        }
    }

    /// The store of a kind.
    ///
    /// # Errors
    /// [`Code::Internal`] for the tokens of `~/.nstba`, which have no place in the index.
    pub fn of(&self, kind: StoreKind) -> Result<&dyn SecretStore> {
        match kind {
            StoreKind::Keychain => Ok(&self.keychain),
            StoreKind::EncryptedFile => Ok(&self.sealed),
            StoreKind::File => Ok(&self.plain),
            StoreKind::Nstba => {
                Err(Error::new(Code::Internal, "Tokens of ~/.nstba have no place in the index."))
            }
        }
    }

    /// Reads a secret, once per process: its place never holds another one. Callers at once wait for
    /// one read, so there is one prompt.
    ///
    /// # Errors
    /// What is wrong with the store.
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
        let outcome = self.of(place.store).and_then(|store| store.get(&place.id));
        match &outcome {
            Ok(Some(token)) => {
                known.tokens.insert(place.id.clone(), token.clone());
            }
            Ok(None) => {}
            Err(error) => known.failure = Some((place.store, Instant::now(), error.clone())),
        }
        outcome
    }

    /// Reads all secrets of a store at once where that costs as much as one. What is wrong with the
    /// store shows when one of them is asked for.
    pub fn read_ahead(&self, kind: StoreKind) {
        let mut known = self.known();
        if let Ok(Some(all)) = self.of(kind).and_then(SecretStore::get_all) {
            known.tokens.extend(all);
        }
    }

    /// Writes secrets, reads them back and compares; one outcome for each.
    ///
    /// # Errors
    /// When nothing was written.
    pub fn put(&self, kind: StoreKind, secrets: &[Named<'_>]) -> Result<Vec<Result<()>>> {
        let store = self.of(kind)?;
        let mut outcomes = store.put(secrets);
        failpoint::reached("secret", "written");
        let all = store.get_all()?;
        let read = |id: &SecretId| match &all {
            Some(all) => Ok(all.get(id).cloned()),
            None => store.get(id),
        };
        for (outcome, (id, token)) in outcomes.iter_mut().zip(secrets) {
            if outcome.is_err() {
                continue;
            }
            *outcome = read(id).and_then(|read| {
                let same = read.is_some_and(|read| is_same(&read, token));
                if same { Ok(()) } else { Err(lost(kind)) }
            });
            if outcome.is_ok() {
                self.known().tokens.insert((*id).clone(), (*token).clone());
            }
        }
        Ok(outcomes)
    }

    /// Deletes secrets no token needs any more and returns those that could not be deleted now.
    /// Never prompts: it is only tidying.
    pub fn delete(&self, places: &[SecretPlace]) -> Vec<SecretPlace> {
        let mut left = Vec::new();
        for kind in StoreKind::ALL {
            let ids: Vec<&SecretId> =
                places.iter().filter(|p| p.store == kind).map(|p| &p.id).collect();
            if ids.is_empty() || kind == StoreKind::Nstba {
                continue;
            }
            if let Err(error) = self.of(kind).and_then(|store| store.delete(&ids)) {
                console::debug(|| format!("old secrets stay for now: {}", error.message()));
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
        let all: [&dyn SecretStore; 3] = [&self.keychain, &self.plain, &self.sealed];
        for store in all {
            store.clean_up();
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
