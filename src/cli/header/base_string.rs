//! The base string of a request as code with certain mistakes makes it.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::cli::header::parse::{Header, decode_bytes};
use crate::cli::header::recipe::{
    Body, Duplicates, Encoding, HeaderValues, List, MethodRule, Order, ParameterRecipe, Query,
    Reading, Realm, Recipe, TimestampUnit, Whole,
};
use crate::cli::header::request::Request;
use crate::cli::header::signed_url::signed_url;
use crate::signer::encode::encoded;

/// A parameter as it is meant. Not always UTF-8.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Parameter {
    name: Vec<u8>,
    value: Vec<u8>,
    in_header: bool,
}

impl Parameter {
    fn of_header(name: &str, value: &[u8]) -> Self {
        Self { name: name.as_bytes().to_vec(), value: value.to_vec(), in_header: true }
    }

    fn of_request(name: &[u8], value: &[u8]) -> Self {
        Self { name: name.to_vec(), value: value.to_vec(), in_header: false }
    }
}

/// The base string that code with this recipe signs.
pub fn base_string(request: &Request<'_>, header: &Header, recipe: &Recipe) -> String {
    if recipe.whole == Whole::Passport {
        return passport(header);
    }
    let method = match recipe.method {
        MethodRule::UpperCase => request.method.to_ascii_uppercase(),
        MethodRule::LowerCase => request.method.to_ascii_lowercase(),
        MethodRule::Other(other) => other.to_owned(),
    };
    let list = list(&signed(request, header, &recipe.parameters), recipe);
    if recipe.whole == Whole::ParametersOnly {
        return list;
    }
    let list = match recipe.list {
        List::NotEncoded => list,
        List::EncodedTwice => encoded(&encoded(&list)),
        _ => encoded(&list),
    };
    let url = signed_url(request, header, &recipe.url);
    let url = match recipe.encoding {
        Encoding::LowerCaseHex => lower_case_hex(&url),
        _ => url,
    };
    let list = match recipe.encoding {
        Encoding::LowerCaseHex => lower_case_hex(&list),
        _ => list,
    };
    match recipe.whole {
        Whole::NoMethod => format!("{url}&{list}"),
        Whole::NoUrl => format!("{method}&{list}"),
        Whole::EncodedAgain => encoded(&format!("{method}&{url}&{list}")),
        Whole::LowerCase => format!("{method}&{url}&{list}").to_ascii_lowercase(),
        _ => format!("{method}&{url}&{list}"),
    }
}

/// What is signed for SOAP: five fields that are joined as they are.
fn passport(header: &Header) -> String {
    let fields = ["realm", "oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp"];
    fields.map(|name| header.value(name).unwrap_or_default()).join("&")
}

/// The parameters that are signed, in the order they come: the header's, the query's, the body's.
fn signed(request: &Request<'_>, header: &Header, recipe: &ParameterRecipe) -> Vec<Parameter> {
    let mut all = of_header(header, recipe);
    all.extend(of_query(request, recipe));
    let body = request.body.unwrap_or_default();
    match recipe.body {
        Body::LeftOut => {}
        _ if request.has_form() => all.extend(pairs(body.trim(), recipe.reading)),
        Body::Members => all.extend(members(body)),
        Body::Whole => all.push(Parameter::of_request(body.as_bytes(), b"")),
        Body::Named => all.push(Parameter::of_request(b"body", body.as_bytes())),
        Body::Form => {}
    }
    deduplicated(all, recipe.duplicates)
}

