//! New tokens. Index and secret move together: a new secret is journalled in the index before it is
//! written, and the old one goes only after the index names the new one.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::base::console;
use crate::base::time::now;
use crate::error::{Code, Error, Result};
use crate::fs::{failpoint, lock};
use crate::vault::Vault;
use crate::vault::destination::Destination;
use crate::vault::index::{Entry, Index, SecretId, SecretPlace};
use crate::vault::index_file::Edit;
use crate::vault::model::{NewToken, SavedToken, StoreKind};
use crate::vault::stores::secret_store::Named;

/// "Last used" is written no more often than this, so that it costs a run nothing.
const USED_GRAIN: u64 = 24 * 60 * 60;

/// How tokens get into the vault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Signed in just now: in place of a token of the same name, and in use from now on.
    SignedIn,
    /// Taken from a file: only under a name that is free, and not used yet.
    Imported,
}

impl Vault {
    /// Saves a token in place of the one of its name and origin, which stays until the new one is
    /// written, read back and compared.
    ///
    /// # Errors
    /// What is wrong with the store chosen. The old token is then as it was.
    #[expect(clippy::needless_pass_by_value, reason = "the secret ends with the call")]
    pub fn save(&self, new: NewToken) -> Result<SavedToken> {
        let destination = self.destination()?;
        if destination.store == StoreKind::Nstba {
            return self.save_to_nstba(&new);
        }
        let outcome =
            self.save_all(&destination, std::slice::from_ref(&new), Arrival::SignedIn)?.pop();
        outcome.unwrap_or_else(|| Err(Error::new(Code::Internal, "No token was saved.")))
    }

    /// Saves tokens at once: three writes, however many they are. One outcome for each.
    ///
    /// # Errors
    /// When none could be saved because of the vault itself.
    pub(super) fn save_all(
        &self,
        destination: &Destination,
        new: &[NewToken],
        arrival: Arrival,
    ) -> Result<Vec<Result<SavedToken>>> {
        let kind = destination.store;
        let mut edit = self.edit()?;
        let mut given = Vec::with_capacity(new.len());
        for token in new {
            let place = SecretPlace { store: kind, id: SecretId::random()? };
            given.push(allowed(&edit.index, token, arrival).map(|()| place));
        }
        let places: Vec<SecretPlace> = given.iter().flatten().cloned().collect();
        if places.is_empty() {
            return Ok(given.into_iter().map(|place| place.and_then(|_| Err(taken()))).collect());
        }
        edit.index.pending.extend(places.iter().cloned());
        edit.write("journal")?;
        if let Err(error) = self.write_secrets(kind, new, &mut given) {
            self.abandon(&mut edit, &places);
            return Err(error);
        }
        failpoint::reached("save", "verified");
        let saved = |(new, place): (&NewToken, Result<SecretPlace>)| -> Result<Entry> {
            Ok(Entry::new(saved_token(new, kind, arrival), place?.id))
        };
        let entries: Vec<Result<Entry>> = new.iter().zip(given).map(saved).collect();
        self.enter(&mut edit, destination, &entries)?;
        Ok(entries.into_iter().map(|entry| entry.map(|entry| entry.saved)).collect())
    }

    /// Writes the secrets that have a place; one that cannot be written loses it.
    fn write_secrets(
        &self,
        kind: StoreKind,
        new: &[NewToken],
        given: &mut [Result<SecretPlace>],
    ) -> Result<()> {
        let secrets: Vec<Named<'_>> = new
            .iter()
            .zip(given.iter())
            .filter_map(|(new, place)| Some((&place.as_ref().ok()?.id, &new.token)))
            .collect();
        let outcomes = self.0.stores.put(kind, &secrets)?;
        if let Some(error) = first_of_only_errors(&outcomes) {
            return Err(error);
        }
        let written = given.iter_mut().filter(|place| place.is_ok());
        for (place, outcome) in written.zip(outcomes) {
            if let Err(error) = outcome {
                *place = Err(error);
            }
        }
        console::debug(|| format!("secrets are written to {} and read back", kind.as_str()));
        Ok(())
    }

