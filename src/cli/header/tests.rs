//! Headers made wrongly on purpose, one for each mistake.

use crate::cli::header::mistakes::Mistake;
use crate::cli::header::*;
use crate::signer::diagnose::{KeyRecipe, signature_of};
use crate::signer::encode::encoded;
use std::fmt::Write as _;

const NOW: u64 = 1_700_000_000;
const URL: &str = "https://1234567-sb1.restlets.api.netsuite.com/App/site/restlet.nl?script=1&deploy=1&a=2&a=1&q=x+y%20z&p=(1)&Z=1&bare";
const JSON: &str = r#"{"name":"value","n":1}"#;

fn consumer() -> Consumer {
    Consumer::parse("consumerkey", "consumersecret").unwrap()
}

fn token() -> Token {
    Token::new("tokenid", "tokensecret").unwrap()
}

fn request(body: Option<&'static str>) -> Request<'static> {
    Request { method: "POST", url: URL, body }
}

/// A right header but for the signature, with some values replaced or (by `-`) left out.
fn unsigned(changes: &[(&str, &str)]) -> Header {
    let now = NOW.to_string();
    let mut text = "OAuth ".to_owned();
    for (name, value) in [
        ("realm", "1234567_SB1"),
        ("oauth_consumer_key", "consumerkey"),
        ("oauth_token", "tokenid"),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", now.as_str()),
        ("oauth_nonce", "abcdefghij0123456789"),
        ("oauth_version", "1.0"),
    ] {
        let replaced = changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        match replaced.unwrap_or(value) {
            "-" => {}
            value => {
                let _ = write!(text, "{name}=\"{value}\", ");
            }
        }
    }
    Header::parse(&text)
}

/// The same, signed by code that makes these mistakes.
fn signed(changes: &[(&str, &str)], request: &Request<'_>, mistakes: &[Mistake]) -> Header {
    let mut header = unsigned(changes);
    let shape = mistakes.iter().find_map(|mistake| match mistake {
        Mistake::Key(shape) => Some(*shape),
        _ => None,
    });
    let base = request.base_string(&header, mistakes);
    let secrets = ("consumersecret", "tokensecret");
    let signature = signature_of(&base, secrets, shape.unwrap_or(KeyRecipe::Right));
    header
        .pairs
        .extend(Header::parse(&format!("OAuth oauth_signature=\"{}\"", encoded(&signature))).pairs);
    header
}

fn examined(header: &Header, request: &Request<'_>) -> (Verdict, Vec<&'static str>) {
    let (consumer, token) = (consumer(), token());
    let (verdict, findings) = examine(header, request, Some((&consumer, &token)), NOW);
    (verdict, findings.iter().map(|finding| finding.problem).collect())
}

fn problems(changes: &[(&str, &str)]) -> Vec<&'static str> {
    let request = request(None);
    examined(&signed(changes, &request, &[]), &request).1
}

#[test]
fn a_right_header_has_nothing_wrong() {
    for body in [None, Some(JSON), Some("a=b&c=d")] {
        let request = request(body);
        let header = signed(&[], &request, &[]);
        assert_eq!(examined(&header, &request), (Verdict::Right, vec![]));
    }
}

#[test]
fn the_signer_of_this_package_makes_right_headers() {
    let (consumer, token) = (consumer(), token());
    let signer = crate::signer::request::Signer::new(&consumer, Some(&token), Some("1234567_SB1"));
    let fixed = crate::signer::request::Fixed { nonce: "abcdefghij0123456789", timestamp: NOW };
    let made = signer.sign(&crate::signer::request::Request::new("POST", URL), fixed).unwrap();
    let header = Header::parse(&made.header);
    assert_eq!(examined(&header, &request(None)), (Verdict::Right, vec![]));
}

#[test]
fn the_realm_is_upper_case_with_an_underscore_and_the_account_of_the_url() {
    assert_eq!(problems(&[("realm", "1234567-sb1")]), ["realm-form"]);
    assert_eq!(problems(&[("realm", "1234567_sb1")]), ["realm-form"]);
    assert_eq!(problems(&[("realm", "https://x")]), ["realm-form"]);
    assert_eq!(problems(&[("realm", "1234567")]), ["realm-account"]);
    assert_eq!(problems(&[("realm", "-")]), ["realm-missing"]);
}

