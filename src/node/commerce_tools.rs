//! The native half of `OAuth1`, the class that Oracle's tools use.

use std::sync::Arc;

use napi::bindgen_prelude::{Env, Function, Object, PromiseRaw};
use napi_derive::napi;

use crate::account::AccountId;
use crate::base::environment::Environment;
use crate::error::Error;
use crate::node::errors::{thrown, thrown_as};
use crate::node::options;
use crate::node::process_snapshot::ProcessSnapshot;
use crate::node::promise::{Settled, promise_as};
use crate::node::runtime::{background, block_on};
use crate::node::session::{Passport, passport, roots_of};
use crate::selection::flags;
use crate::selection::secret_file;
use crate::session::Session;
use crate::session::commerce_tools::asked::Asked;
use crate::session::commerce_tools::configuration::{Configuration, Setup};
use crate::session::commerce_tools::request::ToolsRequest;
use crate::session::commerce_tools::{CommerceTools, wording};

/// State that all `OAuth1` objects of one JavaScript thread share.
#[napi]
pub struct NativeCommerceTools {
    tools: Arc<CommerceTools>,
}

/// One configuration of Oracle's tools.
#[napi]
pub struct NativeConfiguration {
    tools: Arc<CommerceTools>,
    configuration: Arc<Configuration>,
}

/// A token whose secret is loaded.
#[napi]
pub struct NativeToken {
    tools: Arc<CommerceTools>,
    asked: Asked,
    session: Arc<Session>,
}

/// The result of `issueToken`.
#[napi(object)]
pub struct IssuedToken {
    /// Token ID.
    pub token: String,
    /// Token secret.
    pub secret: String,
    /// `1234567-SB1`.
    pub account: String,
}

/// A row of `getAllTokens`.
#[napi(object)]
pub struct ListedToken {
    /// The name.
    pub auth_id: String,
    /// `1234567-SB1`.
    pub account: String,
}

/// A request to sign.
#[napi(object)]
pub struct RequestToSign {
    /// The HTTP method.
    pub method: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The member that some callers send instead of `url`.
    pub path: Option<String>,
    /// Distinguishes two bodies.
    pub body: Option<String>,
}

/// A header, and the corrections of the request.
#[napi(object)]
pub struct SignedToolsRequest {
    /// The `Authorization` header.
    pub header: String,
    /// The corrected `url`, if it was wrong.
    pub url: Option<String>,
    /// The corrected `path`, if it was wrong.
    pub path: Option<String>,
}

/// An error with the text that the tools expect.
fn to_tools(error: &Error) -> napi::Error {
    thrown_as(error, wording::message(error))
}

#[napi]
impl NativeCommerceTools {
    /// The state of a thread that has done nothing yet.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self { tools: Arc::new(CommerceTools::new(background)) }
    }

    /// Returns the configuration of an `OAuth1` object.
    #[napi(catch_unwind)]
    pub fn configuration(
        &self,
        options: Object<'_>,
        argv: Vec<String>,
        snapshot: ProcessSnapshot,
    ) -> napi::Result<NativeConfiguration> {
        let program = snapshot.program.clone();
        let environment =
            secret_file::resolved(Environment::from(snapshot)).map_err(|error| to_tools(&error))?;
        flags::check_npm(&argv, &environment).map_err(|error| to_tools(&error))?;
        let (flags, typed) = flags::parse_for_tools(&argv).map_err(|error| to_tools(&error))?;
        flags::warn_of_secrets(&flags);
        let options = options::read(&options, "OAuth1")?.or(flags);
        let setup = Setup { options, typed, environment, program };
        let configuration = self.tools.configuration(setup).map_err(|error| to_tools(&error))?;
        Ok(NativeConfiguration { tools: Arc::clone(&self.tools), configuration })
    }

    /// Remembers the `id:secret` of `--token` and its account.
    #[napi(catch_unwind)]
    pub fn hand_over(&self, pair: String, account: String) {
        self.tools.hand_over(&pair, &account);
    }

    /// Called at the end of the process: prints the remaining messages within a few seconds.
    #[napi(catch_unwind)]
    pub fn ending(&self, snapshot: ProcessSnapshot, failed: bool, roots: Vec<String>) {
        let environment = Environment::from(snapshot);
        let tools = Arc::clone(&self.tools);
        // If no thread can be started, there is nothing to add to the failure.
        let _ = block_on(async move { tools.ending(&environment, failed, roots).await });
    }
}

