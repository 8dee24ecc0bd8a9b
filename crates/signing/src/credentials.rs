//! What a request is signed with: consumer, token and the secrets in them; and the names of tokens.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::text::printable;

/// Longest key, ID or secret accepted; NetSuite's have 64 characters.
const MAX_LENGTH: usize = 512;
/// Longest name a person may type for a token.
const MAX_TYPED_NAME: usize = 40;

/// A secret. It is wiped from memory when dropped and cannot be printed, compared or serialised:
/// the only way to its text is [`Secret::expose`], which is easy to search for.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself: for signing and for writing to a store, nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// The consumer key of an integration record. Not secret, but never printed whole either.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ConsumerKey(String);

impl ConsumerKey {
    /// Reads a consumer key as it was copied from NetSuite; spaces around it are dropped.
    ///
    /// # Errors
    /// [`Code::ConsumerInvalid`] when it cannot be one.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if is_credential(text) { Ok(Self(text.to_owned())) } else { Err(consumer_invalid("key")) }
    }

    /// The key as NetSuite knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells two integration records apart without revealing the key: 12 characters of a hash.
    pub fn fingerprint(&self) -> ConsumerFingerprint {
        let mut hash = Sha256::new();
        hash.update(b"netsuite-tba consumer key\0");
        hash.update(self.0.as_bytes());
        let mut text = URL_SAFE_NO_PAD.encode(hash.finalize());
        text.truncate(12);
        ConsumerFingerprint(text)
    }
}

/// A short hash of a consumer key, kept with each saved token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ConsumerFingerprint(pub String);

/// Consumer key and consumer secret of one integration record.
#[derive(Clone)]
pub struct Consumer {
    /// Names the integration record.
    pub key: ConsumerKey,
    /// Signs in its name.
    pub secret: Secret,
}

impl Consumer {
    /// Reads both as they were copied from NetSuite.
    ///
    /// # Errors
    /// [`Code::ConsumerInvalid`] when one of them cannot be what it is said to be.
    pub fn parse(key: &str, secret: &str) -> Result<Self> {
        let key = ConsumerKey::parse(key)?;
        let secret = secret.trim();
        if !is_credential(secret) {
            return Err(consumer_invalid("secret"));
        }
        Ok(Self { key, secret: Secret::new(secret.to_owned()) })
    }
}

/// A token ID and its secret: what signs requests for one user, role and account.
#[derive(Clone)]
pub struct Token {
    /// Names the token. Not secret, but never printed whole either.
    pub id: String,
    /// Signs in its name.
    pub secret: Secret,
}

impl Token {
    /// A token from its two parts.
    ///
    /// # Errors
    /// [`Code::TokenFormat`] when one of them cannot be what it is said to be.
    pub fn new(id: &str, secret: &str) -> Result<Self> {
        if is_credential(id) && is_credential(secret) {
            Ok(Self { id: id.to_owned(), secret: Secret::new(secret.to_owned()) })
        } else {
            Err(token_format())
        }
    }

    /// Reads the `id:secret` of `--token`.
    ///
    /// # Errors
    /// [`Code::TokenFormat`] when it is not of that form.
    pub fn parse_pair(text: &str) -> Result<Self> {
        let (id, secret) = text.trim().split_once(':').ok_or_else(token_format)?;
        if secret.contains(':') {
            return Err(token_format());
        }
        Self::new(id.trim(), secret.trim())
    }
}

/// The name a token is saved under: the authentication ID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AuthId(String);

impl AuthId {
    /// A name typed at our own prompts and commands: `[A-Za-z0-9][A-Za-z0-9_-]{0,39}`.
    ///
    /// # Errors
    /// [`Code::AuthIdInvalid`] for any other.
    pub fn parse_new(text: &str) -> Result<Self> {
        let text = text.trim();
        let starts_well = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let continues_well =
            text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if starts_well && continues_well && text.len() <= MAX_TYPED_NAME {
            return Ok(Self(text.to_owned()));
        }
        let shown = printable(text, MAX_TYPED_NAME);
        Err(Error::new(Code::AuthIdInvalid, format!("\"{shown}\" is not an authentication ID.")))
    }

    /// A name that comes from Oracle's tools or files: any but the empty one.
    pub fn from_existing(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuthId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.0, 80))
    }
}

/// The internal ID of a role: digits, or a script ID such as `customrole_dev`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleId(String);

impl RoleId {
    /// Reads a role's internal ID.
    ///
    /// # Errors
    /// [`Code::RoleInvalid`] when it cannot be one.
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

    /// The ID itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Printable ASCII without spaces and quotes: keys, IDs and secrets NetSuite makes are hex.
fn is_credential(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_LENGTH
        && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\'')
}

fn consumer_invalid(what: &str) -> Error {
    Error::new(Code::ConsumerInvalid, format!("The consumer {what} cannot be one."))
}

fn token_format() -> Error {
    Error::new(Code::TokenFormat, "The token is not of the form <id>:<secret>.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_pair_is_two_parts_and_no_more() {
        let token = Token::parse_pair(" abc:def ").unwrap();
        assert_eq!((token.id.as_str(), token.secret.expose()), ("abc", "def"));
        for text in ["", "abc", "abc:", ":def", "a:b:c", "a b:c", "a:b\nc"] {
            assert_eq!(Token::parse_pair(text).map(|_| ()).unwrap_err().code(), Code::TokenFormat);
        }
    }

    #[test]
    fn names_typed_here_are_plain_and_foreign_ones_are_kept() {
        assert_eq!(AuthId::parse_new(" sb1-dev ").unwrap().as_str(), "sb1-dev");
        for text in ["", "-a", "a b", "a/b", "ä", &"a".repeat(41)] {
            assert_eq!(AuthId::parse_new(text).unwrap_err().code(), Code::AuthIdInvalid, "{text}");
        }
        assert_eq!(AuthId::from_existing("my token, näme").unwrap().as_str(), "my token, näme");
        assert!(AuthId::from_existing("").is_none());
    }

    #[test]
    fn a_fingerprint_tells_keys_apart_and_does_not_contain_them() {
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
    fn a_role_is_an_internal_id() {
        assert!(RoleId::parse("1000").is_ok() && RoleId::parse("customrole_dev").is_ok());
        assert_eq!(RoleId::parse("Admin istrator").unwrap_err().code(), Code::RoleInvalid);
    }
}
