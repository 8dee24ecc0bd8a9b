//! What a redirect says, and whether it is believed. No I/O.
//!
//! Sources: NetSuite help "Step Two Authorize the Request Token" (section 156536698849); RFC 5849
//! section 2.2. Anybody on this machine, and any web page, can send requests to the callback port.
//! Only a request with both the right state and the right request token counts.

use subtle::ConstantTimeEq;

use crate::account::AccountId;
use crate::credentials::RoleId;
use crate::error::Result;
use crate::netsuite::token_endpoints::Verifier;
use crate::signer::random;

/// NetSuite returns at most 512 letters and digits; 32 cannot be guessed.
const STATE_LENGTH: usize = 32;

/// A random text that nobody else can know. It ties a redirect to the sign-in that asked for it.
pub(super) struct State(String);

impl State {
    /// A fresh one from the OS random source.
    pub(super) fn random() -> Result<Self> {
        random::alphanumeric(STATE_LENGTH).map(Self)
    }

    /// A state that was made before, in this process or another.
    pub(super) fn fixed(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// For an address.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is this one.
    pub(super) fn is(&self, text: &str) -> bool {
        same(text, &self.0)
    }
}

/// What was asked for, and what a redirect is therefore compared with.
pub(super) struct ExpectedCallback {
    pub(super) state: State,
    pub(super) request_token: String,
    pub(super) account: Option<AccountId>,
    pub(super) role: Option<RoleId>,
}

/// Access as a person allowed it.
pub(super) struct Grant {
    pub(super) verifier: Verifier,
    pub(super) account: AccountId,
    pub(super) role: Option<RoleId>,
}

/// The state a redirect names, by which the sign-in it answers is found. Not yet a judgement.
pub(super) fn state_of(query: &str) -> Option<String> {
    Fields::read(query).state
}

/// What a redirect means.
pub(super) enum Verdict {
    /// Allow was pressed, for what was asked.
    Allowed(Grant),
    /// Deny was pressed.
    Denied,
    /// Allowed for another account than the one asked for.
    OtherAccount(AccountId),
    /// Allowed for another role than the one asked for; NetSuite need not say which.
    OtherRole(Option<RoleId>),
    /// Not for this sign-in, or damaged: the wait goes on.
    Ignored(Flaw),
}

/// Why a redirect is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A parameter occurs twice, so it is unclear which one is meant.
    Twice,
    /// No state. With the right request token and no verifier it may be a Deny.
    NoState { maybe_denied: bool },
    /// Another sign-in's state.
    OtherState,
    /// No request token, or another sign-in's.
    OtherRequestToken,
    /// No account, or something that is not an account ID.
    Company,
    /// A verifier with invalid characters.
    Verifier,
}

#[derive(Default)]
struct Fields {
    oauth_token: Option<String>,
    oauth_verifier: Option<String>,
    company: Option<String>,
    role: Option<String>,
    state: Option<String>,
    twice: bool,
}

impl Fields {
    fn read(query: &str) -> Self {
        let mut fields = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let slot = match name.as_ref() {
                "oauth_token" => &mut fields.oauth_token,
                "oauth_verifier" => &mut fields.oauth_verifier,
                "company" => &mut fields.company,
                "role" => &mut fields.role,
                "state" => &mut fields.state,
                _ => continue,
            };
            fields.twice |= slot.replace(value.into_owned()).is_some();
        }
        fields
    }
}

impl ExpectedCallback {
    /// Judges the query of a redirect. State and request token are checked before anything else is
    /// looked at, and the account becomes an [`AccountId`] before anything is built from it.
    pub(super) fn judge(&self, query: &str) -> Verdict {
        let fields = Fields::read(query);
        if let Some(flaw) = self.flaw_of(&fields) {
            return Verdict::Ignored(flaw);
        }
        // Oracle documents an empty verifier for Deny. A missing one means the same.
        let Some(verifier) = fields.oauth_verifier.filter(|text| !text.is_empty()) else {
            return Verdict::Denied;
        };
        let Some(verifier) = Verifier::parse(&verifier) else {
            return Verdict::Ignored(Flaw::Verifier);
        };
        let company = fields.company.as_deref().unwrap_or_default();
        let Ok(account) = AccountId::parse_strict(company) else {
            return Verdict::Ignored(Flaw::Company);
        };
        if self.account.as_ref().is_some_and(|expected| *expected != account) {
            return Verdict::OtherAccount(account);
        }
        // A role is kept only if it is an internal ID, because it is shown and saved later.
        let role = fields.role.and_then(|text| RoleId::parse(&text).ok());
        if self.role.as_ref().is_some_and(|expected| role.as_ref() != Some(expected)) {
            return Verdict::OtherRole(role);
        }
        Verdict::Allowed(Grant { verifier, account, role })
    }

    fn flaw_of(&self, fields: &Fields) -> Option<Flaw> {
        if fields.twice {
            return Some(Flaw::Twice);
        }
        let is = |given: &Option<String>, wanted: &str| {
            given.as_deref().is_some_and(|given| same(given, wanted))
        };
        let token_is_right = is(&fields.oauth_token, &self.request_token);
        let Some(state) = &fields.state else {
            let no_verifier = fields.oauth_verifier.as_deref().unwrap_or_default().is_empty();
            return Some(Flaw::NoState { maybe_denied: token_is_right && no_verifier });
        };
        if !self.state.is(state) {
            return Some(Flaw::OtherState);
        }
        (!token_is_right).then_some(Flaw::OtherRequestToken)
    }
}

/// Compares in constant time, so that nobody can find the state out letter by letter.
fn same(given: &str, wanted: &str) -> bool {
    given.as_bytes().ct_eq(wanted.as_bytes()).into()
}

#[cfg(test)]
mod tests;
