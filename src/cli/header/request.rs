//! The request a header is for, and its base string with one or more mistakes in it.

use crate::account::AccountId;
use crate::cli::header::mistakes::Mistake;
use crate::cli::header::parse::{Header, decode};
use crate::error::{Code, Error, Result};
use crate::signer;
use crate::signer::base_uri::write_base_uri;
use crate::signer::encode::encoded;
use crate::signer::reusable_buffer::ReusableBuffer;

/// The request.
pub struct Request<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The URL.
    pub url: &'a str,
    /// The body, where it is known.
    pub body: Option<&'a str>,
}

/// A parameter: name and value as they are meant and as they are encoded.
#[derive(Clone)]
struct Parameter {
    meant: (String, String),
    encoded: (String, String),
}

impl Parameter {
    fn new(name: &str, value: &str) -> Self {
        Self {
            meant: (name.to_owned(), value.to_owned()),
            encoded: (encoded(name), encoded(value)),
        }
    }
}

impl Request<'_> {
    /// Checks that it can be signed at all.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`].
    pub fn check(&self) -> Result<()> {
        if self.method.is_empty() || !self.method.bytes().all(|b| b.is_ascii_alphabetic()) {
            let shown = crate::text::printable(self.method, 20);
            return Err(Error::new(
                Code::RequestInvalid,
                format!("\"{shown}\" is not an HTTP method."),
            ));
        }
        signer::request::check_url(self.url)
    }

    /// The account whose host the URL has.
    pub fn account(&self) -> Option<AccountId> {
        AccountId::parse(self.url).ok().filter(|_| self.url.contains("://"))
    }

    /// The URL up to its path, as written: scheme, authority, path.
    fn place(&self) -> (&str, &str, &str) {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("https", self.url));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let slash = rest.find('/').unwrap_or(rest.len());
        (scheme, &rest[..slash], &rest[slash..])
    }

    fn query(&self) -> &str {
        let url = self.url.split('#').next().unwrap_or_default();
        url.split_once('?').map_or("", |(_, query)| query)
    }

    /// Whether the body is a form, which is signed; JSON and everything else is not.
    fn has_form(&self) -> bool {
        self.body.is_some_and(|body| {
            let body = body.trim();
            let first = body.split('&').next().unwrap_or_default();
            first.contains('=') && !body.starts_with(['{', '[', '<', '"']) && !body.contains(' ')
        })
    }

    /// The base string as code with these mistakes makes it.
    pub fn base_string(&self, header: &Header, mistakes: &[Mistake]) -> String {
        let has = |mistake| mistakes.contains(&mistake);
        let mut parameters = self.parameters(header, mistakes);
        if has(Mistake::FirstOfDuplicates) {
            parameters = first_of_each(parameters);
        }
        if has(Mistake::LastOfDuplicates) {
            parameters.reverse();
            parameters = first_of_each(parameters);
            parameters.reverse();
        }
        if has(Mistake::JoinedDuplicates) {
            parameters = joined(parameters);
        }
        sort(&mut parameters, mistakes);
        let pairs = parameters.iter().map(|one| format!("{}={}", one.encoded.0, one.encoded.1));
        let mut pairs = pairs.collect::<Vec<_>>().join("&");
        if has(Mistake::LowerCaseEscapes) {
            pairs = lower_escapes(&pairs);
        }
        if has(Mistake::PlusForSpace) {
            pairs = pairs.replace("%20", "+");
        }
        let method = mistakes.iter().find_map(|mistake| match mistake {
            Mistake::Method(other) => Some((*other).to_owned()),
            Mistake::MethodCase => Some(self.method.to_ascii_lowercase()),
            _ => None,
        });
        let method = method.unwrap_or_else(|| self.method.to_ascii_uppercase());
        let base = format!("{method}&{}&{}", self.base_uri(mistakes), encoded(&pairs));
        if has(Mistake::LowerCaseEscapes) { lower_escapes(&base) } else { base }
    }

    fn parameters(&self, header: &Header, mistakes: &[Mistake]) -> Vec<Parameter> {
        let has = |mistake| mistakes.contains(&mistake);
        let signed = |name: &str| {
            !name.is_empty()
                && name != "oauth_signature"
                && (name != "realm" || has(Mistake::RealmSigned))
        };
        let of_header = header.pairs.iter().filter(|pair| signed(&pair.name));
        let of_header = of_header.map(|pair| Parameter::new(&pair.name, &pair.value()));
        let mut of_request = Vec::new();
        if !has(Mistake::QueryLeftOut) {
            of_request.extend(pairs_of(self.query(), mistakes));
        }
        let body = self.body.unwrap_or_default();
        if self.has_form() && !has(Mistake::FormLeftOut) {
            of_request.extend(pairs_of(body, mistakes));
        }
        if has(Mistake::BodyMembers) {
            of_request.extend(members(body));
        }
        if has(Mistake::BodyWhole) {
            of_request.push(Parameter::new(body, ""));
        }
        if has(Mistake::QueryFirst) {
            return of_request.into_iter().chain(of_header).collect();
        }
        of_header.chain(of_request).collect()
    }

    fn base_uri(&self, mistakes: &[Mistake]) -> String {
        let has = |mistake| mistakes.contains(&mistake);
        let (scheme, authority, path) = self.place();
        let secure = scheme.eq_ignore_ascii_case("https") != has(Mistake::Scheme);
        let scheme = if secure { "https" } else { "http" };
        let mut authority = if has(Mistake::HostCase) {
            authority.to_owned()
        } else {
            authority.to_ascii_lowercase()
        };
        if has(Mistake::PortKept) && !authority.contains(':') {
            authority.push_str(if scheme == "https" { ":443" } else { ":80" });
        }
        let path = if has(Mistake::PathCase) { path.to_ascii_lowercase() } else { path.to_owned() };
        let fragment = self.url.split_once('#').map_or("", |(_, fragment)| fragment);
        let url = format!("{scheme}://{authority}{path}");
        if has(Mistake::FragmentKept) {
            return encoded(&format!("{url}#{fragment}"));
        }
        if has(Mistake::QueryInUrl) {
            return encoded(&format!("{url}?{}", self.query()));
        }
        let plain = [Mistake::PortKept, Mistake::HostCase, Mistake::PathSlash];
        if plain.into_iter().any(has) {
            return encoded(if has(Mistake::PathSlash) { url.trim_end_matches('/') } else { &url });
        }
        let mut out = ReusableBuffer::default();
        match write_base_uri(&mut out, &url) {
            Ok(_) => String::from_utf8_lossy(out.text()).into_owned(),
            Err(_) => encoded(&url),
        }
    }
}

