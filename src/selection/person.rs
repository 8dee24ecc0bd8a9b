//! The questions about saved tokens, asked through a [`Prompter`].

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::environment::Environment;
use crate::base::time;
use crate::credentials::AuthId;
use crate::error::Result;
use crate::prompt::{self, Prompter};
use crate::vault::model::{SavedToken, StoreKind};

const CHOOSE: &str = "Choose a saved token";
const NAME: &str = "Enter an authentication ID (authID)";
const NAME_HINT: &str = "a name of your choice for the new token, for example sb1-dev";
const CONFIRM: &str = "Type the account ID to continue";
const CONFIRM_HINT: &str = "Esc stops the task; nothing has been sent";
const REPLACE: [&str; 2] = ["Choose another name", "Sign in again and replace it"];
const NEW_TOKEN: &str = "New token";

/// What a person picked from the list of saved tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// "New token".
    New,
    /// The saved token at this index.
    Saved(usize),
}

/// Somebody who can be asked which token to use.
pub trait Person {
    /// "Choose a saved token". The token at index `start` is preselected, else "New token" is.
    fn choose(&self, saved: &[SavedToken], start: Option<usize>) -> Result<Choice>;
    /// "Enter an authentication ID (authID)".
    fn name(&self) -> Result<AuthId>;
    /// Whether to sign in again and replace this token; `false` means to choose another name.
    fn replace(&self, saved: &SavedToken) -> Result<bool>;
}

/// The person at this process's terminal.
pub struct AtTerminal<'a>(Box<dyn Prompter + 'a>);

impl<'a> AtTerminal<'a> {
    /// Asks until `stop` is aborted.
    pub fn new(environment: &'a Environment, stop: &'a Abort) -> Self {
        Self(prompt::at_terminal(environment, stop))
    }

    /// Has the ID of an account typed as a confirmation. Asks until it is right.
    ///
    /// # Errors
    /// [`Code::Cancelled`](crate::error::Code::Cancelled) when the person leaves the question.
    pub fn account_id(&self, account: &AccountId) -> Result<()> {
        let check = |text: &str| match AccountId::parse(text) {
            Ok(typed) if typed == *account => Ok(()),
            _ => Err("That is not the ID of this account.".to_owned()),
        };
        self.0.line(CONFIRM, CONFIRM_HINT, &check).map(|_| ())
    }
}

impl Person for AtTerminal<'_> {
    fn choose(&self, saved: &[SavedToken], start: Option<usize>) -> Result<Choice> {
        let now = time::now();
        let rows: Vec<String> = std::iter::once(NEW_TOKEN.to_owned())
            .chain(saved.iter().map(|token| row(token, now)))
            .collect();
        let chosen = self.0.choose(CHOOSE, &rows, start.map_or(0, |index| index + 1))?;
        Ok(chosen.checked_sub(1).map_or(Choice::New, Choice::Saved))
    }

    fn name(&self) -> Result<AuthId> {
        let check = |text: &str| {
            AuthId::parse_new(text).map(|_| ()).map_err(|error| error.next_step().to_owned())
        };
        AuthId::parse_new(&self.0.line(NAME, NAME_HINT, &check)?)
    }

    fn replace(&self, saved: &SavedToken) -> Result<bool> {
        let question = format!("{} - Account {} is saved already", saved.auth_id, saved.account);
        Ok(self.0.choose(&question, &REPLACE.map(str::to_owned), 0)? == 1)
    }
}

/// `NAME - Account ACCT`, then what helps to tell tokens apart.
pub fn row(token: &SavedToken, now: u64) -> String {
    let mut details = vec![token.account.account_type().as_str().to_owned()];
    if let Some(role) = &token.role {
        details.push(format!("role {role}"));
    }
    if token.store == StoreKind::Nstba {
        details.push("plaintext in .nstba".to_owned());
    }
    if let Some(last) = token.last_used_at {
        details.push(format!("used {}", time::ago(last, now)));
    }
    format!("{} - Account {} ({})", token.auth_id, token.account, details.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::plain::NumberedLines;
    use crate::vault::model::Origin;

    fn typing(lines: &[&str]) -> AtTerminal<'static> {
        AtTerminal(Box::new(NumberedLines::scripted(lines)))
    }

    fn saved() -> Vec<SavedToken> {
        vec![SavedToken {
            auth_id: AuthId::from_existing("dev").unwrap(),
            account: AccountId::parse("1234567").unwrap(),
            role: None,
            store: StoreKind::File,
            origin: Origin::default(),
            consumer: None,
            created_at: None,
            last_used_at: None,
        }]
    }

    #[test]
    fn the_first_row_is_a_new_token() {
        assert_eq!(typing(&["1"]).choose(&saved(), None).unwrap(), Choice::New);
        assert_eq!(typing(&["2"]).choose(&saved(), None).unwrap(), Choice::Saved(0));
        assert_eq!(typing(&[""]).choose(&saved(), Some(0)).unwrap(), Choice::Saved(0));
        assert_eq!(typing(&[""]).choose(&saved(), None).unwrap(), Choice::New);
    }

    #[test]
    fn enter_alone_does_not_replace_a_token() {
        assert!(typing(&["2"]).replace(&saved()[0]).unwrap());
        assert!(!typing(&[""]).replace(&saved()[0]).unwrap());
    }

    #[test]
    fn an_account_is_confirmed_by_its_id_in_any_spelling_and_by_nothing_else() {
        let account = AccountId::parse("1234567").unwrap();
        assert!(typing(&["1234567"]).account_id(&account).is_ok());
        assert!(
            typing(&["", "y", "yes", "7654321", "1234567_SB1", " 1234567 "])
                .account_id(&account)
                .is_ok()
        );
        for wrong in ["", "y", "7654321", "123456", "1234567_SB1"] {
            assert!(typing(&[wrong]).account_id(&account).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_is_asked_for_until_it_is_valid() {
        assert_eq!(typing(&["", "a b", "sb1-dev"]).name().unwrap().as_str(), "sb1-dev");
    }
}