fn of_header(header: &Header, recipe: &ParameterRecipe) -> Vec<Parameter> {
    let is_signed = |name: &str| match name {
        "" | "oauth_signature" => false,
        "realm" => recipe.realm == Realm::Signed,
        name => !recipe.without.contains(&name),
    };
    let mut all: Vec<Parameter> = Vec::new();
    for pair in header.pairs.iter().filter(|pair| is_signed(&pair.name)) {
        let value = match recipe.header_values {
            HeaderValues::Decoded => pair.value(),
            HeaderValues::AsWritten => pair.raw.clone(),
        };
        let value = match pair.name.as_str() {
            "oauth_timestamp" => timestamp(&value, recipe),
            _ => value,
        };
        all.push(Parameter::of_header(&pair.name, value.as_bytes()));
    }
    for (name, value) in &recipe.with {
        all.retain(|one| one.name != name.as_bytes());
        all.push(Parameter::of_header(name, value.as_bytes()));
    }
    all
}

fn timestamp(sent: &str, recipe: &ParameterRecipe) -> String {
    let Ok(number) = sent.parse::<i64>() else { return sent.to_owned() };
    let number = match recipe.timestamp_unit {
        TimestampUnit::AsSent => number,
        TimestampUnit::Seconds => number / 1000,
    };
    number.saturating_add(recipe.timestamp_shift).to_string()
}

fn of_query(request: &Request<'_>, recipe: &ParameterRecipe) -> Vec<Parameter> {
    let query = request.query();
    let with_fragment = || match request.fragment() {
        Some(fragment) => format!("{query}#{fragment}"),
        None => query.to_owned(),
    };
    match recipe.query {
        Query::LeftOut => Vec::new(),
        Query::All => pairs(query, recipe.reading),
        Query::Whole => vec![Parameter::of_request(query.as_bytes(), b"")],
        Query::WithFragment => pairs(&with_fragment(), recipe.reading),
        Query::WithEquals => {
            let kept: Vec<&str> = query.split('&').filter(|pair| pair.contains('=')).collect();
            pairs(&kept.join("&"), recipe.reading)
        }
        Query::WithValue => {
            let mut all = pairs(query, recipe.reading);
            all.retain(|one| !one.value.is_empty());
            all
        }
        Query::ScriptAndDeploy => {
            let mut all = pairs(query, recipe.reading);
            all.retain(|one| one.name == b"script" || one.name == b"deploy");
            all
        }
    }
}

/// The pairs of a query or form.
fn pairs(text: &str, reading: Reading) -> Vec<Parameter> {
    let meant = |part: &str| match reading {
        Reading::Raw => part.as_bytes().to_vec(),
        Reading::PlusKept => decode_bytes(part),
        Reading::Decoded => decode_bytes(&part.replace('+', " ")),
        Reading::Twice => {
            let once = decode_bytes(&part.replace('+', " "));
            decode_bytes(&String::from_utf8_lossy(&once).replace('+', " "))
        }
    };
    let parts = text.split('&').filter(|part| !part.is_empty());
    let parts = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    let all = parts.map(|(name, value)| Parameter::of_request(&meant(name), &meant(value)));
    all.filter(|one| one.name != b"oauth_signature").collect()
}

/// The top-level members of a JSON body, as code signs them that takes it for a form.
fn members(body: &str) -> Vec<Parameter> {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(body) else { return Vec::new() };
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let pairs = map.iter().map(|(name, value)| (name, text(value)));
    pairs.map(|(name, value)| Parameter::of_request(name.as_bytes(), value.as_bytes())).collect()
}

fn deduplicated(mut all: Vec<Parameter>, rule: Duplicates) -> Vec<Parameter> {
    let mut seen = HashSet::new();
    match rule {
        Duplicates::Kept => {}
        Duplicates::First => all.retain(|one| seen.insert(one.name.clone())),
        Duplicates::Last => {
            all.reverse();
            all.retain(|one| seen.insert(one.name.clone()));
            all.reverse();
        }
        Duplicates::Distinct => {
            let mut seen = HashSet::new();
            all.retain(|one| seen.insert((one.name.clone(), one.value.clone())));
        }
        Duplicates::Joined => {
            let mut once: Vec<Parameter> = Vec::new();
            for one in all {
                match once.iter_mut().find(|known| known.name == one.name) {
                    Some(known) => {
                        known.value.push(b',');
                        known.value.extend_from_slice(&one.value);
                    }
                    None => once.push(one),
                }
            }
            return once;
        }
    }
    all
}

