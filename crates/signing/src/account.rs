//! `AccountId`: reduces every spelling of an account to one canonical form, and derives the realm
//! and the host from it.
//!
//! Sources: NetSuite help "URLs for Account-Specific Domains" and "About Sandbox Accounts".

use std::fmt;

use crate::error::{Code, Error, Result};
use crate::text::printable;

/// The longest account ID that is accepted. The longest known kind has 20 characters.
const MAX_LENGTH: usize = 40;
/// The shortest number that counts as an account ID.
const MIN_DIGITS: usize = 4;
/// What people and word processors write between an account number and its suffix.
const SEPARATORS: &str = "-_./:\\,\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}";
/// First labels of the hosts that all accounts share.
const SHARED_HOSTS: [&str; 5] = ["system", "rest", "webservices", "www", "forms"];

/// A NetSuite account ID in its canonical form: upper case with underscores (`1234567_SB1`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

/// The type of an account, as its ID shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountType {
    /// The company's real data (`1234567`).
    Production,
    /// A copy for testing (`_SB1`, `_SB2`, …).
    Sandbox,
    /// A copy that runs the next NetSuite release (`_RP`, `_RP1`, …).
    ReleasePreview,
    /// A developer or test account (`TSTDRV…`, `TD…`).
    Developer,
    /// Any other form.
    Unknown,
}

impl AccountId {
    /// Parses an account as people write it: an ID in any case, with `-` or `_`; a NetSuite host
    /// name; or a NetSuite URL. Ignores surrounding white space.
    ///
    /// # Errors
    /// [`Code::AccountInvalid`] for anything else, with a suggestion where one is obvious.
    pub fn parse(typed: &str) -> Result<Self> {
        let text = typed.trim();
        if text.contains("://") {
            return host_label_of(text)
                .and_then(|label| canonical(&label))
                .map(Self)
                .ok_or_else(|| invalid(typed));
        }
        if text.to_ascii_lowercase().contains(".netsuite.com") {
            return Self::parse(&format!("https://{text}")).map_err(|_| invalid(typed));
        }
        match canonical(text) {
            Some(id) if is_plausible(&id) => Ok(Self(id)),
            _ => Err(invalid(typed)),
        }
    }

    /// Parses an account ID that a program wrote: letters, digits and one kind of separator, with
    /// nothing around them. Accepts any ID of that form.
    ///
    /// # Errors
    /// [`Code::AccountInvalid`] for anything else.
    pub fn parse_strict(sent: &str) -> Result<Self> {
        canonical(sent).map(Self).ok_or_else(|| invalid(sent))
    }

    /// Returns the canonical form, which is also how NetSuite shows the ID: `1234567_SB1`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the `realm` of an OAuth header: the canonical form.
    pub fn realm(&self) -> &str {
        &self.0
    }

    /// Returns the first label of the account's hosts: lower case with hyphens (`1234567-sb1`).
    pub fn host_label(&self) -> String {
        self.0.to_ascii_lowercase().replace('_', "-")
    }

    /// Returns the ID in upper case with hyphens (`1234567-SB1`), as Oracle's tools store it.
    pub fn hyphenated(&self) -> String {
        self.0.replace('_', "-")
    }

    /// Returns the type of the account.
    pub fn account_type(&self) -> AccountType {
        let (stem, suffix) = match self.0.split_once('_') {
            Some((stem, suffix)) => (stem, Some(suffix)),
            None => (self.0.as_str(), None),
        };
        let numbered = |text: &str, prefix| text.strip_prefix(prefix).is_some_and(is_digits);
        match suffix {
            Some(suffix) if suffix == "RP" || numbered(suffix, "RP") => AccountType::ReleasePreview,
            Some(suffix) if suffix == "SB" || numbered(suffix, "SB") => AccountType::Sandbox,
            None if is_digits(stem) => AccountType::Production,
            None if numbered(stem, "TSTDRV") || numbered(stem, "TD") => AccountType::Developer,
            _ => AccountType::Unknown,
        }
    }

    /// Checks whether the account must be treated as production: either it is, or its ID does not
    /// show its type.
    pub fn is_production(&self) -> bool {
        matches!(self.account_type(), AccountType::Production | AccountType::Unknown)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AccountType {
    /// Returns the name of the type, as in `SavedToken.accountType`.
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

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Extracts the host label from an address on a NetSuite host:
/// `https://1234567-sb1.app.netsuite.com/…` → `1234567-sb1`.
fn host_label_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    let (label, rest) = host.split_once('.')?;
    let of_netsuite = rest == "netsuite.com" || rest.ends_with(".netsuite.com");
    let shared = SHARED_HOSTS.contains(&label);
    (of_netsuite && !shared && url.scheme() == "https").then(|| label.to_owned())
}

/// Returns the canonical form of alphanumeric parts joined by single `-` or `_`, with at least one
/// digit.
fn canonical(text: &str) -> Option<String> {
    let length_is_right = !text.is_empty() && text.len() <= MAX_LENGTH;
    let parts_are_right = text
        .split(['-', '_'])
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    (length_is_right && parts_are_right && has_digit)
        .then(|| text.to_ascii_uppercase().replace('-', "_"))
}

/// Checks whether a canonical form is a plausible account. Rejects a suffix alone (`SB1`), a suffix
/// without its separator or in other words (`1234567SB1`, `1234567_SANDBOX1`), a number with two
/// suffixes, and a number as short as a role ID.
fn is_plausible(id: &str) -> bool {
    let stem = id.split('_').next().unwrap_or(id);
    let too_short = is_digits(stem) && stem.len() < MIN_DIGITS;
    let too_many = is_digits(stem) && id.split('_').count() > 2;
    !too_short
        && !too_many
        && suffix_of(stem).is_none()
        && meant(id).is_none_or(|other| other == id)
}

/// Returns the canonical form of an account suffix written as `SB1`, `SANDBOX 1` or `RP`.
fn suffix_of(text: &str) -> Option<String> {
    let kinds = [
        ("SB", &["SANDBOX", "SBOX", "SBX", "SB"][..]),
        ("RP", &["RELEASEPREVIEW", "PREVIEW", "RP"][..]),
    ];
    kinds.into_iter().find_map(|(suffix, words)| {
        let number = words.iter().find_map(|word| text.strip_prefix(word))?;
        match (number, suffix) {
            ("", "SB") => Some("SB1".to_owned()),
            (number, _) if number.is_empty() || is_digits(number) => {
                Some(format!("{suffix}{number}"))
            }
            _ => None,
        }
    })
}

/// Guesses the account ID that was meant by a number and a suffix in a nonstandard spelling.
fn meant(typed: &str) -> Option<String> {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let others_are_separators = typed
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c.is_whitespace() || SEPARATORS.contains(c));
    let plain = plain.to_ascii_uppercase();
    let end = plain.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = plain.split_at(end);
    let suffix = suffix_of(rest)?;
    (others_are_separators && number.len() >= MIN_DIGITS && plain.len() <= MAX_LENGTH)
        .then(|| format!("{number}_{suffix}"))
}

fn invalid(given: &str) -> Error {
    let shown = printable(given, 60);
    let error =
        Error::new(Code::AccountInvalid, format!("\"{shown}\" is not a NetSuite account ID."));
    let upper = given.trim().to_ascii_uppercase();
    if let Some(meant) = meant(&upper) {
        return error.with_next_step(format!("Did you mean {meant}?"));
    }
    match suffix_of(&upper) {
        Some(suffix) => error.with_next_step(format!(
            "Write the account number in front of it, for example 1234567_{suffix}."
        )),
        None => error,
    }
}

#[cfg(test)]
mod tests;
