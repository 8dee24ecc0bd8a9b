//! The requests that the signer refuses, and the values that it does not reveal.

use crate::signer::request::*;

const FIXED: Fixed<'static> = Fixed { nonce: "nonce1", timestamp: 1 };

fn signer() -> Signer {
    Signer::opaque(("key", "secret"), Some(("token", "secret")), Some("1234567_SB1"))
}

fn refusal(request: &Request<'_>) -> Code {
    signer().sign(request, FIXED).map(|signed| signed.header).unwrap_err().code()
}

#[test]
fn a_method_that_is_none_is_refused() {
    let long = "A".repeat(MAX_METHOD + 1);
    for method in
        ["", "G ET", "GET\n", "GET\r\nX: y", "GET\0", "G&T", "G%T", "GÉT", "\u{fffd}", "(", &long]
    {
        assert_eq!(
            refusal(&Request::new(method, "https://h/")),
            Code::RequestInvalid,
            "{method:?}"
        );
    }
}

#[test]
fn any_token_is_a_method_and_is_signed_in_upper_case() {
    for (method, signed) in [("get", "GET"), ("M-SEARCH", "M-SEARCH"), ("x_.~!", "X_.~!")] {
        let base = signer().sign(&Request::new(method, "https://h/"), FIXED).unwrap().base_string;
        assert!(base.starts_with(&format!("{signed}&https%3A%2F%2Fh%2F&")), "{base}");
    }
}

#[test]
fn a_control_character_anywhere_in_the_url_is_refused() {
    for at in 0.."https://host/path?a=b#fragment".len() {
        for bad in ['\0', '\t', '\n', '\r', '\u{1f}', '\u{7f}'] {
            let mut url = "https://host/path?a=b#fragment".to_owned();
            url.insert(at, bad);
            assert_eq!(refusal(&Request::new("GET", &url)), Code::RequestInvalid, "{url:?}");
        }
    }
}

/// A lone surrogate arrives from JavaScript as U+FFFD, and a client sends it in that form.
#[test]
fn a_replacement_character_is_signed_as_one() {
    let request = Request::new("GET", "https://h/\u{fffd}?a=\u{fffd}");
    let base = signer().sign(&request, FIXED).unwrap().base_string;
    assert!(base.starts_with("GET&https%3A%2F%2Fh%2F%25EF%25BF%25BD&a%3D%25EF%25BF%25BD%26"));
}

#[test]
fn query_parameters_called_like_those_of_the_signer_are_signed_beside_them() {
    let url =
        "https://h/?oauth_nonce=mine&oauth_version=2.0&oauth_token=&oauth_signature=x&oauth_nonce1";
    let base = signer().sign(&Request::new("GET", url), FIXED).unwrap().base_string;
    assert_eq!(
        base,
        "GET&https%3A%2F%2Fh%2F&oauth_consumer_key%3Dkey%26oauth_nonce%3Dmine%26oauth_nonce%3Dnonce1\
         %26oauth_nonce1%3D%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1\
         %26oauth_token%3D%26oauth_token%3Dtoken%26oauth_version%3D1.0%26oauth_version%3D2.0"
    );
}

#[test]
fn a_parameter_that_the_signer_writes_itself_is_refused() {
    for name in RESERVED {
        let parameters = [(name, "x")];
        let request = Request { parameters: &parameters, ..Request::new("GET", "https://h/") };
        assert_eq!(refusal(&request), Code::RequestInvalid, "{name}");
    }
    let form = [("realm", "x"), ("oauth_nonce", "y")];
    assert!(
        signer()
            .sign(&Request { form: &form, ..Request::new("POST", "https://h/") }, FIXED)
            .is_ok()
    );
}

#[test]
fn parameters_go_into_the_header_and_a_form_does_not() {
    let (parameters, form) = ([("role", "a b")], [("a", "b c")]);
    let request =
        Request { method: "POST", url: "https://h/", parameters: &parameters, form: &form };
    let signed = signer().sign(&request, FIXED).unwrap();
    assert!(signed.header.contains(", role=\"a%20b\", ") && !signed.header.contains("c\""));
    assert!(
        signed.base_string.contains("%26role%3Da%2520b")
            && signed.base_string.contains("&a%3Db%2520c%26")
    );
}

#[test]
fn a_form_above_16_megabytes_is_refused() {
    let value = "x".repeat(MAX_FORM);
    let form = [("a", value.as_str())];
    assert_eq!(
        refusal(&Request { form: &form, ..Request::new("POST", "https://h/") }),
        Code::RequestInvalid
    );
}

#[test]
fn without_a_token_there_is_no_oauth_token_and_half_a_key() {
    let without = Signer::opaque(("key", "secret"), None, None);
    let signed = without.sign(&Request::new("POST", "https://h/"), FIXED).unwrap();
    assert!(!signed.header.contains("oauth_token") && !signed.base_string.contains("oauth_token"));
    let mac = key_of("secret", "").sign(signed.base_string.as_bytes());
    assert_eq!(mac, Key::new(b"secret&").sign(signed.base_string.as_bytes()));
    assert_eq!(signed.signature, STANDARD.encode(mac));
}

#[test]
fn a_realm_is_first_quoted_and_not_signed() {
    let quoted = Signer::opaque(("k", "s"), None, Some("a\"b\\c"));
    let signed = quoted.sign(&Request::new("GET", "https://h/"), FIXED).unwrap();
    assert!(signed.header.starts_with("OAuth realm=\"a\\\"b\\\\c\", oauth_consumer_key=\"k\", "));
    assert!(!signed.base_string.contains("realm"));
}

#[test]
fn a_refused_request_leaves_nothing_for_the_next_one() {
    let signer = signer();
    let long = format!("https://h/?a={}\n", "b".repeat(1000));
    assert!(signer.authorize(&Request::new("GET", &long)).is_err());
    let header = signer.authorize(&Request::new("GET", "https://h/")).unwrap();
    assert_eq!(header.matches("oauth_signature=").count(), 1);
    assert!(!header.contains("bbb"));
}

/// Compiles only while `Signer` and `Key` have no `Debug`. With it, both implementations would
/// apply and be ambiguous.
#[test]
fn what_holds_a_key_cannot_be_printed() {
    trait WithoutDebug<Marker> {
        fn holds() {}
    }
    struct Printable;
    impl<T> WithoutDebug<()> for T {}
    impl<T: std::fmt::Debug> WithoutDebug<Printable> for T {}
    <Signer as WithoutDebug<_>>::holds();
    <Key as WithoutDebug<_>>::holds();
}

/// Compiles only while `sha2` wipes its state. A key longer than a block passes through that state.
#[test]
fn sha2_is_built_with_zeroize() {
    fn is_wiped<T: zeroize::ZeroizeOnDrop>() {}
    is_wiped::<sha2::Sha256>();
}
