//! Whether the tasks of a call may use an account: the account lock and the production guard.
//! Decides; whoever asks the person is in `session/`.

use crate::account::{AccountId, AccountType};
use crate::base::environment::Environment;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::project::Project;
use crate::project::account_lock::{AccountLock, Accounts};
use crate::project::task::Task;
use crate::selection::options::Options;
use crate::selection::tasks::Tasks;
use crate::text::printable;

/// What the project and the caller say about accounts, for the tasks of one call.
#[derive(Debug)]
pub struct Admission {
    lock: AccountLock,
    tasks: Tasks,
    guard: bool,
    allowed_production: Option<AccountId>,
}

impl Admission {
    /// Reads the account lock of the project, and the guard's option and variables.
    ///
    /// # Errors
    /// [`Code::ProjectFile`] for a lock that cannot be read; [`Code::AccountInvalid`] when
    /// `--allow-production` does not name an account.
    pub fn read(options: &Options, environment: &Environment, project: &Project) -> Result<Self> {
        let lock = project.account_lock()?;
        let variables = Options::from_variables(environment);
        let allowed = options.allow_production.as_ref().or(variables.allow_production.as_ref());
        Ok(Self {
            guard: lock.has_guard() || variables.guard == Some(true),
            allowed_production: allowed.map(|text| AccountId::parse(text)).transpose()?,
            tasks: options.task.clone().unwrap_or_default(),
            lock,
        })
    }

    /// Returns the accounts that every one of the tasks may use.
    pub fn accounts(&self) -> Accounts {
        self.by_task().fold(Accounts::Any, |all, (_, accounts)| match (all, accounts) {
            (Accounts::Any, other) | (other, Accounts::Any) => other,
            (Accounts::Only(mut all), Accounts::Only(some)) => {
                all.retain(|account| some.contains(account));
                Accounts::Only(all)
            }
        })
    }

    /// Checks an account against the lock. `whose` starts the sentence about it: "the token dev
    /// belongs to". `fitting` returns a saved token of one of the accounts that are allowed.
    ///
    /// # Errors
    /// [`Code::AccountLocked`].
    pub fn check_lock(
        &self,
        account: &AccountId,
        whose: &str,
        fitting: impl FnOnce(&Accounts) -> Option<AuthId>,
    ) -> Result<()> {
        let refusing = self.by_task().find_map(|(task, accounts)| match accounts {
            Accounts::Only(some) if !some.contains(account) => Some((task, some)),
            _ => None,
        });
        let Some((task, allowed)) = refusing else { return Ok(()) };
        let message = format!(
            "package.json allows {} {}, but {whose} account {account}.",
            task.map_or_else(|| "this script".to_owned(), named),
            words(&allowed)
        );
        // Only what all tasks of the command line may use is worth naming.
        let usable = self.accounts();
        let next = match (fitting(&usable), &usable) {
            (Some(token), _) => format!("Use the saved token {token}: --to {token}"),
            (None, Accounts::Only(some)) if !some.is_empty() => format!(
                "Sign in to an account that is allowed: --authID NAME --account {}",
                some[0]
            ),
            _ => "Correct \"netsuite-tba\" in package.json if the account should be allowed."
                .to_owned(),
        };
        Err(Error::new(Code::AccountLocked, message).with_next_step(next))
    }

    /// Returns the task for which a person must confirm this account, if there is one: the guard is
    /// on, the task changes the account, the account is or may be production, and
    /// `--allow-production` does not name it.
    pub fn to_confirm(&self, account: &AccountId) -> Option<&Task> {
        let guarded = self.guard
            && account.is_production()
            && self.allowed_production.as_ref() != Some(account);
        self.tasks.iter().find(|task| guarded && task.deploys())
    }

    /// Returns the refusal of a task whose account cannot be confirmed, because nobody can be asked.
    pub fn unconfirmed(&self, task: &Task, account: &AccountId) -> Error {
        let other = self.allowed_production.as_ref().map_or_else(String::new, |other| {
            format!(" --allow-production names another account, {other}.")
        });
        let message = format!(
            "{} would change {}, and there is no terminal to confirm it in.{other}",
            named(task),
            described(account)
        );
        Error::new(Code::ProductionGuard, message).with_next_step(format!(
            "If that is right, pass --allow-production {account} or set NETSUITE_TBA_ALLOW_PRODUCTION={account}."
        ))
    }

    /// Returns the accounts for each task, or for a script without a task.
    fn by_task(&self) -> impl Iterator<Item = (Option<&Task>, Accounts)> {
        let script = self.tasks.is_empty().then_some(None);
        let tasks = self.tasks.iter().map(Some).chain(script);
        tasks.map(|task| (task, self.lock.accounts_for(task)))
    }
}

/// `the production account 1234567`.
pub fn described(account: &AccountId) -> String {
    match account.account_type() {
        AccountType::Production => format!("the production account {account}"),
        _ => format!("account {account}, which may be a production account"),
    }
}

fn named(task: &Task) -> String {
    printable(task.name(), 80)
}

/// `only for account 1234567_SB1`.
fn words(accounts: &[AccountId]) -> String {
    let ids: Vec<_> = accounts.iter().map(AccountId::as_str).collect();
    match ids.len() {
        0 => "for no account".to_owned(),
        1 => format!("only for account {}", ids[0]),
        _ => format!("only for accounts {}", ids.join(", ")),
    }
}

#[cfg(test)]
mod tests;
