//! Method, URL and parameters: no panic, and a base string that signs the same when it is made a URL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netsuite_tba::MAX_URL;
use netsuite_tba::{Fixed, Request, Signer};

const FIXED: Fixed<'static> = Fixed { nonce: "fjaLirsIcCGVZWzBX0pg", timestamp: 1_508_242_306 };
const OWN: [&str; 6] = [
    "oauth_consumer_key=key",
    "oauth_nonce=fjaLirsIcCGVZWzBX0pg",
    "oauth_signature_method=HMAC-SHA256",
    "oauth_timestamp=1508242306",
    "oauth_token=token",
    "oauth_version=1.0",
];

/// Takes one encoding back.
fn unescape(text: &str) -> String {
    let mut parts = text.split('%');
    let start = parts.next().unwrap_or_default().to_owned();
    let bytes = parts.fold(start.into_bytes(), |mut out, part| {
        out.push(u8::from_str_radix(&part[..2], 16).expect("an escape"));
        out.extend_from_slice(&part.as_bytes()[2..]);
        out
    });
    String::from_utf8(bytes).expect("what is encoded twice is ASCII when encoded once")
}

// The lines of the input: method, URL, and then names and values in turn, for the header and the form.
fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let rest: Vec<&str> = lines.collect();
    let pairs: Vec<(&str, &str)> = rest.chunks_exact(2).map(|two| (two[0], two[1])).collect();
    let (parameters, form) = pairs.split_at(pairs.len() / 2);
    let signer = Signer::opaque(("key", "secret"), Some(("token", "secret")), Some("1234567"));
    let Ok(signed) = signer.sign(&Request { method, url, parameters, form }, FIXED) else { return };

    assert!(signed.header.bytes().all(|b| b == b' ' || b.is_ascii_graphic()));
    let parts: Vec<&str> = signed.base_string.split('&').collect();
    let [method, uri, normalised] = parts[..] else { panic!("{}", signed.base_string) };
    let (uri, normalised) = (unescape(uri), unescape(normalised));
    let mut pairs: Vec<&str> = normalised.split('&').collect();
    for own in OWN {
        let at = pairs.iter().position(|&pair| pair == own).expect("the signer's own parameters");
        pairs.remove(at);
    }
    let again = format!("{uri}?{}", pairs.join("&"));
    if again.len() <= MAX_URL {
        let again = signer.sign(&Request::new(method, &again), FIXED).expect("what was signed");
        assert_eq!(again.base_string, signed.base_string);
        assert_eq!(again.signature, signed.signature);
    }
});