    /// Names the new secrets in the index, and lets go of those they replace.
    fn enter(
        &self,
        edit: &mut Edit<'_>,
        destination: &Destination,
        entries: &[Result<Entry>],
    ) -> Result<()> {
        let new: Vec<Entry> = entries.iter().flatten().cloned().collect();
        let old = edit.index.put(new);
        // A secret that could not be written stays in the journal until it is certainly gone.
        let mut pending = std::mem::take(&mut edit.index.pending);
        edit.index.retain_unneeded(&mut pending);
        edit.index.pending = pending;
        let was_in_keychain = old.iter().any(|place| place.store == StoreKind::Keychain);
        // Said once per vault; but a token that was better kept before is never moved without a word.
        let announce =
            destination.is_downgrade() && (!edit.index.told_of_plain_file || was_in_keychain);
        edit.index.told_of_plain_file |= announce;
        self.retire(edit, old, "swap")?;
        if announce && !self.0.announced.swap(true, Ordering::Relaxed) {
            console::warn(&self.plain_file_notice());
        }
        Ok(())
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

    /// Writes the index without some secrets, then deletes them, then forgets that they were there.
    /// A crash in between leaves them journalled for the next change. Returns those that could not be
    /// deleted now.
    pub(super) fn retire(
        &self,
        edit: &mut Edit<'_>,
        old: Vec<SecretPlace>,
        point: &str,
    ) -> Result<Vec<SecretPlace>> {
        let leftovers = std::mem::take(&mut edit.index.pending);
        let nothing_to_delete = old.is_empty() && leftovers.is_empty();
        edit.index.pending = leftovers.into_iter().chain(old).collect();
        edit.write(point)?;
        failpoint::reached("retire", "indexed");
        if nothing_to_delete {
            return Ok(Vec::new());
        }
        let mut pending = std::mem::take(&mut edit.index.pending);
        // An entry copied by hand shares its secret: that goes with the last of them.
        edit.index.retain_unneeded(&mut pending);
        let left = self.0.stores.delete(&pending);
        edit.index.pending.clone_from(&left);
        failpoint::reached("retire", "deleted");
        // What was asked for is done; a failure here only leaves the journal longer than needed.
        let _ = edit.write("tidy");
        Ok(left)
    }

    /// Takes a failed write back, as far as that can be done now.
    pub(super) fn abandon(&self, edit: &mut Edit<'_>, places: &[SecretPlace]) {
        let left: HashSet<SecretPlace> = self.0.stores.delete(places).into_iter().collect();
        let gone: HashSet<&SecretPlace> =
            places.iter().filter(|place| !left.contains(place)).collect();
        edit.index.pending.retain(|pending| !gone.contains(pending));
        let _ = edit.write("abandon");
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
}

/// Looked at where nobody else can write: others may import or sign in too.
fn allowed(index: &Index, new: &NewToken, arrival: Arrival) -> Result<()> {
    let is_taken = index.find(&new.auth_id, &new.origin).is_some();
    if arrival == Arrival::Imported && is_taken { Err(taken()) } else { Ok(()) }
}

fn taken() -> Error {
    Error::new(Code::AuthIdTaken, "The vault has a token of that name.")
}

fn saved_token(new: &NewToken, store: StoreKind, arrival: Arrival) -> SavedToken {
    SavedToken {
        auth_id: new.auth_id.clone(),
        account: new.account.clone(),
        role: new.role.clone(),
        store,
        origin: new.origin.clone(),
        consumer: new.consumer.clone(),
        created_at: Some(now()),
        last_used_at: (arrival == Arrival::SignedIn).then(now),
    }
}

/// The first error, when there is nothing else.
fn first_of_only_errors(outcomes: &[Result<()>]) -> Option<Error> {
    if outcomes.iter().any(Result::is_ok) {
        return None;
    }
    outcomes.iter().find_map(|outcome| outcome.as_ref().err().cloned())
}
