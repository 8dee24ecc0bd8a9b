//! What every command has: what was typed, the environment, the vault and the network.

use std::sync::{Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::environment::Environment;
use crate::cli::arguments::Typed;
use crate::cli::suggest::nearest;
use crate::credentials::{AuthId, Consumer};
use crate::error::{Code, Error, Result};
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;
use crate::project::Project;
use crate::selection::decision;
use crate::selection::options::{Options, Row};
use crate::selection::request;
use crate::selection::setting::Flag;
use crate::session::call::Roots;
use crate::text::printable;
use crate::vault::Vault;
use crate::vault::model::{Origin, SavedToken};
use crate::vault::passphrase_prompt::with_person;
use crate::vault::settings::VaultSettings;

/// Everything a command needs to know.
pub struct Context {
    /// The command line.
    pub typed: Typed,
    /// The environment of the call.
    pub environment: Environment,
    /// Whether it is the command of a gulp task.
    pub in_gulp: bool,
    /// Stops the command.
    pub abort: Abort,
    roots: Mutex<Option<Roots>>,
    fetched: OnceCell<Vec<String>>,
}

impl Context {
    /// A context; nothing is read yet.
    pub fn new(typed: Typed, environment: Environment, roots: Roots, abort: Abort) -> Self {
        let roots = Mutex::new(Some(roots));
        Self { typed, environment, in_gulp: false, abort, roots, fetched: OnceCell::new() }
    }

    /// What was typed, as options of a sign-in.
    ///
    /// # Errors
    /// [`Code::FlagInvalid`].
    pub fn options(&self) -> Result<Options> {
        let mut options = Options::default();
        // Each command reads by itself which token is meant.
        let row = |row: &&Row| !matches!(row.option, Some("to" | "authId" | "token" | "tokenFile"));
        for name in Options::TABLE.iter().filter(row).flat_map(|row| row.flags) {
            if let Some(value) = self.typed.value(name) {
                options.take_flag(&mut Flag::with_value(name, value))?;
            }
        }
        Ok(options)
    }

    /// Where the vault is; a person at the terminal may be asked for its passphrase.
    ///
    /// # Errors
    /// [`Code::StoreInvalid`].
    pub fn vault_settings(&self) -> Result<VaultSettings> {
        let settings = VaultSettings::from(&self.environment, None, None)?;
        Ok(with_person(settings, &self.abort))
    }

    /// The vault.
    pub fn vault(&self) -> Result<Vault> {
        self.vault_settings().map(Vault::open)
    }

    /// The NetSuite of `--vm` and `-m`.
    pub fn site(&self) -> Result<Site> {
        Site::parse(self.typed.value("--vm"), self.typed.value("-m"))
    }

    /// The same as tokens record it; nothing if neither flag was given.
    pub fn origin(&self) -> Result<Option<Origin>> {
        let named = self.typed.is("--vm") || self.typed.is("-m");
        Ok(named.then_some(decision::origin_of(&self.site()?)))
    }

    /// `--account`.
    pub fn account(&self) -> Result<Option<AccountId>> {
        self.typed.value("--account").map(AccountId::parse).transpose()
    }

    /// The project the command runs in.
    pub fn project(&self) -> Project {
        Project::find(&self.environment)
    }

    /// Consumer key and secret: flags, environment, `.env`.
    pub fn consumer(&self) -> Result<Consumer> {
        request::consumer(&self.options()?, &self.environment, &self.project())
    }

    /// How the network is reached. Node's trust roots are fetched once.
    pub async fn network(&self) -> NetworkSettings {
        let fetching = async || {
            let roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner).take();
            match roots {
                Some(roots) => roots().await,
                None => Vec::new(),
            }
        };
        let extra_roots_pem = self.fetched.get_or_init(fetching).await.clone();
        NetworkSettings {
            proxy: self.typed.owned("--proxy"),
            environment: self.environment.clone(),
            extra_roots_pem,
        }
    }

    /// The roots themselves, for a sign-in.
    pub fn roots(&self) -> Roots {
        let roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner).take();
        roots.unwrap_or_else(|| Box::new(|| Box::pin(async { Vec::new() })))
    }

    /// Reads the vault on a thread of its own.
    pub async fn with_vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let vault = self.vault()?;
        blocking(move || work(&vault)).await
    }

    /// Whether a person can be asked.
    pub fn can_ask(&self) -> bool {
        let environment = &self.environment;
        environment.terminal && !environment.is_ci() && !self.typed.is("--json")
    }

    /// The saved tokens of a name, of the NetSuite of `--vm` and `-m` or of any.
    ///
    /// # Errors
    /// [`Code::TokenNotFound`] naming those that exist.
    pub fn named(&self, name: &str) -> Result<Vec<SavedToken>> {
        named(&self.vault()?, name, self.origin()?.as_ref())
    }
}

/// The saved tokens of a name and, if one is given, of an origin.
///
/// # Errors
/// [`Code::TokenNotFound`] naming those that exist; a store error where it cannot be known.
pub fn named(vault: &Vault, name: &str, origin: Option<&Origin>) -> Result<Vec<SavedToken>> {
    let mut found = vault.of_name(name)?;
    found.retain(|token| origin.is_none_or(|origin| token.origin == *origin));
    if found.is_empty() { Err(not_found(name, &vault.list()?)) } else { Ok(found) }
}

/// A name typed at a command: any name that can be saved.
pub fn auth_id(text: &str) -> Result<AuthId> {
    AuthId::from_existing(text)
        .ok_or_else(|| Error::new(Code::AuthIdInvalid, "The authentication ID is empty."))
}

/// The names of saved tokens, for a message.
pub fn names_of(tokens: &[SavedToken]) -> String {
    const MOST: usize = 20;
    let names = tokens.iter().take(MOST).map(|token| printable(token.auth_id.as_str(), 80));
    let names = names.collect::<Vec<_>>().join(", ");
    let more = if tokens.len() > MOST { ", …" } else { "" };
    format!("Saved tokens: {names}{more}.")
}

/// The failure of a command that needs a saved token where there is none.
pub fn nothing_saved() -> Error {
    Error::new(Code::TokenNotFound, "No token is saved on this machine.")
        .with_next_step("To sign in: npx netsuite-tba login NAME")
}

fn not_found(name: &str, all: &[SavedToken]) -> Error {
    let shown = printable(name, 80);
    let error = Error::new(Code::TokenNotFound, format!("There is no saved token {shown}."))
        .about_token(name);
    if all.is_empty() {
        return error;
    }
    // Of another NetSuite than the one that was named.
    if let Some(other) = all.iter().find(|token| token.auth_id.as_str() == name) {
        let next = match (&other.origin.vm, &other.origin.molecule) {
            (Some(vm), _) => format!("pass --vm {}", printable(vm, 80)),
            (None, Some(molecule)) => format!("pass -m {}", printable(molecule, 63)),
            (None, None) => "leave out --vm and -m".to_owned(),
        };
        let next = format!("A token of that name belongs to another NetSuite. To use it, {next}");
        return error.with_next_step(next);
    }
    let known = all.iter().map(|token| token.auth_id.as_str());
    match nearest(name, known) {
        Some(near) => {
            let near = printable(near, 80);
            let next = format!("Did you mean {near}? To see all: npx netsuite-tba list");
            error.with_next_step(next)
        }
        None => error.with_next_step(names_of(all)),
    }
}
