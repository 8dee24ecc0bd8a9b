//! Moves tokens of `~/.nstba` into the vault; removes plaintext only when told to.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::account::AccountId;
use crate::base::console;
use crate::error::{Code, Error, Result};
use crate::text::printable;
use crate::vault::Vault;
use crate::vault::model::{NewToken, StoreChoice, StoreKind};
use crate::vault::nstba::entries::{NstbaToken, Unusable, is_token};
use crate::vault::nstba::{NstbaFile, is_same};
use crate::vault::save::Arrival;

/// What became of one entry of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is in the vault now, verified by reading it back, in this store.
    Imported(StoreKind),
    /// The vault has a token of that name: it wins.
    Kept,
    /// It is no usable token, or could not be saved: why.
    Skipped(String),
}

/// One entry of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedToken {
    /// Its name, safe to print.
    pub name: String,
    /// Its account, if it is a usable token.
    pub account: Option<AccountId>,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Its plaintext is no longer in the file.
    pub plaintext_removed: bool,
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// The file.
    pub file: PathBuf,
    /// Its entries, in their order, the unusable ones last.
    pub tokens: Vec<ImportedToken>,
}

impl Vault {
    /// Imports the tokens of `file`, or of `~/.nstba`. With `remove_plaintext` those that the vault
    /// holds exactly are then removed from the file, which stays valid for Oracle's tools.
    ///
    /// # Errors
    /// What is wrong with the file or the store; a token that alone cannot be saved is reported instead.
    pub fn import(&self, file: Option<&Path>, remove_plaintext: bool) -> Result<ImportReport> {
        let source = self.source(file)?;
        let found = source.read()?;
        let outcomes = self.import_all(&found.tokens)?;
        let removed = if remove_plaintext {
            self.remove_copies(&source, &found.tokens)
        } else {
            HashSet::new()
        };
        let imported = |(token, outcome): (&NstbaToken, ImportOutcome)| ImportedToken {
            name: token.saved.auth_id.to_string(),
            account: Some(token.saved.account.clone()),
            outcome,
            plaintext_removed: removed.contains(token.saved.auth_id.as_str()),
        };
        let skipped = |one: &Unusable| ImportedToken {
            name: printable(&one.name, 80),
            account: None,
            outcome: ImportOutcome::Skipped(one.reason.to_owned()),
            plaintext_removed: false,
        };
        let usable = found.tokens.iter().zip(outcomes).map(imported);
        let tokens = usable.chain(found.unusable.iter().map(skipped)).collect();
        Ok(ImportReport { file: source.path().to_path_buf(), tokens })
    }

    fn source(&self, file: Option<&Path>) -> Result<NstbaFile> {
        if self.0.settings.store == StoreChoice::Only(StoreKind::Nstba) {
            let what = "The store nstba is the file that would be imported.";
            return Err(Error::new(Code::StoreInvalid, what));
        }
        let path = file.map(Path::to_path_buf).or_else(|| self.0.settings.nstba());
        let path = path.ok_or_else(|| {
            Error::new(Code::StoreUnreadable, "There is no home folder with a file .nstba.")
                .with_next_step("Name the file to import.")
        })?;
        let is_absent = matches!(path.try_exists(), Ok(false));
        if file.is_some() && is_absent {
            let what = format!("There is no file {}.", path.display());
            return Err(Error::new(Code::StoreUnreadable, what)
                .with_next_step("Name a file in the form of .nstba."));
        }
        Ok(NstbaFile::new(path, self.0.settings.user_id))
    }

    /// Saves what the vault does not have yet, at once.
    fn import_all(&self, tokens: &[NstbaToken]) -> Result<Vec<ImportOutcome>> {
        let index = self.0.index.read()?;
        let has =
            |token: &NstbaToken| index.find(&token.saved.auth_id, &token.saved.origin).is_some();
        let new: Vec<NewToken> = tokens.iter().filter(|token| !has(token)).map(new_token).collect();
        // Where there is nothing to save, no store is asked.
        let mut outcomes = if new.is_empty() {
            Vec::new()
        } else {
            let destination = self.destination()?;
            self.save_all(&destination, &new, Arrival::Imported)?
        }
        .into_iter();
        let kept = || Err(Error::new(Code::AuthIdTaken, "The vault has a token of that name."));
        let outcome = |token: &NstbaToken| {
            let saved = if has(token) { kept() } else { outcomes.next().unwrap_or_else(kept) };
            match saved {
                Ok(saved) => ImportOutcome::Imported(saved.store),
                Err(error) if error.code() == Code::AuthIdTaken => ImportOutcome::Kept,
                Err(error) => ImportOutcome::Skipped(error.message().to_owned()),
            }
        };
        Ok(tokens.iter().map(outcome).collect())
    }

    /// Removes from the file what the vault has exactly, in one write; the names that are gone from it.
    fn remove_copies(&self, source: &NstbaFile, tokens: &[NstbaToken]) -> HashSet<String> {
        let removed = self.held(tokens).and_then(|held| {
            if held.is_empty() {
                return Ok(HashSet::new());
            }
            let by_name: std::collections::HashMap<&str, &NstbaToken> =
                held.into_iter().map(|token| (token.saved.auth_id.as_str(), token)).collect();
            // Only if it still is the entry that was read.
            source.remove(|name, entry| {
                by_name.get(name).is_some_and(|token| is_token(entry, &token.token))
            })
        });
        // What was imported is imported; only the plaintext stays, which the report says.
        removed.unwrap_or_else(|error| {
            console::warn(&format!("The plaintext stays: {}", error.message()));
            HashSet::new()
        })
    }

    /// The tokens that the vault, not the file, has exactly.
    fn held<'a>(&self, tokens: &'a [NstbaToken]) -> Result<Vec<&'a NstbaToken>> {
        let index = self.0.index.read()?;
        for store in [StoreKind::File, StoreKind::EncryptedFile] {
            if index.entries().iter().any(|entry| entry.saved.store == store) {
                self.0.stores.read_ahead(store);
            }
        }
        let is_held = |token: &&NstbaToken| {
            let entry = index.find(&token.saved.auth_id, &token.saved.origin);
            let entry = entry.filter(|entry| entry.saved.account == token.saved.account);
            let kept = entry.and_then(|entry| self.0.stores.get(&entry.place()).ok().flatten());
            kept.is_some_and(|kept| is_same(&kept, &token.token))
        };
        Ok(tokens.iter().filter(is_held).collect())
    }
}

fn new_token(token: &NstbaToken) -> NewToken {
    NewToken {
        auth_id: token.saved.auth_id.clone(),
        account: token.saved.account.clone(),
        role: token.saved.role.clone(),
        origin: token.saved.origin.clone(),
        consumer: None,
        token: token.token.clone(),
    }
}
