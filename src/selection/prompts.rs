//! The questions, asked in the terminal. Ctrl-C leaves the terminal as it was and stays a Ctrl-C.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::consent::Abort;
use crate::credentials::AuthId;
use crate::environment::Environment;
use crate::error::Result;
use crate::talk::printable;
use crate::vault::{SavedToken, StoreKind};

use super::decision::Person;
use super::numbered::Numbered;
use super::questions::Asker;

/// The questions, in whichever way they are asked.
pub(super) const CHOOSE: &str = "Choose a saved token";
pub(super) const NAME: &str = "Enter an authentication ID (authID)";
pub(super) const REPLACE: [&str; 2] = ["Choose another name", "Sign in again and replace it"];
const NEW_TOKEN: &str = "New token";

/// The person at the terminal, asked in the way that the terminal and the person can take, until
/// `stop`.
pub fn person<'a>(environment: &'a Environment, stop: &'a Abort) -> Box<dyn Person + 'a> {
    if environment.is_plain() {
        Box::new(Numbered::new(stop))
    } else {
        Box::new(Terminal(Asker::new(environment, stop)))
    }
}

/// Asks yes or no; no is the answer that is easiest to give.
///
/// # Errors
/// [`Code::Cancelled`](crate::error::Code::Cancelled) when the person stops.
pub fn confirm(environment: &Environment, stop: &Abort, question: &str) -> Result<bool> {
    if environment.is_plain() {
        return Numbered::new(stop).confirm(question);
    }
    Asker::new(environment, stop).confirm(question)
}

/// `New token`, then the saved ones.
pub(super) fn rows(saved: &[SavedToken]) -> Vec<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    std::iter::once(NEW_TOKEN.to_owned()).chain(saved.iter().map(|token| row(token, now))).collect()
}

/// The question before a token is replaced.
pub(super) fn already(saved: &SavedToken) -> String {
    format!("{} - Account {} is saved already", saved.auth_id, saved.account)
}

/// The person at a terminal that can redraw.
struct Terminal<'a>(Asker<'a>);

impl Person for Terminal<'_> {
    fn choose(&self, saved: &[SavedToken], start: Option<usize>) -> Result<Option<usize>> {
        let start = start.map_or(0, |index| index + 1);
        Ok(self.0.choose(CHOOSE, &rows(saved), start)?.checked_sub(1))
    }

    fn name(&self) -> Result<AuthId> {
        let hint = "a name of your choice for the new token, for example sb1-dev";
        let check = |text: &str| {
            AuthId::typed(text).map(|_| ()).map_err(|error| error.next_step().to_owned())
        };
        AuthId::typed(&self.0.line(NAME, hint, &check)?)
    }

    fn replace(&self, saved: &SavedToken) -> Result<bool> {
        Ok(self.0.choose(&already(saved), &REPLACE.map(str::to_owned), 0)? == 1)
    }
}

/// `NAME - Account ACCT`, then what helps to tell tokens apart.
fn row(token: &SavedToken, now: u64) -> String {
    let mut details = vec![token.account.account_type().as_str().to_owned()];
    if let Some(role) = &token.role {
        details.push(format!("role {}", printable(role, 60)));
    }
    if token.store == StoreKind::Nstba {
        details.push("plaintext in .nstba".to_owned());
    }
    if let Some(last) = token.last_used_at {
        details.push(format!("used {}", ago(now.saturating_sub(last))));
    }
    format!("{} - Account {} ({})", token.auth_id, token.account, details.join(", "))
}

fn ago(seconds: u64) -> String {
    match Duration::from_secs(seconds).as_secs() / 86_400 {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_people_tell_them() {
        assert_eq!(ago(0), "today");
        assert_eq!(ago(86_399), "today");
        assert_eq!(ago(86_400), "yesterday");
        assert_eq!(ago(3 * 86_400), "3 days ago");
    }
}
