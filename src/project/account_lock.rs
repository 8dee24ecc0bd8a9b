//! The account lock: which accounts the tasks of a project may use. Reads package.json.
//!
//! ```json
//! "netsuite-tba": { "accounts": { "deploy": ["1234567_SB1"], "*": ["*"] }, "guard": true }
//! ```
//!
//! A lock that cannot be read is an error and never counts as "no lock".

use std::path::Path;

use serde_json::{Map, Value};

use crate::account::AccountId;
use crate::base::json_edit;
use crate::error::{Code, Error, Result};
use crate::fs::project_file;
use crate::project::task::Task;
use crate::text::printable;

/// The member of package.json.
pub const MEMBER: &str = "netsuite-tba";
/// The member of the lock that turns the production guard on.
pub const GUARD: &str = "guard";
/// Stands for every task, and for every account.
const ANY: &str = "*";
/// The key for all tasks that change an account.
const DEPLOY: &str = "deploy";
/// The largest package.json that is read.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// The lock of a project. The default locks nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AccountLock {
    rows: Vec<Row>,
    guard: bool,
}

/// The accounts for the tasks of one key.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    key: String,
    accounts: Accounts,
}

/// Accounts that a task may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// Every account.
    Any,
    /// These accounts only.
    Only(Vec<AccountId>),
}

impl Accounts {
    /// Checks whether an account is among them.
    pub fn contain(&self, account: &AccountId) -> bool {
        match self {
            Self::Any => true,
            Self::Only(accounts) => accounts.contains(account),
        }
    }

    /// Returns the account, if there is only one.
    pub fn only_one(&self) -> Option<&AccountId> {
        match self {
            Self::Only(accounts) if accounts.len() == 1 => accounts.first(),
            _ => None,
        }
    }
}

impl AccountLock {
    /// Reads the lock from the package.json of a folder. A folder without that file has no lock.
    ///
    /// # Errors
    /// [`Code::ProjectFile`] when the file cannot be read, is not JSON, or contains a lock with an
    /// unknown member or an invalid value.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join("package.json");
        let Some(text) = project_file::read(&path, MAX_BYTES)? else { return Ok(Self::default()) };
        // Most projects have no lock, and parsing costs more than looking for the word. A name with
        // escapes in it is found as well.
        if !text.contains(MEMBER) && !text.contains('\\') {
            return Ok(Self::default());
        }
        Self::parse(&text).map_err(|why| unusable(&path, &why))
    }

    /// Reads the lock from the text of a package.json.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let json = &text[json_edit::start(text)..];
        let document: Value =
            serde_json::from_str(json).map_err(|error| json_edit::not_json(&error))?;
        match document.get(MEMBER) {
            None => Ok(Self::default()),
            Some(Value::Object(lock)) => Self::of(lock),
            Some(_) => Err(format!("\"{MEMBER}\" must be an object")),
        }
    }

    fn of(lock: &Map<String, Value>) -> std::result::Result<Self, String> {
        let mut read = Self::default();
        for (name, value) in lock {
            match (name.as_str(), value) {
                ("accounts", Value::Object(rows)) => read.rows = rows_of(rows)?,
                ("accounts", _) => {
                    return Err(format!("\"accounts\" in \"{MEMBER}\" must be an object"));
                }
                (GUARD, Value::Bool(guard)) => read.guard = *guard,
                (GUARD, _) => {
                    return Err(format!("\"guard\" in \"{MEMBER}\" must be true or false"));
                }
                // A misspelt member must not switch the lock off.
                (other, _) => {
                    let shown = printable(other, 40);
                    return Err(format!(
                        "\"{MEMBER}\" has the unknown member \"{shown}\"; known are accounts and guard"
                    ));
                }
            }
        }
        Ok(read)
    }

    /// Checks whether the project wants the production guard.
    pub fn has_guard(&self) -> bool {
        self.guard
    }

    /// Returns the accounts that a task may use. Looks for the name of the task, then for `deploy`
    /// if the task changes an account, then for the last part of its name, then for `*`. `None`
    /// stands for a script that is not a gulp task.
    pub fn accounts_for(&self, task: Option<&Task>) -> Accounts {
        let named = task.and_then(|task| {
            let deploy = Some(DEPLOY).filter(|_| task.deploys());
            let keys = [Some(task.name()), deploy, Some(task.action())];
            keys.into_iter().flatten().find_map(|key| self.row(key))
        });
        named.or_else(|| self.row(ANY)).cloned().unwrap_or(Accounts::Any)
    }

    fn row(&self, key: &str) -> Option<&Accounts> {
        self.rows.iter().find(|row| row.key == key).map(|row| &row.accounts)
    }
}

fn rows_of(rows: &Map<String, Value>) -> std::result::Result<Vec<Row>, String> {
    let row = |(key, value): (&String, &Value)| {
        let accounts = accounts_of(value).map_err(|why| {
            let shown = printable(key, 40);
            format!("\"accounts\" in \"{MEMBER}\" has an invalid value for \"{shown}\": {why}")
        })?;
        Ok(Row { key: key.clone(), accounts })
    };
    rows.iter().map(row).collect()
}

/// Reads a list of accounts. A single account need not be in a list.
fn accounts_of(value: &Value) -> std::result::Result<Accounts, String> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        Value::String(_) | Value::Number(_) => std::slice::from_ref(value),
        _ => return Err("it must be a list of account IDs".to_owned()),
    };
    let mut accounts = Vec::new();
    let mut any = false;
    for value in list {
        let text = match value {
            Value::String(text) => text.clone(),
            // JSON writers leave the quotes out where an ID has digits only.
            Value::Number(number) if number.is_u64() => number.to_string(),
            _ => return Err("each account must be a string".to_owned()),
        };
        if text == ANY {
            any = true;
            continue;
        }
        let account = AccountId::parse(&text)
            .map_err(|_| format!("\"{}\" is not an account ID", printable(&text, 60)))?;
        if !accounts.contains(&account) {
            accounts.push(account);
        }
    }
    Ok(if any { Accounts::Any } else { Accounts::Only(accounts) })
}

fn unusable(path: &Path, why: &str) -> Error {
    let message = format!("The account lock in {} cannot be read: {why}.", path.display());
    Error::new(Code::ProjectFile, message)
        .with_next_step("Correct package.json. Nothing is sent until the lock can be read.")
}

#[cfg(test)]
mod tests;
