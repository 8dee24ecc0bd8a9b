//! `authenticate`, its abort handle, and the session that it returns.

use std::sync::{Arc, OnceLock};

use napi::bindgen_prelude::{Env, Function, Object, PromiseRaw};
use napi_derive::napi;

use crate::base::abort;
use crate::base::blocking::blocking;
use crate::base::environment::Environment;
use crate::error::Error;
use crate::node::authorize;
use crate::node::errors::thrown;
use crate::node::options;
use crate::node::process_snapshot::ProcessSnapshot;
use crate::node::promise::{Settled, promise_as};
use crate::node::sign::pairs;
use crate::requests::sender::Sender;
use crate::selection::flags;
use crate::selection::script_words::in_script_words;
use crate::selection::secret_file;
use crate::session::requests;
use crate::session::requests::Beginning;
use crate::session::single_flight;
use crate::signer::request::Request;

/// Stops one call of `authenticate`.
#[napi]
#[derive(Default)]
pub struct Abort {
    handle: abort::Abort,
}

#[napi]
impl Abort {
    /// A handle that has not been used yet.
    #[napi(constructor)]
    pub fn new() -> Self {
        Self { handle: abort::Abort::new() }
    }

    /// Stops the call.
    #[napi(catch_unwind)]
    pub fn abort(&self) {
        self.handle.abort();
    }
}

/// JavaScript keeps the handle as long as the call lasts. If it is collected earlier, the calling thread
/// ends: a terminated worker must not keep the port or the terminal, or let others wait.
impl Drop for Abort {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

impl Abort {
    pub(super) fn handle(&self) -> abort::Abort {
        self.handle.clone()
    }
}

/// Signs in. `options` are the options of the table; `argv` is the command line of gulp, if there is
/// one. `roots` returns Node's trust roots and is called only if the network is needed.
#[napi(catch_unwind, ts_return_type = "Promise<NativeSession>")]
pub fn authenticate<'env>(
    env: &'env Env,
    options: Object<'env>,
    argv: Option<Vec<String>>,
    surroundings: ProcessSnapshot,
    abort: &Abort,
    roots: Function<'env, (), Vec<String>>,
) -> napi::Result<PromiseRaw<'env, Settled>> {
    let program = surroundings.program.clone();
    let environment = Environment::from(surroundings);
    let mut options = options::read(&options, "authenticate()")?;
    // A plain script has options only, so its messages name options and not flags.
    let mut failed: fn(&Error) -> napi::Error = |error| thrown(&in_script_words(error.clone()));
    if let Some(argv) = argv {
        flags::check_npm(&argv, &environment).map_err(|error| thrown(&error))?;
        let typed = flags::parse(&argv).map_err(|error| thrown(&error))?;
        flags::warn_of_secrets(&typed);
        options = options.or(typed);
        failed = thrown;
    }
    let roots = reusable_roots_of(&roots)?;
    let abort = abort.handle.clone();
    promise_as(env, failed, async move {
        // A file with a secret may be a named pipe whose writer is slow.
        let environment = blocking(move || secret_file::resolved(environment)).await?;
        let key = single_flight::CallKey::of(&options, &environment);
        let beginning = Arc::new(Beginning { options, environment, program, roots });
        let (call, roots) = (beginning.call(), Arc::clone(&beginning.roots));
        let start = move |abort| {
            crate::session::authenticate::authenticate(call, Box::new(move || roots()), abort)
        };
        let session = single_flight::PROCESS.share(key, abort, start).await?;
        Ok(NativeSession { session, beginning, sender: OnceLock::new() })
    })
}

/// Node's trust roots. They are fetched on the JavaScript thread when they are needed.
pub(super) fn roots_of(
    roots: &Function<'_, (), Vec<String>>,
) -> napi::Result<crate::session::call::Roots> {
    let roots =
        roots.build_threadsafe_function().weak::<true>().callee_handled::<false>().build()?;
    Ok(Box::new(move || Box::pin(async move { roots.call_async(()).await.unwrap_or_default() })))
}

