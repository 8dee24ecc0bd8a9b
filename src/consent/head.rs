//! The head of an HTTP request, as far as it matters here. No I/O.

/// The longest head that is read. Browsers send every cookie of `localhost` to every port of it, so
/// a head holds what all development servers of this machine have set.
pub(super) const MAX_HEAD: usize = 64 * 1024;
/// The most headers that are read.
pub(super) const MAX_HEADERS: usize = 128;
/// In so few bytes there may be no head at all, so each of them is looked at.
const BEGINNING: usize = 64;

/// What a request on the callback port is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `GET /tba` with this query.
    Callback(&'a str),
    /// `GET /tba/done/ID` with this ID: the page after the redirect.
    Done(&'a str),
    /// `HEAD` of either page: a look at it that must change nothing.
    Look,
    /// `OPTIONS` of either page: a browser asks whether it may send the redirect. Holds the `Origin`
    /// where the question is about the private network.
    Preflight(Option<&'a str>),
    /// The start of a TLS connection.
    Tls,
    /// More than [`MAX_HEADERS`] headers.
    TooManyHeaders,
    /// Anything else, with the status to answer.
    Refused(u16),
}

/// Whether [`read`] can say more now than before the last `fresh` bytes came.
pub(super) fn is_worth_reading(bytes: &[u8], fresh: usize) -> bool {
    let end = &bytes[bytes.len().saturating_sub(fresh + 3)..];
    let is_complete = end.windows(4).any(|four| four == b"\r\n\r\n" || four.ends_with(b"\n\n"));
    is_complete || bytes.len() <= BEGINNING || bytes.len() == fresh || bytes.len() >= MAX_HEAD
}

/// Reads a head; `None` while it is incomplete.
///
/// The `Host` must be this machine: a web page whose name was rebound to 127.0.0.1 sends its own.
pub(super) fn read(bytes: &[u8]) -> Option<Route<'_>> {
    match bytes {
        [] | [0x16] => return None,
        // A handshake record of TLS (RFC 8446 section 5.1).
        [0x16, 0x03, ..] => return Some(Route::Tls),
        _ => {}
    }
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return None,
        Ok(httparse::Status::Partial) => return Some(Route::Refused(431)),
        Err(httparse::Error::TooManyHeaders) => return Some(Route::TooManyHeaders),
        Err(_) => return Some(Route::Refused(400)),
    }
    let headers = Headers(request.headers);
    if !headers.only("host").is_some_and(is_this_machine) {
        return Some(Route::Refused(421));
    }
    Some(route(request.method, request.path.unwrap_or_default(), &headers))
}

fn route<'a>(method: Option<&str>, target: &'a str, headers: &Headers<'_, 'a>) -> Route<'a> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let page = match path {
        "/tba" => Route::Callback(query),
        _ => match path.strip_prefix("/tba/done/") {
            Some(id) => Route::Done(id),
            None => return Route::Refused(404),
        },
    };
    match method {
        Some("GET") if headers.is_websocket() => Route::Refused(400),
        Some("GET") if headers.is_prefetch() => Route::Refused(503),
        Some("GET") => page,
        Some("HEAD") => Route::Look,
        Some("OPTIONS") => Route::Preflight(headers.private_network_origin()),
        _ => Route::Refused(405),
    }
}

struct Headers<'h, 'a>(&'h [httparse::Header<'a>]);

impl<'a> Headers<'_, 'a> {
    fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| std::str::from_utf8(header.value).unwrap_or_default().trim())
    }

    /// The value of a header that is there exactly once.
    fn only(&self, name: &str) -> Option<&'a str> {
        let mut all = self.all(name);
        all.next().filter(|_| all.next().is_none())
    }

    /// Whether the browser loads the page before anybody wants to see it. The last three names are
    /// those of older browsers.
    fn is_prefetch(&self) -> bool {
        ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
            self.all(name).any(|value| {
                let value = value.to_ascii_lowercase();
                value.contains("prefetch") || value.contains("prerender") || value == "preview"
            })
        })
    }

    fn is_websocket(&self) -> bool {
        self.all("upgrade").any(|value| value.eq_ignore_ascii_case("websocket"))
    }

    /// The `Origin` of a question about the private network, if it is NetSuite, or hidden by the
    /// browser because another site (a company's login page) was on the way.
    fn private_network_origin(&self) -> Option<&'a str> {
        let asked =
            ["access-control-request-private-network", "access-control-request-local-network"]
                .iter()
                .any(|name| self.only(name) == Some("true"));
        let is_netsuite = |origin: &str| {
            let host = origin.strip_prefix("https://").unwrap_or_default();
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
            origin == "null" || (host.ends_with(".netsuite.com") && host.bytes().all(plain))
        };
        self.only("origin").filter(|origin| asked && is_netsuite(origin))
    }
}

/// The name decides, whatever the port: it is another one where the port is forwarded.
fn is_this_machine(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        let Some(port) = host.strip_prefix(name) else { return false };
        port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
    })
}

#[cfg(test)]
mod tests;
