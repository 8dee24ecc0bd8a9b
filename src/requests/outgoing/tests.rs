use super::*;

fn ready(outgoing: Outgoing) -> Result<Ready> {
    let site = Site::parse(None, None).unwrap();
    outgoing.ready(&site, &AccountId::parse("1234567_SB1").unwrap())
}

fn to(target: &str) -> Outgoing {
    Outgoing {
        method: None,
        target: target.to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        timeout: None,
        retries: None,
    }
}

fn restlet() -> Outgoing {
    to("/app/site/hosting/restlet.nl?script=1&deploy=1")
}

fn body(kind: BodyKind, text: &str) -> Body {
    Body { kind, bytes: Bytes::copy_from_slice(text.as_bytes()) }
}

fn refusal(outgoing: Outgoing) -> Error {
    ready(outgoing).map(|_| ()).unwrap_err()
}

#[test]
fn the_method_is_get_and_with_a_body_post() {
    assert_eq!(ready(restlet()).unwrap().method, Method::GET);
    let with_body = Outgoing { body: Some(body(BodyKind::Json, "{}")), ..restlet() };
    assert_eq!(ready(with_body).unwrap().method, Method::POST);
    let typed = Outgoing { method: Some("put".to_owned()), ..restlet() };
    assert_eq!(ready(typed).unwrap().method, Method::PUT);
    for method in ["", "CONNECT", "TRACE", "GET\r\n", "GÉT"] {
        let error = refusal(Outgoing { method: Some(method.to_owned()), ..restlet() });
        assert_eq!(error.code(), Code::RequestInvalid, "{method}");
    }
}

#[test]
fn get_and_head_have_no_body_unless_it_is_empty() {
    for method in ["GET", "HEAD"] {
        let with = |text| Outgoing {
            method: Some(method.to_owned()),
            body: Some(body(BodyKind::Text, text)),
            ..restlet()
        };
        assert_eq!(refusal(with("x")).code(), Code::RequestInvalid);
        assert!(ready(with("")).is_ok());
    }
}

#[test]
fn headers_of_this_package_and_of_the_connection_are_refused_in_any_case() {
    for name in ["Authorization", "HOST", "content-length", "Transfer-Encoding", "Connection"] {
        let headers = vec![(name.to_owned(), "x".to_owned())];
        let error = refusal(Outgoing { headers, ..restlet() });
        assert_eq!(error.code(), Code::RequestInvalid, "{name}");
        assert!(error.message().contains(name));
    }
}

#[test]
fn header_values_with_line_breaks_or_beyond_latin_1_are_refused_and_not_shown() {
    for value in ["hunter2\r\nX: y", "hunter2\n", "hunter2\0", "hunter2 日"] {
        let headers = vec![("X-Key".to_owned(), format!("a{value}b"))];
        let error = refusal(Outgoing { headers, ..restlet() });
        assert_eq!(error.code(), Code::RequestInvalid, "{value}");
        assert!(!error.to_string().contains("hunter2"));
    }
    for name in ["", "a b", "a:b", "é"] {
        let headers = vec![(name.to_owned(), "x".to_owned())];
        assert_eq!(refusal(Outgoing { headers, ..restlet() }).code(), Code::RequestInvalid);
    }
    let headers = vec![("X-Name".to_owned(), " Größe ".to_owned())];
    let sent = ready(Outgoing { headers, ..restlet() }).unwrap().headers;
    assert_eq!(sent["x-name"].as_bytes(), b"Gr\xf6\xdfe");
}

#[test]
fn each_kind_of_body_has_its_type_unless_the_caller_gives_one() {
    let kinds = [
        (BodyKind::Text, Some("text/plain;charset=UTF-8")),
        (BodyKind::Json, Some("application/json")),
        (BodyKind::Form, Some("application/x-www-form-urlencoded;charset=UTF-8")),
        (BodyKind::Bytes, None),
    ];
    for (kind, expected) in kinds {
        let sent = ready(Outgoing { body: Some(body(kind, "a=1")), ..restlet() }).unwrap().headers;
        let found = sent.get(CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), expected);
    }
    let headers = vec![("content-type".to_owned(), "text/xml".to_owned())];
    let own = Outgoing { body: Some(body(BodyKind::Text, "<a/>")), headers, ..restlet() };
    assert_eq!(ready(own).unwrap().headers[CONTENT_TYPE], "text/xml");
}

#[test]
fn a_form_is_signed_whoever_gave_its_type() {
    let form = Outgoing { body: Some(body(BodyKind::Form, "b=2&a=x+y%26")), ..restlet() };
    let pairs = |text: &[(&str, &str)]| -> Vec<(String, String)> {
        text.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(ready(form).unwrap().form, pairs(&[("b", "2"), ("a", "x y&")]));
    let kind = "application/X-WWW-form-urlencoded; charset=utf-8".to_owned();
    let headers = vec![("Content-Type".to_owned(), kind)];
    let typed = Outgoing { body: Some(body(BodyKind::Text, "a=1")), headers, ..restlet() };
    assert_eq!(ready(typed).unwrap().form, pairs(&[("a", "1")]));
    let json = Outgoing { body: Some(body(BodyKind::Json, "a=1")), ..restlet() };
    assert!(ready(json).unwrap().form.is_empty());
    let foreign = Outgoing { body: Some(body(BodyKind::Form, "a=%FF")), ..restlet() };
    assert_eq!(refusal(foreign).code(), Code::RequestInvalid);
}

#[test]
fn addresses_that_are_not_the_accounts_are_refused() {
    for target in [
        "https://evil.example/app/x",
        "https://1234567.restlets.api.netsuite.com/x",
        "http://1234567-sb1.app.netsuite.com/x",
        "https://user:hunter2@1234567-sb1.app.netsuite.com/x",
        "https://user:p@hunter2#1@1234567-sb1.app.netsuite.com/x",
        "https://CORP\\user:hunter2@1234567-sb1.app.netsuite.com/x",
        "file:///etc/passwd",
    ] {
        let error = refusal(to(target));
        assert_eq!(error.code(), Code::HostRefused, "{target}");
        assert!(!error.to_string().contains("hunter2"));
    }
    for target in [
        "",
        "x",
        "//evil.example/x",
        "http://",
        "restlet.nl?script=1",
        "//user:hunter2@h/x",
        "user/hunter2@h",
    ] {
        let error = refusal(to(target));
        assert_eq!(error.code(), Code::RequestInvalid, "{target}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn the_query_is_appended_and_the_fragment_is_dropped() {
    let query = vec![("a b".to_owned(), "&=ü".to_owned())];
    let url = ready(Outgoing { query, ..to("/app/x?y=1#top") }).unwrap().url;
    assert_eq!(url.query(), Some("y=1&a+b=%26%3D%C3%BC"));
    assert_eq!(url.fragment(), None);
    assert_eq!(url.host_str(), Some("1234567-sb1.app.netsuite.com"));
}

#[test]
fn whoever_gives_a_time_for_the_call_may_wait_that_long_for_the_first_byte() {
    let given = Outgoing { timeout: Some(Duration::from_secs(300)), ..restlet() };
    assert!(ready(given).unwrap().idle > Duration::from_secs(300));
    let default = ready(restlet()).unwrap();
    assert_eq!((default.timeout, default.idle), (DEFAULT_TIMEOUT, DEFAULT_IDLE));
}
