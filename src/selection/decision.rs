//! The decision table: which token a task uses. First match wins, and the reason is always told.

use std::fmt;

use crate::account::{AccountId, AccountType};
use crate::base::console::say;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::netsuite::site::Site;
use crate::project::account_lock::Accounts;
use crate::project::nsdeploy::Deployment;
use crate::selection::person::{Choice, Person};
use crate::selection::request::{NamedBy, TokenRequest, check_account};
use crate::selection::target::Target;
use crate::text::printable;
use crate::vault::Vault;
use crate::vault::model::{Origin, SavedToken};

/// What the table says.
pub enum Decision {
    /// A saved token.
    Saved(Chosen),
    /// A sign-in.
    SignIn(NewSignIn),
}

/// A saved token, and why it.
pub struct Chosen {
    /// The token.
    pub saved: SavedToken,
    /// `from .nsdeploy`, `from --authID`, `chosen`.
    pub reason: &'static str,
    /// Whether `.nsdeploy` is to name it from now on.
    pub remember: bool,
}

/// A sign-in under a name.
pub struct NewSignIn {
    /// The name the new token gets.
    pub auth_id: AuthId,
    /// The token it takes the place of, if a person said so.
    pub replaces: Option<SavedToken>,
    /// The account it must be for, where that is known.
    pub account: Option<AccountId>,
    /// Why there is a sign-in that nobody asked for just now, as a sentence.
    pub reason: Option<String>,
}

/// For the debug trace.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Saved(Chosen { saved, reason, .. }) => {
                let (name, account, store) = (&saved.auth_id, &saved.account, saved.store.as_str());
                write!(
                    f,
                    "use the saved token {name} of account {account} ({reason}; store {store})"
                )
            }
            Self::SignIn(NewSignIn { auth_id, replaces, account, .. }) => {
                write!(f, "sign in as {auth_id}")?;
                if let Some(account) = account {
                    write!(f, " for account {account}")?;
                }
                if replaces.is_some() { f.write_str(", replacing the saved token") } else { Ok(()) }
            }
        }
    }
}

/// The saved tokens a decision looks at.
pub trait Tokens {
    /// Every saved token.
    fn list(&self) -> Result<Vec<SavedToken>>;
    /// The one of that name for that NetSuite.
    fn find(&self, name: &AuthId, origin: &Origin) -> Result<Option<SavedToken>>;
}

impl Tokens for Vault {
    fn list(&self) -> Result<Vec<SavedToken>> {
        Vault::list(self)
    }

    fn find(&self, name: &AuthId, origin: &Origin) -> Result<Option<SavedToken>> {
        Vault::find(self, name, origin)
    }
}

/// Rows 3 to 7 of the table. `deployment` reads `.nsdeploy` and is called at most once.
///
/// # Errors
/// A usage error when the table leads to a question and nobody can be asked, or to a token of
/// another account; a store error when the saved tokens cannot be read.
pub fn decide(
    asked: &TokenRequest,
    deployment: impl FnOnce() -> Result<Deployment>,
    tokens: &dyn Tokens,
    person: Option<&dyn Person>,
) -> Result<Decision> {
    let account = asked.account.clone();
    let table = Table { asked, account, tokens, person, origin: origin(asked) };
    if let Some((auth_id, by)) = &asked.named {
        return table.named(auth_id, *by);
    }
    if asked.choose {
        // A damaged .nsdeploy must not stand in the way of choosing anew.
        return table.choose(deployment().ok().and_then(|read| read.auth_id).as_deref());
    }
    let deployment = deployment()?;
    match deployment.auth_id.as_deref().and_then(AuthId::from_existing) {
        Some(auth_id) => table.deployed(&auth_id, deployment.account()),
        None => table.choose(None),
    }
}

/// Which NetSuite the tokens must belong to.
pub fn origin(asked: &TokenRequest) -> Origin {
    origin_of(&asked.site)
}

/// The same for a site.
pub fn origin_of(site: &Site) -> Origin {
    Origin { vm: site.vm().map(str::to_owned), molecule: site.molecule().map(str::to_owned) }
}

struct Table<'a> {
    asked: &'a TokenRequest,
    /// The account of `--account`, or of `--to` with an account.
    account: Option<AccountId>,
    tokens: &'a dyn Tokens,
    person: Option<&'a dyn Person>,
    origin: Origin,
}

