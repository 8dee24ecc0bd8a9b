//! What a task holds once it is signed in: whose token, and the signer of its requests.

mod admission;
pub mod authenticate;
pub mod call;
pub mod commerce_tools;
pub mod requests;
mod run;
mod sign_in;
pub mod signed_in;
pub mod single_flight;

use std::sync::Arc;

use crate::account::AccountId;
use crate::credentials::{AuthId, Consumer, RoleId, Token};
use crate::netsuite::site::Site;
use crate::requests::identity::{Current, Identity};
use crate::signer::request::Signer;

/// Where the token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was saved before.
    Saved,
    /// It was made by a sign-in just now.
    Generated,
    /// It was given as `--token`, `--token-file` or as an option.
    Option,
    /// It was given by `NETSUITE_TBA_TOKEN_ID` and its fellows.
    Environment,
}

impl Source {
    /// The word for it in `Session.source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Generated => "generated",
            Self::Option => "option",
            Self::Environment => "environment",
        }
    }
}

/// Whose a token is.
pub struct Owner {
    /// The name of the token, if it has one.
    pub auth_id: Option<AuthId>,
    /// The account.
    pub account: AccountId,
    /// The role, where it is known.
    pub role: Option<RoleId>,
}

/// A signed-in task.
pub struct Session {
    /// The name of the token, if it has one.
    pub auth_id: Option<AuthId>,
    /// The account.
    pub account: AccountId,
    /// The role, where it is known.
    pub role: Option<RoleId>,
    /// Where the token came from.
    pub source: Source,
    /// The host of the account's RESTlets.
    pub host: String,
    /// The same as a URL without a slash at its end.
    pub base_url: String,
    /// Which NetSuite.
    pub site: Site,
    /// Signs the task's requests. A sign-in in the middle of the task replaces it.
    pub identity: Arc<Current>,
    /// The token, for what must be handed to Oracle's tools.
    pub token: Token,
}

impl Session {
    /// A session for a token.
    pub fn new(
        owner: Owner,
        source: Source,
        site: &Site,
        consumer: &Consumer,
        token: Token,
    ) -> Self {
        let Owner { auth_id, account, role } = owner;
        let identity = Identity {
            signer: Signer::new(consumer, Some(&token), Some(account.realm())),
            token_id: token.id.clone(),
        };
        Self {
            host: site.restlets_host(&account),
            base_url: site.restlets_base(&account),
            site: site.clone(),
            identity: Arc::new(Current::new(identity)),
            auth_id,
            account,
            role,
            source,
            token,
        }
    }
}
