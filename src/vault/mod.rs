//! Saved tokens: listed from an index without secrets, kept in the keychain or a file, never lost.
//!
//! Touches the vault's folder, the keychain entries named in its index, and `~/.nstba`. All calls
//! block; asynchronous callers put them on a blocking thread.

pub mod batch_reader;
pub mod destination;
#[cfg(fuzzing)]
pub mod fuzz_entry;
pub mod health;
pub mod import;
pub mod index;
mod index_file;
pub mod model;
pub mod nstba;
pub mod passphrase;
pub mod passphrase_prompt;
pub mod pending;
pub mod prune;
mod rename_remove;
mod rescue;
pub mod revision;
mod save;
pub mod settings;
pub mod stores;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::console;
use crate::credentials::{AuthId, Token};
use crate::error::{Code, Error, Result};
use index::Index;
use index_file::IndexFile;

use crate::fs::lock::{self, LockGuard, Taken};
use model::{Origin, SavedToken};
use nstba::NstbaFile;
use nstba::entries::NstbaTokens;
use passphrase::Passphrase;
use settings::VaultSettings;
use stores::Stores;
use stores::encrypted::Seal;
use stores::keychain::{Keychain, SystemKeychain};

/// Name of the lock held while somebody signs in. Not the lock of the vault: reading and writing
/// tokens goes on meanwhile.
const SIGN_IN_LOCK: &str = "sign-in";

/// The saved tokens of one user. Cheap to clone; clones share what was read.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    settings: VaultSettings,
    index: IndexFile,
    stores: Stores,
    nstba: Option<NstbaFile>,
    complained: AtomicBool,
    /// It was said that tokens are kept in a plain file.
    announced: AtomicBool,
}

/// What to do about a token in a keychain that is not there.
const OF_THE_KEYCHAIN: &str = "The token is in the keychain: start the Secret Service it was saved with, or sign in again with --to and New token.";

/// What asking for the sign-in lock came to.
#[derive(Debug)]
pub enum SignInLock {
    /// This caller may sign in, until the guard is dropped.
    Held(LockGuard),
    /// Somebody else is signing in: who, in words.
    Busy(String),
}

impl Vault {
    /// The vault of these settings. Nothing is read or written yet.
    pub fn open(settings: VaultSettings) -> Self {
        let keychain = SystemKeychain::new(settings.keychain_service.clone(), settings.may_prompt);
        let (given, person) = (settings.passphrase.clone(), settings.asks_passphrase.clone());
        let seal =
            Seal::new(Passphrase::new(given, person, &stores::file::sealed_path(&settings.home)));
        Self::with(settings, Arc::new(keychain), seal)
    }

    fn with(settings: VaultSettings, keychain: Arc<dyn Keychain>, seal: Seal) -> Self {
        Self(Arc::new(Inner {
            index: IndexFile::new(settings.clone()),
            stores: Stores::new(&settings, keychain, seal),
            nstba: settings.nstba().map(|path| NstbaFile::new(path, settings.user_id)),
            complained: AtomicBool::new(false),
            announced: AtomicBool::new(false),
            settings,
        }))
    }

    /// Every saved token, by name: those of the index, and those of `~/.nstba` whose name no token of
    /// the index has. Asks no keychain.
    ///
    /// # Errors
    /// [`Code::StoreNewer`], [`Code::StoreUnreadable`], [`Code::StoreUnsafe`]: the index cannot be
    /// used. What is wrong with `~/.nstba` is only said.
    pub fn list(&self) -> Result<Vec<SavedToken>> {
        let index = self.0.index.read()?;
        let mut tokens: Vec<SavedToken> =
            index.entries().iter().map(|entry| entry.saved.clone()).collect();
        let foreign = self.nstba().unwrap_or_else(|error| self.complain(&error));
        if let Some(file) = &self.0.nstba {
            file.tell_of_unusable(&foreign);
        }
        tokens.extend(not_in(&index, &foreign).cloned());
        tokens.sort_by(|a, b| (&a.auth_id, &a.origin).cmp(&(&b.auth_id, &b.origin)));
        Ok(tokens)
    }

    /// The tokens of this name, of every origin.
    ///
    /// # Errors
    /// As [`Vault::list`]; and when the index has none and `~/.nstba` cannot be read or is damaged,
    /// because "there is none" might be wrong.
    pub fn of_name(&self, name: &str) -> Result<Vec<SavedToken>> {
        let is_named = |token: &&SavedToken| token.auth_id.as_str() == name;
        let index = self.0.index.read()?;
        let indexed = index.entries().iter().map(|entry| &entry.saved);
        let mut found: Vec<SavedToken> = indexed.filter(is_named).cloned().collect();
        let foreign = match self.nstba() {
            Err(error) if found.is_empty() => return Err(error),
            outcome => outcome.unwrap_or_else(|error| self.complain(&error)),
        };
        found.extend(not_in(&index, &foreign).filter(is_named).cloned());
        Ok(found)
    }