#[napi]
impl NativeConfiguration {
    /// Returns the token of a name, or the token from outside, if its secret is loaded.
    #[napi(catch_unwind)]
    pub fn at_hand(&self, name: Option<String>) -> napi::Result<Option<NativeToken>> {
        let asked = self.asked(name.as_deref()).map_err(|error| to_tools(&error))?;
        let session = self.tools.at_hand(&asked);
        Ok(session.map(|session| self.token(asked, session)))
    }

    /// Loads the token of a name, and signs in if necessary.
    #[napi(catch_unwind, ts_return_type = "Promise<NativeToken>")]
    pub fn issue<'env>(
        &self,
        env: &'env Env,
        name: Option<String>,
        account: Option<String>,
        roots: Function<'env, (), Vec<String>>,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        let asked = self.asked(name.as_deref()).map_err(|error| to_tools(&error))?;
        let (tools, roots) = (Arc::clone(&self.tools), roots_of(&roots)?);
        promise_as(env, to_tools, async move {
            let session = tools.session(&asked, account.as_deref(), roots).await?;
            Ok(NativeToken { tools, asked, session })
        })
    }

    /// A token that the caller passes with its request.
    #[napi(catch_unwind)]
    pub fn given(&self, pair: String, account: String) -> napi::Result<NativeToken> {
        let given = self.tools.given(&self.configuration, &pair, &account);
        let (asked, session) = given.map_err(|error| to_tools(&error))?;
        Ok(self.token(asked, session))
    }

    /// Returns the saved tokens of this NetSuite or simulator.
    #[napi(catch_unwind)]
    pub fn list(&self) -> napi::Result<Vec<ListedToken>> {
        let tokens = self.configuration.list().map_err(|error| to_tools(&error))?;
        let row = |token: crate::vault::model::SavedToken| ListedToken {
            auth_id: token.auth_id.as_str().to_owned(),
            account: token.account.hyphenated(),
        };
        Ok(tokens.into_iter().map(row).collect())
    }

    /// Token ID and secret of a saved token.
    #[napi(catch_unwind)]
    pub fn saved(&self, name: String) -> napi::Result<IssuedToken> {
        let token = self.configuration.token(&name).map_err(|error| to_tools(&error))?;
        let secret = token.secret.expose().to_owned();
        Ok(IssuedToken { token: token.id, secret, account: String::new() })
    }
}

impl NativeConfiguration {
    fn asked(&self, name: Option<&str>) -> crate::error::Result<Asked> {
        self.tools.asked(&self.configuration, name)
    }

    fn token(&self, asked: Asked, session: Arc<Session>) -> NativeToken {
        NativeToken { tools: Arc::clone(&self.tools), asked, session }
    }
}

#[napi]
impl NativeToken {
    /// Signs a request.
    #[napi(catch_unwind)]
    pub fn sign(
        &self,
        request: RequestToSign,
        roots: Function<'_, (), Vec<String>>,
    ) -> napi::Result<SignedToolsRequest> {
        let RequestToSign { method, url, path, body } = request;
        let (method, url) = (method.unwrap_or_default(), url.unwrap_or_default());
        let request = ToolsRequest { method, url, path, body };
        let signed = self.tools.sign(&self.asked, &self.session, &request, roots_of(&roots)?);
        let signed = signed.map_err(|error| to_tools(&error))?;
        Ok(SignedToolsRequest { header: signed.header, url: signed.url, path: signed.path })
    }

    /// The token passport of a SOAP request.
    #[napi(catch_unwind)]
    pub fn passport(&self) -> napi::Result<Passport> {
        self.tools.used(&self.asked, &self.session);
        passport(&self.session)
    }

    /// Token ID, secret and account.
    #[napi(catch_unwind)]
    pub fn issued(&self) -> IssuedToken {
        let Session { token, account, .. } = &*self.session;
        let secret = token.secret.expose().to_owned();
        IssuedToken { token: token.id.clone(), secret, account: account.hyphenated() }
    }
}

/// The first label of an account's hosts: `1234567-sb1`.
#[napi(catch_unwind)]
pub fn host_label(account: String) -> napi::Result<String> {
    let account = AccountId::parse(&account).map_err(|error| thrown(&error))?;
    Ok(account.host_label())
}
