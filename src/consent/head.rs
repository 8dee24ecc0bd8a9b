//! The head of an HTTP request, as far as it matters here. No I/O.

/// The longest head that is read.
pub(super) const MAX_HEAD: usize = 8 * 1024;

/// What a request on the callback port is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// `GET /tba` with this query.
    Callback(&'a str),
    /// `GET /tba/done`: the page after the redirect.
    Done,
    /// Anything else, with the status to answer.
    Refused(u16),
}

/// Reads a head; `None` while it is incomplete.
///
/// The `Host` must be this machine: a web page whose name was rebound to 127.0.0.1 sends its own.
pub(super) fn read(bytes: &[u8], port: u16) -> Option<Route<'_>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return None,
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return Some(Route::Refused(431));
        }
        Err(_) => return Some(Route::Refused(400)),
    }
    let mut hosts = request.headers.iter().filter(|h| h.name.eq_ignore_ascii_case("host"));
    let host_is_right = matches!((hosts.next(), hosts.next()), (Some(host), None)
        if is_this_machine(host.value, port));
    if !host_is_right {
        return Some(Route::Refused(421));
    }
    let (path, query) = match request.path.unwrap_or_default().split_once('?') {
        Some((path, query)) => (path, query),
        None => (request.path.unwrap_or_default(), ""),
    };
    Some(match (request.method, path) {
        (Some("GET"), "/tba") => Route::Callback(query),
        (Some("GET"), "/tba/done") => Route::Done,
        (_, "/tba" | "/tba/done") => Route::Refused(405),
        _ => Route::Refused(404),
    })
}

fn is_this_machine(host: &[u8], port: u16) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let host = host.trim().to_ascii_lowercase();
    let name = host.strip_suffix(&format!(":{port}")).unwrap_or(&host);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(head: &str) -> Option<Route<'_>> {
        read(head.as_bytes(), 7777)
    }

    #[test]
    fn only_get_of_the_two_paths_on_this_machine_is_served() {
        for host in ["localhost:7777", "127.0.0.1:7777", "[::1]:7777", "LocalHost", "localhost"] {
            let head = format!("GET /tba?a=b HTTP/1.1\r\nHost: {host}\r\n\r\n");
            assert_eq!(route(&head), Some(Route::Callback("a=b")), "{host}");
        }
        let to = |line: &str| {
            let head = format!("{line} HTTP/1.1\r\nhost: localhost:7777\r\n\r\n");
            read(head.as_bytes(), 7777).map(|route| match route {
                Route::Callback(_) => 0,
                Route::Done => 1,
                Route::Refused(status) => status,
            })
        };
        assert_eq!(to("GET /tba"), Some(0));
        assert_eq!(to("GET /tba/done"), Some(1));
        assert_eq!(to("GET /tba/done?x"), Some(1));
        for line in ["GET /", "GET /favicon.ico", "GET /tba/", "GET /TBA", "GET //tba", "POST /x"] {
            assert_eq!(to(line), Some(404), "{line}");
        }
        for line in ["POST /tba", "HEAD /tba", "OPTIONS /tba", "get /tba", "PUT /tba/done"] {
            assert_eq!(to(line), Some(405), "{line}");
        }
        assert_eq!(to("GET http://localhost:7777/tba"), Some(404));
    }

    #[test]
    fn a_host_that_is_not_this_machine_is_refused() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "localhost:7778",
            "127.0.0.2:7777",
            "localhost:7777:7777",
            "",
        ] {
            let head = format!("GET /tba HTTP/1.1\r\nHost: {host}\r\n\r\n");
            assert_eq!(route(&head), Some(Route::Refused(421)), "{host}");
        }
        assert_eq!(route("GET /tba HTTP/1.1\r\n\r\n"), Some(Route::Refused(421)));
        let two = "GET /tba HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n";
        assert_eq!(route(two), Some(Route::Refused(421)));
    }

    #[test]
    fn what_is_incomplete_is_waited_for_and_what_is_no_http_is_not() {
        for head in ["", "G", "GET /tba HTTP/1.1\r\n", "GET /tba HTTP/1.1\r\nHost: localhost\r\n"] {
            assert_eq!(route(head), None, "{head}");
        }
        assert_eq!(route("\u{16}\u{3}\u{1} TLS"), Some(Route::Refused(400)));
        let long = format!("GET /tba?{} HTTP/1.1\r\n", "a".repeat(MAX_HEAD));
        assert_eq!(route(&long), Some(Route::Refused(431)));
    }
}
