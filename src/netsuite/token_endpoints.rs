//! The two token steps of TBA: a request token, and the access token it is exchanged for.
//!
//! Sources: NetSuite help "Step One Obtain An Unauthorized Request Token" (section 156338994830)
//! and "Step Three Exchange the Request Token for an Access Token" (section 156537025868).

use crate::account::AccountId;
use crate::base::console;
use crate::credentials::{Consumer, RoleId, Secret, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::oauth_error::Refusal;
use crate::netsuite::response::Answer;
use crate::netsuite::site::Site;
use crate::signer::request::{Request, Signer};

/// The table's step for this code speaks of a token, and in step one there is none.
const BEFORE_ANY_TOKEN: &str = "Check CONSUMER_KEY, CONSUMER_SECRET and --account; the reason is in Setup > Users/Roles > View Login Audit Trail.";

/// A request token. It is good for one exchange, so [`access_token`] takes it away.
pub struct RequestToken(Token);

impl RequestToken {
    /// What the consent page and the callback call it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// To be kept until another process exchanges it.
    pub fn into_token(self) -> Token {
        self.0
    }

    /// One that was kept.
    pub fn kept(token: Token) -> Self {
        Self(token)
    }
}

/// The proof that a person pressed Allow.
pub struct Verifier(Secret);

impl Verifier {
    /// Reads what the callback brought: printable ASCII, as everything NetSuite makes.
    pub fn parse(text: &str) -> Option<Self> {
        let right =
            !text.is_empty() && text.len() <= 512 && text.bytes().all(|b| b.is_ascii_graphic());
        right.then(|| Self(Secret::new(text.to_owned())))
    }
}

/// Step one. The account is optional: without one the shared host is asked.
///
/// # Errors
/// NetSuite's refusals one to one; [`Code::UnexpectedAnswer`] for anything that is not 200 with
/// both fields and `oauth_callback_confirmed=true` (RFC 5849 section 2.1).
pub async fn request_token(
    client: &Client,
    site: &Site,
    account: Option<&AccountId>,
    consumer: &Consumer,
    role: Option<&RoleId>,
    callback: &str,
) -> Result<RequestToken> {
    let url = format!("{}/rest/requesttoken", site.request_token_base(account));
    let signer = Signer::new(consumer, None, account.map(AccountId::realm));
    let mut parameters = vec![("oauth_callback", callback)];
    parameters.extend(role.map(|role| ("role", role.as_str())));
    let request = Request { method: "POST", url: &url, parameters: &parameters, form: &[] };
    let answer = ask(client, &signer, &request).await?;
    let (token, confirmed) = token_of(&answer, Step::Request)?;
    if !confirmed {
        let text = format!("{} did not confirm the callback URL.", answer.host);
        return Err(Error::new(Code::UnexpectedAnswer, text));
    }
    // It goes into an address that a browser is started with.
    if !token.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) {
        let text = format!("{} sent a request token with characters none has.", answer.host);
        return Err(Error::new(Code::UnexpectedAnswer, text));
    }
    Ok(RequestToken(token))
}

/// Step three, on the host of the account that allowed access.
///
/// # Errors
/// [`Code::RequestTokenExpired`] when NetSuite no longer takes the request token; otherwise as
/// [`request_token`].
pub async fn access_token(
    client: &Client,
    site: &Site,
    account: &AccountId,
    consumer: &Consumer,
    request_token: RequestToken,
    verifier: Verifier,
) -> Result<Token> {
    let url = format!("{}/rest/accesstoken", site.restlets_base(account));
    let signer = Signer::new(consumer, Some(&request_token.0), Some(account.realm()));
    let parameters = [("oauth_verifier", verifier.0.expose())];
    let request = Request { method: "POST", url: &url, parameters: &parameters, form: &[] };
    let answer = ask(client, &signer, &request).await?;
    Ok(token_of(&answer, Step::Access)?.0)
}

/// Sends a request; a busy NetSuite is asked once more, after the pause it wants and with a fresh
/// signature. Nothing else is sent twice: a second attempt could spend what the first one won.
pub(super) async fn ask(client: &Client, signer: &Signer, request: &Request<'_>) -> Result<Answer> {
    let method = if request.method == "GET" { "GET" } else { "POST" };
    let first = client.send(method, request.url, &signer.authorize(request)?).await?;
    let busy = first.is_busy()
        || Refusal::find(&first).and_then(|refusal| refusal.known()) == Some(Code::RateLimited);
    if !busy {
        return Ok(first);
    }
    let pause = first.pause();
    console::debug(|| format!("{} is busy; asking again in {} s", first.host, pause.as_secs()));
    tokio::time::sleep(pause).await;
    client.send(method, request.url, &signer.authorize(request)?).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Request,
    Access,
}

