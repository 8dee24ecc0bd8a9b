//! A sign-in in two steps, for scripts and for machines no browser can come back to: one process
//! asks for the consent page, another is given the address the browser ended on. Nothing listens.

use crate::base::abort::Abort;
use crate::consent::callback::{ExpectedCallback, State};
use crate::consent::flow::{
    callback_url, exchange, grant_of, or_abort, request_token, save_granted,
};
use crate::consent::paste;
use crate::consent::paste::{Pasted, Problem};
use crate::consent::{Granted, Save, SignIn};
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::token_endpoints::RequestToken;

/// What the first step found out.
pub struct StartedSignIn {
    /// The consent page.
    pub url: String,
    /// Where it sends the browser.
    pub callback: String,
    /// What the second step needs.
    pub kept: KeptSignIn,
}

/// What must be kept between the two steps.
pub struct KeptSignIn {
    /// What ties the redirect to this sign-in.
    pub state: String,
    /// The request token.
    pub request_token: Token,
}

/// Asks for a request token and the consent page's address.
///
/// # Errors
/// NetSuite's refusals, and failures of the network.
pub async fn start(request: &SignIn, abort: &Abort) -> Result<StartedSignIn> {
    let client = Client::new(&request.network, &request.site)?;
    let state = State::random()?.as_str().to_owned();
    let callback = callback_url(request.port);
    let token = or_abort(abort, request_token(request, &client, &callback)).await?;
    let url = request.site.consent_url(request.account.as_ref(), token.id(), &state);
    let kept = KeptSignIn { state, request_token: token.into_token() };
    Ok(StartedSignIn { url, callback, kept })
}

/// The state of a pasted redirect, by which its sign-in is found.
///
/// # Errors
/// [`Code::CallbackInvalid`].
pub fn state_of_redirect(pasted: &str) -> Result<String> {
    paste::state(pasted).map_err(invalid)
}

/// Judges the pasted redirect as any other, exchanges the request token and saves.
///
/// # Errors
/// As [`crate::consent::flow::sign_in`]; [`Code::CallbackInvalid`] for a redirect of another sign-in.
pub async fn finish(
    request: &SignIn,
    kept: KeptSignIn,
    pasted: &str,
    abort: &Abort,
    save: Save,
) -> Result<Granted> {
    let expected = ExpectedCallback {
        state: State::fixed(&kept.state),
        request_token: kept.request_token.id.clone(),
        account: request.account.clone(),
        role: request.role.clone(),
    };
    let verdict = match paste::read(&expected, pasted) {
        Pasted::Final(verdict) => verdict,
        Pasted::Wrong(problem) => return Err(invalid(problem)),
        Pasted::Nothing => return Err(Error::new(Code::CallbackInvalid, "Nothing was pasted.")),
    };
    let grant = grant_of(request, verdict)?;
    let client = Client::new(&request.network, &request.site)?;
    let request_token = RequestToken::kept(kept.request_token);
    let exchanging = exchange(request, &client, request_token, grant);
    save_granted(or_abort(abort, exchanging).await?, save).await
}

fn invalid(problem: Problem) -> Error {
    Error::new(Code::CallbackInvalid, problem.what).with_next_step(problem.next_step)
}
