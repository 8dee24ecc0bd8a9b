//! Headers made wrongly on purpose, at least one for each row of the table.

use super::*;
use crate::cli::header::base_string::base_string;
use crate::cli::header::recipe::Recipe;
use crate::signer::diagnose::signature_of;
use crate::signer::encode::encoded;
use std::fmt::Write as _;

const NOW: u64 = 1_700_000_000;
const URL: &str = "https://1234567-sb1.restlets.api.netsuite.com/App/site/hosting/restlet.nl?script=1&deploy=1&a=2&a=1&q=x+y%20z&p=(1)&Z=1&bare";
const JSON: &str = r#"{"name":"value","n":1}"#;
const HEX: (&str, &str) = ("c0ffee0123456789", "deadbeef01234567");
const MIXED: (&str, &str) = ("aB+/c=&d", "eF~*(g)/");

fn consumer(secrets: (&str, &str)) -> Consumer {
    Consumer::parse("consumerkey", secrets.0).unwrap()
}

fn token(secrets: (&str, &str)) -> Token {
    Token::new("tokenid", secrets.1).unwrap()
}

fn account() -> AccountId {
    AccountId::parse("1234567_SB1").unwrap()
}

fn request(body: Option<&'static str>) -> Request<'static> {
    Request { method: "POST", url: URL, body }
}

fn at(url: &str) -> Request<'_> {
    Request { method: "POST", url, body: None }
}

/// A right header but for the signature, with some values replaced, added or (by `-`) left out.
fn unsigned(changes: &[(&str, &str)]) -> Header {
    let now = NOW.to_string();
    let usual = [
        ("realm", "1234567_SB1"),
        ("oauth_consumer_key", "consumerkey"),
        ("oauth_token", "tokenid"),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", now.as_str()),
        ("oauth_nonce", "abcdefghij0123456789"),
        ("oauth_version", "1.0"),
    ];
    let added = changes.iter().filter(|(name, _)| usual.iter().all(|(known, _)| known != name));
    let mut text = "OAuth ".to_owned();
    for (name, value) in usual.iter().chain(added) {
        let replaced = changes.iter().find(|(other, _)| other == name).map(|(_, value)| *value);
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
fn signed_with(
    changes: &[(&str, &str)],
    request: &Request<'_>,
    secrets: (&str, &str),
    mistakes: &[fn(&mut Recipe)],
) -> Header {
    let mut header = unsigned(changes);
    let mut recipe = Recipe::claimed_by(&header);
    for mistake in mistakes {
        mistake(&mut recipe);
    }
    let credentials = Credentials {
        consumer_key: "consumerkey",
        consumer_secret: secrets.0,
        token_id: "tokenid",
        token_secret: secrets.1,
    };
    let base = base_string(request, &header, &recipe);
    let signature = encoded(&signature_of(&base, &credentials, &recipe.signature));
    header.pairs.extend(Header::parse(&format!("OAuth oauth_signature=\"{signature}\"")).pairs);
    header
}

fn signed(changes: &[(&str, &str)], request: &Request<'_>, mistakes: &[fn(&mut Recipe)]) -> Header {
    signed_with(changes, request, HEX, mistakes)
}

fn examined_with(
    header: &Header,
    request: &Request<'_>,
    secrets: (&str, &str),
) -> (Verdict, Vec<&'static str>) {
    let (consumer, token, account) = (consumer(secrets), token(secrets), account());
    let made_with = MadeWith { consumer: &consumer, token: &token, account: &account };
    let (verdict, findings) = examine(header, request, Some(made_with), NOW);
    (verdict, findings.iter().map(|finding| finding.problem).collect())
}

fn examined(header: &Header, request: &Request<'_>) -> (Verdict, Vec<&'static str>) {
    examined_with(header, request, HEX)
}

fn problems(changes: &[(&str, &str)]) -> Vec<&'static str> {
    let request = request(None);
    examined(&signed(changes, &request, &[]), &request).1
}

fn changes_of(id: &str) -> &'static [fn(&mut Recipe)] {
    let row = mistakes::all().find(|row| row.id == id).expect(id);
    match row.sign {
        Sign::Recomputed(changes) => changes,
        _ => panic!("{id} is not recomputed"),
    }
}

mod recomputed;
mod seen;
