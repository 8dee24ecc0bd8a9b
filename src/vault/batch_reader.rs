//! The secrets of many tokens, read one after the other.

use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::vault::Vault;
use crate::vault::model::{SavedToken, StoreKind};

/// Reads secrets. A store that could not be used is not asked again: each question could take as long
/// as the first, or be put to the person again. A file is read once for all its secrets.
pub struct BatchReader {
    vault: Vault,
    read_ahead: Vec<StoreKind>,
    unusable: Vec<(StoreKind, Error)>,
}

impl BatchReader {
    /// Of this vault.
    pub fn new(vault: &Vault) -> Self {
        Self { vault: vault.clone(), read_ahead: Vec::new(), unusable: Vec::new() }
    }

    /// As [`Vault::token`].
    ///
    /// # Errors
    /// As [`Vault::token`].
    pub fn token(&mut self, saved: &SavedToken) -> Result<Token> {
        if let Some((_, error)) = self.unusable.iter().find(|(store, _)| *store == saved.store) {
            return Err(error.clone());
        }
        let is_file = matches!(saved.store, StoreKind::File | StoreKind::EncryptedFile);
        let token = self.vault.token(saved).inspect_err(|error| {
            // These say something of one secret only.
            let of_one = [Code::SecretMissing, Code::TokenNotFound, Code::StoreDamaged];
            if !of_one.contains(&error.code()) {
                self.unusable.push((saved.store, error.clone()));
            }
        })?;
        // After the first one: then it is open, and nobody is asked twice for its passphrase.
        if is_file && !self.read_ahead.contains(&saved.store) {
            self.read_ahead.push(saved.store);
            self.vault.0.stores.read_ahead(saved.store);
        }
        Ok(token)
    }
}