#[test]
fn hmac_sha1_is_told_by_its_name_and_by_its_length() {
    assert_eq!(problems(&[("oauth_signature_method", "HMAC-SHA1")]), ["signature-method"]);
    assert_eq!(problems(&[("oauth_signature_method", "PLAINTEXT")]), ["signature-method"]);
    let mut header = unsigned(&[]);
    let short = "OAuth oauth_signature=\"r6%2FTJjbCOr97%2F%2BUU0NsvSne7s5g%3D\"";
    header.pairs.extend(Header::parse(short).pairs);
    assert!(examined(&header, &request(None)).1.contains(&"signature-form"));
}

#[test]
fn a_timestamp_is_in_seconds_and_fresh() {
    assert_eq!(problems(&[("oauth_timestamp", "1699990000")]), ["timestamp-stale"]);
    assert_eq!(problems(&[("oauth_timestamp", "1700000400")]), ["timestamp-stale"]);
    assert_eq!(problems(&[("oauth_timestamp", "1700000000000")]), ["timestamp-form"]);
    assert_eq!(problems(&[("oauth_timestamp", "1.7e9")]), ["timestamp-form"]);
    assert_eq!(problems(&[("oauth_timestamp", "1699999800")]), [""; 0]);
}

#[test]
fn a_nonce_is_long_enough_and_plain() {
    assert_eq!(problems(&[("oauth_nonce", "abcde")]), ["nonce"]);
    assert_eq!(problems(&[("oauth_nonce", &"a".repeat(65))]), ["nonce"]);
    assert_eq!(problems(&[("oauth_nonce", &"a".repeat(64))]), [""; 0]);
    assert_eq!(problems(&[("oauth_nonce", "ab%2Bcdef%3D")]), ["nonce"]);
    assert_eq!(problems(&[("oauth_nonce", "1700000000")]), ["nonce"]);
}

#[test]
fn missing_doubled_and_unquoted_parameters_are_told() {
    assert_eq!(problems(&[("oauth_token", "-")]), ["missing-parameter"]);
    let request = request(None);
    let mut header = signed(&[], &request, &[]);
    header.pairs.push(header.get("oauth_nonce").unwrap().clone());
    assert_eq!(examined(&header, &request), (Verdict::Right, vec!["twice"]));
    let mut header = signed(&[], &request, &[]);
    header.pairs[1].quoted = false;
    assert_eq!(examined(&header, &request), (Verdict::Right, vec!["unquoted"]));
    let mut header = signed(&[], &request, &[]);
    header.scheme = "Bearer".to_owned();
    assert_eq!(examined(&header, &request).1, ["scheme"]);
}

#[test]
fn a_signature_encoded_twice_or_not_at_all_is_told() {
    let request = request(None);
    let right = signed(&[], &request, &[]);
    let value = right.value("oauth_signature").unwrap();
    let with = |raw: &str| {
        let mut header = right.clone();
        header.pairs.last_mut().unwrap().raw = raw.to_owned();
        examined(&header, &request)
    };
    let twice = encoded(&encoded(&value));
    assert_eq!(with(&twice), (Verdict::Right, vec!["double-encoding"]));
    assert_eq!(with(&value), (Verdict::Right, vec!["signature-encoding"]));
    assert_eq!(with("***"), (Verdict::Wrong, vec!["signature-form"]));
}

#[test]
fn semicolons_are_told_as_what_they_are() {
    let request = request(None);
    let right = signed(&[], &request, &[]);
    let with = |between: &str| {
        let each = right.pairs.iter().map(|pair| format!("{}=\"{}\"", pair.name, pair.raw));
        Header::parse(&format!("OAuth {}", each.collect::<Vec<_>>().join(between)))
    };
    assert_eq!(examined(&with(", "), &request), (Verdict::Right, vec![]));
    assert_eq!(examined(&with("; "), &request), (Verdict::Right, vec!["separator"]));
}

