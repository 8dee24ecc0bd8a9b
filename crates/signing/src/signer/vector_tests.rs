//! Every published test vector, named after its source. A value that a source printed wrong is a
//! negative test: the signer must *not* produce it.

use serde_json::Value;

use crate::signer::encode::{encoded, into_ascii};
use crate::signer::parameters::Parameters;
use crate::signer::request::write_base_start;
use crate::signer::request::{Fixed, Request, Signer};
use crate::signer::reusable_buffer::ReusableBuffer;

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../../__test__/vectors/published.json")).unwrap()
}

fn vector(name: &str) -> Value {
    vectors().into_iter().find(|v| v["name"] == name).unwrap_or_else(|| panic!("no vector {name}"))
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or("")
}

fn pairs<'a>(vector: &'a Value, field: &str) -> Vec<(&'a str, &'a str)> {
    let list = vector[field].as_array().map_or(&[][..], Vec::as_slice);
    list.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap())).collect()
}

fn base_string(vector: &Value) -> String {
    let mut base = ReusableBuffer::default();
    let query = write_base_start(&mut base, text(vector, "method"), text(vector, "url")).unwrap();
    let mut parameters = Parameters::default();
    for field in ["oauth_params", "body_or_extra_params", "params"] {
        for (name, value) in pairs(vector, field) {
            parameters.push(name, value);
        }
    }
    parameters.push_query(query);
    parameters.write_sorted(&mut base);
    into_ascii(base.text().to_vec())
}

/// Checks the base string of a vector, and its header and signature where it uses HMAC-SHA256.
fn check_signature(vector: &Value) {
    let published = text(vector, "base_string");
    let expected =
        if published.is_empty() { text(vector, "computed_base_string") } else { published };
    assert_eq!(base_string(vector), expected);
    if text(vector, "algorithm") != "HMAC-SHA256" {
        return;
    }
    let own = ["oauth_callback", "oauth_verifier"];
    let oauth = pairs(vector, "oauth_params").into_iter().filter(|(name, _)| own.contains(name));
    let parameters: Vec<_> = oauth.chain(pairs(vector, "body_or_extra_params")).collect();
    let token = (text(vector, "token"), text(vector, "token_secret"));
    let signer = Signer::opaque(
        (text(vector, "consumer_key"), text(vector, "consumer_secret")),
        (!token.0.is_empty()).then_some(token),
        vector["realm"].as_str(),
    );
    let request = Request {
        method: text(vector, "method"),
        url: text(vector, "url"),
        parameters: &parameters,
        form: &[],
    };
    let timestamp = text(vector, "timestamp").parse().unwrap();
    let result = signer.sign(&request, Fixed { nonce: text(vector, "nonce"), timestamp }).unwrap();
    assert_eq!(result.base_string, expected);
    assert_eq!(result.signature, text(vector, "signature"));
    assert!(result.header.contains(&encoded(text(vector, "signature"))));
}

fn check_passport(vector: &Value) -> String {
    let signer = Signer::opaque(
        (text(vector, "consumer_key"), text(vector, "consumer_secret")),
        Some((text(vector, "token"), text(vector, "token_secret"))),
        None,
    );
    let timestamp = text(vector, "timestamp").parse().unwrap();
    signer.token_passport_with(text(vector, "realm"), text(vector, "nonce"), timestamp).signature
}

macro_rules! published {
    ($($test:ident $name:literal;)*) => {
        $(#[test] fn $test() {
            let vector = vector($name);
            match text(&vector, "kind") {
                "signature" => check_signature(&vector),
                "soap_token_passport" => assert_eq!(check_passport(&vector), text(&vector, "signature")),
                "encoding" => assert_eq!(encoded(text(&vector, "input")), text(&vector, "expected")),
                "base_string" => assert_eq!(base_string(&vector), text(&vector, "expected")),
                "normalization" => assert_eq!(normalised(&vector), text(&vector, "expected")),
                kind => panic!("unknown kind {kind}"),
            }
        })*

        const COVERED: &[&str] = &[$($name,)*];
    };
}

