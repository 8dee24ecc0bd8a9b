//! What the vault says about a token without its secret: names, origin, store. Pure data, no I/O.

use crate::account::AccountId;
use crate::credentials::{AuthId, ConsumerFingerprint, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::text::printable;

/// Where the secret of a token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreKind {
    /// The keychain of the operating system.
    Keychain,
    /// A file encrypted under a passphrase.
    EncryptedFile,
    /// A file only its owner can read.
    File,
    /// The file of Oracle's own tools, `~/.nstba`.
    Nstba,
}

impl StoreKind {
    /// Every store, in the order they are documented.
    pub const ALL: [Self; 4] = [Self::Keychain, Self::EncryptedFile, Self::File, Self::Nstba];

    /// The name used in options, in the index and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::EncryptedFile => "encrypted-file",
            Self::File => "file",
            Self::Nstba => "nstba",
        }
    }

    /// The store of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether anything that runs as the user can read the secret from the file.
    pub fn is_plaintext(self) -> bool {
        matches!(self, Self::File | Self::Nstba)
    }
}

/// Where new tokens go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreChoice {
    /// The keychain. Where there is none: the encrypted file if a passphrase is given, else the plain file.
    Auto,
    /// This store or an error.
    Only(StoreKind),
}

impl StoreChoice {
    /// Reads the option `store`, or `NETSUITE_TBA_STORE`.
    ///
    /// # Errors
    /// [`Code::StoreInvalid`] for a word that is not a store.
    pub fn parse(text: &str) -> Result<Self> {
        let word = text.trim().to_ascii_lowercase();
        if word == "auto" {
            return Ok(Self::Auto);
        }
        StoreKind::named(&word).map(Self::Only).ok_or_else(|| {
            let shown = printable(text, 40);
            Error::new(Code::StoreInvalid, format!("\"{shown}\" is not a store for tokens."))
        })
    }
}

/// Which NetSuite a token belongs to. Names are unique within one; both empty is the real one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The address of `--vm`.
    pub vm: Option<String>,
    /// The label of `-m`.
    pub molecule: Option<String>,
}

/// A saved token as it may be shown: everything but the token ID and the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedToken {
    /// The name it was saved under.
    pub auth_id: AuthId,
    /// The account it signs in to.
    pub account: AccountId,
    /// The role it was made for, if that is known.
    pub role: Option<RoleId>,
    /// Where its secret is.
    pub store: StoreKind,
    /// Which NetSuite it belongs to.
    pub origin: Origin,
    /// Which integration record made it, if that is known.
    pub consumer: Option<ConsumerFingerprint>,
    /// When it was saved, in seconds since 1970.
    pub created_at: Option<u64>,
    /// When it was last used, to the day, in seconds since 1970.
    pub last_used_at: Option<u64>,
}

/// A token that NetSuite just issued, to be saved.
pub struct NewToken {
    /// The name to save it under.
    pub auth_id: AuthId,
    /// The account it signs in to.
    pub account: AccountId,
    /// The role it was made for, if that is known.
    pub role: Option<RoleId>,
    /// Which NetSuite it belongs to.
    pub origin: Origin,
    /// Which integration record made it.
    pub consumer: Option<ConsumerFingerprint>,
    /// Token ID and secret.
    pub token: Token,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_chosen_by_its_name() {
        assert_eq!(StoreChoice::parse("auto").unwrap(), StoreChoice::Auto);
        for kind in StoreKind::ALL {
            assert_eq!(StoreChoice::parse(kind.as_str()).unwrap(), StoreChoice::Only(kind));
        }
        assert_eq!(
            StoreChoice::parse(" Keychain ").unwrap(),
            StoreChoice::Only(StoreKind::Keychain)
        );
        for text in ["", "vault", "file\u{1b}[2J", "nstba2"] {
            let error = StoreChoice::parse(text).unwrap_err();
            assert_eq!(error.code(), Code::StoreInvalid);
            assert!(!error.message().contains('\u{1b}'));
        }
    }
}
