//! The credentials that sign a request: consumer, token and their secrets. Also the names of
//! tokens, and role IDs.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::text::{Untrusted, printable};

/// The longest key, ID or secret that is accepted. NetSuite's have 64 characters.
const MAX_LENGTH: usize = 512;
/// The longest name that a person may type for a token.
const MAX_TYPED_NAME: usize = 40;

/// A secret. It is wiped from memory when dropped, and cannot be printed, compared or serialised.
/// [`Secret::expose`] is the only way to read it, which makes every use easy to find.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret. The given text is wiped as well when the secret is dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Returns the secret itself. Use it only to sign, or to write to a store.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The consumer key of an integration record. It is not a secret, but is shortened for display.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ConsumerKey(String);

impl ConsumerKey {
    /// Parses a consumer key copied from NetSuite. Ignores surrounding white space.
    ///
    /// # Errors
    /// [`Code::ConsumerInvalid`] if it contains characters that keys do not have.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if is_credential(text) { Ok(Self(text.to_owned())) } else { Err(consumer_invalid("key")) }
    }

    /// Returns the key as NetSuite knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns 12 characters of a hash, which distinguish integration records without revealing the
    /// key.
    pub fn fingerprint(&self) -> ConsumerFingerprint {
        let mut hash = Sha256::new();
        hash.update(b"netsuite-tba consumer key\0");
        hash.update(self.0.as_bytes());
        let mut text = URL_SAFE_NO_PAD.encode(hash.finalize());
        text.truncate(12);
        ConsumerFingerprint(text)
    }
}

/// A short hash of a consumer key, saved with each token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ConsumerFingerprint(pub String);

/// Consumer key and consumer secret of one integration record.
#[derive(Clone)]
pub struct Consumer {
    /// Identifies the integration record.
    pub key: ConsumerKey,
    /// Signs the requests of the integration record.
    pub secret: Secret,
}

impl Consumer {
    /// Parses both values as copied from NetSuite.
    ///
    /// # Errors
    /// [`Code::ConsumerInvalid`] if one of them contains characters that keys and secrets do not have.
    pub fn parse(key: &str, secret: &str) -> Result<Self> {
        let key = ConsumerKey::parse(key)?;
        let secret = secret.trim();
        if !is_credential(secret) {
            return Err(consumer_invalid("secret"));
        }
        Ok(Self { key, secret: Secret::new(secret.to_owned()) })
    }
}

/// A token ID and its secret. They sign requests for one user, role and account.
#[derive(Clone)]
pub struct Token {
    /// Identifies the token. It is not a secret, but is shortened for display.
    pub id: String,
    /// Signs the requests of the token.
    pub secret: Secret,
}

impl Token {
    /// Makes a token from its ID and its secret.
    ///
    /// # Errors
    /// [`Code::TokenFormat`] if one of them contains characters that IDs and secrets do not have.
    pub fn new(id: &str, secret: &str) -> Result<Self> {
        if is_credential(id) && is_credential(secret) {
            Ok(Self { id: id.to_owned(), secret: Secret::new(secret.to_owned()) })
        } else {
            Err(token_format())
        }
    }

    /// Parses the `id:secret` of `--token`.
    ///
    /// # Errors
    /// [`Code::TokenFormat`] for any other form.
    pub fn parse_pair(text: &str) -> Result<Self> {
        let (id, secret) = text.trim().split_once(':').ok_or_else(token_format)?;
        if secret.contains(':') {
            return Err(token_format());
        }
        Self::new(id.trim(), secret.trim())
    }
}

/// The authentication ID: the name a token is saved under. Safe to print with `{}`, no matter where
/// the name came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AuthId(Untrusted);

