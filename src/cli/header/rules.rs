//! What shows in a header without any secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::account::AccountId;
use crate::cli::header::Finding;
use crate::cli::header::parse::Header;
use crate::cli::header::request::Request;
use crate::text::printable;

/// What NetSuite tolerates, in seconds (help subsection 156934879823).
const TOLERATED: u64 = 300;
/// NetSuite names an upper limit for `SuiteAnalytics` Connect only.
const LONGEST_NONCE: usize = 64;
const NEEDED: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
];

/// Everything that is wrong with it.
pub fn check(header: &Header, request: &Request<'_>, now: u64) -> Vec<Finding> {
    let mut findings = Vec::new();
    shape(header, request, &mut findings);
    realm(header, request, &mut findings);
    method(header, &mut findings);
    timestamp(header, now, &mut findings);
    nonce(header, &mut findings);
    signature(header, &mut findings);
    findings
}

fn shape(header: &Header, request: &Request<'_>, findings: &mut Vec<Finding>) {
    if !header.scheme.eq_ignore_ascii_case("OAuth") {
        findings.push(Finding::error(
            "scheme",
            "The header does not start with OAuth.",
            "It reads OAuth, a space, then the parameters.",
        ));
    }
    if header.pairs.iter().any(|pair| !pair.quoted) {
        findings.push(Finding::error(
            "unquoted",
            "A value has no double quotes around it: NetSuite answers INVALID_REQUEST.",
            "Put every value into double quotes (RFC 5849 section 3.5.1).",
        ));
    }
    if header.semicolons {
        findings.push(Finding::error(
            "separator",
            "The parameters are separated by semicolons.",
            "Separate them by commas (RFC 5849 section 3.5.1).",
        ));
    }
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| header.get(name).is_none()).collect();
    if !missing.is_empty() {
        let what = format!("Missing: {}.", missing.join(", "));
        findings.push(Finding::error("missing-parameter", what, "Send it and sign it."));
    }
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let in_query = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
    for (at, pair) in header.pairs.iter().enumerate() {
        let again = header.pairs[..at].iter().any(|before| before.name == pair.name);
        if again || (pair.name.starts_with("oauth_") && in_query(&pair.name)) {
            let what = format!("{} is sent twice.", printable(&pair.name, 60));
            findings.push(Finding::error("twice", what, "Send each oauth_ parameter once."));
        }
    }
    if header.get("oauth_body_hash").is_some() {
        findings.push(Finding::warning(
            "signed-body",
            "The header has an oauth_body_hash, which NetSuite does not use.",
            "Leave it out: a JSON body is not signed.",
        ));
    }
    if header.value("oauth_version").is_some_and(|version| version != "1.0") {
        let what = "oauth_version is not 1.0.";
        findings.push(Finding::error("version", what, "Send 1.0, or leave it out."));
    }
}

fn realm(header: &Header, request: &Request<'_>, findings: &mut Vec<Finding>) {
    let of_url = request.account();
    let Some(realm) = header.value("realm") else {
        findings.push(Finding::error(
            "realm-missing",
            "There is no realm.",
            match of_url {
                Some(account) => format!("Put realm=\"{}\" first.", account.realm()),
                None => "Put the account ID first, for example realm=\"1234567_SB1\".".to_owned(),
            },
        ));
        return;
    };
    let shown = printable(&realm, 60);
    let Ok(account) = AccountId::parse_strict(&realm) else {
        let what = format!("The realm \"{shown}\" is not an account ID.");
        let fix = "It is the account ID, for example 1234567 or 1234567_SB1.";
        findings.push(Finding::error("realm-form", what, fix));
        return;
    };
    if realm != account.realm() {
        findings.push(Finding::error(
            "realm-form",
            format!("The realm is written {shown}; NetSuite wants {}.", account.realm()),
            "Upper case and an underscore: 1234567_SB1, though the host is 1234567-sb1.",
        ));
    }
    if let Some(of_url) = of_url.filter(|of_url| *of_url != account) {
        findings.push(Finding::error(
            "realm-account",
            format!("The realm is {account}, but the URL is on the host of {of_url}."),
            "Both must be the account of the token.",
        ));
    }
}

