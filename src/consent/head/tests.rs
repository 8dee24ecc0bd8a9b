use crate::consent::head::*;

fn route(head: &str) -> Option<Route<'_>> {
    read(head.as_bytes())
}

fn with_host(host: &str) -> String {
    format!("GET /tba?a=b HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

#[test]
fn only_get_of_the_two_pages_is_served() {
    let to = |line: &str| {
        let head = format!("{line} HTTP/1.1\r\nhost: localhost:7777\r\n\r\n");
        match read(head.as_bytes()) {
            Some(Route::Callback(_)) => 0,
            Some(Route::Done(id)) => {
                assert_eq!(id, "abc");
                1
            }
            Some(Route::Look) => 2,
            Some(Route::Preflight(None)) => 3,
            Some(Route::Refused(status)) => status,
            other => panic!("{line}: {other:?}"),
        }
    };
    assert_eq!(to("GET /tba"), 0);
    assert_eq!(to("GET /tba/done/abc"), 1);
    assert_eq!(to("GET /tba/done/abc?x"), 1);
    assert_eq!((to("HEAD /tba"), to("HEAD /tba/done/x")), (2, 2));
    assert_eq!(to("OPTIONS /tba"), 3);
    for line in [
        "GET /",
        "GET /favicon.ico",
        "HEAD /favicon.ico",
        "OPTIONS *",
        "GET /tba/",
        "GET /tba/done",
        "GET /TBA",
        "GET //tba",
        "POST /x",
        "GET /.well-known/appspecific/com.chrome.devtools.json",
        "GET http://localhost:7777/tba",
    ] {
        assert_eq!(to(line), 404, "{line}");
    }
    for line in ["POST /tba", "get /tba", "PUT /tba/done/abc", "DELETE /tba"] {
        assert_eq!(to(line), 405, "{line}");
    }
}

#[test]
fn the_name_of_the_host_decides_and_not_its_port() {
    for host in [
        "localhost",
        "LocalHost",
        "localhost:7777",
        "localhost:7778",
        "localhost:80",
        "127.0.0.1:7777",
        "127.0.0.1:65535",
        "[::1]",
        "[::1]:7777",
        "[::1]:9",
    ] {
        assert_eq!(route(&with_host(host)), Some(Route::Callback("a=b")), "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "localhost.evil.example:7777",
        "localhostevil.example",
        "127.0.0.1.evil.example",
        "127.0.0.2:7777",
        "localhost:7777:7777",
        "localhost:65536",
        "localhost:x",
        "localhost:",
        "user@localhost",
        "::1",
        "",
    ] {
        assert_eq!(route(&with_host(host)), Some(Route::Refused(421)), "{host}");
    }
    assert_eq!(route("GET /tba HTTP/1.1\r\n\r\n"), Some(Route::Refused(421)));
    let two = "GET /tba HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n";
    assert_eq!(route(two), Some(Route::Refused(421)));
}

#[test]
fn what_a_browser_sends_before_anybody_looks_is_no_callback() {
    let with =
        |header: &str| format!("GET /tba?a=b HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
    for header in [
        "Sec-Purpose: prefetch",
        "Sec-Purpose: prefetch;prerender",
        "sec-purpose: prefetch;anonymous-client-ip",
        "Purpose: prefetch",
        "X-Moz: prefetch",
        "X-Purpose: preview",
    ] {
        assert_eq!(route(&with(header)), Some(Route::Refused(503)), "{header}");
    }
    let socket = "Connection: Upgrade\r\nUpgrade: WebSocket";
    assert_eq!(route(&with(socket)), Some(Route::Refused(400)));
    for header in [
        "Upgrade-Insecure-Requests: 1",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
        "Sec-Fetch-Mode: navigate",
        "Purpose: else",
    ] {
        assert_eq!(route(&with(header)), Some(Route::Callback("a=b")), "{header}");
    }
}

#[test]
fn a_preflight_about_the_private_network_is_granted_to_netsuite_only() {
    let head = |origin: &str, name: &str| {
        format!(
            "OPTIONS /tba HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n{name}: true\r\n\r\n"
        )
    };
    let name = "Access-Control-Request-Private-Network";
    for origin in ["https://1234567-sb1.app.netsuite.com", "https://system.netsuite.com", "null"] {
        assert_eq!(route(&head(origin, name)), Some(Route::Preflight(Some(origin))), "{origin}");
    }
    for origin in [
        "https://evil.example",
        "https://netsuite.com.evil.example",
        "https://evilnetsuite.com",
        "http://system.netsuite.com",
        "https://a\u{7f}.netsuite.com",
        "https://evil.example/.netsuite.com",
    ] {
        let granted = matches!(route(&head(origin, name)), Some(Route::Preflight(Some(_))));
        assert!(!granted, "{origin}");
    }
    let plain = head("https://system.netsuite.com", "Access-Control-Request-Method");
    assert_eq!(route(&plain), Some(Route::Preflight(None)));
}

#[test]
fn a_head_may_hold_every_cookie_of_localhost() {
    let with = |count: usize, size: usize| {
        let cookie = format!("Cookie: c={}\r\n", "a".repeat(size)).repeat(count);
        format!("GET /tba?a=b HTTP/1.1\r\nHost: localhost:7777\r\n{cookie}\r\n")
    };
    for (count, size) in [(2, 3_800), (1, 16_000), (15, 4_096), (100, 300)] {
        assert_eq!(route(&with(count, size)), Some(Route::Callback("a=b")), "{count} of {size}");
    }
    for (count, size) in [(1, MAX_HEAD), (20, 4_096), (100, 700)] {
        // No more than this is ever read.
        let head = with(count, size);
        let head = &head[..head.len().min(MAX_HEAD)];
        assert_eq!(route(head), Some(Route::Refused(431)), "{count} of {size}");
    }
}

#[test]
fn a_head_with_too_many_headers_is_told_from_one_that_is_too_large() {
    for (count, header) in [(200, "Cookie: c=aaaaaaaaaa"), (500, "X: y"), (128, "A:")] {
        let head = format!(
            "GET /tba?a=b HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
            format!("{header}\r\n").repeat(count)
        );
        assert_eq!(route(&head), Some(Route::TooManyHeaders), "{count} of {header}");
    }
    let most = "A: b\r\n".repeat(MAX_HEADERS - 1);
    let head = format!("GET /tba?a=b HTTP/1.1\r\nHost: localhost\r\n{most}\r\n");
    assert_eq!(route(&head), Some(Route::Callback("a=b")));
}

#[test]
fn an_incomplete_head_is_waited_for_and_one_that_is_not_http_is_not() {
    for head in ["", "G", "GET /tba HTTP/1.1\r\n", "GET /tba HTTP/1.1\r\nHost: localhost\r\n"] {
        assert_eq!(route(head), None, "{head}");
    }
    assert_eq!(route("\u{1}\u{2}"), Some(Route::Refused(400)));
    let long = format!("GET /tba?{} HTTP/1.1\r\n", "a".repeat(MAX_HEAD));
    assert_eq!(route(&long), Some(Route::Refused(431)));
}

#[test]
fn the_start_of_tls_is_recognised() {
    for hello in [&b"\x16\x03\x01\x02\x00\x01"[..], b"\x16\x03\x03\x00\x05", b"\x16\x03"] {
        assert_eq!(read(hello), Some(Route::Tls));
    }
    assert_eq!(read(b"\x16"), None);
    assert_eq!(read(b"\x16\x04"), Some(Route::Refused(400)));
}

#[test]
fn a_head_that_comes_byte_by_byte_is_read_when_it_is_complete() {
    let long = format!("GET /tba?{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(1_000));
    let reads = (1..=long.len()).filter(|end| is_worth_reading(&long.as_bytes()[..*end], 1));
    assert_eq!(reads.filter(|end| *end > BEGINNING).collect::<Vec<_>>(), [long.len()]);
}
