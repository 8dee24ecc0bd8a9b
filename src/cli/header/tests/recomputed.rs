//! Mistakes that are found by signing again.

use super::*;
use std::time::{Duration, Instant};

/// Requests of which at least one shows each mistake.
const REQUESTS: &[(&str, Option<&str>)] = &[
    (URL, Some(JSON)),
    (
        "https://1234567-SB1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1&b=!%2F&a=~&e=&p=%252B&u=%C3%A4#part",
        Some(JSON),
    ),
    (
        "https://1234567-SB1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/eid%3Aa%2Fb",
        None,
    ),
    ("https://1234567-sb1.restlets.api.netsuite.com", Some("a=b+c&d=%2F")),
    ("https://1234567-sb1.restlets.api.netsuite.com:9090/x?~a=1&%C3%A4=1&z=2", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?a=1&a-b=2&a1=3", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?a=1&a=1&b=x%20y", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?b=~", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?b=2&B=1&a=3", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?b=%2F", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?a=x%20y~*", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?a=2&a=1", None),
    ("https://1234567-sb1.restlets.api.netsuite.com/x?a=1&a=2&a=1", None),
];
const HEADERS: &[&[(&str, &str)]] = &[
    &[],
    &[("oauth_version", "-")],
    &[("oauth_nonce", "abc%2Bdef%3D")],
    &[("oauth_timestamp", "1700000000000")],
    &[("oauth_signature_method", "HMAC-SHA1")],
    &[("oauth_callback", "https%3A%2F%2Fh%2Fcb"), ("role", "3")],
];

/// Whether one of the requests signed in this way leads to this row, and only to it.
fn is_found(id: &str, change: fn(&mut Recipe)) -> bool {
    let methods = ["POST", "GET"];
    methods.iter().any(|method| {
        HEADERS.iter().any(|changes| {
            [HEX, MIXED].iter().any(|secrets| {
                REQUESTS.iter().any(|(url, body)| {
                    let request = Request { method, url, body: *body };
                    let header = signed_with(changes, &request, *secrets, &[change]);
                    let credentials = Credentials {
                        consumer_key: "consumerkey",
                        consumer_secret: secrets.0,
                        token_id: "tokenid",
                        token_secret: secrets.1,
                    };
                    match search::explain(&header, &request, &credentials) {
                        Explanation::Mistakes(found) => found == [id],
                        _ => false,
                    }
                })
            })
        })
    })
}

#[test]
fn every_way_of_every_row_is_found_by_signing_again() {
    let mut missed = Vec::new();
    for row in mistakes::all() {
        let Sign::Recomputed(changes) = row.sign else { continue };
        for (at, change) in changes.iter().enumerate() {
            if !is_found(row.id, *change) {
                missed.push(format!("{} {at}", row.id));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_row_is_reported_with_its_text() {
    let request = request(None);
    let header = signed(&[], &request, changes_of("query-unsigned"));
    let (consumer, token, account) = (consumer(HEX), token(HEX), account());
    let made_with = MadeWith { consumer: &consumer, token: &token, account: &account };
    let (verdict, findings) = examine(&header, &request, Some(made_with), NOW);
    assert_eq!((verdict, findings.len()), (Verdict::Wrong, 1));
    let Finding { problem, is_error, what, fix } = &findings[0];
    assert_eq!((*problem, *is_error), ("query-unsigned", true));
    assert_eq!(what, "The URL's parameters were not signed.");
    assert!(fix.starts_with("Sign the query's parameters"));
}

#[test]
fn two_mistakes_at_once_are_both_named() {
    for pair in [
        ["query-unsigned", "body-members-signed"],
        ["url-query", "realm-signed"],
        ["method-case", "key-token-id"],
        ["list-not-encoded", "signature-hex"],
        ["order-unsorted", "digest-sha1"],
        ["version-unsigned", "key-line-end"],
        ["host-missing", "parameter-unsigned"],
    ] {
        let request = request(Some(JSON));
        let changes = pair.map(|id| changes_of(id)[0]);
        let header = signed(&[], &request, &changes);
        assert_eq!(examined(&header, &request), (Verdict::Wrong, pair.to_vec()));
    }
}

#[test]
fn an_unsorted_list_without_the_query_is_two_mistakes() {
    let request = request(None);
    let changes = ["query-unsigned", "order-unsorted"].map(|id| changes_of(id)[0]);
    let (verdict, found) = examined(&signed(&[], &request, &changes), &request);
    assert_eq!((verdict, found), (Verdict::Wrong, vec!["query-unsigned", "order-unsorted"]));
}

#[test]
fn the_search_is_limited_on_the_longest_url() {
    let pairs: String = (0..1500).fold(String::new(), |mut text, number| {
        let _ = write!(text, "&p{number}=%20");
        text
    });
    let url = format!("https://1234567-sb1.restlets.api.netsuite.com/x?{pairs}");
    let request = at(&url);
    request.check().unwrap();
    let mut header = unsigned(&[]);
    let other = format!("OAuth oauth_signature=\"{}%3D\"", "A".repeat(43));
    header.pairs.extend(Header::parse(&other).pairs);
    let start = Instant::now();
    assert_eq!(examined(&header, &request), (Verdict::Wrong, vec!["signature"]));
    // Without the limit, all pairs take several minutes.
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn other_secrets_are_no_known_mistake() {
    let request = request(None);
    let header = signed_with(&[], &request, MIXED, &[]);
    assert_eq!(examined(&header, &request), (Verdict::Wrong, vec!["signature"]));
}

#[test]
fn a_right_header_has_nothing_wrong() {
    for body in [None, Some(JSON), Some("a=b&c=d")] {
        let request = Request {
            method: "PUT",
            url: "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/x?a=%FF&b=+",
            body,
        };
        let header = signed(&[], &request, &[]);
        assert_eq!(examined(&header, &request), (Verdict::Right, vec![]));
    }
}

#[test]
fn headers_of_the_signer_of_this_package_are_right() {
    let signer = crate::signer::request::Signer::new(
        &consumer(MIXED),
        Some(&token(MIXED)),
        Some("1234567_SB1"),
    );
    let fixed = crate::signer::request::Fixed { nonce: "abcdefghij0123456789", timestamp: NOW };
    for (url, _) in
        REQUESTS.iter().chain(&[("https://1234567-sb1.app.netsuite.com/a b?x=%ff&%zz", None)])
    {
        let made = signer.sign(&crate::signer::request::Request::new("POST", url), fixed).unwrap();
        let header = Header::parse(&made.header);
        assert_eq!(examined_with(&header, &at(url), MIXED).0, Verdict::Right, "{url}");
    }
}

#[test]
fn without_the_secrets_the_signature_is_unchecked() {
    let request = request(None);
    let header = signed(&[], &request, changes_of("order-unsorted"));
    assert_eq!(examine(&header, &request, None, NOW), (Verdict::Unchecked, vec![]));
}
