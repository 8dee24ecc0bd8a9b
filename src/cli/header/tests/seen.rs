//! Mistakes that the header or the request shows.

use super::*;

#[test]
fn the_realm_is_upper_case_with_an_underscore_and_the_account_of_the_url() {
    for wrong in ["1234567-sb1", "1234567_sb1", "https://x", "1234567%5FSB1", ""] {
        assert_eq!(problems(&[("realm", wrong)]), ["realm-form"], "{wrong}");
    }
    assert_eq!(problems(&[("realm", "1234567")]), ["realm-account"]);
    assert_eq!(problems(&[("realm", "-")]), ["realm-missing"]);
}

#[test]
fn a_timestamp_is_in_seconds_and_fresh() {
    assert_eq!(problems(&[("oauth_timestamp", "1699990000")]), ["timestamp-stale"]);
    assert_eq!(problems(&[("oauth_timestamp", "1700000400")]), ["timestamp-stale"]);
    assert_eq!(problems(&[("oauth_timestamp", "1700000000000")]), ["timestamp-milliseconds"]);
    assert_eq!(problems(&[("oauth_timestamp", "1.7e9")]), ["timestamp-form"]);
    assert_eq!(problems(&[("oauth_timestamp", "")]), ["timestamp-form"]);
    assert_eq!(problems(&[("oauth_timestamp", "1699999800")]), [""; 0]);
}

#[test]
fn a_nonce_has_6_to_64_letters_and_digits_and_is_not_the_timestamp() {
    assert_eq!(problems(&[("oauth_nonce", "abcde")]), ["nonce-short"]);
    assert_eq!(problems(&[("oauth_nonce", "")]), ["nonce-short"]);
    assert_eq!(problems(&[("oauth_nonce", &"a".repeat(65))]), ["nonce-long"]);
    assert_eq!(problems(&[("oauth_nonce", &"a".repeat(64))]), [""; 0]);
    assert_eq!(problems(&[("oauth_nonce", "ab%2Bcdef%3D")]), ["nonce-characters"]);
    assert_eq!(problems(&[("oauth_nonce", "1700000000")]), ["nonce-timestamp"]);
}

#[test]
fn a_signature_method_other_than_hmac_sha256_is_named_although_the_signature_is_right() {
    let request = request(None);
    for method in ["HMAC-SHA1", "HMAC-SHA512", "PLAINTEXT", "HMAC_SHA256", "hmac-sha256"] {
        let header = signed(&[("oauth_signature_method", method)], &request, &[]);
        let (verdict, found) = examined(&header, &request);
        assert_eq!((verdict, found[0]), (Verdict::Right, "signature-method"), "{method}");
    }
}

#[test]
fn a_method_name_changed_after_signing_is_told_from_one_that_was_used() {
    let request = request(None);
    let mut header = signed(&[], &request, &[]);
    let names = |header: &Header| examined(header, &request).1;
    header.pairs[3].raw = "HMAC-SHA1".to_owned();
    assert_eq!(names(&header), ["signature-method", "method-name-other"]);
    let header =
        signed(&[("oauth_signature_method", "HMAC-SHA1")], &request, changes_of("digest-sha256"));
    assert_eq!(names(&header), ["signature-method", "digest-sha256"]);
    let header = signed(&[], &request, changes_of("digest-sha1"));
    assert_eq!(names(&header), ["digest-sha1"]);
}

#[test]
fn missing_and_unquoted_parameters_and_another_scheme_are_named() {
    assert_eq!(problems(&[("oauth_token", "-")]), ["missing-parameter"]);
    let request = request(None);
    let mut header = signed(&[], &request, &[]);
    header.pairs[1].quoted = false;
    assert_eq!(examined(&header, &request), (Verdict::Right, vec!["unquoted"]));
    let mut header = signed(&[], &request, &[]);
    header.scheme = "Bearer".to_owned();
    assert_eq!(examined(&header, &request).1, ["scheme"]);
    assert_eq!(problems(&[("oauth_version", "1.0a")]), ["version"]);
    assert_eq!(problems(&[("oauth_body_hash", "x")]), ["body-hash"]);
}

#[test]
fn a_parameter_sent_twice_is_named_whether_it_was_signed_once_or_twice() {
    let request = request(None);
    let mut header = signed(&[], &request, &[]);
    header.pairs.push(header.get("oauth_nonce").unwrap().clone());
    assert_eq!(examined(&header, &request), (Verdict::Wrong, vec!["twice"]));
    let url = "https://1234567-sb1.restlets.api.netsuite.com/x?oauth_nonce=abcdefghij0123456789";
    let plain = at("https://1234567-sb1.restlets.api.netsuite.com/x");
    let header = signed(&[], &plain, &[]);
    assert_eq!(examined(&header, &at(url)), (Verdict::Wrong, vec!["twice"]));
}

#[test]
fn parameters_of_the_url_have_to_come_out_of_the_header() {
    let request = request(None);
    let mut header = signed(&[], &request, &[]);
    header.pairs.extend(Header::parse("OAuth script=\"1\", deploy=\"1\"").pairs);
    let (consumer, token, account) = (consumer(HEX), token(HEX), account());
    let made_with = MadeWith { consumer: &consumer, token: &token, account: &account };
    let (verdict, findings) = examine(&header, &request, Some(made_with), NOW);
    assert_eq!((verdict, findings.len()), (Verdict::Wrong, 1));
    assert_eq!(findings[0].problem, "query-in-header");
    assert!(findings[0].what.ends_with("script, deploy."), "{}", findings[0].what);
    assert!(findings[0].fix.starts_with("Take them out of the header."));
}