fn method(header: &Header, findings: &mut Vec<Finding>) {
    let Some(method) = header.value("oauth_signature_method") else { return };
    if method == "HMAC-SHA256" {
        return;
    }
    let shown = printable(&method, 40);
    let what = match method.as_str() {
        "HMAC-SHA1" => "HMAC-SHA1 is not accepted since NetSuite 2023.1.".to_owned(),
        _ => format!("The signature method {shown} is not one NetSuite accepts."),
    };
    findings.push(Finding::error("signature-method", what, "Sign with HMAC-SHA256."));
}

fn timestamp(header: &Header, now: u64, findings: &mut Vec<Finding>) {
    let Some(text) = header.value("oauth_timestamp") else { return };
    let right = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(sent) = text.parse::<u64>().ok().filter(|_| right) else {
        let what = "The timestamp is not a whole number.";
        findings.push(Finding::error("timestamp-form", what, "Send Unix seconds."));
        return;
    };
    if sent > 100_000_000_000 {
        findings.push(Finding::error(
            "timestamp-form",
            "The timestamp is in milliseconds.",
            "Send seconds: Math.floor(Date.now() / 1000).",
        ));
        return;
    }
    let (apart, direction) = (now.abs_diff(sent), if sent > now { "ahead" } else { "old" });
    if apart > TOLERATED {
        let what = format!("The timestamp is {} {direction}.", in_words(apart));
        findings.push(Finding::error(
            "timestamp-stale",
            what,
            "NetSuite takes 5 minutes: sign each attempt anew, and set the clock right. A header from a log is old anyway.",
        ));
    }
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

fn nonce(header: &Header, findings: &mut Vec<Finding>) {
    let Some(nonce) = header.value("oauth_nonce") else { return };
    let length = nonce.chars().count();
    if length < 6 {
        findings.push(Finding::error(
            "nonce",
            "The nonce is shorter than 6 characters.",
            "Use 20 random letters and digits, new for each request.",
        ));
    } else if length > LONGEST_NONCE {
        findings.push(Finding::warning(
            "nonce",
            format!("The nonce has {length} characters, more than SuiteAnalytics Connect takes."),
            "Use 20 random letters and digits, new for each request.",
        ));
    } else if !nonce.bytes().all(|b| b.is_ascii_alphanumeric()) {
        findings.push(Finding::warning(
            "nonce",
            "The nonce holds more than letters and digits, which is easily encoded wrongly.",
            "Use 20 random letters and digits, new for each request.",
        ));
    } else if header.value("oauth_timestamp").is_some_and(|time| time == nonce) {
        findings.push(Finding::warning(
            "nonce",
            "The nonce is the timestamp: two requests in one second have the same.",
            "Use 20 random letters and digits, new for each request.",
        ));
    }
}

fn signature(header: &Header, findings: &mut Vec<Finding>) {
    let Some(pair) = header.get("oauth_signature") else { return };
    let value = pair.value();
    if value.contains("%2B") || value.contains("%2F") || value.contains("%3D") {
        findings.push(Finding::error(
            "double-encoding",
            "The signature is encoded twice.",
            "Encode the base64 text once, when it goes into the header.",
        ));
        return;
    }
    if pair.raw.contains(['+', '/', '=']) {
        findings.push(Finding::warning(
            "signature-encoding",
            "The signature is not percent-encoded.",
            "Encode + / = as %2B %2F %3D in the header (RFC 5849 section 3.5.1).",
        ));
    }
    let what = match STANDARD.decode(&value).map(|bytes| bytes.len()) {
        Ok(32) => return,
        Ok(20) => "The signature is as long as one of HMAC-SHA1.",
        Ok(_) => "The signature is not as long as one of HMAC-SHA256.",
        Err(_) => "The signature is not base64.",
    };
    let fix = "Sign with HMAC-SHA256 and send the 32 bytes in base64: 44 characters.";
    findings.push(Finding::error("signature-form", what, fix));
}
