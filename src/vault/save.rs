//! Changes to the vault. Index and secret move together: a new secret is journalled in the index
//! before it is written, and the old one goes only after the index names the new one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::base::console;
use crate::error::{Code, Error, Result};
use crate::fs::failpoint;
use crate::fs::{lock, private_file as disk};
use crate::vault::Vault;
use crate::vault::index::{Entry, Index, SecretId, SecretPlace};
use crate::vault::index_file::Edit;
use crate::vault::model::{NewToken, SavedToken, StoreChoice, StoreKind};
use crate::vault::stores::keychain::Prompt;

/// "Last used" is written no more often than this, so that it costs a run nothing.
const USED_GRAIN: u64 = 24 * 60 * 60;

/// Whether a token may be saved, by what is in the index.
type Allowed<'a> = &'a dyn Fn(&Index) -> Result<()>;

impl Vault {
    /// Whether a token could be saved now, as far as that can be known without one: asked before
    /// NetSuite makes a token that nobody could keep.
    ///
    /// # Errors
    /// What is wrong with the store chosen.
    pub fn ready_to_save(&self) -> Result<()> {
        let ready = |kind| self.0.stores.ready_for_new(kind, Prompt::Allowed);
        match self.0.settings.store {
            StoreChoice::Only(StoreKind::Nstba) => return Ok(()),
            StoreChoice::Only(kind) => ready(kind)?,
            StoreChoice::Auto => match ready(StoreKind::Keychain) {
                Err(error) if error.code() != Code::KeychainMissing => return Err(error),
                _ => {}
            },
        }
        let folder = self.0.settings.folder()?;
        disk::prepare_folder(folder, self.0.settings.user_id)?;
        disk::has_room(
            &["tokens.json", "secrets.json", "secrets.enc"].map(|name| folder.join(name)),
        )
    }

    /// Saves a token in place of the one of its name and origin, which stays until the new one is
    /// written, read back and compared.
    ///
    /// # Errors
    /// What is wrong with the store chosen. The old token is then as it was.
    #[expect(clippy::needless_pass_by_value, reason = "the secret ends with the call")]
    pub fn save(&self, new: NewToken) -> Result<SavedToken> {
        self.save_where(&new, &|_| Ok(()))
    }

    /// The same, if the index as it is at the moment of writing allows it.
    pub(super) fn save_where(&self, new: &NewToken, allowed: Allowed<'_>) -> Result<SavedToken> {
        match self.0.settings.store {
            StoreChoice::Only(StoreKind::Nstba) => self.save_to_nstba(new),
            StoreChoice::Only(kind) => {
                self.0.stores.ready_for_new(kind, Prompt::Allowed)?;
                self.save_to(kind, new, allowed)
            }
            StoreChoice::Auto => {
                let kept = match self.0.stores.ready(StoreKind::Keychain, Prompt::Allowed) {
                    Ok(()) => self.save_to(StoreKind::Keychain, new, allowed),
                    Err(error) => Err(error),
                };
                match kept {
                    // Only where there is none: one that is locked or slow is an error of its own.
                    Err(error) if error.code() == Code::KeychainMissing => {
                        console::debug(|| error.message().to_owned());
                        self.save_to(StoreKind::File, new, allowed)
                    }
                    outcome => outcome,
                }
            }
        }
    }

    /// Notes that a token was used today. Best effort: it never waits and never fails.
    pub fn touch(&self, saved: &SavedToken) {
        let now = now();
        let fresh =
            |last: Option<u64>| last.is_some_and(|last| now < last.saturating_add(USED_GRAIN));
        if saved.store == StoreKind::Nstba || fresh(saved.last_used_at) {
            return;
        }
        let Ok(mut edit) = self.0.index.edit(Duration::ZERO) else { return };
        let changed = edit.index.change(|token| {
            let this = token.auth_id == saved.auth_id && token.origin == saved.origin;
            let stale = this && !fresh(token.last_used_at);
            if stale {
                token.last_used_at = Some(now);
            }
            stale
        });
        if changed {
            let _ = edit.write("touch");
        }
    }

