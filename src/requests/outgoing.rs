//! The caller's request. A request that cannot be sent is refused here, before a byte is sent.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::account::AccountId;
use crate::error::{Code, Error, Result};
use crate::netsuite::site::{Site, without_credentials};
use crate::text::printable;

/// How long a call may take by default, retries included.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);
/// The default number of retries.
pub const DEFAULT_RETRIES: u32 = 4;
/// How long a connection may be silent if the caller set no time limit.
const DEFAULT_IDLE: Duration = Duration::from_secs(60);
/// The largest body. NetSuite accepts 10 MB, and every attempt keeps the body in memory.
pub const MAX_BODY: usize = 512 * 1024 * 1024;

/// Headers that this package sets itself, or that belong to a connection that it manages.
const OWNED: [&str; 12] = [
    "authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "upgrade",
];

/// The type of a body, which decides its `Content-Type` if the caller sets none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// Bytes without a type.
    Bytes,
    /// Text.
    Text,
    /// A form, which is part of the signature.
    Form,
    /// JSON.
    Json,
}

impl BodyKind {
    fn content_type(self) -> Option<HeaderValue> {
        Some(HeaderValue::from_static(match self {
            Self::Bytes => return None,
            Self::Text => "text/plain;charset=UTF-8",
            Self::Form => "application/x-www-form-urlencoded;charset=UTF-8",
            Self::Json => "application/json",
        }))
    }
}

/// A body and its type.
pub struct Body {
    /// The type.
    pub kind: BodyKind,
    /// The bytes.
    pub bytes: Bytes,
}

/// The caller's request.
pub struct Outgoing {
    /// The method. Defaults to `GET`, or to `POST` with a body.
    pub method: Option<String>,
    /// A path, or an absolute URL of the account.
    pub target: String,
    /// Added to the query of the target.
    pub query: Vec<(String, String)>,
    /// The caller's headers.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Body>,
    /// The limit of the whole call.
    pub timeout: Option<Duration>,
    /// The number of retries.
    pub retries: Option<u32>,
}

/// A request that can be sent.
pub(super) struct Ready {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The pairs of a form, which are signed.
    pub(super) form: Vec<(String, String)>,
    pub(super) timeout: Duration,
    pub(super) idle: Duration,
    pub(super) retries: u32,
}

impl Outgoing {
    /// Checks everything that can be checked without the network.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`], or [`Code::HostRefused`] for an address that is not the account's.
    pub(super) fn ready(self, site: &Site, account: &AccountId) -> Result<Ready> {
        let body = self.body.filter(|body| !body.bytes.is_empty());
        let method = method(self.method.as_deref(), body.is_some())?;
        let bytes = body.as_ref().map_or_else(Bytes::new, |body| body.bytes.clone());
        if !bytes.is_empty() && matches!(method, Method::GET | Method::HEAD) {
            return Err(invalid(&format!("A {method} request cannot have a body.")));
        }
        check_size(bytes.len())?;
        let url = address(&self.target, &self.query, site, account)?;
        let mut headers = headers(&self.headers)?;
        if let Some(value) = body.and_then(|body| body.kind.content_type()) {
            headers.entry(CONTENT_TYPE).or_insert(value);
        }
        let form = form(&headers, &bytes)?;
        Ok(Ready {
            method,
            url,
            headers,
            body: bytes,
            form,
            timeout: self.timeout.unwrap_or(DEFAULT_TIMEOUT),
            // A caller that sets a time limit expects a slow script, so only that limit applies.
            idle: self.timeout.map_or(DEFAULT_IDLE, |timeout| timeout.saturating_add(DEFAULT_IDLE)),
            retries: self.retries.unwrap_or(DEFAULT_RETRIES),
        })
    }
}

/// Refuses a body that is too large. Called before the body is copied.
///
/// # Errors
/// [`Code::RequestInvalid`].
pub fn check_size(bytes: usize) -> Result<()> {
    if bytes <= MAX_BODY { Ok(()) } else { Err(too_large()) }
}

/// The error for a body that is too large.
pub fn too_large() -> Error {
    let limit = MAX_BODY / (1024 * 1024);
    invalid(&format!("The body is larger than {limit} MiB."))
}

fn invalid(message: &str) -> Error {
    Error::new(Code::RequestInvalid, message)
}

fn method(given: Option<&str>, has_body: bool) -> Result<Method> {
    let Some(given) = given else {
        return Ok(if has_body { Method::POST } else { Method::GET });
    };
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    known.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(given)).ok_or_else(|| {
        invalid(&format!("\"{}\" is not an HTTP method that can be sent.", printable(given, 20)))
    })
}

/// Returns the URL of a target, on a host of the account.
pub fn address(
    target: &str,
    query: &[(String, String)],
    site: &Site,
    account: &AccountId,
) -> Result<Url> {
    // With an @ or a backslash in the text, any part of it may be a password.
    let shown = || match target.split(['?', '#']).next() {
        Some(path) if !target.contains(['@', '\\']) => format!("\"{}\"", printable(path, 120)),
        _ => "The address given".to_owned(),
    };
    let parsed = if target.starts_with("//") {
        // A browser would read this as another host.
        None
    } else if target.starts_with('/') {
        Url::parse(&site.address_of_path(account, target)).ok()
    } else {
        Url::parse(target).ok()
    };
    let mut url = parsed.ok_or_else(|| {
        invalid(&format!("{} is neither a path nor an absolute URL.", shown())).with_next_step(
            "Pass a path that starts with /, or a URL of the account that starts with https://.",
        )
    })?;
    if !site.belongs_to(account, &url) {
        let address = without_credentials(target);
        let message =
            format!("{address} is not an address of account {account}: nothing was sent.");
        return Err(Error::new(Code::HostRefused, message).with_next_step(
            "Pass a path such as /app/site/hosting/restlet.nl?script=1&deploy=1, or choose a token of that account.",
        ));
    }
    url.set_fragment(None);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(given.len());
    for (name, value) in given {
        let shown = printable(name, 60);
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| invalid(&format!("\"{shown}\" is not the name of a header.")))?;
        if OWNED.contains(&name.as_str()) {
            let message = format!("The header {shown} is set by netsuite-tba.");
            return Err(invalid(&message).with_next_step(format!("Leave {shown} out.")));
        }
        // Values are Latin-1, as in every HTTP client. The value is never shown.
        let latin1: Option<Vec<u8>> =
            value.trim().chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
        let value = latin1.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
        let value = value.ok_or_else(|| {
            invalid(&format!(
                "The value of the header {shown} contains characters a header cannot have."
            ))
        })?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// Returns the pairs of a form body. RFC 5849 section 3.4.1.3.1 signs them with the request.
fn form(headers: &HeaderMap, body: &[u8]) -> Result<Vec<(String, String)>> {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if !kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        return Ok(Vec::new());
    }
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let lossy = |(name, value): &(String, String)| {
        name.contains(char::REPLACEMENT_CHARACTER) || value.contains(char::REPLACEMENT_CHARACTER)
    };
    if pairs.iter().any(lossy) {
        return Err(invalid("The form is not UTF-8, so it cannot be signed."));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests;
