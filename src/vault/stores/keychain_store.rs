//! A keychain as a store of tokens: what is kept in an entry, and whether it keeps anything at all.

use std::collections::HashMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::base::console;
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::vault::index::SecretId;
use crate::vault::model::StoreKind;
use crate::vault::stores::file;
use crate::vault::stores::keychain::Keychain;
use crate::vault::stores::secret_store::{Named, Prompt, SecretStore, lost};

/// What a trial entry holds. It is no secret.
const TRIAL: &[u8] = b"a trial of netsuite-tba; it can be deleted";

/// The keychain of the operating system, or the one of a test.
pub struct KeychainStore(Arc<dyn Keychain>);

impl KeychainStore {
    /// Tokens as entries of this keychain.
    pub fn new(keychain: Arc<dyn Keychain>) -> Self {
        Self(keychain)
    }

    /// Writes an entry, reads it back and deletes it: some keychains say only then that they are locked,
    /// missing or forgetful, and nobody should press Allow for a token that cannot be kept.
    fn trial(&self) -> Result<()> {
        let id = SecretId::random()?;
        self.0.set(&id, Zeroizing::new(TRIAL.to_vec()))?;
        let read = self.0.get(&id);
        let deleted = self.0.delete(&id);
        let same = read?.is_some_and(|read| read.as_slice() == TRIAL);
        deleted?;
        if same { Ok(()) } else { Err(lost(StoreKind::Keychain)) }
    }
}

impl SecretStore for KeychainStore {
    fn ready(&self, prompt: Prompt) -> Result<()> {
        self.0.ready(prompt)
    }

    fn ready_for_new(&self, prompt: Prompt) -> Result<()> {
        self.0.ready(prompt)?;
        self.trial()?;
        console::debug(|| "the keychain kept a trial entry".to_owned());
        Ok(())
    }

    fn get(&self, id: &SecretId) -> Result<Option<Token>> {
        let Some(value) = self.0.get(id)? else { return Ok(None) };
        file::from_bytes(&value).map(Some).ok_or_else(|| {
            let what = "The keychain entry of the token contains something else.";
            Error::new(Code::SecretMissing, what)
        })
    }

    fn get_all(&self) -> Result<Option<HashMap<SecretId, Token>>> {
        Ok(None)
    }

    fn put(&self, secrets: &[Named<'_>]) -> Vec<Result<()>> {
        let put = |(id, token): &Named<'_>| self.0.set(id, file::to_bytes(token)?);
        secrets.iter().map(put).collect()
    }

    fn delete(&self, ids: &[&SecretId]) -> Result<()> {
        self.0.ready(Prompt::Never)?;
        ids.iter().try_for_each(|id| self.0.delete(id))
    }

    fn clean_up(&self) {}
}