published! {
    oracle_help_step_one_with_role "netsuite-step1-with-role";
    oracle_help_step_one_without_role "netsuite-step1-without-role";
    oracle_help_step_three "netsuite-step3";
    oracle_help_restlet_post "netsuite-restlet-post";
    restlet_post_of_account_1234567 "netsuite-restlet-post-1234567";
    oracle_help_rest_get "netsuite-rest-get";
    oracle_help_token_passport_with_the_account_it_was_signed_for "netsuite-soap-tokenpassport-real-account";
    revoke_token_get "netsuite-revoketoken-get";
    restlet_get_of_a_developer_account "netsuite-restlet-get-tstdrv";
    rfc5849_section_1_2_initiate "rfc5849-1.2-initiate";
    rfc5849_section_1_2_token "rfc5849-1.2-token";
    rfc5849_section_1_2_resource "rfc5849-1.2-resource";
    rfc5849_section_3_4_1_1_base_string "rfc5849-3.4.1.1-erratum-2550";
    oauth_core_1_0_appendix_a5 "oauth-core-1.0-appendix-a5";
    twitter_v1 "twitter-v1";
    twitter_v1_1 "twitter-v1.1";
    oauth_wiki_encode_letters "wiki-encode-abcABC123";
    oauth_wiki_encode_unreserved "wiki-encode--._~";
    oauth_wiki_encode_percent "wiki-encode-%25";
    oauth_wiki_encode_plus "wiki-encode-%2B";
    oauth_wiki_encode_reserved "wiki-encode-%26%3D%2A";
    oauth_wiki_encode_line_feed "wiki-encode-%0A";
    oauth_wiki_encode_space "wiki-encode-%20";
    oauth_wiki_encode_delete "wiki-encode-%7F";
    oauth_wiki_encode_u0080 "wiki-encode-%C2%80";
    oauth_wiki_encode_u3001 "wiki-encode-%E3%80%81";
    oauth_wiki_normalise_name "wiki-normalize-name";
    oauth_wiki_normalise_pair "wiki-normalize-a=b";
    oauth_wiki_normalise_two "wiki-normalize-a=b&c=d";
    oauth_wiki_normalise_same_name "wiki-normalize-a=x!y&a=x+y";
    oauth_wiki_normalise_encoded_order "wiki-normalize-x!y=a&x=a";
    oauth_wiki_concatenate_root "wiki-concat-root";
    oauth_wiki_concatenate_no_path "wiki-concat-no-path";
    oauth_wiki_concatenate_request_token "wiki-concat-request-token";
}

/// The negative vectors, and the two that need HMAC-SHA1, which NetSuite dropped with 2023.1.
const ELSEWHERE: &[&str] = &[
    "netsuite-soap-tokenpassport-as-printed",
    "netsuite-example-oauth-header",
    "rfc5849-3.4.1.1-as-printed",
    "wiki-normalize-typo",
    "wiki-hmac-sha1-cs-empty",
    "wiki-hmac-sha1-cs-ts",
];

fn normalised(vector: &Value) -> String {
    let mut parameters = Parameters::default();
    parameters.push_query(format!("?{}", text(vector, "input")).as_bytes());
    let mut out = ReusableBuffer::default();
    parameters.write_sorted(&mut out);
    into_ascii(out.text().to_vec()).replace("%3D", "=").replace("%26", "&").replace("%25", "%")
}

#[test]
fn every_published_vector_has_a_test() {
    for vector in vectors() {
        let name = text(&vector, "name");
        assert!(COVERED.contains(&name) != ELSEWHERE.contains(&name), "{name}");
    }
}

/// Oracle signed this sample for account 3829855 and edited the text afterwards.
#[test]
fn not_reproduced_oracle_help_token_passport_as_printed() {
    let vector = vector("netsuite-soap-tokenpassport-as-printed");
    assert_ne!(check_passport(&vector), text(&vector, "signature"));
    assert_eq!(check_passport(&vector), text(&vector, "computed_signature"));
}

/// The digest has 20 bytes but is labelled HMAC-SHA256: it is an old HMAC-SHA1 value with a new
/// label.
#[test]
fn not_reproduced_oracle_help_example_header() {
    use base64::Engine as _;
    let vector = vector("netsuite-example-oauth-header");
    let digest =
        base64::engine::general_purpose::STANDARD.decode(text(&vector, "signature")).unwrap();
    assert_ne!(digest.len(), 32);
}

/// RFC 5849 prints a wrong signature (erratum 2550); the base string beside it is right.
#[test]
fn not_reproduced_rfc5849_section_3_4_1_1_signature() {
    let printed = vector("rfc5849-3.4.1.1-as-printed");
    let corrected = vector("rfc5849-3.4.1.1-erratum-2550");
    assert_eq!(base_string(&printed), text(&corrected, "base_string"));
    assert_ne!(text(&printed, "signature"), text(&corrected, "signature"));
}

/// An early revision of the wiki lost the `x` of `a=x%21y`.
#[test]
fn not_reproduced_oauth_wiki_normalise_typo() {
    let vector = vector("wiki-normalize-typo");
    assert_ne!(normalised(&vector), text(&vector, "expected"));
    assert_eq!(normalised(&vector), text(&vector, "computed"));
}

/// The signing key of both HMAC-SHA1 vectors is `enc(consumer secret)&enc(token secret)`, with the
/// `&` even when a half is empty. Signatures here use another digest, so the test shows that
/// different halves give different keys.
#[test]
fn the_signing_key_keeps_its_ampersand_when_a_half_is_empty() {
    let sign = |consumer_secret, token_secret| {
        let signer = Signer::opaque(("k", consumer_secret), Some(("t", token_secret)), None);
        let fixed = Fixed { nonce: "nonce1", timestamp: 1 };
        signer.sign(&Request::new("GET", "https://h/"), fixed).unwrap().signature
    };
    assert_ne!(sign("cs", ""), sign("", "cs"));
    assert_ne!(sign("cs", "ts"), sign("cs", ""));
    assert_ne!(sign("a&b", "c"), sign("a", "b&c"));
}

#[test]
fn a_query_component_that_is_encoded_twice_stays_so() {
    let mut parameters = Parameters::default();
    parameters.push_query(b"?a=%2525");
    let mut out = ReusableBuffer::default();
    parameters.write_sorted(&mut out);
    assert_eq!(into_ascii(out.text().to_vec()), "a%3D%252525");
}
