//! Moves tokens of `~/.nstba` into the vault; removes plaintext only when told to.

use std::path::{Path, PathBuf};

use crate::account::AccountId;
use crate::base::console;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::text::printable;
use crate::vault::Vault;
use crate::vault::index::Index;
use crate::vault::model::{NewToken, StoreChoice, StoreKind};
use crate::vault::nstba::{NstbaFile, NstbaToken};

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
    /// What is wrong with the file or the store; a single token that cannot be saved is reported
    /// instead, unless it is the first.
    pub fn import(&self, file: Option<&Path>, remove_plaintext: bool) -> Result<ImportReport> {
        if self.0.settings.store == StoreChoice::Only(StoreKind::Nstba) {
            let what = "The store nstba is the file that would be imported.";
            return Err(Error::new(Code::StoreInvalid, what));
        }
        let path = file.map(Path::to_path_buf).or_else(|| self.0.settings.nstba());
        let path = path.ok_or_else(|| {
            Error::new(Code::StoreUnreadable, "There is no home folder with a file .nstba.")
                .with_next_step("Name the file to import.")
        })?;
        if file.is_some() && !path.is_file() {
            let what = format!("{} is not a file.", path.display());
            return Err(Error::new(Code::StoreUnreadable, what)
                .with_next_step("Name a file in the form of .nstba."));
        }
        let source = NstbaFile::new(path, self.0.settings.user_id);
        let found = source.read()?;
        let (mut tokens, mut unwritable) = (Vec::new(), None::<Error>);
        for token in &found.tokens {
            let outcome = match self.import_one(token) {
                Err(error) if tokens.is_empty() => return Err(error),
                Err(error) => ImportOutcome::Skipped(error.message().to_owned()),
                Ok(outcome) => outcome,
            };
            let wanted =
                remove_plaintext && unwritable.is_none() && self.holds(token).unwrap_or(false);
            let plaintext_removed = wanted
                && forget(&source, token).unwrap_or_else(|error| {
                    unwritable = Some(error);
                    false
                });
            tokens.push(ImportedToken {
                name: token.saved.auth_id.to_string(),
                account: Some(token.saved.account.clone()),
                outcome,
                plaintext_removed,
            });
        }
        // What was imported is imported; only the plaintext stays, which the report says.
        if let Some(error) = unwritable {
            console::warn(&format!("The plaintext stays: {}", error.message()));
        }
        tokens.extend(found.unusable.iter().map(|(name, reason)| ImportedToken {
            name: printable(name, 80),
            account: None,
            outcome: ImportOutcome::Skipped((*reason).to_owned()),
            plaintext_removed: false,
        }));
        Ok(ImportReport { file: source.path().to_path_buf(), tokens })
    }

    fn import_one(&self, token: &NstbaToken) -> Result<ImportOutcome> {
        let saved = &token.saved;
        // Once to spare the keychain, and once where nobody else can write: others may import too.
        let free = |index: &Index| match index.find(&saved.auth_id, &saved.origin) {
            Some(_) => Err(Error::new(Code::AuthIdTaken, "The vault has a token of that name.")),
            None => Ok(()),
        };
        let new = NewToken {
            auth_id: saved.auth_id.clone(),
            account: saved.account.clone(),
            role: saved.role.clone(),
            origin: saved.origin.clone(),
            consumer: None,
            token: token.token.clone(),
        };
        let index = self.0.index.read()?;
        match free(&index).and_then(|()| self.save_where(&new, &free)) {
            Ok(saved) => Ok(ImportOutcome::Imported(saved.store)),
            Err(error) if error.code() == Code::AuthIdTaken => Ok(ImportOutcome::Kept),
            Err(error) => Err(error),
        }
    }

    /// Whether the vault, not the file, has exactly this token.
    fn holds(&self, token: &NstbaToken) -> Result<bool> {
        let Some(saved) = self.indexed(&token.saved.auth_id, token)? else { return Ok(false) };
        if saved.account != token.saved.account {
            return Ok(false);
        }
        let kept = self.token(&saved)?;
        Ok(kept.id == token.token.id && kept.secret.expose() == token.token.secret.expose())
    }

    fn indexed(
        &self,
        name: &AuthId,
        token: &NstbaToken,
    ) -> Result<Option<crate::vault::model::SavedToken>> {
        let index = self.0.index.read()?;
        Ok(index.find(name, &token.saved.origin).map(|entry| entry.saved.clone()))
    }
}

/// Removes an entry from the file if it still is the one that was read.
fn forget(source: &NstbaFile, token: &NstbaToken) -> Result<bool> {
    source.remove(|name, entry| {
        name == token.saved.auth_id.as_str()
            && entry.get("token").and_then(serde_json::Value::as_str)
                == Some(token.token.id.as_str())
    })
}
