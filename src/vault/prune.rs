//! What the vault holds that no token needs any more, and its removal.

use crate::base::console;
use crate::error::{Code, Result};
use crate::vault::batch_reader::BatchReader;
use crate::vault::model::SavedToken;
use crate::vault::{Vault, pending as unfinished};

/// What can be cleared.
#[derive(Clone, Debug, Default)]
pub struct Prunable {
    /// Tokens that are listed though their secret is gone.
    pub tokens: Vec<SavedToken>,
    /// Secrets that interrupted writes left.
    pub secrets: usize,
    /// Sign-ins that were begun and have expired.
    pub sign_ins: usize,
    /// Tokens whose store cannot be read now, and why. They stay.
    pub unreadable: Vec<(SavedToken, String)>,
}

impl Prunable {
    /// Whether there is nothing to clear.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.secrets == 0 && self.sign_ins == 0
    }
}

impl Vault {
    /// Looks for what can be cleared. Reads every secret, so a locked keychain may ask.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn prunable(&self) -> Result<Prunable> {
        let index = self.0.index.read()?;
        let mut found = Prunable {
            secrets: index.pending.len(),
            sign_ins: unfinished::expired(&self.unfinished()?).count(),
            ..Prunable::default()
        };
        let mut reading = BatchReader::new(self);
        for entry in index.entries() {
            match reading.token(&entry.saved) {
                Ok(_) => {}
                Err(error) if error.code() == Code::SecretMissing => {
                    found.tokens.push(entry.saved.clone());
                }
                // Removed by another process meanwhile.
                Err(error) if error.code() == Code::TokenNotFound => {}
                Err(error) => found.unreadable.push((entry.saved.clone(), error.message().into())),
            }
        }
        Ok(found)
    }

    /// Clears what was found. A token that was saved anew meanwhile stays.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`], [`Code::StoreBusy`].
    pub fn prune(&self, found: &Prunable) -> Result<()> {
        let mut edit = self.edit()?;
        let old = edit.index.take(|entry| found.tokens.contains(&entry.saved));
        let left = self.retire(&mut edit, old, "prune")?;
        drop(edit);
        if !left.is_empty() {
            console::warn(&format!(
                "{} secrets could not be deleted now: that is tried again at the next change.",
                left.len()
            ));
        }
        self.forget_expired()
    }
}
