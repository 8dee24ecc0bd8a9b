//! An answer of NetSuite, with a body of limited size.

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::netsuite::clock;
use crate::netsuite::clock::Skew;
use crate::text::printable;

/// Much more than any token endpoint sends.
const MAX_BODY: usize = 64 * 1024;
/// The longest wait before the one retry, whatever `Retry-After` asks for.
const MAX_RETRY_AFTER: u64 = 10;

/// A status, the headers that matter, and a body.
pub(super) struct Response {
    pub(super) host: String,
    pub(super) status: u16,
    /// Wiped when dropped, because the answers of the token endpoints contain secrets.
    pub(super) body: Zeroizing<Vec<u8>>,
    pub(super) content_type: String,
    pub(super) www_authenticate: String,
    /// The difference of the clocks, measured when the answer arrived.
    pub(super) skew: Option<Skew>,
    /// The value of `Retry-After`, in seconds.
    pub(super) retry_after: Option<u64>,
}

impl Response {
    /// Reads a complete answer, up to the limit.
    pub(super) async fn read(
        host: &str,
        mut response: reqwest::Response,
        explain: impl Fn(reqwest::Error) -> Error,
    ) -> Result<Self> {
        let now = clock::now();
        let headers = response.headers();
        let server_time = text(headers, &DATE).and_then(|date| clock::parse_http_date(&date));
        let retry_after = text(headers, &RETRY_AFTER).and_then(|value| {
            let value = value.trim();
            value.parse().ok().or_else(|| {
                let at = clock::parse_http_date(value)?;
                u64::try_from(at - server_time.unwrap_or(now)).ok()
            })
        });
        let mut read = Self {
            host: host.to_owned(),
            status: response.status().as_u16(),
            // Allocated once, because a buffer that grows leaves unwiped copies behind.
            body: Zeroizing::new(Vec::with_capacity(MAX_BODY)),
            content_type: text(headers, &CONTENT_TYPE).unwrap_or_default(),
            www_authenticate: text(headers, &WWW_AUTHENTICATE).unwrap_or_default(),
            skew: server_time.map(|server| Skew::between(now, server)),
            retry_after,
        };
        while let Some(chunk) = response.chunk().await.map_err(&explain)? {
            if read.body.len() + chunk.len() > MAX_BODY {
                return Err(Error::new(
                    Code::UnexpectedAnswer,
                    format!("{host} sent more than {} KiB.", MAX_BODY / 1024),
                ));
            }
            read.body.extend_from_slice(&chunk);
        }
        Ok(read)
    }

    /// Returns the body as text, without a byte order mark. Ignores the announced encoding, because
    /// everything that matters is ASCII.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body);
        let mut text = Zeroizing::new(String::with_capacity(2 * body.len()));
        match std::str::from_utf8(body) {
            Ok(utf8) => text.push_str(utf8),
            Err(_) => text.extend(body.iter().map(|&byte| char::from(byte))),
        }
        text
    }

    /// Checks whether NetSuite asks to try again later.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.status, 429 | 503)
    }

    /// Returns the pause before the one retry.
    pub(super) fn pause(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.retry_after.unwrap_or(1).min(MAX_RETRY_AFTER))
    }

    /// Describes the body, for unexpected answers.
    pub(super) fn nature(&self) -> &'static str {
        let text = self.text();
        let start = text.trim_start();
        if start.is_empty() {
            "an empty answer"
        } else if start.starts_with('<') || self.content_type.contains("html") {
            "a web page"
        } else if start.starts_with(['{', '[']) {
            "JSON that cannot be understood"
        } else {
            "other text"
        }
    }

    /// Returns one line for the debug trace. It leaves out the body, which may contain a token.
    pub(super) fn summary(&self) -> String {
        let kind = printable(&self.content_type, 60);
        format!("{} ({} bytes, content type {kind})", self.status, self.body.len())
    }
}

/// Returns the text of a header. Bytes beyond ASCII are replaced, because they do not matter here.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}
