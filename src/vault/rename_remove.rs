//! Tokens renamed and removed, in the index and in `~/.nstba`. What is reported is what was written.

use std::sync::Arc;

use crate::account::AccountId;
use crate::base::console;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::vault::Vault;
use crate::vault::index::{Entry, Index};
use crate::vault::model::Origin;
use crate::vault::nstba::NstbaFile;
use crate::vault::nstba::entries::{NstbaTokens, account_of, is_of_origin};
use crate::vault::stores::secret_store::Prompt;

impl Vault {
    /// Gives a token another name, for every origin that has it.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`] and [`Code::TokenNotFound`], also where that came to be meanwhile; and when
    /// `~/.nstba` cannot be read or written.
    pub fn rename(&self, from: &AuthId, to: &AuthId) -> Result<()> {
        let foreign = self.nstba_for_a_change(from)?;
        let index = self.0.index.read()?;
        if !index.has(from) && foreign.named(from).is_none() {
            return Err(not_found(from));
        }
        if from == to {
            return Ok(());
        }
        // A copy goes along, or the old name would come back into the list; what was only hidden behind
        // the token stays.
        let accounts = accounts_of(&index, |entry| entry.saved.auth_id == *from);
        let copy = foreign.named(from);
        let goes_along = copy.is_some_and(|t| goes_with(&accounts, Some(&t.saved.account)));
        let taken = || Error::new(Code::AuthIdTaken, format!("There already is a token {to}."));
        // An entry without a token has no right to the name, but would be in the way there.
        let in_the_way = foreign.unusable.iter().any(|one| goes_along && one.name == to.as_str());
        if foreign.named(to).is_some() || index.has(to) || in_the_way {
            return Err(taken());
        }
        let in_index = index.has(from);
        if in_index {
            let mut edit = self.edit()?;
            if edit.index.has(to) {
                return Err(taken());
            }
            let renamed = edit.index.change(|token| {
                let this = token.auth_id == *from;
                if this {
                    token.auth_id = to.clone();
                }
                this
            });
            if !renamed {
                return Err(not_found(from));
            }
            self.retire(&mut edit, Vec::new(), "rename")?;
        }
        let (Some(file), Some(copy)) = (&self.0.nstba, copy) else { return Ok(()) };
        if !goes_along {
            tell_of_hidden(file, from, &copy.saved.account);
        } else if !file.rename(from, to)? && !in_index {
            return Err(not_found(from));
        }
        Ok(())
    }

    /// Removes a token everywhere, secret included; of every origin unless one is named. Says whether
    /// there was one.
    ///
    /// # Errors
    /// What is wrong with the token's store, or with `~/.nstba`, which may have a copy: nothing is
    /// removed then.
    pub fn remove(&self, name: &AuthId, origin: Option<&Origin>) -> Result<bool> {
        let which = |entry: &Entry| {
            entry.saved.auth_id == *name && origin.is_none_or(|o| entry.saved.origin == *o)
        };
        let foreign = self.nstba_for_a_change(name)?;
        let index = self.0.index.read()?;
        let mut stuck = false;
        for entry in index.entries().iter().filter(|entry| which(entry)) {
            match self.0.stores.of(entry.saved.store)?.ready(Prompt::Allowed) {
                // Nobody could ever remove it otherwise.
                Err(error) if error.code() == Code::KeychainMissing => stuck = true,
                outcome => outcome?,
            }
        }
        let mut found = false;
        if index.entries().iter().any(which) {
            let mut edit = self.edit()?;
            let old = edit.index.take(which);
            found = !old.is_empty();
            let left = self.retire(&mut edit, old.clone(), "remove")?;
            if stuck {
                console::warn(&format!(
                    "Token {name} is forgotten, but its keychain cannot be reached from here: its \
                     entry is deleted at the next change made where it can."
                ));
            } else if old.iter().any(|place| left.contains(place)) {
                console::warn(&format!(
                    "Token {name} is forgotten, but its secret could not be deleted now: that is \
                     tried again at the next change."
                ));
            }
        }
        let accounts = accounts_of(&index, which);
        Ok(self.remove_from_nstba(&foreign, name, origin, &accounts)? || found)
    }

    /// What `~/.nstba` holds, for a change that has to know. An error of reading it is not "there is
    /// none": the entry would come back into the list, with a token that was said to be gone.
    fn nstba_for_a_change(&self, name: &AuthId) -> Result<Arc<NstbaTokens>> {
        self.nstba().map_err(|error| {
            let what = format!("{} It may hold {name}, so nothing was changed.", error.message());
            Error::new(error.code(), what).with_next_step(error.next_step())
        })
    }

    /// Removes the entry of Oracle's file that was listed, or is a copy of a token of the index that
    /// was. One that was hidden behind a token of another account was never meant.
    fn remove_from_nstba(
        &self,
        foreign: &NstbaTokens,
        name: &AuthId,
        origin: Option<&Origin>,
        accounts: &[AccountId],
    ) -> Result<bool> {
        let has = foreign.named(name).is_some()
            || foreign.unusable.iter().any(|one| one.name == name.as_str());
        let Some(file) = self.0.nstba.as_ref().filter(|_| has) else { return Ok(false) };
        let mut hidden = None;
        let gone = file.remove(|known, entry| {
            if known != name.as_str() || !is_of_origin(known, entry, origin) {
                return false;
            }
            let account = account_of(known, entry);
            let goes = goes_with(accounts, account.as_ref());
            if !goes {
                hidden = account;
            }
            goes
        })?;
        if let Some(account) = hidden {
            tell_of_hidden(file, name, &account);
        }
        Ok(!gone.is_empty())
    }
}

fn not_found(name: &AuthId) -> Error {
    Error::new(Code::TokenNotFound, format!("There is no saved token {name}."))
}

fn accounts_of(index: &Index, which: impl Fn(&Entry) -> bool) -> Vec<AccountId> {
    let of = |entry: &Entry| which(entry).then(|| entry.saved.account.clone());
    index.entries().iter().filter_map(of).collect()
}

/// Whether an entry of Oracle's file goes with the tokens of these accounts in the index. Where there is
/// none it was listed itself, and one without a usable token is nobody's.
fn goes_with(accounts: &[AccountId], account: Option<&AccountId>) -> bool {
    accounts.is_empty() || account.is_none_or(|account| accounts.contains(account))
}

fn tell_of_hidden(file: &NstbaFile, name: &AuthId, account: &AccountId) {
    console::warn(&format!(
        "{} has a token {name} of account {account}. It stays, and is listed from now on.",
        file.path().display()
    ));
}
