//! Random requests: the header's signature is the one a second, plain implementation of RFC 5849
//! computes, and the base string holds exactly the parameters of the request.
//!
//! The second implementation is slow and obvious on purpose, and shares no code with the first.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use std::collections::BTreeMap;

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use netsuite_tba::{Fixed, Request, Signer};
use proptest::prelude::*;
use sha2::Sha256;

type Pairs = Vec<(String, String)>;

/// RFC 5849 section 3.6.
fn escape(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}

fn unescape(text: &str, plus_is_space: bool) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let escaped = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = escaped
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte {
            out.push(byte);
            at += 3;
        } else {
            out.push(if plus_is_space && bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    out
}

/// A request in its parts, from which the URL is put together.
#[derive(Clone, Debug)]
struct Parts {
    method: String,
    scheme: &'static str,
    host: String,
    port: Option<u16>,
    path: String,
    query: Vec<(String, Option<String>)>,
    fragment: Option<String>,
    parameters: Pairs,
    form: Pairs,
}

impl Parts {
    fn url(&self) -> String {
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        let pair = |(name, value): &(String, Option<String>)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.clone(),
        };
        let query: Vec<_> = self.query.iter().map(pair).collect();
        let question = if query.is_empty() { "" } else { "?" };
        let fragment = self.fragment.as_ref().map_or(String::new(), |text| format!("#{text}"));
        let Self { scheme, host, path, .. } = self;
        format!("{scheme}://{host}{port}{path}{question}{}{fragment}", query.join("&"))
    }

    /// The parameters of the request, decoded, without those of the signer.
    fn decoded(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let given = self.parameters.iter().chain(&self.form);
        let given =
            given.map(|(name, value)| (name.clone().into_bytes(), value.clone().into_bytes()));
        // Between two `&` there is no pair; a lone `=` is one.
        let query = self.query.iter().filter(|(name, value)| !name.is_empty() || value.is_some());
        let query = query.map(|(name, value)| {
            (unescape(name, true), unescape(value.as_deref().unwrap_or(""), true))
        });
        given.chain(query).collect()
    }

    fn base_uri(&self) -> String {
        let default = if self.scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
        let port = self
            .port
            .filter(|&port| port != default)
            .map_or(String::new(), |port| format!(":{port}"));
        let path = if self.path.is_empty() { "/" } else { &self.path };
        // What a URL cannot hold is sent escaped; everything else as it stands.
        let sent: String = path
            .chars()
            .map(|c| match c {
                ' ' | '"' | '<' | '>' | '`' | '{' | '}' | '\u{80}'.. => {
                    escape(c.to_string().as_bytes())
                }
                _ => c.to_string(),
            })
            .collect();
        format!("{}://{}{port}{sent}", self.scheme.to_lowercase(), self.host.to_lowercase())
    }
}

const KEYS: [&str; 4] = ["consumer key", "consumer&secret", "tökén", "token secret/+="];
const NONCE: &str = "n o+n/c=e";
const TIMESTAMP: u64 = 1_508_242_306;

fn signer() -> Signer {
    Signer::opaque((KEYS[0], KEYS[1]), Some((KEYS[2], KEYS[3])), Some("1234567_SB1"))
}

fn own_parameters(nonce: &str, timestamp: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    [
        ("oauth_consumer_key", KEYS[0]),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", timestamp),
        ("oauth_token", KEYS[2]),
        ("oauth_version", "1.0"),
    ]
    .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
    .to_vec()
}

fn expected_base_string(parts: &Parts, nonce: &str, timestamp: &str) -> String {
    let mut pairs: Vec<(String, String)> = parts
        .decoded()
        .into_iter()
        .filter(|(name, _)| name != b"oauth_signature")
        .chain(own_parameters(nonce, timestamp))
        .map(|(name, value)| (escape(&name), escape(&value)))
        .collect();
    pairs.sort();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (uri, parameters) =
        (escape(parts.base_uri().as_bytes()), escape(pairs.join("&").as_bytes()));
    format!("{}&{uri}&{parameters}", parts.method.to_uppercase())
}

