//! Which token a name stands for at the moment, without its secret: for callers that keep a token at hand
//! and must notice that another process replaced it.

use sha2::{Digest as _, Sha256};

use crate::credentials::AuthId;
use crate::error::{Code, Result};
use crate::vault::Vault;
use crate::vault::index::SecretId;
use crate::vault::model::Origin;

/// Differs whenever a name stands for another token, in whatever store and by whatever program it was
/// replaced. Of a token in `~/.nstba` it is a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Indexed(SecretId),
    Nstba([u8; 32]),
}

impl Vault {
    /// The revision of the token of this name and origin, if there is one. Reads a file only when it
    /// changed.
    ///
    /// # Errors
    /// As [`Vault::find`].
    pub fn revision(&self, name: &AuthId, origin: &Origin) -> Result<Option<Revision>> {
        if let Some(entry) = self.0.index.read()?.find(name, origin) {
            return Ok(Some(Revision(Kind::Indexed(entry.id.clone()))));
        }
        let foreign = match self.nstba() {
            Err(error) if error.code() == Code::StoreDamaged => self.complain(&error),
            outcome => outcome?,
        };
        Ok(foreign.find(name, origin).map(|found| {
            let mut hash = Sha256::new();
            for part in [found.saved.account.as_str(), &found.token.id, found.token.secret.expose()]
            {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
            Revision(Kind::Nstba(hash.finalize().into()))
        }))
    }
}
