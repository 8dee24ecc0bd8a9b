//! The error for an unexpected answer: NetSuite's reason, or the meaning of the status. This is the only
//! place that words refusals. The first sentence comes from the error table.

use crate::error::{Code, Error};
use crate::netsuite::clock::Skew;
use crate::netsuite::oauth_error::OauthError;
use crate::netsuite::response::Response;

/// What the request asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    RequestToken,
    AccessToken,
    TokenInfo,
}

/// The table's next step for this code is about a saved token. Here there is none yet.
const BEFORE_ANY_TOKEN: &str = "Check CONSUMER_KEY, CONSUMER_SECRET and --account; the reason is in Setup > Users/Roles > View Login Audit Trail.";

/// Returns the error for a response that does not contain what was asked for.
pub(super) fn error_of(response: &Response, endpoint: Endpoint) -> Error {
    OauthError::find(response).filter(|reason| explains(reason, response)).map_or_else(
        || by_status(response, endpoint),
        |reason| by_reason(&reason, response, endpoint),
    )
}

/// Checks whether the reason says more than the status. A busy or failing NetSuite often sends a code
/// that says nothing.
fn explains(reason: &OauthError, response: &Response) -> bool {
    match reason.known() {
        Some(Code::ServerError) => !response.is_busy(),
        Some(_) => true,
        None => !response.is_busy() && matches!(response.status, 200 | 400..=499),
    }
}

fn by_reason(reason: &OauthError, response: &Response, endpoint: Endpoint) -> Error {
    let shown = reason.shown();
    let said = shown.trim_end_matches('.');
    let too_much = response.skew.filter(|skew| skew.is_too_much());
    if endpoint == Endpoint::AccessToken && blames_the_request_token(reason) && too_much.is_none() {
        return with_reason(Code::RequestTokenExpired, said);
    }
    let code = reason.known().unwrap_or(Code::SignInRefused);
    let may_be_the_clock =
        matches!(code, Code::InvalidTimestamp | Code::InvalidLogin | Code::NonceRejected);
    if let Some(skew) = too_much.filter(|_| may_be_the_clock).and_then(Skew::in_words) {
        let text = format!("The clock of this machine is {skew} ({said}).");
        return Error::new(Code::InvalidTimestamp, text);
    }
    match code {
        Code::InvalidTimestamp => {
            let skew = response.skew.and_then(Skew::in_words);
            let measured =
                skew.map_or(String::new(), |skew| format!(" The clock of this machine is {skew}."));
            Error::new(code, format!("NetSuite refused the timestamp ({said}).{measured}"))
        }
        Code::InvalidLogin if endpoint == Endpoint::RequestToken => {
            Error::new(code, format!("NetSuite refused the integration record: {said}."))
                .with_next_step(BEFORE_ANY_TOKEN)
        }
        Code::SignInRefused => {
            let error = Error::new(code, format!("NetSuite refused the request: {said}."));
            // Oracle's own tools suggest this for the code.
            let user_error = reason.code == "USER_ERROR";
            if user_error {
                error.with_next_step("Check --account, and -m if it was given.")
            } else {
                error
            }
        }
        code => with_reason(code, said),
    }
}

fn with_reason(code: Code, said: &str) -> Error {
    Error::new(code, format!("{} NetSuite said: {said}.", code.row().summary))
}

/// At step three, a plain "invalid login" is about the request token, because the other credentials
/// were accepted in step one. The same applies to any code that names a token or verifier.
fn blames_the_request_token(reason: &OauthError) -> bool {
    let code = reason.code.to_ascii_lowercase();
    match reason.known() {
        Some(known) => known == Code::InvalidLogin,
        None => ["token", "verifier", "expired"].iter().any(|word| code.contains(word)),
    }
}

/// The error for an answer without a reason.
fn by_status(response: &Response, endpoint: Endpoint) -> Error {
    let (code, more) = match response.status {
        300..=399 => (Code::WrongDataCenter, String::new()),
        405 if endpoint == Endpoint::RequestToken => (Code::FeatureDisabled, String::new()),
        429 | 503 => (Code::RateLimited, wish_to_wait(response)),
        500..=599 => (Code::ServerError, format!(" with {}", response.nature())),
        _ => (Code::UnexpectedAnswer, format!(" with {}", response.nature())),
    };
    let (host, status, summary) = (&response.host, response.status, code.row().summary);
    Error::new(code, format!("{summary} {host} answered {status}{more}."))
}

fn wish_to_wait(response: &Response) -> String {
    let seconds = response.retry_after.filter(|seconds| *seconds > 1);
    seconds.map_or(String::new(), |seconds| format!(" and asks to wait {seconds} seconds"))
}
