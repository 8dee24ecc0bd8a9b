//! The names that the tools ask for.

use std::sync::Arc;

use crate::session::Session;
use crate::session::commerce_tools::configuration::Configuration;
use crate::session::single_flight::CallKey;

/// A name that was asked for, and the configuration that answers for it.
#[derive(Clone)]
pub struct Asked {
    pub(super) configuration: Arc<Configuration>,
    pub(super) name: String,
}

/// What tells the tokens of a process apart.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct TokenKey {
    pub(super) configuration: CallKey,
    pub(super) name: String,
}

impl Asked {
    /// The session, if it is at hand. Never waits.
    pub fn at_hand(&self) -> Option<Arc<Session>> {
        self.configuration.at_hand(&self.name)
    }

    /// Its key.
    pub(super) fn key(&self) -> TokenKey {
        TokenKey { configuration: self.configuration.key(), name: self.name.clone() }
    }
}
