//! `AccountId`: every spelling users type becomes one form; realm and host follow from it.
//!
//! Sources: NetSuite help "URLs for Account-Specific Domains" and "About Sandbox Accounts".

use std::fmt;

use crate::error::{Code, Error, Result};

/// Longest account ID accepted; the longest known kind has 20 characters.
const MAX_LENGTH: usize = 40;

/// A NetSuite account ID in its canonical form: upper case with underscores (`1234567_SB1`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

/// What an account is for, as its ID tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountType {
    /// The company's real data.
    Production,
    /// A copy for trying things (`_SB1`, `_SB2`, …).
    Sandbox,
    /// The next NetSuite release for trying out (`_RP`).
    ReleasePreview,
    /// A developer or test account (`TSTDRV…`, `TD…`).
    Developer,
    /// A form not known here.
    Unknown,
}

impl AccountId {
    /// Reads what a person types: any case, `-` or `_`, spaces around it, or a whole NetSuite URL.
    ///
    /// # Errors
    /// [`Code::AccountInvalid`] for anything that is not an account ID.
    pub fn parse(typed: &str) -> Result<Self> {
        let text = typed.trim();
        let label = if text.contains("://") { host_label_of(text) } else { Some(text.to_owned()) };
        label.and_then(|label| canonical(&label)).map(Self).ok_or_else(|| invalid(typed))
    }

    /// Reads what a server sends, without any of the liberties granted to people: letters, digits
    /// and one kind of separator, nothing around them.
    ///
    /// # Errors
    /// [`Code::AccountInvalid`] for anything else.
    pub fn parse_strict(sent: &str) -> Result<Self> {
        canonical(sent).map(Self).ok_or_else(|| invalid(sent))
    }

    /// The canonical form, which is also how NetSuite shows it: `1234567_SB1`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `realm` of an OAuth header: the canonical form.
    pub fn realm(&self) -> &str {
        &self.0
    }

    /// The first label of the account's hosts: lower case with hyphens (`1234567-sb1`).
    pub fn host_label(&self) -> String {
        self.0.to_ascii_lowercase().replace('_', "-")
    }

    /// Upper case with hyphens (`1234567-SB1`), as Oracle's tools keep it.
    pub fn hyphenated(&self) -> String {
        self.0.replace('_', "-")
    }

    /// What the account is for.
    pub fn account_type(&self) -> AccountType {
        let (stem, suffix) = match self.0.split_once('_') {
            Some((stem, suffix)) => (stem, Some(suffix)),
            None => (self.0.as_str(), None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match suffix {
            Some("RP") => AccountType::ReleasePreview,
            Some(suffix)
                if suffix.strip_prefix("SB").is_some_and(|n| n.is_empty() || digits(n)) =>
            {
                AccountType::Sandbox
            }
            None if digits(stem) => AccountType::Production,
            None if stem.starts_with("TSTDRV") || stem.starts_with("TD") => AccountType::Developer,
            _ => AccountType::Unknown,
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AccountType {
    /// The word for it in `SavedToken.accountType`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::ReleasePreview => "release-preview",
            Self::Developer => "developer",
            Self::Unknown => "unknown",
        }
    }
}

/// `https://1234567-sb1.app.netsuite.com/…` → `1234567-sb1`; only hosts of NetSuite.
fn host_label_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    let (label, rest) = host.split_once('.')?;
    let netsuite = rest == "netsuite.com" || rest.ends_with(".netsuite.com");
    let shared = ["system", "rest", "webservices", "www", "forms"].contains(&label);
    (netsuite && !shared && url.scheme() == "https").then(|| label.to_owned())
}

/// Alphanumeric parts joined by single `-` or `_`, with at least one digit.
fn canonical(text: &str) -> Option<String> {
    let length_is_right = !text.is_empty() && text.len() <= MAX_LENGTH;
    let parts_are_right = text
        .split(['-', '_'])
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    (length_is_right && parts_are_right && has_digit)
        .then(|| text.to_ascii_uppercase().replace('-', "_"))
}

fn invalid(given: &str) -> Error {
    let shown = crate::text::printable(given, 60);
    Error::new(Code::AccountInvalid, format!("\"{shown}\" is not a NetSuite account ID."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_users_type_becomes_one_form() {
        for typed in [
            "1234567_SB1",
            "1234567-sb1",
            " 1234567_sb1 ",
            "1234567-SB1",
            "https://1234567-sb1.app.netsuite.com/app/center/card.nl?sc=-29",
            "https://1234567-SB1.restlets.api.netsuite.com",
        ] {
            let account = AccountId::parse(typed).unwrap();
            assert_eq!(account.as_str(), "1234567_SB1", "{typed}");
            assert_eq!(account.host_label(), "1234567-sb1");
            assert_eq!(account.hyphenated(), "1234567-SB1");
        }
    }

    #[test]
    fn what_is_not_an_account_id_is_refused() {
        let long = "1".repeat(300);
        for typed in [
            "",
            " ",
            "1234567 SB1",
            "1234567.SB1",
            "1234567/SB1",
            "evil.example/",
            "..",
            "-",
            "_1",
            "1__2",
            "1234567\0",
            "sb",
            "https://example.com/",
            "https://1234567.netsuite.com.evil.example/",
            "https://system.netsuite.com/",
            "http://1234567.app.netsuite.com",
            "１２３４５６７",
            long.as_str(),
        ] {
            assert_eq!(
                AccountId::parse(typed).unwrap_err().code(),
                Code::AccountInvalid,
                "{typed:?}"
            );
        }
    }

    #[test]
    fn what_a_server_sends_gets_no_liberties() {
        assert_eq!(AccountId::parse_strict("1234567_SB1").unwrap().as_str(), "1234567_SB1");
        for sent in
            [" 1234567", "1234567\n", "https://1234567.app.netsuite.com", "evil.example/", ""]
        {
            assert!(AccountId::parse_strict(sent).is_err(), "{sent:?}");
        }
    }

    #[test]
    fn the_kind_of_account_shows_in_its_id() {
        for (id, kind) in [
            ("1234567", "production"),
            ("1234567_SB2", "sandbox"),
            ("1234567_RP", "release-preview"),
            ("TSTDRV1234567", "developer"),
            ("TD1234567", "developer"),
            ("ACME1", "unknown"),
        ] {
            assert_eq!(AccountId::parse(id).unwrap().account_type().as_str(), kind);
        }
    }
}
