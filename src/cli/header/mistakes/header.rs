//! What a header shows without any secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::row::{Mistake, Severity, Sign};
use crate::account::AccountId;
use crate::cli::header::parse::{Header, decode};
use crate::cli::header::request::Request;
use crate::text::printable;

/// What NetSuite tolerates, in seconds (help subsection 156934879823).
const TOLERATED: u64 = 300;
/// NetSuite documents an upper limit for `SuiteAnalytics` Connect only.
const LONGEST_NONCE: usize = 64;
/// From here on a timestamp is in milliseconds: in seconds it would be the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;
const NEEDED: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
];
const NEW_NONCE: &str = "Use 20 random letters and digits, new for each request.";

type Look = fn(&Header, &Request<'_>, u64) -> Option<String>;

const fn error(id: &'static str, look: Look, what: &'static str, fix: &'static str) -> Mistake {
    Mistake { id, severity: Severity::Error, sign: Sign::Header(look), what, fix }
}

const fn warning(id: &'static str, look: Look, what: &'static str, fix: &'static str) -> Mistake {
    Mistake { id, severity: Severity::Warning, sign: Sign::Header(look), what, fix }
}

pub const ROWS: &[Mistake] = &[
    error(
        "scheme",
        |header, _, _| (!header.scheme.eq_ignore_ascii_case("OAuth")).then(String::new),
        "The header does not start with OAuth.",
        "Write OAuth, a space, then the parameters.",
    ),
    error(
        "unquoted",
        |header, _, _| header.pairs.iter().any(|pair| !pair.quoted).then(String::new),
        "A value is not in double quotes: NetSuite answers INVALID_REQUEST.",
        "Put every value in double quotes (RFC 5849 section 3.5.1).",
    ),
    error(
        "separator",
        |header, _, _| header.semicolons.then(String::new),
        "The parameters are separated by semicolons.",
        "Separate them with commas (3.5.1).",
    ),
    error("missing-parameter", missing, "Missing from the header: {}.", "Send it and sign it."),
    error("twice", twice, "Sent twice: {}.", "Send each oauth_ parameter once, in the header."),
    error(
        "query-in-header",
        query_in_header,
        "The header contains parameters of the URL: {}.",
        "Take them out of the header. They are signed with the others, but sent in the URL only.",
    ),
    warning(
        "body-hash",
        |header, _, _| header.get("oauth_body_hash").map(|_| String::new()),
        "The header has an oauth_body_hash, which NetSuite does not use.",
        "Leave it out: a JSON body is not signed.",
    ),
    error(
        "version",
        |header, _, _| {
            header.value("oauth_version").filter(|it| it != "1.0").map(|_| String::new())
        },
        "oauth_version is not 1.0.",
        "Send 1.0, or leave it out.",
    ),
    error(
        "realm-missing",
        realm_missing,
        "The header has no realm.",
        "Add realm=\"{}\" at its start.",
    ),
    error(
        "realm-form",
        realm_form,
        "The realm is not written as NetSuite wants it: {}.",
        "Write the account ID in upper case with an underscore: 1234567_SB1, though the host is 1234567-sb1.",
    ),
    error(
        "realm-account",
        realm_account,
        "The realm and the URL's host name different accounts: {}.",
        "Both must be the account of the token.",
    ),
    error(
        "signature-method",
        signature_method,
        "NetSuite does not accept the signature method {}.",
        "Sign with HMAC-SHA256. HMAC-SHA1 has not been accepted since NetSuite 2023.1.",
    ),
    error(
        "timestamp-form",
        |header, _, _| match sent_at(header)? {
            Ok(_) => None,
            Err(()) => Some(String::new()),
        },
        "The timestamp is not a whole number.",
        "Send Unix seconds.",
    ),
    error(
        "timestamp-milliseconds",
        |header, _, _| sent_at(header)?.ok().filter(|at| *at > MILLISECONDS).map(|_| String::new()),
        "The timestamp is in milliseconds.",
        "Send seconds: Math.floor(Date.now() / 1000).",
    ),
    error(
        "timestamp-stale",
        stale,
        "The timestamp is {}.",
        "NetSuite allows 5 minutes: sign each attempt anew, and set the clock. A header from a log is always old.",
    ),
    error(
        "nonce-short",
        |header, _, _| {
            header.value("oauth_nonce").filter(|it| it.chars().count() < 6).map(|_| String::new())
        },
        "The nonce is shorter than 6 characters.",
        NEW_NONCE,
    ),
    warning(
        "nonce-long",
        |header, _, _| {
            header
                .value("oauth_nonce")
                .filter(|it| it.chars().count() > LONGEST_NONCE)
                .map(|_| String::new())
        },
        "The nonce is longer than 64 characters.",
        NEW_NONCE,
    ),
    warning(
        "nonce-characters",
        |header, _, _| {
            let nonce = header.value("oauth_nonce")?;
            (!nonce.bytes().all(|b| b.is_ascii_alphanumeric())).then(String::new)
        },
        "The nonce has characters other than letters and digits, which are easily encoded wrongly.",
        NEW_NONCE,
    ),
    warning(
        "nonce-timestamp",
        |header, _, _| {
            let nonce = header.value("oauth_nonce")?;
            (nonce.len() >= 6 && header.value("oauth_timestamp")? == nonce).then(String::new)
        },
        "The nonce is the timestamp: two requests in one second have the same.",
        NEW_NONCE,
    ),
    error(
        "signature-encoded-twice",
        |header, _, _| {
            let value = header.value("oauth_signature")?;
            ["%2B", "%2F", "%3D"].iter().any(|escape| value.contains(escape)).then(String::new)
        },
        "The signature is percent-encoded twice.",
        "Encode the base64 text once, when it goes into the header.",
    ),
    warning(
        "signature-not-encoded",
        |header, _, _| {
            header.get("oauth_signature")?.raw.contains(['+', '/', '=']).then(String::new)
        },
        "The signature is not percent-encoded.",
        "Encode + / = as %2B %2F %3D in the header (3.5.1).",
    ),
    error(
        SIGNATURE_FORM,
        signature_form,
        "The signature {}.",
        "Sign with HMAC-SHA256 and send the 32 bytes in base64: 44 characters.",
    ),
];

/// A row that says little where signing again found the cause.
pub const SIGNATURE_FORM: &str = "signature-form";

fn missing(header: &Header, _: &Request<'_>, _: u64) -> Option<String> {
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| header.get(name).is_none()).collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}

