//! A call once its options are parsed: it decides, and hands out sessions of saved tokens.

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::console::{say, warn};
use crate::base::environment::Environment;
use crate::credentials::{AuthId, Consumer, RoleId};
use crate::error::{Code, Error, Result};
use crate::project::Project;
use crate::selection::admission::Admission;
use crate::selection::decision;
use crate::selection::decision::Decision;
use crate::selection::person::{AtTerminal, Person};
use crate::selection::request;
use crate::selection::request::{Given, SignInSettings, TokenRequest};
use crate::session::admission::{Candidate, Door};
use crate::session::call::Call;
use crate::session::{Owner, Session, Source};
use crate::vault::Vault;
use crate::vault::model::{Origin, SavedToken};
use crate::vault::passphrase_prompt::with_person;
use crate::vault::settings::VaultSettings;

/// Everything a call knows once its options are parsed.
pub(super) struct Run {
    /// What was asked for.
    pub(super) asked: TokenRequest,
    /// How a sign-in is carried out, should one be needed.
    pub(super) settings: SignInSettings,
    /// The integration record.
    pub(super) consumer: Consumer,
    /// The saved tokens.
    pub(super) vault: Vault,
    /// The surroundings of the call.
    pub(super) environment: Environment,
    /// What runs, for others who wait for it.
    pub(super) program: String,
    /// Who asked for the token.
    pub(super) purpose: Purpose,
    project: Project,
    admission: Admission,
    remembers: bool,
    stop: Abort,
}

/// Who asked for a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A task that goes on with the token.
    Task,
    /// Oracle's tools, which chose the name: they print which token is used and write `.nsdeploy`.
    Tools,
    /// A command that only saves the token; `.nsdeploy` is not touched.
    Login,
}

impl Run {
    /// Parses everything; nothing is asked or sent.
    pub(super) fn prepare(
        call: Call,
        purpose: Purpose,
        stop: &Abort,
    ) -> Result<(Self, Option<Given>)> {
        let Call { options, environment, program } = call;
        let mut asked = TokenRequest::read(&options, &environment)?;
        let settings = SignInSettings::read(&options, &environment)?;
        let project = Project::find(&environment);
        let admission = Admission::read(&options, &environment, &project)?;
        if purpose != Purpose::Login {
            asked.allowed = admission.accounts();
        }
        let consumer = request::consumer(&options, &environment, &project)?;
        let given = asked.given.take();
        // Whoever gives a token has no use for the store, be it named wrongly.
        let store = if given.is_some() { Some("auto") } else { options.store.as_deref() };
        let mut places = VaultSettings::from(&environment, store, options.home.as_deref())?;
        places.may_prompt = settings.interactive;
        let vault = Vault::open(with_person(places, stop));
        let stop = stop.clone();
        let run = Self {
            asked,
            settings,
            consumer,
            vault,
            environment,
            program,
            purpose,
            project,
            admission,
            remembers: options.remember != Some(false),
            stop,
        };
        Ok((run, given))
    }

    /// Admits an account to the task. A command that only saves a token is free. `whose` starts
    /// the sentence about the account: "the token dev belongs to".
    pub(super) fn admit(
        &self,
        whose: &str,
        account: &AccountId,
        role: Option<&RoleId>,
    ) -> Result<()> {
        if self.purpose == Purpose::Login {
            return Ok(());
        }
        self.door().admit(&Candidate { whose, account, role })
    }

    /// The account that a sign-in must be for: the one asked for, else the one known already, else
    /// the only one that the project's lock allows.
    pub(super) fn account_of_sign_in(&self, known: Option<AccountId>) -> Option<AccountId> {
        let asked = self.asked.account.clone().or(known);
        asked.or_else(|| self.asked.allowed.only_one().cloned())
    }

    /// Checks an account against the project's lock only, where nobody can be asked.
    pub(super) fn check_lock(&self, whose: &str, account: &AccountId) -> Result<()> {
        if self.purpose == Purpose::Login {
            return Ok(());
        }
        self.door().check_lock(&Candidate { whose, account, role: None })
    }

    fn door(&self) -> Door<'_> {
        Door {
            admission: &self.admission,
            site: &self.asked.site,
            vault: &self.vault,
            project: &self.project,
            environment: &self.environment,
            stop: &self.stop,
            interactive: self.settings.interactive,
        }
    }

    pub(super) fn decide(&self, stop: &Abort) -> Result<Decision> {
        let person = self.settings.interactive.then(|| AtTerminal::new(&self.environment, stop));
        self.project.warn_of_secrets();
        let deployment = || self.project.deployment();
        decision::decide(
            &self.asked,
            deployment,
            &self.vault,
            person.as_ref().map(|person| person as &dyn Person),
        )
    }

    pub(super) fn with_saved(
        &self,
        saved: SavedToken,
        reason: &str,
        remember: bool,
    ) -> Result<Session> {
        let whose = format!("the token {} belongs to", saved.auth_id);
        self.admit(&whose, &saved.account, saved.role.as_ref())?;
        if saved.consumer.as_ref().is_some_and(|of| *of != self.consumer.key.fingerprint()) {
            let message =
                format!("The token {} was made with another integration record.", saved.auth_id);
            return Err(Error::new(Code::ConsumerMismatch, message));
        }
        if let (Some(asked), Some(has)) = (&self.asked.role, &saved.role)
            && asked != has
        {
            warn(&format!("The token {} has role {has}; --role is for new tokens.", saved.auth_id));
        }
        if self.purpose == Purpose::Task {
            say(&format!(
                "Using token {} - Account {} ({reason}), run with --to to change it",
                saved.auth_id, saved.account
            ));
        }
        let token = self.vault.token(&saved)?;
        if remember {
            self.remember(&saved.auth_id, &saved.account);
        }
        self.vault.touch(&saved);
        let owner =
            Owner { auth_id: Some(saved.auth_id), account: saved.account, role: saved.role };
        Ok(Session::new(owner, Source::Saved, &self.asked.site, &self.consumer, token))
    }

    /// Which NetSuite the tokens belong to.
    pub(super) fn origin(&self) -> Origin {
        decision::origin(&self.asked)
    }

    /// Makes a token the one of the project. A project that cannot be written to still gets its
    /// token.
    pub(super) fn remember(&self, auth_id: &AuthId, account: &AccountId) {
        if self.purpose != Purpose::Task || !self.remembers {
            return;
        }
        // The look at the vault can fail only where the token itself could not be had.
        let account_of = |name: &str| {
            let name = AuthId::from_existing(name)?;
            self.vault.find(&name, &self.origin()).ok().flatten().map(|token| token.account)
        };
        if let Err(error) = self.project.remember(auth_id.as_str(), account, account_of) {
            warn(&format!("The choice is not remembered: {}", error.message()));
        }
    }
}
