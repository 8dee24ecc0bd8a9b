//! Tokens renamed and removed, in the index and in `~/.nstba`.

use crate::account::AccountId;
use crate::base::console;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::vault::Vault;
use crate::vault::index::{Entry, Index};
use crate::vault::model::Origin;
use crate::vault::nstba;
use crate::vault::nstba::NstbaFile;
use crate::vault::stores::keychain::Prompt;

impl Vault {
    /// Gives a token another name, for every origin that has it.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`] and [`Code::TokenNotFound`].
    pub fn rename(&self, from: &AuthId, to: &AuthId) -> Result<()> {
        let foreign = self.nstba().unwrap_or_else(|error| self.complain(&error));
        let index = self.0.index.read()?;
        let in_nstba = |name: &AuthId| foreign.tokens.iter().any(|t| t.saved.auth_id == *name);
        if !index.has(from) && !in_nstba(from) {
            let what = format!("There is no saved token {from}.");
            return Err(Error::new(Code::TokenNotFound, what));
        }
        if from == to {
            return Ok(());
        }
        // A copy goes along, or the old name would come back into the list; what was only hidden behind
        // the token stays.
        let accounts = accounts_of(&index, |entry| entry.saved.auth_id == *from);
        let named = foreign.tokens.iter().find(|token| token.saved.auth_id == *from);
        let goes_along = named.is_some_and(|t| goes_with(&accounts, Some(&t.saved.account)));
        let taken = || Error::new(Code::AuthIdTaken, format!("There already is a token {to}."));
        // An entry without a token has no right to the name, but would be in the way there.
        let in_the_way = |(name, _): &(String, _)| goes_along && name == to.as_str();
        if in_nstba(to) || index.has(to) || foreign.unusable.iter().any(in_the_way) {
            return Err(taken());
        }
        if index.has(from) {
            let mut edit = self.edit()?;
            if edit.index.has(to) {
                return Err(taken());
            }
            edit.index.change(|token| {
                let this = token.auth_id == *from;
                if this {
                    token.auth_id = to.clone();
                }
                this
            });
            self.retire(&mut edit, Vec::new(), "rename")?;
        }
        let (Some(file), Some(copy)) = (&self.0.nstba, named) else { return Ok(()) };
        if goes_along {
            file.rename(from, to)?;
        } else {
            tell_of_hidden(file, from, &copy.saved.account);
        }
        Ok(())
    }

    /// Removes a token everywhere, secret included; of every origin unless one is named. Says whether
    /// there was one.
    ///
    /// # Errors
    /// What is wrong with the token's store: it is then still there.
    pub fn remove(&self, name: &AuthId, origin: Option<&Origin>) -> Result<bool> {
        let which = |entry: &Entry| {
            entry.saved.auth_id == *name && origin.is_none_or(|o| entry.saved.origin == *o)
        };
        let index = self.0.index.read()?;
        let mut stuck = false;
        for entry in index.entries().iter().filter(|entry| which(entry)) {
            match self.0.stores.ready(entry.saved.store, Prompt::Allowed) {
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
            self.retire(&mut edit, old, "remove")?;
            if stuck {
                console::warn(&format!(
                    "Token {name} is forgotten, but its keychain cannot be reached from here: its \
                     entry is deleted at the next change made where it can."
                ));
            }
        }
        let accounts = accounts_of(&index, which);
        Ok(self.remove_from_nstba(name, origin, &accounts)? || found)
    }

    /// Removes the entry of Oracle's file that was listed, or is a copy of a token of the index that
    /// was. One that was hidden behind a token of another account was never meant.
    fn remove_from_nstba(
        &self,
        name: &AuthId,
        origin: Option<&Origin>,
        accounts: &[AccountId],
    ) -> Result<bool> {
        let foreign = self.nstba().unwrap_or_else(|error| self.complain(&error));
        let has = foreign.tokens.iter().any(|token| token.saved.auth_id == *name)
            || foreign.unusable.iter().any(|(known, _)| known == name.as_str());
        let Some(file) = self.0.nstba.as_ref().filter(|_| has) else { return Ok(false) };
        let mut hidden = None;
        let found = file.remove(|known, entry| {
            if known != name.as_str() || !nstba::is_of_origin(known, entry, origin) {
                return false;
            }
            let account = nstba::account_of(known, entry);
            let goes = goes_with(accounts, account.as_ref());
            if !goes {
                hidden = account;
            }
            goes
        })?;
        if let Some(account) = hidden {
            tell_of_hidden(file, name, &account);
        }
        Ok(found)
    }
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
