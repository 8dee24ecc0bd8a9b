//! One signed request and its whole answer, for `session.fetch`: any method, any body, any status.
//!
//! The client is the one of the token endpoints, so proxy, certificates and host rules are the same.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, DATE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use reqwest::{Method, Response};
use url::Url;

use crate::base::console::debug;
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::clock;
use crate::netsuite::transport_error;

/// The largest answer, in bytes. Answers are held in memory.
pub const MAX_ANSWER: usize = 100 * 1024 * 1024;
/// The slowest upload, in bytes per second, that does not count as a stalled connection.
const SLOWEST_UPLOAD: u64 = 64 * 1024;

/// A request that is ready to be sent.
pub struct Exchange<'a> {
    /// The HTTP method.
    pub method: &'a Method,
    /// The URL. The caller has checked its host.
    pub url: &'a Url,
    /// The caller's headers.
    pub headers: &'a HeaderMap,
    /// The value of `Authorization`.
    pub authorization: &'a str,
    /// The body, empty for none.
    pub body: &'a Bytes,
    /// How long the connection may be silent.
    pub idle: Duration,
}

/// The complete answer.
pub struct FullAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, without those of a compression that was already decoded.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub body: Vec<u8>,
}

/// Why there is no answer.
pub struct Lost {
    /// The reason.
    pub error: Error,
    /// Whether NetSuite may have received and run the request.
    pub may_have_run: bool,
}

impl FullAnswer {
    /// The difference between this process's corrected clock and NetSuite's, in seconds.
    pub fn skew(&self, corrected_now: i64) -> Option<i64> {
        let date = self.text(&DATE).and_then(|date| clock::parse_http_date(&date))?;
        Some(corrected_now.saturating_sub(date))
    }

    /// The value of `Retry-After`.
    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.text(&RETRY_AFTER)?;
        let value = value.trim();
        let seconds = value.parse().ok().or_else(|| {
            let at = clock::parse_http_date(value)?;
            let now = self.text(&DATE).and_then(|date| clock::parse_http_date(&date));
            u64::try_from(at - now.unwrap_or_else(clock::now)).ok()
        });
        seconds.map(Duration::from_secs)
    }

    /// The header that says why a request was not authorised.
    pub fn challenge(&self) -> String {
        self.text(&WWW_AUTHENTICATE).unwrap_or_default()
    }

    fn text(&self, name: &reqwest::header::HeaderName) -> Option<String> {
        let value = self.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}

impl Client {
    /// Sends a request once and reads the complete answer.
    ///
    /// # Errors
    /// [`Lost`] with a network code, or [`Code::AnswerTooLarge`].
    pub async fn exchange(
        &self,
        request: &Exchange<'_>,
        attempt: u32,
    ) -> std::result::Result<FullAnswer, Lost> {
        let host = request.url.host_str().unwrap_or_default();
        let started = Instant::now();
        let outcome = self.exchange_on(host, request).await;
        debug(|| {
            let (method, path) = (request.method, request.url.path());
            let took = started.elapsed().as_millis();
            let result = match &outcome {
                Ok(answer) => answer.status.to_string(),
                Err(lost) => lost.error.code().row().name.to_owned(),
            };
            format!("{method} {host}{path}: {result} after {took} ms, attempt {attempt}")
        });
        outcome
    }

    async fn exchange_on(
        &self,
        host: &str,
        request: &Exchange<'_>,
    ) -> std::result::Result<FullAnswer, Lost> {
        let prepared = self.prepare(request).map_err(not_sent)?;
        let upload = Duration::from_secs(request.body.len() as u64 / SLOWEST_UPLOAD);
        let silent = || {
            Error::new(
                Code::NetworkTimeout,
                format!("{host} sent nothing for {} seconds.", request.idle.as_secs()),
            )
        };
        let sent = tokio::time::timeout(request.idle + upload, prepared.send()).await;
        let response = match sent {
            Err(_) => return Err(Lost { error: silent(), may_have_run: true }),
            Ok(Err(error)) => {
                // The request is written only after the TLS handshake.
                let may_have_run = !error.is_connect();
                return Err(Lost { error: self.explain(&error, host), may_have_run });
            }
            Ok(Ok(response)) => response,
        };
        let lost = |error| Lost { error, may_have_run: true };
        self.read(host, response, request.idle, &silent).await.map_err(lost)
    }

    fn prepare(&self, request: &Exchange<'_>) -> Result<reqwest::RequestBuilder> {
        let mut authorization = HeaderValue::from_str(request.authorization)
            .map_err(|_| Error::new(Code::Internal, "The signature is not a header value."))?;
        authorization.set_sensitive(true);
        let mut builder = self
            .http()
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .header(AUTHORIZATION, authorization);
        if !request.body.is_empty() {
            builder = builder.body(request.body.clone());
        } else if matches!(*request.method, Method::POST | Method::PUT | Method::PATCH) {
            builder = builder.header(CONTENT_LENGTH, "0");
        }
        Ok(builder)
    }

    async fn read(
        &self,
        host: &str,
        mut response: Response,
        idle: Duration,
        silent: &impl Fn() -> Error,
    ) -> Result<FullAnswer> {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
        if announced.is_some_and(|length| length > MAX_ANSWER) {
            return Err(too_large(host));
        }
        let mut body = Vec::with_capacity(announced.unwrap_or_default());
        loop {
            let chunk = tokio::time::timeout(idle, response.chunk()).await.map_err(|_| silent())?;
            let Some(chunk) = chunk.map_err(|error| self.explain(&error, host))? else { break };
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(too_large(host));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(FullAnswer { status, headers, body })
    }

    fn explain(&self, error: &reqwest::Error, host: &str) -> Error {
        transport_error::explain(error, &self.destination(host))
    }
}

fn not_sent(error: Error) -> Lost {
    Lost { error, may_have_run: false }
}

fn too_large(host: &str) -> Error {
    let limit = MAX_ANSWER / (1024 * 1024);
    Error::new(Code::AnswerTooLarge, format!("{host} sent more than {limit} MiB."))
}
