//! The URL of a request, split as the base string of RFC 5849 section 3.4.1.2 needs it.
//!
//! Not a general URL parser: nothing is resolved or repaired, because the signature must cover what
//! is sent. What clients would send in two ways is refused instead of guessed.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{Code, Error, Result};

use super::encode::encode_path;
use super::sheet::Sheet;

/// Longest URL accepted, in bytes. NetSuite itself stops far earlier.
pub const MAX_URL: usize = 64 * 1024;

/// An absolute http or https URL.
pub struct Address<'a> {
    secure: bool,
    host: &'a str,
    port: Option<u16>,
    path: &'a str,
    query: &'a str,
}

impl<'a> Address<'a> {
    /// Splits an absolute http or https URL. A fragment is dropped.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`] for what is relative, holds control characters or a user name, has
    /// no usable host or port or an ambiguous path, or is longer than [`MAX_URL`].
    pub fn parse(url: &'a str) -> Result<Self> {
        if url.len() > MAX_URL {
            return Err(invalid(format!("The URL has {} bytes, more than {MAX_URL}.", url.len())));
        }
        if holds(url, |b| b < 0x20 || b == 0x7f) {
            return Err(invalid("The URL holds a control character."));
        }
        if url.starts_with(' ') || url.ends_with(' ') {
            return Err(invalid("The URL has a space at one end."));
        }
        let (secure, rest) = split_scheme(url).ok_or_else(|| {
            invalid("The URL is not absolute: it must start with https:// or http://.")
        })?;
        let (rest, _fragment) = split_before(rest, |b| b == b'#');
        let (authority, rest) = split_before(rest, |b| b == b'/' || b == b'?');
        let (path, query) = split_before(rest, |b| b == b'?');
        let query = query.strip_prefix('?').unwrap_or_default();
        let (host, port) = split_authority(authority)?;
        check_path(path)?;
        Ok(Self { secure, host, port, path, query })
    }

    /// The query without its `?`; empty when there is none.
    pub fn query(&self) -> &'a str {
        self.query
    }

    /// Appends the encoded base string URI: scheme and host in lower case, the port unless it is
    /// the default one, the path as sent or `/`.
    pub fn write_base_uri(&self, out: &mut Sheet) {
        out.push(if self.secure { b"https%3A%2F%2F" } else { b"http%3A%2F%2F" });
        self.write_host(out);
        if let Some(port) = self.port.filter(|&port| port != if self.secure { 443 } else { 80 }) {
            out.push(format!("%3A{port}").as_bytes());
        }
        if self.path.is_empty() {
            out.push(b"%2F");
        } else {
            encode_path(out, self.path.as_bytes());
        }
    }

    fn write_host(&self, out: &mut Sheet) {
        if self.host.starts_with('[') {
            for byte in self.host.bytes() {
                match byte {
                    b'[' => out.push(b"%5B"),
                    b']' => out.push(b"%5D"),
                    b':' => out.push(b"%3A"),
                    _ => out.push(&[byte.to_ascii_lowercase()]),
                }
            }
            return;
        }
        let room = out.room(self.host.len());
        for (out, byte) in room.iter_mut().zip(self.host.bytes()) {
            *out = byte.to_ascii_lowercase();
        }
        out.claim(self.host.len());
    }
}

/// How many bytes are looked at together. Without an early end among them the compiler compares all
/// at once, which is what makes these two cheap.
const STRIDE: usize = 16;

/// Whether there is a byte that `is`.
#[inline]
fn holds(text: &str, is: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |found, b| found | is(b))
}

/// Splits before the first byte that `ends` it. Only for ASCII, so that characters stay whole.
#[inline]
fn split_before(text: &str, ends: impl Fn(u8) -> bool) -> (&str, &str) {
    let (strides, _) = text.as_bytes().as_chunks::<STRIDE>();
    let without = |stride: &&[u8; STRIDE]| !stride.iter().fold(false, |found, &b| found | ends(b));
    let start = strides.iter().take_while(without).count() * STRIDE;
    let end = text.as_bytes()[start..].iter().position(|&b| ends(b));
    text.split_at(end.map_or(text.len(), |end| start + end))
}