/// The parameters in their order, joined.
fn list(parameters: &[Parameter], recipe: &Recipe) -> String {
    let mut all: Vec<Encoded<'_>> = parameters
        .iter()
        .map(|one| Encoded {
            meant: one,
            name: encode(&one.name, recipe.encoding),
            value: encode(&one.value, recipe.encoding),
        })
        .collect();
    sort(&mut all, recipe.order);
    let equals = if recipe.list == List::NoEquals { "" } else { "=" };
    let pairs: Vec<String> =
        all.iter().map(|one| format!("{}{equals}{}", one.name, one.value)).collect();
    match recipe.list {
        List::Commas => pairs.join(","),
        List::TrailingAmpersand => pairs.join("&") + "&",
        List::LeadingAmpersand => format!("&{}", pairs.join("&")),
        _ => pairs.join("&"),
    }
}

/// A parameter with its encoded name and value.
struct Encoded<'a> {
    meant: &'a Parameter,
    name: String,
    value: String,
}

fn sort(all: &mut [Encoded<'_>], order: Order) {
    let by_encoded =
        |a: &Encoded<'_>, b: &Encoded<'_>| (&a.name, &a.value).cmp(&(&b.name, &b.value));
    match order {
        Order::Sorted => all.sort_by(by_encoded),
        Order::HeaderFirst => {}
        Order::HeaderLast => all.sort_by_key(|one| one.meant.in_header),
        Order::SortedHeaderFirst | Order::SortedHeaderLast => {
            let headers = all.partition_point(|one| one.meant.in_header);
            all[..headers].sort_by(by_encoded);
            let header_first = order == Order::SortedHeaderFirst;
            all.sort_by_key(|one| one.meant.in_header != header_first);
        }
        Order::BeforeEncoding => all
            .sort_by(|a, b| (&a.meant.name, &a.meant.value).cmp(&(&b.meant.name, &b.meant.value))),
        Order::ByName => all.sort_by(|a, b| a.name.cmp(&b.name)),
        Order::Joined => all.sort_by_key(|one| format!("{}={}", one.name, one.value)),
        Order::IgnoringCase => {
            all.sort_by_key(|one| (one.name.to_lowercase(), one.value.to_lowercase()));
        }
        Order::Descending => all.sort_by(|a, b| by_encoded(b, a)),
    }
}

fn encode(bytes: &[u8], encoding: Encoding) -> String {
    let latin1: Vec<u8>;
    let bytes = match (encoding, std::str::from_utf8(bytes)) {
        (Encoding::None, _) => return String::from_utf8_lossy(bytes).into_owned(),
        (Encoding::Latin1, Ok(text)) => {
            latin1 = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
            latin1.as_slice()
        }
        _ => bytes,
    };
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b' ' if matches!(encoding, Encoding::Form | Encoding::PlusForSpace) => out.push('+'),
            _ if stays(byte, encoding) => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Whether a byte is not encoded.
fn stays(byte: u8, encoding: Encoding) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => true,
        b'~' => !matches!(encoding, Encoding::Form | Encoding::TildeEncoded),
        _ => match encoding {
            Encoding::JavaScript => b"!'()*".contains(&byte),
            Encoding::Form => byte == b'*',
            Encoding::Url => b"!'()*;/?:@&=+$,#".contains(&byte),
            _ => false,
        },
    }
}

/// `%2F` becomes `%2f`.
fn lower_case_hex(text: &str) -> String {
    let mut left = 0_usize;
    let lower = |c: char| {
        let shown = if left > 0 { c.to_ascii_lowercase() } else { c };
        left = if c == '%' { 2 } else { left.saturating_sub(1) };
        shown
    };
    text.chars().map(lower).collect()
}
