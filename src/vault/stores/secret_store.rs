//! What the stores have in common: the trait, and whether they may ask.

use std::collections::HashMap;

use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::vault::index::SecretId;
use crate::vault::model::StoreKind;

/// Whether an unlock prompt may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// A person is there to answer it.
    Allowed,
    /// Nobody would see it.
    Never,
}

/// A secret to be kept, and its name.
pub type Named<'a> = (&'a SecretId, &'a Token);

/// What keeps secrets by their random names.
pub trait SecretStore: Send + Sync {
    /// Whether what is in it can be read and deleted, before anything is changed.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn ready(&self, prompt: Prompt) -> Result<()>;

    /// Whether it keeps a new secret, before anything is changed.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn ready_for_new(&self, prompt: Prompt) -> Result<()>;

    /// The secret of this name.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn get(&self, id: &SecretId) -> Result<Option<Token>>;

    /// All secrets, where reading all costs as much as reading one; otherwise nothing.
    ///
    /// # Errors
    /// What is wrong with the store.
    fn get_all(&self) -> Result<Option<HashMap<SecretId, Token>>>;

    /// Keeps secrets; one outcome for each.
    fn put(&self, secrets: &[Named<'_>]) -> Vec<Result<()>>;

    /// Deletes secrets; absent ones are no error. Never asks anybody: it is only tidying.
    ///
    /// # Errors
    /// When one of them may still be there.
    fn delete(&self, ids: &[&SecretId]) -> Result<()>;

    /// Removes what an interrupted write left. The caller holds the vault's lock.
    fn clean_up(&self);
}

/// The error for a store that says yes and keeps nothing.
pub fn lost(kind: StoreKind) -> Error {
    let what = format!("The store {} did not return what was saved.", kind.as_str());
    Error::new(Code::StoreUnwritable, what)
        .with_next_step("Run the task again, or choose another NETSUITE_TBA_STORE.")
}