#[test]
fn a_plus_sign_alone_is_not_called_double_encoding() {
    let request = Request {
        method: "GET",
        url: "https://1234567-sb1.restlets.api.netsuite.com/x?q=a+b",
        body: None,
    };
    let header = signed(&[], &request, &[Mistake::PlusKept]);
    assert_eq!(examined(&header, &request), (Verdict::Wrong, vec!["encoding"]));
}

#[test]
fn each_mistake_is_found_by_computing_the_signature_again() {
    for (mistake, problem) in [
        (Mistake::Unsorted, "order"),
        (Mistake::QueryFirst, "order"),
        (Mistake::BareLeftOut, "query"),
        (Mistake::JoinedDuplicates, "lost-duplicate"),
        (Mistake::PlusForSpace, "encoding"),
        (Mistake::Key(KeyRecipe::LineEnd), "key"),
        (Mistake::SortedByName, "order"),
        (Mistake::DoubleEncoded, "double-encoding"),
        (Mistake::ReservedKept, "encoding"),
        (Mistake::LowerCaseEscapes, "encoding"),
        (Mistake::PlusKept, "encoding"),
        (Mistake::FirstOfDuplicates, "lost-duplicate"),
        (Mistake::LastOfDuplicates, "lost-duplicate"),
        (Mistake::QueryLeftOut, "query"),
        (Mistake::QueryInUrl, "query"),
        (Mistake::BodyMembers, "signed-body"),
        (Mistake::BodyWhole, "signed-body"),
        (Mistake::RealmSigned, "realm-signed"),
        (Mistake::PathCase, "url"),
        (Mistake::PortKept, "url"),
        (Mistake::Scheme, "url"),
        (Mistake::MethodCase, "method"),
        (Mistake::Method("GET"), "method"),
        (Mistake::Key(KeyRecipe::NoTokenSecret), "key"),
        (Mistake::Key(KeyRecipe::NoAmpersand), "key"),
        (Mistake::Key(KeyRecipe::Swapped), "key"),
    ] {
        let request = request(Some(JSON));
        let header = signed(&[], &request, &[mistake]);
        assert_eq!(examined(&header, &request), (Verdict::Wrong, vec![problem]), "{mistake:?}");
    }
}

#[test]
fn mistakes_that_need_a_request_of_their_own_are_found_too() {
    let find = |url: &'static str, body: Option<&'static str>, mistake: Mistake| {
        let request = Request { method: "POST", url, body };
        examined(&signed(&[("realm", "1234567_SB1")], &request, &[mistake]), &request).1
    };
    let host = "https://1234567-SB1.restlets.api.netsuite.com/";
    assert_eq!(find(host, None, Mistake::HostCase), ["url"]);
    assert_eq!(find(host, None, Mistake::PathSlash), ["url"]);
    assert_eq!(find(host, Some("a=b&c=d"), Mistake::FormLeftOut), ["form"]);
    let sorted = "https://1234567-sb1.restlets.api.netsuite.com/x?%7Ea=1&%C3%A4=1&z=2";
    assert_eq!(find(sorted, None, Mistake::SortedRaw), ["order"]);
    let joined = "https://1234567-sb1.restlets.api.netsuite.com/x?a=1&a-b=2&a1=3";
    assert_eq!(find(joined, None, Mistake::SortedJoined), ["order"]);
}

#[test]
fn two_mistakes_at_once_are_both_named() {
    let request = request(Some(JSON));
    let header = signed(&[], &request, &[Mistake::QueryLeftOut, Mistake::BodyMembers]);
    assert_eq!(examined(&header, &request).1, ["query", "signed-body"]);
}

#[test]
fn without_the_secrets_the_signature_stays_unchecked() {
    let request = request(None);
    let header = signed(&[], &request, &[Mistake::Unsorted]);
    assert_eq!(examine(&header, &request, None, NOW), (Verdict::Unchecked, vec![]));
    let (consumer, other) = (consumer(), Token::new("tokenid", "othersecret").unwrap());
    let (verdict, findings) = examine(&header, &request, Some((&consumer, &other)), NOW);
    assert_eq!((verdict, findings[0].problem), (Verdict::Wrong, "signature"));
}
