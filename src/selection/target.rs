//! What `--to` may name instead of a saved token: an account, or a token of an account.

use crate::account::AccountId;
use crate::credentials::AuthId;
use crate::error::Result;

/// What a text that is not the name of a saved token stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// `1234567_SB1`, in any spelling.
    Account(AccountId),
    /// `dev@1234567_SB1`.
    TokenOf(AuthId, AccountId),
}

impl Target {
    /// Parses the text of `--to`. Returns `None` if it can only be a name. A name such as `dev1` has
    /// the form of an account ID, so the caller has to know whether there is such an account.
    ///
    /// # Errors
    /// [`Code::AccountInvalid`](crate::error::Code::AccountInvalid) if an `@` is not followed by an
    /// account.
    pub fn parse(text: &str) -> Result<Option<Self>> {
        if let Some((name, account)) = text.rsplit_once('@')
            && let Some(name) = AuthId::from_existing(name.trim())
        {
            return Ok(Some(Self::TokenOf(name, AccountId::parse(account)?)));
        }
        Ok(AccountId::parse(text).ok().map(Self::Account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn target(text: &str) -> Option<Target> {
        Target::parse(text).unwrap()
    }

    fn account(text: &str) -> AccountId {
        AccountId::parse(text).unwrap()
    }

    #[test]
    fn an_account_is_recognised_in_every_spelling() {
        for text in [
            "1234567_SB1",
            "1234567-sb1",
            "1234567_sb1",
            "1234567-sb1.app.netsuite.com",
            "https://1234567-sb1.app.netsuite.com/app/center/card.nl",
        ] {
            assert_eq!(target(text), Some(Target::Account(account("1234567_SB1"))), "{text}");
        }
    }

    #[test]
    fn a_name_and_an_account_are_joined_by_an_at_sign() {
        for (text, name) in [
            ("dev@1234567-sb1", "dev"),
            ("a@b@1234567_SB1", "a@b"),
            ("dev@1234567-sb1.app.netsuite.com", "dev"),
        ] {
            let expected =
                Target::TokenOf(AuthId::from_existing(name).unwrap(), account("1234567_SB1"));
            assert_eq!(target(text), Some(expected), "{text}");
        }
        for text in ["dev@", "dev@sb1", "dev@1234567_sandbox1"] {
            assert_eq!(Target::parse(text).unwrap_err().code(), Code::AccountInvalid, "{text}");
        }
    }

    #[test]
    fn anything_else_is_a_name() {
        for text in ["dev", "sb1", "my token", "@1234567", "system.netsuite.com"] {
            assert_eq!(target(text), None, "{text}");
        }
    }
}
