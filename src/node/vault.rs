//! The native half of `TokenVault`.

use std::path::{Path, PathBuf};

use napi::bindgen_prelude::{Env, PromiseRaw, ToNapiValue};
use napi_derive::napi;

use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::node::errors::thrown;
use crate::node::process_snapshot::{ProcessSnapshot, resolved};
use crate::node::promise::{Settled, promise};
use crate::vault::Vault;
use crate::vault::import::{ImportOutcome, ImportReport, ImportedToken};
use crate::vault::model::SavedToken;
use crate::vault::passphrase_prompt::with_person;
use crate::vault::settings::VaultSettings;

/// `SavedToken` of `index.d.ts`. Times are Unix seconds; `lib/vault.js` turns them into ISO texts.
#[napi(object)]
pub struct SavedTokenRow {
    /// Name.
    pub auth_id: String,
    /// Account ID.
    pub account: String,
    /// Kind of account.
    pub account_type: String,
    /// Role ID.
    pub role: Option<String>,
    /// Store.
    pub store: String,
    /// Simulator address.
    pub vm: Option<String>,
    /// Molecule.
    pub molecule: Option<String>,
    /// Unix seconds.
    pub created_at: Option<f64>,
    /// Unix seconds.
    pub last_used_at: Option<f64>,
}

impl From<SavedToken> for SavedTokenRow {
    #[expect(clippy::cast_precision_loss, reason = "Unix seconds stay below 2^53 for ages")]
    fn from(token: SavedToken) -> Self {
        Self {
            auth_id: token.auth_id.as_str().to_owned(),
            account: token.account.as_str().to_owned(),
            account_type: token.account.account_type().as_str().to_owned(),
            role: token.role.map(|role| role.as_str().to_owned()),
            store: token.store.as_str().to_owned(),
            vm: token.origin.vm,
            molecule: token.origin.molecule,
            created_at: token.created_at.map(|at| at as f64),
            last_used_at: token.last_used_at.map(|at| at as f64),
        }
    }
}

/// `ImportReport` of `index.d.ts`.
#[napi(object)]
pub struct ImportReportRow {
    /// The file.
    pub file: String,
    /// Its entries.
    pub tokens: Vec<ImportedTokenRow>,
}

/// One entry of an imported file.
#[napi(object)]
pub struct ImportedTokenRow {
    /// Name.
    pub auth_id: String,
    /// Account ID.
    pub account: Option<String>,
    /// `imported`, `kept` or `skipped`.
    pub outcome: String,
    /// The store it was saved in.
    pub store: Option<String>,
    /// Why it was skipped.
    pub reason: Option<String>,
    /// Whether its plain text was removed from the file.
    pub plaintext_removed: bool,
}

impl From<ImportReport> for ImportReportRow {
    fn from(report: ImportReport) -> Self {
        let tokens = report.tokens.into_iter().map(Into::into).collect();
        Self { file: report.file.to_string_lossy().into_owned(), tokens }
    }
}

impl From<ImportedToken> for ImportedTokenRow {
    fn from(token: ImportedToken) -> Self {
        let (outcome, store, reason) = match token.outcome {
            ImportOutcome::Imported(store) => ("imported", Some(store.as_str().to_owned()), None),
            ImportOutcome::Kept => ("kept", None, None),
            ImportOutcome::Skipped(reason) => ("skipped", None, Some(reason)),
        };
        Self {
            auth_id: token.name,
            account: token.account.map(|account| account.as_str().to_owned()),
            outcome: outcome.to_owned(),
            store,
            reason,
            plaintext_removed: token.plaintext_removed,
        }
    }
}

/// The native half of `TokenVault`.
#[napi]
pub struct NativeVault {
    vault: Vault,
}

#[napi]
impl NativeVault {
    /// Opens a vault. Nothing is read yet.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        surroundings: ProcessSnapshot,
        store: Option<String>,
        home: Option<String>,
    ) -> napi::Result<Self> {
        let environment = resolved(surroundings)?;
        let home = home.map(PathBuf::from);
        let settings = VaultSettings::from(&environment, store.as_deref(), home.as_deref());
        let settings = settings.map_err(|error| thrown(&error))?;
        Ok(Self { vault: Vault::open(with_person(settings, &Abort::default())) })
    }

    /// Returns every saved token, without using a keychain.
    #[napi(catch_unwind)]
    pub fn list(&self) -> napi::Result<Vec<SavedTokenRow>> {
        let tokens = self.vault.list().map_err(|error| thrown(&error))?;
        Ok(tokens.into_iter().map(Into::into).collect())
    }

    /// Renames a token.
    #[napi(catch_unwind, ts_return_type = "Promise<void>")]
    pub fn rename<'env>(
        &self,
        env: &'env Env,
        from: String,
        to: String,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        self.run(env, move |vault| {
            let from = AuthId::from_existing(&from).ok_or_else(nameless)?;
            vault.rename(&from, &AuthId::parse_new(&to)?)
        })
    }

    /// Removes a token. Returns whether it existed.
    #[napi(catch_unwind, ts_return_type = "Promise<boolean>")]
    pub fn remove<'env>(
        &self,
        env: &'env Env,
        auth_id: String,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        self.run(env, move |vault| {
            let auth_id = AuthId::from_existing(&auth_id).ok_or_else(nameless)?;
            vault.remove(&auth_id, None)
        })
    }

    /// Moves the tokens of `~/.nstba`, or of another file of that format, into the vault.
    #[napi(catch_unwind, ts_return_type = "Promise<ImportReportRow>")]
    pub fn import<'env>(
        &self,
        env: &'env Env,
        path: Option<String>,
        remove_plaintext: bool,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        self.run(env, move |vault| {
            let path = path.as_deref().map(Path::new);
            vault.import(path, remove_plaintext).map(ImportReportRow::from)
        })
    }

    fn run<'env, T: ToNapiValue + Send + 'static>(
        &self,
        env: &'env Env,
        work: impl FnOnce(&Vault) -> Result<T> + Send + 'static,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        let vault = self.vault.clone();
        promise(env, blocking(move || work(&vault)))
    }
}

fn nameless() -> Error {
    Error::new(Code::AuthIdInvalid, "The authentication ID is empty.")
}
