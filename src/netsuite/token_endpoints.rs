//! The two token steps of TBA: a request token, and the access token that it is exchanged for.
//!
//! Sources: NetSuite help "Step One Obtain An Unauthorized Request Token" (section 156338994830)
//! and "Step Three Exchange the Request Token for an Access Token" (section 156537025868).

use crate::account::AccountId;
use crate::base::console;
use crate::credentials::{Consumer, RoleId, Secret, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::oauth_error::OauthError;
use crate::netsuite::refused;
use crate::netsuite::refused::Endpoint;
use crate::netsuite::response::Response;
use crate::netsuite::site::Site;
use crate::signer::request::{Request, Signer};

use zeroize::Zeroizing;

/// A request token. NetSuite exchanges it once, so [`access_token`] consumes it.
pub struct RequestToken(Token);

impl RequestToken {
    /// Its name in the consent page and in the callback.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the token itself, to be kept until another process exchanges it.
    pub fn into_token(self) -> Token {
        self.0
    }

    /// Restores a request token that was kept.
    pub fn kept(token: Token) -> Self {
        Self(token)
    }
}

/// The verifier, which proves that somebody pressed Allow.
pub struct Verifier(Secret);

impl Verifier {
    /// Parses the verifier of a callback: printable ASCII, as NetSuite makes it.
    pub fn parse(text: &str) -> Option<Self> {
        let right =
            !text.is_empty() && text.len() <= 512 && text.bytes().all(|b| b.is_ascii_graphic());
        right.then(|| Self(Secret::new(text.to_owned())))
    }
}

/// Step one. Without an account, the request goes to the shared host.
///
/// # Errors
/// The codes of NetSuite's refusals; [`Code::UnexpectedAnswer`] for anything but 200 with both fields and
/// `oauth_callback_confirmed=true` (RFC 5849 section 2.1).
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
    let response = ask(client, &signer, &request).await?;
    let (token, confirmed) = token_of(&response, Endpoint::RequestToken)?;
    if !confirmed {
        let text = format!("{} did not confirm the callback URL.", response.host);
        return Err(Error::new(Code::UnexpectedAnswer, text));
    }
    // It becomes part of the URL that the browser opens.
    if !token.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)) {
        let text = format!("{} sent a request token with invalid characters.", response.host);
        return Err(Error::new(Code::UnexpectedAnswer, text));
    }
    Ok(RequestToken(token))
}

/// Step three, on the host of the account in which access was allowed.
///
/// # Errors
/// [`Code::RequestTokenExpired`] when NetSuite no longer accepts the request token; otherwise as
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
    let response = ask(client, &signer, &request).await?;
    Ok(token_of(&response, Endpoint::AccessToken)?.0)
}

/// Sends a request. If NetSuite is busy, it is sent once more with a new signature, after the pause that
/// NetSuite asks for. In every other case it is sent only once, because the first attempt may have used
/// up the request token.
pub(super) async fn ask(
    client: &Client,
    signer: &Signer,
    request: &Request<'_>,
) -> Result<Response> {
    let method = if request.method == "GET" { "GET" } else { "POST" };
    let first = client.send(method, request.url, &signer.authorize(request)?).await?;
    let busy = first.is_busy()
        || OauthError::find(&first).and_then(|error| error.known()) == Some(Code::RateLimited);
    if !busy {
        return Ok(first);
    }
    let pause = first.pause();
    console::debug(|| format!("{} is busy; asking again in {} s", first.host, pause.as_secs()));
    tokio::time::sleep(pause).await;
    client.send(method, request.url, &signer.authorize(request)?).await
}

/// Returns the token of a response, and whether the response confirms the callback.
fn token_of(response: &Response, endpoint: Endpoint) -> Result<(Token, bool)> {
    let fields = if response.status == 200 { TokenFields::read(response) } else { None };
    let token = fields.as_ref().and_then(|fields| Token::new(&fields.id, &fields.secret).ok());
    match (token, fields) {
        (Some(token), Some(fields)) => Ok((token, fields.confirmed)),
        _ => Err(refused::error_of(response, endpoint)),
    }
}

/// The fields of a token endpoint's answer. They are wiped when dropped.
struct TokenFields {
    id: Zeroizing<String>,
    secret: Zeroizing<String>,
    confirmed: bool,
}

impl TokenFields {
    /// Returns `None` unless each field is there exactly once.
    fn read(response: &Response) -> Option<Self> {
        let text = response.text();
        let (mut id, mut secret, mut confirmed) = (None, None, None);
        for (name, value) in url::form_urlencoded::parse(text.trim().as_bytes()) {
            // A decoded value is a copy, so it has to be wiped as well.
            let value = Zeroizing::new(value.into_owned());
            let slot = match name.trim() {
                "oauth_token" => &mut id,
                "oauth_token_secret" => &mut secret,
                "oauth_callback_confirmed" => &mut confirmed,
                _ => continue,
            };
            if slot.replace(Zeroizing::new(value.trim().to_owned())).is_some() {
                return None;
            }
        }
        let confirmed = confirmed.is_some_and(|value| *value == "true");
        Some(Self { id: id?, secret: secret?, confirmed })
    }
}

/// Parses a response as both steps do.
#[cfg(fuzzing)]
pub(super) fn read_for_fuzzing(response: &Response) {
    for endpoint in [Endpoint::RequestToken, Endpoint::AccessToken] {
        if let Err(error) = token_of(response, endpoint) {
            let shown = error.message();
            assert!(shown.chars().count() < 1_000 && !shown.chars().any(char::is_control));
        }
    }
}
