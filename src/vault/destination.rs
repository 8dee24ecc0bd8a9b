//! Where a new token goes. The only place that knows what "auto" means: the keychain; where there is none,
//! the encrypted file if a passphrase is given, else the plain file.

use std::sync::atomic::Ordering;

use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::vault::Vault;
use crate::vault::index::Index;
use crate::vault::model::{Origin, StoreChoice, StoreKind};
use crate::vault::stores::secret_store::Prompt;

/// Where a new token goes.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The store.
    pub store: StoreKind,
    /// Why it is not the keychain, where the keychain was preferred.
    pub no_keychain: Option<Error>,
}

/// What somebody who is about to sign in should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyToSave {
    /// Where the token will be kept.
    pub store: StoreKind,
    /// What to say before the browser opens: the token will be kept unencrypted, though nobody asked for
    /// that. Said once per vault, and again before a token leaves the keychain.
    pub notice: Option<String>,
}

impl Destination {
    /// The token is kept unencrypted though nobody asked for that.
    pub(super) fn is_downgrade(&self) -> bool {
        self.store == StoreKind::File && self.no_keychain.is_some()
    }
}

impl Vault {
    /// The store for a new token, tried out as far as that is possible without one.
    ///
    /// # Errors
    /// What is wrong with the store. A keychain that is there and locked, slow or forbidding is an error
    /// and never a reason to use another store.
    pub(super) fn destination(&self) -> Result<Destination> {
        let settings = &self.0.settings;
        let ready = |store| match store {
            StoreKind::Nstba => Ok(()),
            _ => self.0.stores.of(store)?.ready_for_new(Prompt::Allowed),
        };
        let store = match settings.store {
            StoreChoice::Only(store) => store,
            StoreChoice::Auto => StoreKind::Keychain,
        };
        match ready(store) {
            Ok(()) => Ok(Destination { store, no_keychain: None }),
            Err(error)
                if error.code() == Code::KeychainMissing && settings.store == StoreChoice::Auto =>
            {
                let encrypted = settings.passphrase.is_some();
                let store = if encrypted { StoreKind::EncryptedFile } else { StoreKind::File };
                ready(store)?;
                Ok(Destination { store, no_keychain: Some(error) })
            }
            Err(error) => Err(error),
        }
    }

    /// Where a token of this name would be saved now, as far as that can be known without one: asked
    /// before NetSuite makes a token that nobody could keep.
    ///
    /// # Errors
    /// What is wrong with the store chosen. [`Code::KeychainMissing`] where only the plain file is left,
    /// nobody is there to read the notice and nobody has chosen that file in this vault.
    pub fn ready_to_save(&self, name: &AuthId, origin: &Origin) -> Result<ReadyToSave> {
        let destination = self.destination()?;
        if destination.store == StoreKind::Nstba {
            if let Some(file) = &self.0.nstba {
                file.check_lock()?;
            }
            return Ok(ReadyToSave { store: destination.store, notice: None });
        }
        let files = self.0.settings.files();
        let folder = self.0.settings.folder()?;
        files.prepare_folder(folder)?;
        files.has_room(
            &["tokens.json", "secrets.json", "secrets.enc"].map(|name| folder.join(name)),
        )?;
        self.0.index.check_lock()?;
        let index = self.0.index.read()?;
        if destination.is_downgrade() && !self.0.settings.may_prompt && !has_plain_file(&index) {
            let what = "There is no keychain on this machine, and nobody is here to agree to a file \
                        that is not encrypted.";
            return Err(Error::new(Code::KeychainMissing, what).with_next_step(
                "Set NETSUITE_TBA_PASSPHRASE to keep tokens in an encrypted file, or \
                 NETSUITE_TBA_STORE=file to keep them in a file only your user can read.",
            ));
        }
        let leaves_keychain =
            index.find(name, origin).is_some_and(|old| old.saved.store == StoreKind::Keychain);
        let is_news = leaves_keychain || !index.told_of_plain_file;
        let notice = (destination.is_downgrade() && is_news).then(|| self.plain_file_notice());
        if notice.is_some() {
            self.0.announced.store(true, Ordering::Relaxed);
        }
        Ok(ReadyToSave { store: destination.store, notice })
    }

    /// What is said of the plain file that takes the place of a keychain.
    pub(super) fn plain_file_notice(&self) -> String {
        format!(
            "There is no keychain on this machine, so tokens are kept in {}: only your user can read it, \
             but it is not encrypted. NETSUITE_TBA_PASSPHRASE or NETSUITE_TBA_STORE=encrypted-file \
             encrypts new ones; where there is a keychain, signing in again moves a token there.",
            self.0.settings.home.join("secrets.json").display()
        )
    }
}

/// Whether somebody chose or was told of the plain file of this vault.
fn has_plain_file(index: &Index) -> bool {
    let is_plain = |entry: &crate::vault::index::Entry| entry.saved.store == StoreKind::File;
    index.told_of_plain_file || index.entries().iter().any(is_plain)
}