/// The token of an answer, and whether it confirms the callback.
fn token_of(answer: &Answer, step: Step) -> Result<(Token, bool)> {
    if answer.status != 200 {
        return Err(refused(answer, step));
    }
    let text = answer.text();
    let (mut id, mut secret, mut confirmed) = (None, None, None);
    let mut twice = false;
    for (name, value) in url::form_urlencoded::parse(text.trim().as_bytes()) {
        let slot = match name.trim() {
            "oauth_token" => &mut id,
            "oauth_token_secret" => &mut secret,
            "oauth_callback_confirmed" => &mut confirmed,
            _ => continue,
        };
        twice |= slot.replace(zeroize::Zeroizing::new(value.trim().to_owned())).is_some();
    }
    let token = match (id, secret) {
        (Some(id), Some(secret)) if !twice => Token::new(&id, &secret).ok(),
        _ => None,
    };
    match token {
        Some(token) => Ok((token, confirmed.is_some_and(|value| *value == "true"))),
        None => Err(refused(answer, step)),
    }
}

/// Why there is no token in an answer.
fn refused(answer: &Answer, step: Step) -> Error {
    let busy = |refusal: &Refusal| {
        answer.is_busy() && refusal.known().is_none_or(|known| known == Code::ServerError)
    };
    if let Some(refusal) = Refusal::find(answer).filter(|refusal| !busy(refusal)) {
        if step == Step::Access && blames_the_request_token(&refusal) && !too_skewed(answer) {
            let text = format!("The request token is not valid any more ({}).", refusal.shown());
            return Error::new(Code::RequestTokenExpired, text);
        }
        if refusal.known().is_some() || (400..500).contains(&answer.status) || answer.status == 200
        {
            let error = refusal.into_error(answer);
            let at_the_start = step == Step::Request && error.code() == Code::InvalidLogin;
            return if at_the_start { error.with_next_step(BEFORE_ANY_TOKEN) } else { error };
        }
    }
    without_reason(answer, step)
}

fn too_skewed(answer: &Answer) -> bool {
    answer.skew.is_some_and(crate::netsuite::clock::Skew::is_too_much)
}

/// At step three a plain "invalid login" is about the request token: everything else the request
/// is signed with was good enough in step one. So is any code that names a token or verifier.
fn blames_the_request_token(refusal: &Refusal) -> bool {
    let code = refusal.code.to_ascii_lowercase();
    match refusal.known() {
        Some(known) => known == Code::InvalidLogin,
        None => ["token", "verifier", "expired"].iter().any(|word| code.contains(word)),
    }
}

/// The error for any other endpoint's answer that holds neither a result nor a reason.
pub(super) fn unexplained(answer: &Answer) -> Error {
    without_reason(answer, Step::Access)
}

/// An answer that holds no reason: what its status tells.
fn without_reason(answer: &Answer, step: Step) -> Error {
    let (host, status, nature) = (&answer.host, answer.status, answer.nature());
    match status {
        300..=399 => Error::new(
            Code::WrongDataCenter,
            format!("{host} sent the request elsewhere ({status}): the account is not there."),
        ),
        405 if step == Step::Request => Error::new(
            Code::FeatureDisabled,
            format!(
                "{host} does not take sign-ins (405): Token-Based Authentication is off in this account."
            ),
        ),
        429 | 503 => {
            let wait = answer.retry_after.filter(|seconds| *seconds > 1);
            let wait = wait.map_or(String::new(), |s| format!(" and asks to wait {s} seconds"));
            Error::new(Code::RateLimited, format!("{host} is busy ({status}){wait}."))
        }
        500..=599 => {
            Error::new(Code::ServerError, format!("{host} answered {status} with {nature}."))
        }
        _ => Error::new(
            Code::UnexpectedAnswer,
            format!("{host} answered {status} with {nature} instead of a token."),
        ),
    }
}

/// Reads an answer as both steps would.
#[cfg(fuzzing)]
pub(super) fn read_for_fuzzing(answer: &Answer) {
    for step in [Step::Request, Step::Access] {
        if let Err(error) = token_of(answer, step) {
            let shown = error.message();
            assert!(shown.chars().count() < 1_000 && !shown.chars().any(char::is_control));
        }
    }
}