impl Table<'_> {
    /// Rows 3 and 5.
    fn named(&self, auth_id: &AuthId, by: NamedBy) -> Result<Decision> {
        let (reason, flag) = match by {
            NamedBy::AuthId => ("from --authID", "--authID"),
            NamedBy::To => ("from --to", "--to"),
            NamedBy::Variable => ("from NETSUITE_TBA_AUTH_ID", "NETSUITE_TBA_AUTH_ID"),
            NamedBy::Tools => ("chosen", ""),
        };
        if let Some(saved) = self.tokens.find(auth_id, &self.origin)? {
            self.check_account(&saved)?;
            let remember = by != NamedBy::Tools;
            return Ok(Decision::Saved(Chosen { saved, reason, remember }));
        }
        if by != NamedBy::To {
            let auth_id = match by {
                NamedBy::Tools => auth_id.clone(),
                _ => AuthId::parse_new(auth_id.as_str())?,
            };
            let by = if flag.is_empty() { String::new() } else { format!(" ({flag})") };
            let reason = format!("There is no saved token {auth_id}{by}.");
            return Ok(Decision::SignIn(NewSignIn {
                auth_id,
                replaces: None,
                account: None,
                reason: Some(reason),
            }));
        }
        match Target::parse(auth_id.as_str())? {
            Some(Target::TokenOf(name, account)) => self.narrowed(account)?.token_of(&name),
            Some(Target::Account(account)) if self.is_account(&account, auth_id)? => {
                self.narrowed(account)?.of_account()
            }
            _ => self.missing(&auth_id.to_string(), &format!("--authID {auth_id}")),
        }
    }

    /// Whether the text of `--to` means this account, and is not just a name that looks like one.
    fn is_account(&self, account: &AccountId, text: &AuthId) -> Result<bool> {
        let is_plain =
            account.account_type() != AccountType::Unknown || text.as_str().contains('.');
        Ok(is_plain || self.tokens.list()?.iter().any(|token| token.account == *account))
    }

    /// The same table for the tokens of one account.
    fn narrowed(&self, account: AccountId) -> Result<Self> {
        if let Some(other) = self.account.as_ref().filter(|other| **other != account) {
            let message = format!("--to is for account {account}, but --account is {other}.");
            return Err(Error::new(Code::FlagConflict, message));
        }
        let Self { asked, tokens, person, .. } = *self;
        Ok(Self { asked, account: Some(account), tokens, person, origin: self.origin.clone() })
    }

    /// Row 3 for `--to NAME@ACCOUNT`.
    fn token_of(&self, name: &AuthId) -> Result<Decision> {
        if let Some(saved) = self.tokens.find(name, &self.origin)? {
            self.check_account(&saved)?;
            return Ok(Decision::Saved(Chosen { saved, reason: "from --to", remember: true }));
        }
        let account = self.account.as_ref().map_or("", AccountId::as_str);
        let sign_in = format!("--authID {name} --account {account}");
        self.missing(&format!("{name} of account {account}"), &sign_in)
    }

    /// Row 3 for `--to ACCOUNT`: its only token, or one of its tokens.
    fn of_account(&self) -> Result<Decision> {
        let account = self.account.as_ref().map_or("", AccountId::as_str);
        let mut saved = self.saved_here()?;
        // The lock refuses every token of an account that it does not allow: none is asked for.
        let is_locked = saved.first().is_some_and(|one| !self.asked.allowed.contain(&one.account));
        if saved.len() == 1 || is_locked {
            let saved = saved.swap_remove(0);
            return Ok(Decision::Saved(Chosen { saved, reason: "from --to", remember: true }));
        }
        if saved.is_empty() {
            let sign_in = format!("--authID NAME --account {account}");
            return self.missing(&format!("of account {account}"), &sign_in);
        }
        if self.person.is_some() {
            return self.ask(None);
        }
        let message = format!("Account {account} has several saved tokens: {}.", names(&saved));
        Err(Error::new(Code::ChoiceNeeded, message)
            .with_next_step(format!("Name one of them: --to {}", saved[0].auth_id)))
    }

    /// The end of row 3 where `--to` names nothing that is saved: the list, or a failure. `sign_in`
    /// are the flags that sign in instead.
    fn missing(&self, what: &str, sign_in: &str) -> Result<Decision> {
        let missing = format!("There is no saved token {what}.");
        if self.person.is_some() {
            say(&missing);
            return self.ask(None);
        }
        let names = self.offered_names(&self.offered()?)?;
        Err(Error::new(Code::TokenNotFound, format!("{missing} {names}"))
            .with_next_step(format!("Use --to with one of them, or {sign_in} to sign in.")))
    }

    /// Row 6.
    fn deployed(&self, auth_id: &AuthId, account: Option<AccountId>) -> Result<Decision> {
        let Some(saved) = self.tokens.find(auth_id, &self.origin)? else {
            let reason =
                format!(".nsdeploy names the token {auth_id}, which is not saved on this machine.");
            let auth_id = auth_id.clone();
            return Ok(Decision::SignIn(NewSignIn {
                auth_id,
                replaces: None,
                // The project says which account it is for: another must not be picked silently.
                account,
                reason: Some(reason),
            }));
        };
        self.check_account(&saved)?;
        let Some(elsewhere) = account.filter(|of| *of != saved.account) else {
            let reason = "from .nsdeploy";
            return Ok(Decision::Saved(Chosen { saved, reason, remember: false }));
        };
        let message = format!(
            ".nsdeploy names the token {auth_id}, which on this machine belongs to account {}, \
             but its hostname belongs to account {elsewhere}.",
            saved.account
        );
        if self.person.is_some() {
            say(&message);
            return self.ask(None);
        }
        Err(Error::new(Code::AccountMismatch, message).with_next_step(
            "Name the token to use with --authID, or choose it with --to in a terminal.",
        ))
    }

    /// Rows 4 and 7: the only token there is, or the question. `last` is preselected.
    fn choose(&self, last: Option<&str>) -> Result<Decision> {
        let mut offered = self.offered()?;
        if offered.len() != 1 {
            return self.ask(last);
        }
        // Bare --to wants a question. It may also be a --to whose value is missing.
        let settled = match self.account {
            Some(_) => self.person.is_none() || !self.asked.choose,
            None => self.person.is_none() && !self.asked.choose,
        };
        if settled {
            let (saved, reason) = (offered.swap_remove(0), self.why_only());
            // Nobody chose it where nobody could be asked.
            let remember = self.person.is_some();
            return Ok(Decision::Saved(Chosen { saved, reason, remember }));
        }
        self.ask(Some(offered[0].auth_id.as_str()))
    }

    fn why_only(&self) -> &'static str {
        match (&self.account, &self.asked.allowed) {
            (Some(_), _) => "the only one of this account",
            (None, Accounts::Only(_)) => "the only one that package.json allows",
            (None, Accounts::Any) => "the only saved token",
        }
    }

    /// The questions: which saved token, or the name of a new one.
    fn ask(&self, last: Option<&str>) -> Result<Decision> {
        let saved = self.offered()?;
        let Some(person) = self.person else {
            let message = "A token must be chosen, and there is no terminal to ask in.";
            return Err(Error::new(
                Code::ChoiceNeeded,
                format!("{message} {}", self.offered_names(&saved)?),
            ));
        };
        if !saved.is_empty() {
            let start =
                last.and_then(|last| saved.iter().position(|row| row.auth_id.as_str() == last));
            if let Choice::Saved(index) = person.choose(&saved, start)? {
                let saved = saved.into_iter().nth(index).ok_or_else(|| {
                    Error::new(Code::Internal, "A row was chosen that was not offered.")
                })?;
                return Ok(Decision::Saved(Chosen { saved, reason: "chosen", remember: true }));
            }
        }
        loop {
            let auth_id = person.name()?;
            let replaces = self.tokens.find(&auth_id, &self.origin)?;
            match &replaces {
                Some(old) if !person.replace(old)? => {}
                _ => {
                    let (account, reason) = (self.account.clone(), None);
                    let new = NewSignIn { auth_id, replaces, account, reason };
                    return Ok(Decision::SignIn(new));
                }
            }
        }
    }

    /// The saved tokens of this NetSuite and of the account asked for that the project's lock allows.
    fn offered(&self) -> Result<Vec<SavedToken>> {
        let mut saved = self.saved_here()?;
        saved.retain(|token| self.asked.allowed.contain(&token.account));
        Ok(saved)
    }

    /// The same, whatever the lock says.
    fn saved_here(&self) -> Result<Vec<SavedToken>> {
        let mut saved = self.tokens.list()?;
        saved.retain(|token| token.origin == self.origin);
        saved.retain(|token| self.account.as_ref().is_none_or(|account| token.account == *account));
        Ok(saved)
    }

    /// The names of these tokens for a message; if there are none, what is saved instead.
    fn offered_names(&self, offered: &[SavedToken]) -> Result<String> {
        if !offered.is_empty() {
            return Ok(format!("Saved tokens: {}.", names(offered)));
        }
        let all = self.tokens.list()?;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|token| token.origin == self.origin);
        Ok(match (here.as_slice(), elsewhere.as_slice()) {
            ([], []) => "No token is saved on this machine.".to_owned(),
            ([], elsewhere) => {
                format!(
                    "The saved tokens belong to another NetSuite: {}.",
                    names_with_flags(elsewhere)
                )
            }
            (here, _) => format!("The saved tokens belong to other accounts: {}.", names(here)),
        })
    }

    fn check_account(&self, saved: &SavedToken) -> Result<()> {
        let whose = format!("The token {}", saved.auth_id);
        check_account(&whose, &saved.account, self.account.as_ref())
    }
}

/// `dev, live`.
fn names(tokens: &[SavedToken]) -> String {
    listed(tokens, |token| printable(token.auth_id.as_str(), 80))
}

/// `dev (--vm http://127.0.0.1:9090)`: each name with the flag that its token needs.
fn names_with_flags(tokens: &[SavedToken]) -> String {
    listed(tokens, |token| {
        let name = printable(token.auth_id.as_str(), 80);
        match (&token.origin.vm, &token.origin.molecule) {
            (Some(vm), _) => format!("{name} (--vm {})", printable(vm, 60)),
            (None, Some(molecule)) => format!("{name} (-m {})", printable(molecule, 63)),
            (None, None) => format!("{name} (without --vm and -m)"),
        }
    })
}

fn listed(tokens: &[SavedToken], name: impl Fn(&SavedToken) -> String) -> String {
    const MOST: usize = 30;
    let shown: Vec<_> = tokens.iter().take(MOST).map(name).collect();
    let more = if tokens.len() > MOST { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests;
