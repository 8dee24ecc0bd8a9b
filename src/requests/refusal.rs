//! The messages for a signed request that NetSuite refuses: the cause, and what to do about it.

use std::sync::Arc;

use url::Url;

use crate::account::AccountId;
use crate::base::console::say;
use crate::error::{Code, Error, Exit};
use crate::netsuite::clock::skew_in_words;
use crate::requests::identity::InUse;

/// The refused token.
pub(super) struct Whose<'a> {
    pub(super) account: &'a AccountId,
    /// The name of the token, if it has one.
    pub(super) name: Option<&'a str>,
}

impl Whose<'_> {
    fn shown(&self) -> String {
        match self.name {
            Some(name) => format!("Token {name} of account {}", self.account),
            None => format!("The token given for account {}", self.account),
        }
    }

    /// A refresh replaces the account with a copy of production and deletes its tokens.
    fn refresh_hint(&self) -> &'static str {
        if is_refreshed(self.account) {
            " Refreshing a sandbox or Release Preview account deletes its tokens."
        } else {
            ""
        }
    }

    fn next_step(&self) -> String {
        let account = self.account;
        match self.name {
            Some(name) => format!(
                "Sign in again: npx netsuite-tba login {name} (all refused tokens of the account: npx netsuite-tba login --refused --account {account})."
            ),
            None => "Give a token that works; NetSuite shows the reason in Setup > Users/Roles > View Login Audit Trail.".to_owned(),
        }
    }
}

/// Checks whether the account is a copy that is refreshed from production: `_SB1`, `_RP`.
fn is_refreshed(account: &AccountId) -> bool {
    let suffix = account.as_str().rsplit_once('_').map_or("", |(_, suffix)| suffix);
    suffix.starts_with("RP") || suffix.starts_with("SB")
}

/// The error if the token itself is refused and nobody is there to sign in again.
pub(super) fn of_the_token(whose: &Whose<'_>, cause: &Error) -> Error {
    let message = format!("{}: {}{}", whose.shown(), cause.message(), whose.refresh_hint());
    Error::new(Code::InvalidLogin, message).with_next_step(whose.next_step())
}

/// The error if NetSuite or the network named a cause that a new sign-in would not remove.
pub(super) fn explained(whose: &Whose<'_>, cause: &Error) -> Error {
    if cause.code().row().exit == Exit::Network {
        let message = format!(
            "{}: NetSuite refused it, and the reason could not be asked. {}",
            whose.shown(),
            cause.message()
        );
        return Error::new(Code::InvalidLogin, message).with_next_step(whose.next_step());
    }
    Error::new(cause.code(), format!("{}: {}", whose.shown(), cause.message()))
        .with_next_step(cause.next_step().to_owned())
}

/// The error if the token works but this request is refused.
pub(super) fn of_this_request(whose: &Whose<'_>, url: &Url) -> Error {
    let message = format!(
        "{} works, but NetSuite refused it for {}: its role lacks a permission.",
        whose.shown(),
        url.path()
    );
    Error::new(Code::PermissionMissing, message).with_next_step(
        "Check the role's permissions (for REST web services: \"REST Web Services\") and the script deployment's audience.",
    )
}

/// The error if the timestamp is refused and correcting the clock did not help.
pub(super) fn of_the_clock(ahead: Option<i64>) -> Error {
    let off = ahead.and_then(skew_in_words);
    let message = match off {
        Some(words) => format!("The clock of this machine is {words}."),
        None => "NetSuite refused the timestamp of the request.".to_owned(),
    };
    Error::new(Code::InvalidTimestamp, message)
}

/// Prints that a sign-in follows, once per refused token.
pub(super) fn announce(whose: &Whose<'_>, refused: &Arc<InUse>, cause: &Error) {
    if refused.is_first_announcement() {
        say(&format!(
            "{}: {}{} Signing in again.",
            whose.shown(),
            cause.message(),
            whose.refresh_hint()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose<'a>(account: &'a AccountId, name: Option<&'a str>) -> Whose<'a> {
        Whose { account, name }
    }

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    #[test]
    fn accounts_that_are_refreshed_are_told_that_a_refresh_deletes_tokens() {
        let cause = Error::new(Code::InvalidLogin, "NetSuite refused the login.");
        for (id, told) in [
            ("1234567_SB1", true),
            ("1234567_RP", true),
            ("1234567", false),
            ("TSTDRV1234567", false),
        ] {
            let account = account(id);
            let error = of_the_token(&whose(&account, Some("dev")), &cause);
            assert_eq!(error.code(), Code::InvalidLogin);
            assert_eq!(error.message().contains("deletes its tokens"), told, "{id}");
        }
    }

    #[test]
    fn a_cause_that_is_not_the_token_keeps_its_own_code_and_next_step() {
        let account = account("1234567");
        let blocked = Error::new(Code::IntegrationBlocked, "It is blocked.");
        let error = explained(&whose(&account, None), &blocked);
        assert_eq!(error.code(), Code::IntegrationBlocked);
        assert_eq!(error.next_step(), blocked.next_step());
        let unreachable = Error::new(Code::NetworkUnreachable, "No route.");
        assert_eq!(explained(&whose(&account, None), &unreachable).code(), Code::InvalidLogin);
    }
}
