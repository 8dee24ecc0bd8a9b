//! A sign-in in two halves, for scripts and for machines no browser can come back to: one process
//! asks for the consent page, another is given the address the browser ended on. Nothing listens.

use crate::base::abort::Abort;
use crate::consent::callback::{ExpectedCallback, State};
use crate::consent::flow::{asked_for, exchange, or_abort, saved, understood};
use crate::consent::paste;
use crate::consent::paste::Pasted;
use crate::consent::{Granted, Save, SignIn};
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::token_endpoints::RequestToken;

/// What the first half found out, for the second.
pub struct Begun {
    /// The consent page.
    pub url: String,
    /// Where it sends the browser.
    pub callback: String,
    /// What ties the redirect to this sign-in.
    pub state: String,
    /// The request token.
    pub token: Token,
}

/// Asks for a request token and the consent page's address.
///
/// # Errors
/// What NetSuite or the network refuse.
pub async fn begin(request: &SignIn, abort: &Abort) -> Result<Begun> {
    let client = Client::new(&request.network, &request.site)?;
    let state = State::random()?;
    let callback = format!("http://localhost:{}/tba", request.port);
    let token = or_abort(abort, asked_for(request, &client, &callback)).await?;
    let url = request.site.consent_url(request.account.as_ref(), token.id(), state.as_str());
    Ok(Begun { url, callback, state: state.as_str().to_owned(), token: token.into_token() })
}

/// The state of a pasted redirect, by which the sign-in it belongs to is found.
///
/// # Errors
/// [`Code::CallbackInvalid`].
pub fn state_of_redirect(pasted: &str) -> Result<String> {
    paste::state(pasted).map_err(invalid)
}

/// Judges the pasted redirect as any other, exchanges the request token and saves.
///
/// # Errors
/// As [`crate::consent::flow::sign_in`]; [`Code::CallbackInvalid`] for a redirect of something else.
pub async fn finish(
    request: &SignIn,
    begun: (String, Token),
    pasted: &str,
    abort: &Abort,
    save: Save,
) -> Result<Granted> {
    let (state, token) = begun;
    let asked = ExpectedCallback {
        state: State::fixed(&state),
        request_token: token.id.clone(),
        account: request.account.clone(),
        role: request.role.clone(),
    };
    let verdict = match paste::read(&asked, pasted) {
        Pasted::Final(verdict) => verdict,
        Pasted::Wrong(why) => return Err(invalid(why)),
        Pasted::Nothing => return Err(invalid("Nothing was pasted.")),
    };
    let grant = understood(request, verdict)?;
    let client = Client::new(&request.network, &request.site)?;
    let exchanging = exchange(request, &client, RequestToken::kept(token), grant);
    saved(or_abort(abort, exchanging).await?, save).await
}

/// The explanations of pasted lines end with what to do.
fn invalid(why: &str) -> Error {
    let (what, next) = why.split_once(". ").unwrap_or((why, ""));
    let error = Error::new(Code::CallbackInvalid, format!("{}.", what.trim_end_matches('.')));
    if next.is_empty() { error } else { error.with_next_step(next) }
}