fn twice(header: &Header, request: &Request<'_>, _: u64) -> Option<String> {
    let pairs = header.pairs.iter().enumerate();
    let again =
        pairs.filter(|(at, pair)| header.pairs[..*at].iter().any(|one| one.name == pair.name));
    let in_query = header.names_in_query(request).filter(|name| name.starts_with("oauth_"));
    listed(again.map(|(_, pair)| pair.name.as_str()).chain(in_query))
}

fn query_in_header(header: &Header, request: &Request<'_>, _: u64) -> Option<String> {
    listed(header.names_in_query(request).filter(|name| !name.starts_with("oauth_")))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut names: Vec<String> = names.map(|name| printable(name, 60)).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

fn realm_missing(header: &Header, request: &Request<'_>, _: u64) -> Option<String> {
    let example = || "1234567_SB1".to_owned();
    let of_url = || request.account().map_or_else(example, |account| account.realm().to_owned());
    header.get("realm").is_none().then(of_url)
}

fn realm_form(header: &Header, _: &Request<'_>, _: u64) -> Option<String> {
    let realm = header.value("realm")?;
    let shown = printable(&realm, 60);
    match AccountId::parse_strict(&realm) {
        Err(_) => Some(format!("\"{shown}\" is not an account ID")),
        Ok(account) if realm != account.realm() => {
            Some(format!("{shown} instead of {}", account.realm()))
        }
        Ok(_) => None,
    }
}

fn realm_account(header: &Header, request: &Request<'_>, _: u64) -> Option<String> {
    let account = AccountId::parse_strict(&header.value("realm")?).ok()?;
    let of_url = request.account()?;
    (of_url != account).then(|| format!("{account} and {of_url}"))
}

fn signature_method(header: &Header, _: &Request<'_>, _: u64) -> Option<String> {
    let method = header.value("oauth_signature_method")?;
    (method != "HMAC-SHA256").then(|| printable(&method, 40))
}

/// The timestamp, or that it is not a number.
fn sent_at(header: &Header) -> Option<Result<u64, ()>> {
    let text = header.value("oauth_timestamp")?;
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    Some(text.parse::<u64>().ok().filter(|_| is_number).ok_or(()))
}

fn stale(header: &Header, _: &Request<'_>, now: u64) -> Option<String> {
    let sent = sent_at(header)?.ok().filter(|at| *at <= MILLISECONDS)?;
    let (apart, direction) = (now.abs_diff(sent), if sent > now { "ahead" } else { "old" });
    (apart > TOLERATED).then(|| format!("{} {direction}", in_words(apart)))
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

fn signature_form(header: &Header, _: &Request<'_>, _: u64) -> Option<String> {
    let value = header.value("oauth_signature")?;
    // Encoded twice is another row.
    let value = if value.contains('%') { decode(&value) } else { value };
    let form = match STANDARD.decode(&value).map(|bytes| bytes.len()) {
        Ok(32) => return None,
        Ok(20) => "is as long as one of HMAC-SHA1",
        Ok(_) => "is not as long as one of HMAC-SHA256",
        Err(_) => "is not base64",
    };
    Some(form.to_owned())
}