impl AuthId {
    /// Parses a new name, as typed: `[A-Za-z0-9][A-Za-z0-9_-]{0,39}`.
    ///
    /// # Errors
    /// [`Code::AuthIdInvalid`] for any other text.
    pub fn parse_new(text: &str) -> Result<Self> {
        let text = text.trim();
        let starts_well = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let continues_well =
            text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if starts_well && continues_well && text.len() <= MAX_TYPED_NAME {
            return Ok(Self(Untrusted::new(text)));
        }
        let shown = printable(text, MAX_TYPED_NAME);
        Err(Error::new(Code::AuthIdInvalid, format!("\"{shown}\" is not an authentication ID.")))
    }

    /// Accepts a name that already exists, in Oracle's tools or in a file: any text that is not
    /// empty.
    pub fn from_existing(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(Untrusted::new(text)))
    }

    /// Returns the name itself, for comparing and storing. To print it, use the [`AuthId`].
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for AuthId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The internal ID of a role: digits, or a script ID such as `customrole_dev`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleId(String);

impl RoleId {
    /// Parses a role's internal ID.
    ///
    /// # Errors
    /// [`Code::RoleInvalid`] for any other text.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let right = !text.is_empty()
            && text.len() <= 60
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if right {
            return Ok(Self(text.to_owned()));
        }
        let shown = printable(text, 60);
        Err(Error::new(Code::RoleInvalid, format!("\"{shown}\" is not a role ID.")))
    }

    /// Returns the ID itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks for printable ASCII without spaces and quotes. NetSuite's own keys, IDs and secrets are
/// hexadecimal.
fn is_credential(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LENGTH
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\'')
}

fn consumer_invalid(what: &str) -> Error {
    Error::new(Code::ConsumerInvalid, format!("The consumer {what} contains invalid characters."))
}

fn token_format() -> Error {
    Error::new(Code::TokenFormat, "The token is not of the form <id>:<secret>.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_pair_has_exactly_two_parts() {
        let token = Token::parse_pair(" abc:def ").unwrap();
        assert_eq!((token.id.as_str(), token.secret.expose()), ("abc", "def"));
        for text in ["", "abc", "abc:", ":def", "a:b:c", "a b:c", "a:b\nc"] {
            assert_eq!(Token::parse_pair(text).map(|_| ()).unwrap_err().code(), Code::TokenFormat);
        }
    }

    #[test]
    fn new_names_are_restricted_and_existing_names_are_kept() {
        assert_eq!(AuthId::parse_new(" sb1-dev ").unwrap().as_str(), "sb1-dev");
        for text in ["", "-a", "a b", "a/b", "ä", &"a".repeat(41)] {
            assert_eq!(AuthId::parse_new(text).unwrap_err().code(), Code::AuthIdInvalid, "{text}");
        }
        assert_eq!(AuthId::from_existing("my token, näme").unwrap().as_str(), "my token, näme");
        assert!(AuthId::from_existing("").is_none());
    }

    #[test]
    fn a_hostile_name_is_clean_when_printed() {
        let name = AuthId::from_existing("dev\x1b]0;owned\x07\u{202e}").unwrap();
        assert_eq!(name.to_string(), "dev?]0;owned??");
        assert!(!format!("{name:?}").contains(['\x1b', '\x07', '\u{202e}']));
    }

    #[test]
    fn fingerprints_of_two_keys_differ_and_do_not_contain_the_key() {
        let one = ConsumerKey::parse("abcdef0123456789").unwrap();
        let two = ConsumerKey::parse("abcdef0123456780").unwrap();
        assert_eq!(
            one.fingerprint(),
            ConsumerKey::parse(" abcdef0123456789").unwrap().fingerprint()
        );
        assert_ne!(one.fingerprint(), two.fingerprint());
        assert!(!one.fingerprint().0.contains("abcdef"));
    }

    #[test]
    fn a_role_id_has_letters_digits_and_underscores_only() {
        assert!(RoleId::parse("1000").is_ok() && RoleId::parse("customrole_dev").is_ok());
        assert_eq!(RoleId::parse("Admin istrator").unwrap_err().code(), Code::RoleInvalid);
    }
}