/// The same, for any number of calls.
fn reusable_roots_of(
    roots: &Function<'_, (), Vec<String>>,
) -> napi::Result<crate::requests::network::Roots> {
    let roots =
        roots.build_threadsafe_function().weak::<true>().callee_handled::<false>().build()?;
    let roots = Arc::new(roots);
    Ok(Arc::new(move || {
        let roots = Arc::clone(&roots);
        Box::pin(async move { roots.call_async(()).await.unwrap_or_default() })
    }))
}

/// The native half of `Session`.
#[napi]
pub struct NativeSession {
    session: Arc<crate::session::Session>,
    beginning: Arc<Beginning>,
    /// Created by the first request.
    sender: OnceLock<Arc<Sender>>,
}

impl NativeSession {
    /// Sends the session's requests.
    pub(super) fn sender(&self) -> crate::error::Result<Arc<Sender>> {
        if let Some(sender) = self.sender.get() {
            return Ok(Arc::clone(sender));
        }
        let made = Arc::new(requests::sender(&self.session, Arc::clone(&self.beginning))?);
        Ok(Arc::clone(self.sender.get_or_init(|| made)))
    }
}

/// The fields of a token passport.
#[napi(object)]
pub struct Passport {
    /// Account ID, `1234567_SB1`.
    pub account: String,
    /// Consumer key.
    pub consumer_key: String,
    /// Token ID.
    pub token: String,
    /// A new nonce.
    pub nonce: String,
    /// Unix seconds, in the form that SOAP templates need.
    pub timestamp: f64,
    /// Base64.
    pub signature: String,
    /// `HMAC-SHA256`.
    pub algorithm: String,
}

#[napi]
impl NativeSession {
    /// The name of the token.
    #[napi(getter, catch_unwind)]
    pub fn auth_id(&self) -> Option<String> {
        self.session.auth_id.as_ref().map(|name| name.as_str().to_owned())
    }

    /// The account ID.
    #[napi(getter, catch_unwind)]
    pub fn account(&self) -> String {
        self.session.account.as_str().to_owned()
    }

    /// The host of the account's RESTlets.
    #[napi(getter, catch_unwind)]
    pub fn host(&self) -> String {
        self.session.host.clone()
    }

    /// The same as a URL.
    #[napi(getter, catch_unwind)]
    pub fn base_url(&self) -> String {
        self.session.base_url.clone()
    }

    /// The role.
    #[napi(getter, catch_unwind)]
    pub fn role(&self) -> Option<String> {
        self.session.role.as_ref().map(|role| role.as_str().to_owned())
    }

    /// The source of the token.
    #[napi(getter, catch_unwind)]
    pub fn source(&self) -> String {
        self.session.source.as_str().to_owned()
    }

    /// Returns a function `(method, url) => header` for this session, which is the fastest way to sign.
    #[napi(catch_unwind)]
    pub fn authorizer<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        authorize::function(env, Arc::clone(&self.session))
    }

    /// The `Authorization` header of a request with a form for its body.
    #[napi(catch_unwind)]
    pub fn authorize_form(
        &self,
        method: String,
        url: String,
        form: Vec<Vec<String>>,
    ) -> napi::Result<String> {
        let form = pairs(Some(&form), "form")?;
        let request = Request { method: &method, url: &url, parameters: &[], form: &form };
        let header = self.session.identity.with_signer(|signer| signer.authorize(&request));
        header.map_err(|error| thrown(&error))
    }

    /// The token passport of a SOAP request.
    #[napi(catch_unwind)]
    pub fn token_passport(&self) -> napi::Result<Passport> {
        passport(&self.session)
    }
}

/// Returns a new token passport.
pub(super) fn passport(session: &crate::session::Session) -> napi::Result<Passport> {
    let account = session.account.as_str();
    let passport = session.identity.with_signer(|signer| signer.token_passport(account));
    let passport = passport.map_err(|error| thrown(&error))?;
    #[expect(clippy::cast_precision_loss, reason = "Unix seconds stay below 2^53 for ages")]
    let timestamp = passport.timestamp as f64;
    Ok(Passport {
        account: passport.account,
        consumer_key: passport.consumer_key,
        token: passport.token,
        nonce: passport.nonce,
        timestamp,
        signature: passport.signature,
        algorithm: "HMAC-SHA256".to_owned(),
    })
}