fn expected_signature(base: &str) -> String {
    let key = format!("{}&{}", escape(KEYS[1].as_bytes()), escape(KEYS[3].as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(base.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

/// The fields of an `Authorization` header, decoded, with those that stand twice refused.
fn fields(header: &str) -> BTreeMap<String, String> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let mut fields = BTreeMap::new();
    for field in header.strip_prefix("OAuth ").unwrap().split(", ") {
        let (name, value) = field.split_once('=').unwrap();
        let value = value.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        let (name, value) = (text(unescape(name, false)), text(unescape(value, false)));
        assert!(fields.insert(name, value).is_none(), "{header}");
    }
    fields
}

fn borrowed(pairs: &Pairs) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9._~-]{0,12}",
        "[ -~]{0,12}",
        "\\PC{0,8}",
        any::<String>().prop_map(|text| text.chars().take(10).collect()),
    ]
}

/// Text as it may stand in a query: with escapes right and wrong, `+`, `=`, non-ASCII.
fn query_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9._~-]{1,8}",
        1 => "%[0-9a-fA-F]{2}",
        1 => "%[0-9a-zA-Z]?",
        1 => "[+!*'();:@$,/?|^\\\\{}\"<> -]",
        1 => "[äß→日𝄞]",
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Names: any, and those that sort next to and among the signer's own.
fn query_name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => query_text(),
        2 => prop::sample::select(vec![
            "a", "z", "script", "deploy", "oauth_", "oauth_c", "oauth_co", "oauth_consumer_key",
            "oauth_consumer_key0", "oauth_nonce", "oauth%5Fnonce", "oauth_signature",
            "oauth_signature_method", "oauth_token", "oauth_v", "oauth_verifier", "oauth_version",
            "oauth_version1", "oauth_w", "realm", "parameter1", "parameter10", "parameter2",
        ]).prop_map(str::to_owned),
    ]
}

fn parts() -> impl Strategy<Value = Parts> {
    let host = prop_oneof![
        "[a-zA-Z][a-zA-Z0-9-]{0,10}(\\.[a-zA-Z][a-zA-Z0-9-]{0,6}){0,3}",
        Just("1234567-SB1.restlets.api.netsuite.com".to_owned()),
        Just("127.0.0.1".to_owned()),
        Just("[2001:DB8::1]".to_owned()),
    ];
    let port =
        prop_oneof![Just(None), Just(Some(80)), Just(Some(443)), any::<u16>().prop_map(Some),];
    let path = "(/([a-zA-Z0-9._~!$&'()*+,;=:@ äß日{}<>\"`-]|%[0-9a-fA-F]{2}){0,8}){0,4}";
    let path = path.prop_filter("dots are refused", |path: &String| {
        let plain = path.to_lowercase().replace("%2e", ".");
        !plain.split('/').any(|segment| segment == "." || segment == "..") && !path.ends_with(' ')
    });
    let value = prop_oneof![3 => query_text().prop_map(Some), 1 => Just(None)];
    let value = value.prop_map(|value| value.map(|text: String| text + "="));
    let value = prop_oneof![value.clone(), query_text().prop_map(Some)];
    let query = prop::collection::vec((query_name(), value), 0..8).prop_filter(
        "a space at the end is refused",
        |query| {
            query.last().is_none_or(|(name, value)| !value.as_ref().unwrap_or(name).ends_with(' '))
        },
    );
    let own = "oauth_(callback|verifier)|role|[a-z]{1,5}"
        .prop_filter("reserved", |name: &String| name != "realm");
    let parameters = prop::collection::btree_map(own, a_text(), 0..3)
        .prop_map(|parameters| parameters.into_iter().collect::<Pairs>());
    let form = prop::collection::vec((a_text(), a_text()), 0..5);
    (
        "[A-Za-z]{1,7}",
        prop::sample::select(vec!["https", "http", "HTTPS", "hTTp"]),
        (host, port, path),
        query,
        prop::option::of("[a-z?/&=]{0,5}"),
        (parameters, form),
    )
        .prop_map(
            |(method, scheme, (host, port, path), query, fragment, (parameters, form))| Parts {
                method,
                scheme,
                host,
                port,
                path,
                query,
                fragment,
                parameters,
                form,
            },
        )
}

