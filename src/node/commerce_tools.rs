//! The native half of `OAuth1`, the class Oracle's tools use.

use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Env, Function, Object, PromiseRaw};
use napi_derive::napi;

use crate::account::AccountId;
use crate::base::environment::Environment;
use crate::node::errors::thrown;
use crate::node::options;
use crate::node::process_snapshot::ProcessSnapshot;
use crate::node::promise::{Settled, promise};
use crate::node::runtime::block_on;
use crate::node::session::{Passport, passport, roots_of};
use crate::node::vault::SavedTokenRow;
use crate::session::commerce_tools::Tools;
use crate::signer::request::Request;

/// Longest a question about a refused token may take.
const PROBE: Duration = Duration::from_secs(5);

/// One configuration of Oracle's tools.
#[napi]
pub struct NativeTools {
    tools: Arc<Tools>,
}

/// What `issueToken` must return.
#[napi(object)]
pub struct IssuedToken {
    /// Token ID.
    pub token: String,
    /// Token secret.
    pub secret: String,
    /// `1234567-SB1`.
    pub account: String,
}

/// The forms of an account ID.
#[napi(object)]
pub struct AccountForms {
    /// `1234567_SB1`.
    pub realm: String,
    /// `1234567-SB1`.
    pub hyphenated: String,
    /// `1234567-sb1`.
    pub host_label: String,
}

#[napi]
impl NativeTools {
    /// A configuration.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        options: Object<'_>,
        argv: Vec<String>,
        surroundings: ProcessSnapshot,
    ) -> napi::Result<Self> {
        let program = surroundings.program.clone();
        let environment = Environment::from(surroundings);
        let flags = crate::selection::flags::parse(&argv).map_err(|error| thrown(&error))?;
        let options = options::read(&options, "OAuth1")?.or(flags);
        let tools = Tools::new(options, environment, program).map_err(|error| thrown(&error))?;
        Ok(Self { tools: Arc::new(tools) })
    }

    /// The header, if the token of that name is at hand.
    #[napi(catch_unwind)]
    pub fn header(
        &self,
        name: String,
        method: String,
        url: String,
    ) -> napi::Result<Option<String>> {
        let Some(session) = self.tools.kept(&name) else { return Ok(None) };
        let request = Request::new(&method, &url);
        let header = session.identity.with_signer(|signer| signer.authorize(&request));
        header.map(Some).map_err(|error| thrown(&error))
    }

    /// The token passport, if the token of that name is at hand.
    #[napi(catch_unwind)]
    pub fn token_passport(&self, name: String) -> napi::Result<Option<Passport>> {
        self.tools.kept(&name).map(|session| passport(&session)).transpose()
    }

    /// Token ID, secret and account, if the token of that name is at hand.
    #[napi(catch_unwind)]
    pub fn issued(&self, name: String) -> Option<IssuedToken> {
        self.tools.kept(&name).map(|session| IssuedToken {
            token: session.token.id.clone(),
            secret: session.token.secret.expose().to_owned(),
            account: session.account.hyphenated(),
        })
    }

    /// Brings the token of that name to hand, signing in if need be. Resolves to its account.
    #[napi(catch_unwind, ts_return_type = "Promise<string>")]
    pub fn issue<'env>(
        &self,
        env: &'env Env,
        name: String,
        roots: Function<'env, (), Vec<String>>,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        let (tools, roots) = (Arc::clone(&self.tools), roots_of(&roots)?);
        promise(env, async move {
            let session = tools.session(&name, roots).await?;
            Ok(session.account.as_str().to_owned())
        })
    }

    /// Why NetSuite refuses the token of that name: a `TbaError` as JSON, or nothing.
    #[napi(catch_unwind, ts_return_type = "Promise<string | null>")]
    pub fn why_refused<'env>(
        &self,
        env: &'env Env,
        name: String,
        roots: Function<'env, (), Vec<String>>,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        let (tools, roots) = (Arc::clone(&self.tools), roots_of(&roots)?);
        promise(env, async move {
            let probe = tokio::time::timeout(PROBE, tools.why_refused(&name, roots)).await;
            Ok(probe.ok().flatten().map(|error| error.to_string()))
        })
    }

    /// The same for callers that cannot wait for a promise; bounded likewise.
    #[napi(catch_unwind)]
    pub fn why_refused_now(&self, name: String, roots: Vec<String>) -> Option<String> {
        let roots: crate::session::authenticate::Roots =
            Box::new(move || Box::pin(async move { roots }));
        // Made inside the runtime: a timeout needs its clock.
        block_on(async { tokio::time::timeout(PROBE, self.tools.why_refused(&name, roots)).await })
            .ok()?
            .ok()
            .flatten()
            .map(|error| error.to_string())
    }

    /// Whether a token was given from outside, which serves every name.
    #[napi(catch_unwind)]
    pub fn has_given(&self) -> bool {
        self.tools.has_given()
    }

    /// The saved tokens of this NetSuite; `deployed`: `.nsdeploy` may say which NetSuite.
    #[napi(catch_unwind)]
    pub fn list(&self, deployed: bool) -> napi::Result<Vec<SavedTokenRow>> {
        let tokens = self.tools.list(deployed).map_err(|error| thrown(&error))?;
        Ok(tokens.into_iter().map(Into::into).collect())
    }

    /// Token ID and secret of a saved token.
    #[napi(catch_unwind)]
    pub fn saved(&self, name: String, deployed: bool) -> napi::Result<IssuedToken> {
        let token = self.tools.token(&name, deployed).map_err(|error| thrown(&error))?;
        let secret = token.secret.expose().to_owned();
        Ok(IssuedToken { token: token.id, secret, account: String::new() })
    }
}

/// The forms of an account ID, whatever spelling it has.
#[napi(catch_unwind)]
pub fn account_forms(typed: String) -> napi::Result<AccountForms> {
    let account = AccountId::parse(&typed).map_err(|error| thrown(&error))?;
    Ok(AccountForms {
        realm: account.realm().to_owned(),
        hyphenated: account.hyphenated(),
        host_label: account.host_label(),
    })
}