    /// The token of this name and origin.
    ///
    /// # Errors
    /// As [`Vault::list`]; and when the index does not have it and `~/.nstba` cannot be read, because
    /// "there is none" might be wrong and would start a sign-in.
    pub fn find(&self, name: &AuthId, origin: &Origin) -> Result<Option<SavedToken>> {
        if let Some(entry) = self.0.index.read()?.find(name, origin) {
            return Ok(Some(entry.saved.clone()));
        }
        let foreign = match self.nstba() {
            Err(error) if error.code() == Code::StoreDamaged => self.complain(&error),
            outcome => outcome?,
        };
        if let Some(file) = self.0.nstba.as_ref().filter(|_| foreign.is_unusable(name)) {
            file.tell_of_unusable(&foreign);
        }
        Ok(foreign.find(name, origin).map(|token| token.saved.clone()))
    }

    /// Token ID and secret of a saved token; read from its store once per process.
    ///
    /// # Errors
    /// [`Code::TokenNotFound`] when it was removed or replaced by one of another account meanwhile,
    /// [`Code::SecretMissing`] when only its secret is gone, and what is wrong with its store. A token
    /// in the keychain is never looked for anywhere else.
    pub fn token(&self, saved: &SavedToken) -> Result<Token> {
        // A second look, because another process may replace the token between index and secret.
        for _ in 0..2 {
            let index = self.0.index.read()?;
            let Some(entry) = index.find(&saved.auth_id, &saved.origin) else {
                return self.nstba_token(saved);
            };
            if entry.saved.account != saved.account {
                return Err(gone(saved));
            }
            let place = entry.place();
            let token = self.0.stores.get(&place).map_err(|error| match error.code() {
                // Other stores hold other tokens.
                Code::KeychainMissing => error.with_next_step(OF_THE_KEYCHAIN),
                _ => error,
            })?;
            if let Some(token) = token {
                console::debug(|| {
                    format!(
                        "the secret of {} is in the store {}",
                        saved.auth_id,
                        place.store.as_str()
                    )
                });
                return Ok(token);
            }
        }
        let store = saved.store.as_str();
        let what = format!("The secret of token {} is not in its store ({store}).", saved.auth_id);
        Err(Error::new(Code::SecretMissing, what))
    }

    /// Asks for the right to sign in, without waiting. `who` tells others who has it.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`] when the vault's folder cannot be written: then the new token could
    /// not be kept either, and it is better to know before the browser opens.
    pub fn sign_in_lock(&self, who: &str) -> Result<SignInLock> {
        let folder = self.0.settings.folder()?;
        self.0.settings.files().prepare_folder(folder)?;
        Ok(match lock::try_take(folder, SIGN_IN_LOCK, who)? {
            Taken::Held(guard) => SignInLock::Held(guard),
            Taken::By(holder) => SignInLock::Busy(holder),
        })
    }

    fn nstba_token(&self, saved: &SavedToken) -> Result<Token> {
        let foreign = self.nstba()?;
        let found = foreign.find(&saved.auth_id, &saved.origin);
        found
            .filter(|token| token.saved.account == saved.account)
            .map(|token| token.token.clone())
            .ok_or_else(|| gone(saved))
    }

    fn nstba(&self) -> Result<Arc<NstbaTokens>> {
        self.0.nstba.as_ref().map_or_else(|| Ok(Arc::default()), NstbaFile::read)
    }

    /// Says once what is wrong with a file the vault can do without.
    fn complain(&self, error: &Error) -> Arc<NstbaTokens> {
        if !self.0.complained.swap(true, Ordering::Relaxed) {
            console::warn(&format!("{} {}", error.message(), error.next_step()));
        }
        Arc::default()
    }
}

/// The tokens of `~/.nstba` that the index does not have. The index wins over a copy of the same name.
fn not_in<'a>(index: &'a Index, foreign: &'a NstbaTokens) -> impl Iterator<Item = &'a SavedToken> {
    let tokens = foreign.tokens.iter().map(|token| &token.saved);
    tokens.filter(|token| index.find(&token.auth_id, &token.origin).is_none())
}

fn gone(saved: &SavedToken) -> Error {
    let what = format!(
        "The token {} of account {} was removed or replaced meanwhile.",
        saved.auth_id, saved.account
    );
    Error::new(Code::TokenNotFound, what)
}