/// Pairs of a query or form.
fn pairs_of(text: &str, mistakes: &[Mistake]) -> Vec<Parameter> {
    let has = |mistake| mistakes.contains(&mistake);
    let meant = |part: &str| {
        if has(Mistake::DoubleEncoded) {
            part.to_owned()
        } else if has(Mistake::PlusKept) {
            decode(part)
        } else {
            decode(&part.replace('+', " "))
        }
    };
    let parts = text.split('&').filter(|part| !part.is_empty());
    let parts = parts.filter(|part| part.contains('=') || !has(Mistake::BareLeftOut));
    let pairs = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    pairs
        .map(|(name, value)| {
            let mut one = Parameter::new(&meant(name), &meant(value));
            if has(Mistake::ReservedKept) {
                one.encoded = (as_component(&one.encoded.0), as_component(&one.encoded.1));
            }
            one
        })
        .collect()
}

/// As `encodeURIComponent` of JavaScript leaves it: `!'()*` unescaped.
fn as_component(encoded: &str) -> String {
    [("%21", "!"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*")]
        .into_iter()
        .fold(encoded.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

/// The top-level members of a JSON body, as code signs them that takes it for a form.
fn members(body: &str) -> Vec<Parameter> {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(body) else { return Vec::new() };
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    map.iter().map(|(name, value)| Parameter::new(name, &text(value))).collect()
}

fn first_of_each(parameters: Vec<Parameter>) -> Vec<Parameter> {
    let mut seen = std::collections::HashSet::new();
    parameters.into_iter().filter(|one| seen.insert(one.meant.0.clone())).collect()
}

/// Values of one name joined by commas, as a list prints itself in JavaScript.
fn joined(parameters: Vec<Parameter>) -> Vec<Parameter> {
    let mut once: Vec<(String, String)> = Vec::new();
    for Parameter { meant: (name, value), .. } in parameters {
        match once.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => *values = format!("{values},{value}"),
            None => once.push((name, value)),
        }
    }
    once.iter().map(|(name, value)| Parameter::new(name, value)).collect()
}

fn sort(parameters: &mut [Parameter], mistakes: &[Mistake]) {
    let has = |mistake| mistakes.contains(&mistake);
    if has(Mistake::Unsorted) || has(Mistake::QueryFirst) {
        return;
    }
    if has(Mistake::SortedRaw) {
        parameters.sort_by(|a, b| a.meant.cmp(&b.meant));
    } else if has(Mistake::SortedByName) {
        parameters.sort_by(|a, b| a.encoded.0.cmp(&b.encoded.0));
    } else if has(Mistake::SortedJoined) {
        let joined = |one: &Parameter| format!("{}={}", one.encoded.0, one.encoded.1);
        parameters.sort_by_key(joined);
    } else {
        parameters.sort_by(|a, b| a.encoded.cmp(&b.encoded));
    }
}

/// `%2F` becomes `%2f`.
fn lower_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = 0;
    for c in text.chars() {
        out.push(if left > 0 { c.to_ascii_lowercase() } else { c });
        left = if c == '%' { 2_usize } else { left.saturating_sub(1) };
    }
    out
}