#[test]
fn parameters_of_the_url_in_the_header_and_a_second_mistake_are_both_named() {
    let request = request(None);
    let mut header = signed(&[], &request, changes_of("key-token-id"));
    header.pairs.extend(Header::parse("OAuth script=\"1\"").pairs);
    assert_eq!(examined(&header, &request).1, ["query-in-header", "key-token-id"]);
}

#[test]
fn a_signature_encoded_twice_or_not_at_all_is_named() {
    let request = request(None);
    let right = signed(&[], &request, &[]);
    let value = right.value("oauth_signature").unwrap();
    let with = |raw: &str| {
        let mut header = right.clone();
        header.pairs.last_mut().unwrap().raw = raw.to_owned();
        examined(&header, &request)
    };
    let twice = encoded(&encoded(&value));
    assert_eq!(with(&twice), (Verdict::Right, vec!["signature-encoded-twice"]));
    assert_eq!(with(&value), (Verdict::Right, vec!["signature-not-encoded"]));
    assert_eq!(with("***"), (Verdict::Wrong, vec!["signature-form"]));
    assert_eq!(with("AAAA"), (Verdict::Wrong, vec!["signature-form"]));
}

#[test]
fn semicolons_are_named_as_such() {
    let request = request(None);
    let right = signed(&[], &request, &[]);
    let with = |between: &str| {
        let each = right.pairs.iter().map(|pair| format!("{}=\"{}\"", pair.name, pair.raw));
        Header::parse(&format!("OAuth {}", each.collect::<Vec<_>>().join(between)))
    };
    assert_eq!(examined(&with(", "), &request), (Verdict::Right, vec![]));
    assert_eq!(examined(&with("; "), &request), (Verdict::Right, vec!["separator"]));
}

fn of_request(method: &str, url: &str, body: Option<&str>) -> Vec<&'static str> {
    let findings = examine_request(&Request { method, url, body }, Some(&account()));
    assert!(findings.iter().all(|finding| !finding.is_error));
    findings.iter().map(|finding| finding.problem).collect()
}

#[test]
fn a_wrong_request_is_warned_about_although_the_signature_is_right() {
    const RESTLET: &str = "app/site/hosting/restlet.nl?script=1&deploy=1";
    for (url, expected) in [
        (format!("https://1234567-sb1.restlets.api.netsuite.com/{RESTLET}"), &[][..]),
        (format!("http://127.0.0.1:9090/{RESTLET}"), &[]),
        (format!("https://1234567_sb1.restlets.api.netsuite.com/{RESTLET}"), &["host-underscore"]),
        (format!("https://1234567.restlets.api.netsuite.com/{RESTLET}"), &["host-account"]),
        (format!("https://1234567-SB2.restlets.api.netsuite.com/{RESTLET}"), &["host-account"]),
        (format!("https://rest.netsuite.com/{RESTLET}"), &["host-shared"]),
        (format!("http://1234567-sb1.restlets.api.netsuite.com/{RESTLET}"), &["plain-http"]),
        (
            format!("https://1234567-sb1.suitetalk.api.netsuite.com/{RESTLET}"),
            &["restlet-on-suitetalk"],
        ),
        (format!("https://1234567-sb1.app.netsuite.com/{RESTLET}"), &["restlet-on-app"]),
        (
            "https://1234567-sb1.restlets.api.netsuite.com/services/rest/record/v1/customer".into(),
            &["rest-on-restlets"],
        ),
        (
            "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer"
                .into(),
            &[],
        ),
        (
            "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1"
                .into(),
            &["script-missing"],
        ),
        (
            format!("https://1234567-sb1.restlets.api.netsuite.com/{RESTLET}#top"),
            &["url-has-fragment"],
        ),
        (
            format!("http://1234567_sb2.suitetalk.api.netsuite.com/{RESTLET}"),
            &["host-underscore", "host-account", "plain-http", "restlet-on-suitetalk"],
        ),
    ] {
        assert_eq!(of_request("POST", &url, None), expected, "{url}");
    }
}

#[test]
fn a_body_that_netsuite_does_not_take_is_warned_about() {
    let url = "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1";
    assert_eq!(of_request("get", url, Some(JSON)), ["get-with-body"]);
    assert_eq!(of_request("POST", url, Some(JSON)), [""; 0]);
    assert_eq!(of_request("POST", url, Some("a=b")), ["form-to-restlet"]);
    assert_eq!(of_request("DELETE", url, Some(" ")), [""; 0]);
}

#[test]
fn one_wrong_account_is_named_once() {
    let request = at("https://1234567.restlets.api.netsuite.com/x");
    assert_eq!(examined(&signed(&[], &request, &[]), &request).1, ["realm-account"]);
    let changes = [("realm", "1234567")];
    assert_eq!(examined(&signed(&changes, &request, &[]), &request).1, ["host-account"]);
}