proptest! {
    // Nothing is written into the tree: a failure prints its smallest input. PROPTEST_CASES asks
    // for more.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn base_string_and_signature_are_those_of_the_second_implementation(parts in parts()) {
        let (url, parameters, form) = (parts.url(), borrowed(&parts.parameters), borrowed(&parts.form));
        let request =
            Request { method: &parts.method, url: &url, parameters: &parameters, form: &form };
        let fixed = Fixed { nonce: NONCE, timestamp: TIMESTAMP };
        let signed = signer().sign(&request, fixed).unwrap();
        let base = expected_base_string(&parts, NONCE, &TIMESTAMP.to_string());
        prop_assert_eq!(&signed.base_string, &base);
        prop_assert_eq!(&signed.signature, &expected_signature(&base));
    }

    #[test]
    fn a_header_verifies_with_nothing_but_what_it_says(parts in parts()) {
        let (url, parameters, form) = (parts.url(), borrowed(&parts.parameters), borrowed(&parts.form));
        let request =
            Request { method: &parts.method, url: &url, parameters: &parameters, form: &form };
        let header = signer().authorize(&request).unwrap();
        let fields = fields(&header);
        let base = expected_base_string(&parts, &fields["oauth_nonce"], &fields["oauth_timestamp"]);
        prop_assert_eq!(&fields["oauth_signature"], &expected_signature(&base));
        prop_assert!(header.starts_with("OAuth realm=\"1234567_SB1\", "));
        prop_assert!(header.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
        for (name, value) in &parts.parameters {
            prop_assert_eq!(&fields[name], value);
        }
    }

    #[test]
    fn a_base_string_has_the_parameters_of_the_request_and_no_others(parts in parts()) {
        let (url, parameters, form) = (parts.url(), borrowed(&parts.parameters), borrowed(&parts.form));
        let request =
            Request { method: &parts.method, url: &url, parameters: &parameters, form: &form };
        let fixed = Fixed { nonce: NONCE, timestamp: TIMESTAMP };
        let base = signer().sign(&request, fixed).unwrap().base_string;
        let [method, uri, normalised] = base.split('&').collect::<Vec<_>>()[..] else {
            return Err(TestCaseError::fail(base));
        };
        prop_assert_eq!(method, parts.method.to_uppercase());
        prop_assert_eq!(unescape(uri, false), parts.base_uri().into_bytes());
        let normalised = String::from_utf8(unescape(normalised, false)).unwrap();
        let mut found: Vec<_> = normalised
            .split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (unescape(name, false), unescape(value, false)))
            .collect();
        let mut given = parts.decoded();
        given.retain(|(name, _)| name != b"oauth_signature");
        given.extend(own_parameters(NONCE, &TIMESTAMP.to_string()));
        found.sort();
        given.sort();
        prop_assert_eq!(found, given);
    }

    #[test]
    fn two_headers_for_one_request_differ(url in "https://[a-z]{1,9}/[a-z]{0,5}") {
        let (signer, request) = (signer(), Request::new("GET", &url));
        let [first, second] = [(); 2].map(|()| fields(&signer.authorize(&request).unwrap()));
        prop_assert_ne!(&first["oauth_nonce"], &second["oauth_nonce"]);
        prop_assert_ne!(&first["oauth_signature"], &second["oauth_signature"]);
    }

    #[test]
    fn whatever_is_given_is_signed_or_refused(method in any::<String>(), url in any::<String>(), tail in any::<String>()) {
        let signer = signer();
        let _ = signer.authorize(&Request::new(&method, &url));
        let url = format!("https://h/{tail}");
        let parameters = [(method.as_str(), tail.as_str())];
        let request = Request { method: "GET", url: &url, parameters: &parameters, form: &parameters };
        let _ = signer.authorize(&request);
    }
}
