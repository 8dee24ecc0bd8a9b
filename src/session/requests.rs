//! What a session needs to send requests: a sender, and the way to a new token when NetSuite refuses
//! the one in use.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::base::abort::Abort;
use crate::base::environment::Environment;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::netsuite::network_settings::NetworkSettings;
use crate::requests::identity::{Identity, Renewal};
use crate::requests::limiter::DEFAULT_CONCURRENCY;
use crate::requests::network::{Network, Roots};
use crate::requests::sender::Sender;
use crate::selection::options::Options;
use crate::selection::request::SignInSettings;
use crate::selection::setting::To;
use crate::session::Session;
use crate::session::authenticate::sign_in_again;
use crate::session::call;
use crate::session::call::Call;
use crate::session::single_flight;
use crate::session::single_flight::CallKey;
use crate::text::printable;

/// No account allows more.
const MOST_CONCURRENCY: usize = 1_000;

/// How a session came about: what is needed to sign in once more in the same way.
pub struct Beginning {
    /// Options, with flags merged in.
    pub options: Options,
    /// The surroundings of the call.
    pub environment: Environment,
    /// What runs, for others who wait for a sign-in.
    pub program: String,
    /// Fetches Node's trust roots.
    pub roots: Roots,
}

impl Beginning {
    /// The call that began the session.
    pub fn call(&self) -> Call {
        Call {
            options: self.options.clone(),
            environment: self.environment.clone(),
            program: self.program.clone(),
        }
    }
}

/// A sender for the requests of a session. Nothing is connected yet.
///
/// # Errors
/// [`Code::OptionInvalid`] when the number of requests at once cannot be one.
pub fn sender(session: &Session, beginning: Arc<Beginning>) -> Result<Sender> {
    let concurrency = concurrency(&beginning)?;
    let settings = NetworkSettings {
        proxy: beginning.options.proxy.as_ref().map(|proxy| proxy.expose().to_owned()),
        environment: beginning.environment.clone(),
        extra_roots_pem: Vec::new(),
    };
    let network = Network::new(settings, session.site.clone(), Arc::clone(&beginning.roots));
    let renewal = session.auth_id.clone().map(|auth_id| {
        let pinned = pinned(&beginning.options, session);
        Arc::new(SignInAgain { auth_id, pinned, beginning }) as Arc<dyn Renewal>
    });
    let name = session.auth_id.as_ref().map(ToString::to_string);
    let whose = (session.site.clone(), session.account.clone(), name);
    Ok(Sender::new(whose, network, concurrency, Arc::clone(&session.identity), renewal))
}

/// The options of a sign-in that replaces the token of a session: the same account and role.
pub fn pinned(options: &Options, session: &Session) -> Options {
    Options {
        to: None,
        auth_id: None,
        token: None,
        tools_name: None,
        account: Some(session.account.as_str().to_owned()),
        role: session
            .role
            .as_ref()
            .map(|role| role.as_str().into())
            .or_else(|| options.role.clone()),
        ..options.clone()
    }
}

/// Whether a person could allow a sign-in: a terminal, or `browser: true`.
pub fn person_is_there(options: &Options, environment: &Environment) -> bool {
    let settings = SignInSettings::read(options, environment);
    settings.is_ok_and(|settings| settings.interactive || settings.browser == Some(true))
}

/// Signs in again under the name of a refused token. Calls at once that hold this token share one
/// sign-in.
///
/// # Errors
/// As [`sign_in_again`].
pub async fn replace(
    call: Call,
    auth_id: AuthId,
    refused_token: &str,
    roots: call::Roots,
    abort: Abort,
) -> Result<Arc<Session>> {
    let mut named = call.options.clone();
    named.to = Some(To::Name(auth_id.as_str().to_owned()));
    let key = CallKey::of(&named, &call.environment).after_refusal_of(refused_token);
    let refused = refused_token.to_owned();
    let start = move |abort| sign_in_again(call, auth_id, refused, roots, abort);
    single_flight::PROCESS.share(key, abort, start).await
}

fn concurrency(beginning: &Beginning) -> Result<usize> {
    let variables = Options::from_variables(&beginning.environment);
    let Some(text) = beginning.options.concurrency.clone().or(variables.concurrency) else {
        return Ok(DEFAULT_CONCURRENCY);
    };
    let number = text.trim().parse().ok();
    number.filter(|number| (1..=MOST_CONCURRENCY).contains(number)).ok_or_else(|| {
        let shown = printable(&text, 20);
        let message = format!("\"{shown}\" requests at once is not a number from 1 to 1000.");
        Error::new(Code::OptionInvalid, message).with_next_step(
            "Set NETSUITE_TBA_CONCURRENCY or the option concurrency to a number such as 5.",
        )
    })
}

/// Signs in under the same name, for the same account and role.
struct SignInAgain {
    auth_id: AuthId,
    /// The options of the first sign-in, with account and role filled in.
    pinned: Options,
    beginning: Arc<Beginning>,
}

impl Renewal for SignInAgain {
    fn is_possible(&self) -> bool {
        person_is_there(&self.pinned, &self.beginning.environment)
    }

    fn renew(
        &self,
        refused_token: &str,
        abort: Abort,
    ) -> Pin<Box<dyn Future<Output = Result<Identity>> + Send>> {
        let (auth_id, refused) = (self.auth_id.clone(), refused_token.to_owned());
        let call = Call { options: self.pinned.clone(), ..self.beginning.call() };
        let roots = Arc::clone(&self.beginning.roots);
        let roots = Box::new(move || roots());
        Box::pin(async move {
            let session = replace(call, auth_id, &refused, roots, abort).await?;
            Ok(session.identity.identity())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn beginning(option: Option<&str>, variable: Option<&str>) -> Beginning {
        let name = "NETSUITE_TBA_CONCURRENCY".to_owned();
        let variables = variable.map(|value| (name, value.to_owned()));
        Beginning {
            options: Options { concurrency: option.map(Into::into), ..Options::default() },
            environment: Environment::new(variables, PathBuf::new()),
            program: String::new(),
            roots: Arc::new(|| Box::pin(async { Vec::new() })),
        }
    }

    #[test]
    fn the_option_decides_then_the_variable_then_the_default() {
        assert_eq!(concurrency(&beginning(Some("3"), Some("8"))).unwrap(), 3);
        assert_eq!(concurrency(&beginning(None, Some(" 8 "))).unwrap(), 8);
        assert_eq!(concurrency(&beginning(None, None)).unwrap(), DEFAULT_CONCURRENCY);
        for wrong in ["0", "1001", "-1", "many", "2.5"] {
            let error = concurrency(&beginning(None, Some(wrong))).unwrap_err();
            assert_eq!(error.code(), Code::OptionInvalid, "{wrong}");
        }
    }
}