fn split_scheme(url: &str) -> Option<(bool, &str)> {
    for (scheme, secure) in [("https://", true), ("http://", false)] {
        if let Some(start) = url.get(..scheme.len())
            && start.eq_ignore_ascii_case(scheme)
        {
            return Some((secure, &url[scheme.len()..]));
        }
    }
    None
}

fn split_authority(authority: &str) -> Result<(&str, Option<u16>)> {
    if holds(authority, |b| b == b'@') {
        return Err(invalid("The URL holds a user name; credentials belong into the header."));
    }
    let (host, port) = if authority.starts_with('[') {
        authority.split_at(authority.find(']').map_or(authority.len(), |end| end + 1))
    } else {
        split_before(authority, |b| b == b':')
    };
    if !is_host(host) {
        return Err(invalid("The URL has no usable host; international names in their xn-- form."));
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok((host, None)),
        Some("") => Ok((host, None)),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits
            .parse::<u16>()
            .map(|port| (host, Some(port)))
            .map_err(|_| invalid("The port in the URL is above 65535.")),
        _ => Err(invalid("The port in the URL is not a number.")),
    }
}

/// A name, or an address in the one spelling that every client leaves as it is.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| {
            address.eq_ignore_ascii_case(&parsed.to_string()) && !address.contains('.')
        });
    }
    let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if host.is_empty() || holds(host, |b| !named(b)) {
        return false;
    }
    // With a number for its last label the whole is an address: http://127.1/ goes to 127.0.0.1.
    let relative = host.strip_suffix('.').unwrap_or(host);
    let last = relative.rsplit('.').next().unwrap_or(relative);
    !last.starts_with(|c: char| c.is_ascii_digit())
        || !is_number(last)
        || host.parse::<Ipv4Addr>().is_ok()
}

fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x").or_else(|| label.strip_prefix("0X")) {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => label.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// Refuses what some clients resolve or escape in a path and others do not.
fn check_path(path: &str) -> Result<()> {
    if holds(path, |b| matches!(b, b'\\' | b'^' | b'|')) {
        return Err(invalid(
            "The path of the URL holds a \\, ^ or |; write it as %5C, %5E or %7C, as it is to be sent.",
        ));
    }
    if path.contains("/.") || holds(path, |b| b == b'%') {
        check_segments(path)?;
    }
    Ok(())
}

fn check_segments(path: &str) -> Result<()> {
    if path.as_bytes().split(|&b| b == b'/').any(is_dots) {
        return Err(invalid(
            "The path of the URL holds a . or .. segment, which some clients resolve and some send.",
        ));
    }
    Ok(())
}

