//! Admits an account to a task: checks the account lock, and has a person confirm it where the
//! production guard asks for that. Runs before a token is read and before anything is sent.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::console::say;
use crate::base::environment::Environment;
use crate::credentials::{AuthId, RoleId};
use crate::error::Result;
use crate::netsuite::site::Site;
use crate::project::Project;
use crate::project::account_lock::Accounts;
use crate::project::task::Task;
use crate::selection::admission::{Admission, described};
use crate::selection::decision::origin_of;
use crate::selection::person::AtTerminal;
use crate::text::printable;
use crate::vault::Vault;

/// The accounts that a person has confirmed in this process, each with its host.
static CONFIRMED: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// The door that an account has to pass.
pub(super) struct Door<'a> {
    /// The rules.
    pub(super) admission: &'a Admission,
    /// Which NetSuite.
    pub(super) site: &'a Site,
    /// The saved tokens, to name one that fits.
    pub(super) vault: &'a Vault,
    /// The project, for its website.
    pub(super) project: &'a Project,
    /// The surroundings of the call.
    pub(super) environment: &'a Environment,
    /// Ends a question.
    pub(super) stop: &'a Abort,
    /// Whether a person can be asked.
    pub(super) interactive: bool,
}

/// An account that a task is about to use.
pub(super) struct Candidate<'a> {
    /// The beginning of the sentence that ends with the account: "the token dev belongs to".
    pub(super) whose: &'a str,
    /// The account.
    pub(super) account: &'a AccountId,
    /// The role, where it is known.
    pub(super) role: Option<&'a RoleId>,
}

impl Door<'_> {
    /// Admits the account, or says why not. Blocks while a person is asked, which happens at most
    /// once per process and account.
    ///
    /// # Errors
    /// [`Code::AccountLocked`](crate::error::Code::AccountLocked),
    /// [`Code::ProductionGuard`](crate::error::Code::ProductionGuard), or
    /// [`Code::Cancelled`](crate::error::Code::Cancelled) when the person leaves the question.
    pub(super) fn admit(&self, candidate: &Candidate<'_>) -> Result<()> {
        self.check_lock(candidate)?;
        let account = candidate.account;
        let Some(task) = self.admission.to_confirm(account) else { return Ok(()) };
        let host = self.site.restlets_host(account);
        let mut confirmed = CONFIRMED.lock().unwrap_or_else(PoisonError::into_inner);
        let confirmed = confirmed.get_or_insert_default();
        if confirmed.contains(&host) {
            return Ok(());
        }
        if !self.interactive {
            return Err(self.admission.unconfirmed(task, account));
        }
        say(&self.question(task, candidate, &host));
        AtTerminal::new(self.environment, self.stop).account_id(account)?;
        confirmed.insert(host);
        Ok(())
    }

    /// Checks the account lock alone.
    ///
    /// # Errors
    /// [`Code::AccountLocked`](crate::error::Code::AccountLocked).
    pub(super) fn check_lock(&self, candidate: &Candidate<'_>) -> Result<()> {
        let fitting = |accounts: &Accounts| self.fitting(accounts);
        self.admission.check_lock(candidate.account, candidate.whose, fitting)
    }

    /// A saved token of one of these accounts, the last used one first.
    fn fitting(&self, accounts: &Accounts) -> Option<AuthId> {
        let origin = origin_of(self.site);
        // A vault that cannot be read has no token to offer.
        let saved = self.vault.list().unwrap_or_default();
        let fits = saved.into_iter().filter(|token| token.origin == origin);
        let fits = fits.filter(|token| accounts.contain(&token.account));
        fits.max_by_key(|token| token.last_used_at).map(|token| token.auth_id)
    }

    fn question(&self, task: &Task, candidate: &Candidate<'_>, host: &str) -> String {
        let Candidate { account, role, .. } = candidate;
        let deployment = self.project.deployment().unwrap_or_default();
        let rows = [
            Some(("Account", account.as_str().to_owned())),
            role.map(|role| ("Role", role.as_str().to_owned())),
            Some(("Host", host.to_owned())),
            deployment.domain.map(|domain| ("Website", printable(&domain, 120))),
        ];
        let name = printable(task.name(), 80);
        let mut text = format!("The task {name} is about to change {}.", described(account));
        for (title, value) in rows.into_iter().flatten() {
            let _ = write!(text, "\n  {title}: {value}");
        }
        text
    }
}
