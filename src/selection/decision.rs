//! The decision table: which token a task uses. First match wins, and the reason is always told.

use std::fmt;

use crate::account::AccountId;
use crate::base::console::say;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::netsuite::site::Site;
use crate::project::nsdeploy::Deployment;
use crate::selection::person::{Choice, Person};
use crate::selection::request::{NamedBy, TokenRequest, check_account};
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
    let table = Table { asked, tokens, person, origin: origin(asked) };
    if let Some((auth_id, by)) = &asked.named {
        return table.named(auth_id, *by);
    }
    if asked.choose {
        // A damaged .nsdeploy must not stand in the way of choosing anew.
        return table.ask(deployment().ok().and_then(|read| read.auth_id).as_deref());
    }
    let deployment = deployment()?;
    match deployment.auth_id.as_deref().and_then(AuthId::from_existing) {
        Some(auth_id) => table.deployed(&auth_id, deployment.account()),
        None => table.ask(None),
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
        let missing = format!("There is no saved token {auth_id}.");
        if self.person.is_some() {
            say(&missing);
            return self.ask(None);
        }
        let names = self.offered_names(&self.offered()?)?;
        Err(Error::new(Code::TokenNotFound, format!("{missing} {names}")).with_next_step(format!(
            "Use --to with one of them, or --authID {auth_id} to sign in under that name."
        )))
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

    /// Rows 4 and 7.
    fn ask(&self, last: Option<&str>) -> Result<Decision> {
        let mut saved = self.offered()?;
        let Some(person) = self.person else {
            if self.asked.account.is_some() && saved.len() == 1 {
                let (saved, reason) = (saved.remove(0), "the only one of this account");
                return Ok(Decision::Saved(Chosen { saved, reason, remember: false }));
            }
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
                    let (account, reason) = (None, None);
                    let new = NewSignIn { auth_id, replaces, account, reason };
                    return Ok(Decision::SignIn(new));
                }
            }
        }
    }

    /// The saved tokens of this NetSuite and of the account asked for that the project's lock allows.
    fn offered(&self) -> Result<Vec<SavedToken>> {
        let mut saved = self.tokens.list()?;
        saved.retain(|token| token.origin == self.origin);
        saved.retain(|token| self.asked.allowed.contain(&token.account));
        if let Some(account) = &self.asked.account {
            saved.retain(|token| token.account == *account);
        }
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
        check_account(&whose, &saved.account, self.asked.account.as_ref())
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