fn is_dots(segment: &[u8]) -> bool {
    if segment.len() > b"%2e%2e".len() {
        return false;
    }
    let plain = segment.to_ascii_lowercase();
    matches!(&plain[..], b"." | b".." | b"%2e" | b".%2e" | b"%2e." | b"%2e%2e")
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::RequestInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_uri(url: &str) -> String {
        let mut out = Sheet::default();
        Address::parse(url).unwrap().write_base_uri(&mut out);
        String::from_utf8(out.text().to_vec()).unwrap()
    }

    #[test]
    fn scheme_and_host_are_lower_case_and_the_path_is_kept() {
        assert_eq!(base_uri("HTTPS://Example.COM/Path"), "https%3A%2F%2Fexample.com%2FPath");
    }

    #[test]
    fn default_ports_are_dropped_and_others_kept() {
        assert_eq!(base_uri("https://h:443/"), "https%3A%2F%2Fh%2F");
        assert_eq!(base_uri("http://h:80/"), "http%3A%2F%2Fh%2F");
        assert_eq!(base_uri("http://h:443/"), "http%3A%2F%2Fh%3A443%2F");
        assert_eq!(base_uri("https://h:08443"), "https%3A%2F%2Fh%3A8443%2F");
        assert_eq!(base_uri("https://h:/x"), "https%3A%2F%2Fh%2Fx");
    }

    #[test]
    fn fragments_are_dropped_and_an_empty_path_is_a_slash() {
        assert_eq!(base_uri("http://h#a/b"), "http%3A%2F%2Fh%2F");
        assert_eq!(base_uri("http://h?a=b"), "http%3A%2F%2Fh%2F");
        assert_eq!(Address::parse("http://h?a=b?c#d").unwrap().query(), "a=b?c");
    }

    #[test]
    fn a_question_mark_or_slash_in_the_fragment_is_none() {
        assert_eq!(base_uri("http://h/p#f?x=1"), "http%3A%2F%2Fh%2Fp");
        assert_eq!(Address::parse("http://h/p#f?x=1").unwrap().query(), "");
    }

    #[test]
    fn ipv6_hosts_keep_their_brackets() {
        assert_eq!(base_uri("http://[::1]:8080/"), "http%3A%2F%2F%5B%3A%3A1%5D%3A8080%2F");
        assert_eq!(base_uri("https://[2001:DB8::A]"), "https%3A%2F%2F%5B2001%3Adb8%3A%3Aa%5D%2F");
    }

    #[test]
    fn names_and_addresses_are_hosts() {
        for host in ["localhost", "127.0.0.1", "a_b.c-d.example", "h.", "1a", "1.example", "x.0xyz"]
        {
            assert!(Address::parse(&format!("https://{host}/")).is_ok(), "{host}");
        }
    }

    #[test]
    fn a_path_with_dots_in_its_names_is_kept() {
        assert_eq!(base_uri("http://h/.x/..y/z./a..b"), "http%3A%2F%2Fh%2F.x%2F..y%2Fz.%2Fa..b");
    }

    #[test]
    fn a_backslash_in_a_query_is_a_character_like_others() {
        assert!(Address::parse("https://h/?path=C:\\x|y^z").is_ok());
    }

    fn assert_refused(url: &str) {
        let refused = Address::parse(url).map(|_| ()).unwrap_err();
        assert_eq!(refused.code(), Code::RequestInvalid, "{url:.40}");
    }

    #[test]
    fn a_url_that_is_not_absolute_is_refused() {
        for url in
            ["", "/relative", "//h/x", "h/x", "ftp://h/", "https:/h", "https:", "xhttps://h/"]
        {
            assert_refused(url);
        }
    }

    #[test]
    fn a_user_name_is_refused() {
        for url in ["https://u:p@h/", "https://u@h/", "https://@h/", "https://h:80@evil.example/"] {
            assert_refused(url);
        }
    }

    #[test]
    fn control_characters_and_spaces_at_the_ends_are_refused() {
        for url in [
            "https://h\n/",
            "https://h/\0",
            "https://h/\u{7f}",
            "https://h/?a=\t",
            "https://h/#\r\n",
            " https://h/",
            "https://h/ ",
            "https://h h/",
        ] {
            assert_refused(url);
        }
    }

    #[test]
    fn a_host_that_cannot_be_one_is_refused() {
        for host in [
            "",
            "h\\x",
            "[::1",
            "[zz]",
            "[]",
            "[1]",
            "h[1]",
            "::1",
            "[::1]x",
            "bücher.example",
            "a%41",
        ] {
            assert_refused(&format!("https://{host}/"));
        }
    }

    #[test]
    fn an_address_that_clients_spell_anew_is_refused() {
        for host in [
            "127.1",
            "2130706433",
            "0x7f.1",
            "1.2.3.04",
            "1.2.3.4.",
            "1.2.3.400",
            "[0:0::1]",
            "[::1.2.3.4]",
        ] {
            assert_refused(&format!("https://{host}/"));
        }
    }

    #[test]
    fn a_port_that_is_no_number_below_65536_is_refused() {
        for port in ["99999", "1a", "-1", "+1", " ", "65536", "80:80"] {
            assert_refused(&format!("https://h:{port}/"));
        }
    }

    #[test]
    fn a_path_that_clients_resolve_or_escape_is_refused() {
        for path in ["/a/../b", "/.", "/a/./", "/%2e%2E/a", "/.%2e", "/a\\b", "/a|b", "/a^b"] {
            assert_refused(&format!("https://h{path}"));
        }
    }

    #[test]
    fn a_url_of_ten_megabytes_is_refused() {
        assert_refused(&format!("https://h/{}", "a".repeat(10 << 20)));
        assert!(Address::parse(&format!("https://h/{}", "a".repeat(MAX_URL - 10))).is_ok());
    }
}