    fn save_to(&self, kind: StoreKind, new: &NewToken, allowed: Allowed<'_>) -> Result<SavedToken> {
        let place = SecretPlace { store: kind, id: SecretId::random()? };
        let mut edit = self.edit()?;
        allowed(&edit.index)?;
        edit.index.pending.push(place.clone());
        edit.write("journal")?;
        if let Err(error) = self.0.stores.put(&place, &new.token) {
            self.abandon(&mut edit, &place);
            return Err(error);
        }
        failpoint::reached("save:verified");
        console::debug(|| {
            format!("token {} is written to {} and read back", new.auth_id, kind.as_str())
        });
        let saved = SavedToken {
            auth_id: new.auth_id.clone(),
            account: new.account.clone(),
            role: new.role.clone(),
            store: kind,
            origin: new.origin.clone(),
            consumer: new.consumer.clone(),
            created_at: Some(now()),
            last_used_at: Some(now()),
        };
        let old = edit.index.put(Entry::new(saved.clone(), place.id.clone()));
        edit.index.pending.retain(|pending| *pending != place);
        let fell_back = kind == StoreKind::File && self.0.settings.store == StoreChoice::Auto;
        let was_in_keychain = old.iter().any(|place| place.store == StoreKind::Keychain);
        // Said once per vault; but a token that was better kept before is never moved without a word.
        let announce = fell_back && (!edit.index.told_of_plain_file || was_in_keychain);
        edit.index.told_of_plain_file |= announce;
        self.retire(&mut edit, old, "swap")?;
        if announce {
            self.announce_plain_file();
        }
        Ok(saved)
    }

    /// Writes the index without some secrets, then deletes them, then forgets that they were there.
    /// A crash in between leaves them journalled for the next change.
    pub(super) fn retire(
        &self,
        edit: &mut Edit<'_>,
        old: Vec<SecretPlace>,
        point: &str,
    ) -> Result<()> {
        let leftovers = std::mem::take(&mut edit.index.pending);
        let nothing_to_delete = old.is_empty() && leftovers.is_empty();
        edit.index.pending = leftovers.into_iter().chain(old).collect();
        edit.write(point)?;
        failpoint::reached("retire:indexed");
        if nothing_to_delete {
            return Ok(());
        }
        let mut pending = std::mem::take(&mut edit.index.pending);
        // An entry copied by hand shares its secret: that goes with the last of them.
        pending.retain(|place| !edit.index.needs(place));
        edit.index.pending = self.0.stores.delete(&pending);
        failpoint::reached("retire:deleted");
        // What was asked for is done; a failure here only leaves the journal longer than needed.
        let _ = edit.write("tidy");
        Ok(())
    }

    /// Takes a failed write back, as far as that can be done now.
    pub(super) fn abandon(&self, edit: &mut Edit<'_>, place: &SecretPlace) {
        let left = self.0.stores.delete(std::slice::from_ref(place));
        if left.is_empty() {
            edit.index.pending.retain(|pending| pending != place);
            let _ = edit.write("abandon");
        }
    }

    fn save_to_nstba(&self, new: &NewToken) -> Result<SavedToken> {
        let file = self.0.nstba.as_ref().ok_or_else(|| {
            Error::new(Code::StoreUnwritable, "There is no home folder for the file .nstba.")
                .with_next_step("Set HOME, or choose another NETSUITE_TBA_STORE.")
        })?;
        let saved = file.put(new)?;
        // A token of that name in the vault would hide the new one.
        if self.0.index.read()?.find(&new.auth_id, &new.origin).is_some() {
            let mut edit = self.edit()?;
            let old = edit.index.take(|entry| entry.is(&new.auth_id, &new.origin));
            self.retire(&mut edit, old, "swap")?;
        }
        Ok(saved)
    }

    pub(super) fn edit(&self) -> Result<Edit<'_>> {
        let edit = self.0.index.edit(lock::PATIENCE)?;
        self.0.stores.clean_up();
        Ok(edit)
    }

    fn announce_plain_file(&self) {
        console::warn(&format!(
            "There is no keychain on this machine, so tokens are kept in {}: only your user can read it, \
             but it is not encrypted. NETSUITE_TBA_STORE=encrypted-file with NETSUITE_TBA_PASSPHRASE \
             encrypts new ones; where there is a keychain, signing in again moves a token there.",
            self.0.settings.home.join("secrets.json").display()
        ));
    }
}

pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
