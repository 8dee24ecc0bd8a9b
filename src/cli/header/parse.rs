//! An `Authorization` header taken apart, with everything that is odd about it kept.

use crate::cli::header::request::Request;

/// One parameter of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its name.
    pub name: String,
    /// Its value as written, without quotes.
    pub raw: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
}

impl Pair {
    /// The value meant: escapes decoded. The realm has none.
    pub fn value(&self) -> String {
        if self.name.eq_ignore_ascii_case("realm") { self.raw.clone() } else { decode(&self.raw) }
    }
}

/// A header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `OAuth`, or whatever stood there.
    pub scheme: String,
    /// Its parameters, in their order.
    pub pairs: Vec<Pair>,
    /// Some of them are separated by `;`.
    pub semicolons: bool,
}

/// The value of a header: what is left without `Authorization:` in front of it, if that is there.
pub fn without_name(text: &str) -> &str {
    let text = text.trim();
    match text.split_once(':') {
        Some((name, rest)) if name.trim().eq_ignore_ascii_case("authorization") => rest.trim(),
        _ => text,
    }
}

impl Header {
    /// Takes a header apart; `Authorization:` in front of it is no harm.
    pub fn parse(text: &str) -> Self {
        let text = without_name(text);
        let (scheme, rest) = match text.split_once(char::is_whitespace) {
            Some((scheme, rest)) if !scheme.contains('=') => (scheme, rest),
            _ => ("", text),
        };
        let (parts, semicolons) = parts(rest);
        let pairs = parts.iter().filter_map(|part| pair(part)).collect();
        Self { scheme: scheme.to_owned(), pairs, semicolons }
    }

    /// The names of its parameters that are in the URL, too.
    pub fn names_in_query<'a>(&'a self, request: &'a Request<'_>) -> impl Iterator<Item = &'a str> {
        let names = self.pairs.iter().map(|pair| pair.name.as_str());
        names.filter(|name| request.query_names().any(|known| decode(known) == *name))
    }

    /// The same with each parameter once: neither twice in the header nor in the URL, too.
    pub fn without_repetitions(&self, request: &Request<'_>) -> Self {
        let in_query: Vec<&str> =
            self.names_in_query(request).filter(|name| *name != "oauth_signature").collect();
        let mut once = Self { pairs: Vec::new(), ..self.clone() };
        for pair in self.pairs.iter().filter(|pair| !in_query.contains(&pair.name.as_str())) {
            if once.get(&pair.name).is_none() {
                once.pairs.push(pair.clone());
            }
        }
        once
    }

    /// The first parameter of that name.
    pub fn get(&self, name: &str) -> Option<&Pair> {
        self.pairs.iter().find(|pair| pair.name == name)
    }

    /// Its value.
    pub fn value(&self, name: &str) -> Option<String> {
        self.get(name).map(Pair::value)
    }
}

/// Splits at commas, and semicolons in their place, that are not in quotes; whether there was one.
fn parts(text: &str) -> (Vec<String>, bool) {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut escaped, mut semicolons) = (false, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' | ';' if !quoted => {
                semicolons |= c == ';';
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    (parts, semicolons)
}

fn pair(part: &str) -> Option<Pair> {
    let (name, value) = part.trim().split_once('=')?;
    let value = value.trim();
    let within = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let (inner, single) = (within('"'), within('\''));
    let raw = inner.map(|inner| inner.replace('\\', "")).or_else(|| single.map(str::to_owned));
    let raw = raw.unwrap_or_else(|| value.to_owned());
    Some(Pair { name: name.trim().to_owned(), raw, quoted: inner.is_some() })
}

/// Percent-decoding as RFC 5849 means it: `+` stays, a `%` that starts no escape stands for itself.
pub fn decode(text: &str) -> String {
    String::from_utf8_lossy(&decode_bytes(text)).into_owned()
}

/// The same, for text that need not be UTF-8 once it is decoded.
pub fn decode_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        let escape = escape.filter(|_| bytes[at] == b'%');
        let escape = escape.filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(byte) = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_taken_apart_however_it_is_written() {
        let header = Header::parse(
            "Authorization: OAuth realm=\"A, \\\"B\\\"\",oauth_nonce=\"a%2Bb\" ,\toauth_version=1.0",
        );
        assert_eq!(header.scheme, "OAuth");
        assert_eq!(header.value("realm").unwrap(), "A, \"B\"");
        assert_eq!(header.value("oauth_nonce").unwrap(), "a+b");
        assert!(!header.get("oauth_version").unwrap().quoted);
        assert_eq!(Header::parse("oauth_nonce=\"x\"").scheme, "");
        assert!(Header::parse("").pairs.is_empty());
    }

    #[test]
    fn decoding_leaves_what_is_no_escape() {
        assert_eq!(decode("100%+%zz%41%c3%bc%4"), "100%+%zzA\u{fc}%4");
    }
}
