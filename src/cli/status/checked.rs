//! What is known about a token.

use crate::account::AccountId;
use crate::credentials::AuthId;
use crate::error::{Error, Exit};
use crate::netsuite::token_info::TokenInfo;
use crate::vault::model::{Origin, SavedToken};

/// A token that is checked: a saved one, or the one of the environment.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) auth_id: Option<AuthId>,
    pub(super) account: AccountId,
    pub(super) role: Option<String>,
    pub(super) origin: Origin,
}

impl Subject {
    pub(super) fn saved(token: &SavedToken) -> Self {
        let SavedToken { auth_id, account, role, origin, .. } = token.clone();
        let role = role.map(|role| role.as_str().to_owned());
        Self { auth_id: Some(auth_id), account, role, origin }
    }

    pub(super) fn name(&self) -> &str {
        self.auth_id.as_ref().map_or("(NETSUITE_TBA_TOKEN_ID)", AuthId::as_str)
    }
}

/// What is known about one token.
pub(super) struct Checked {
    pub(super) token: Subject,
    pub(super) status: Status,
    pub(super) info: TokenInfo,
    pub(super) error: Option<Error>,
}

impl Checked {
    pub(super) fn unchecked(token: Subject) -> Self {
        Self { token, status: Status::Unchecked, info: TokenInfo::default(), error: None }
    }

    pub(super) fn failed(token: Subject, status: Status, error: Error) -> Self {
        let error = match &token.auth_id {
            Some(auth_id) => error.about_token(auth_id.as_str()),
            None => error,
        };
        Self { token, status, info: TokenInfo::default(), error: Some(error) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Works,
    Refused,
    Timeout,
    Unreachable,
    Unreadable,
    OtherRecord,
    Unchecked,
}

impl Status {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Unreadable => "unreadable",
            Self::OtherRecord => "other-record",
            Self::Unchecked => "unchecked",
        }
    }

    /// How serious it is compared to others, and its exit code.
    pub(super) fn severity(self) -> (u8, Exit) {
        match self {
            Self::Works | Self::Unchecked => (0, Exit::Done),
            Self::OtherRecord => (1, Exit::Usage),
            Self::Unreadable => (2, Exit::Store),
            Self::Timeout | Self::Unreachable => (3, Exit::Network),
            Self::Refused => (4, Exit::Refused),
        }
    }
}
