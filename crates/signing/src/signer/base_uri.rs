//! The base string URI of RFC 5849 section 3.4.1.2, written directly from the URL of a request.
//!
//! This is not a general URL parser. It resolves and repairs nothing, because the signature must
//! cover exactly what is sent. A URL that clients send in different ways is refused.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::error::{Code, Error, Result};
use crate::signer::encode::{encode_host, encode_path};
use crate::signer::reusable_buffer::ReusableBuffer;

/// The longest URL that is accepted, in bytes. NetSuite's own limit is far lower.
pub const MAX_URL: usize = 64 * 1024;

/// Appends the encoded base string URI of an absolute http or https URL: scheme and host in lower
/// case, the port unless it is the default one, and the path as sent or `/`. Returns what follows
/// the path, which is empty or starts with `?` or `#`.
///
/// # Errors
/// [`Code::RequestInvalid`] for a URL that is relative, contains control characters or a user name,
/// has no usable host or port, has an ambiguous path, or is longer than [`MAX_URL`]. Of the part
/// after the path, only the end is checked.
pub fn write_base_uri<'a>(out: &mut ReusableBuffer, url: &'a str) -> Result<&'a [u8]> {
    if url.len() > MAX_URL {
        return Err(invalid(format!("The URL has {} bytes, more than {MAX_URL}.", url.len())));
    }
    if url.starts_with(' ') || url.ends_with(' ') {
        return Err(invalid("The URL has a space at one end."));
    }
    let (secure, rest) = split_scheme(url.as_bytes()).ok_or_else(|| {
        invalid("The URL is not absolute: it must start with https:// or http://.")
    })?;
    out.push(if secure { b"https%3A%2F%2F" } else { b"http%3A%2F%2F" });
    let rest = write_host(out, rest)?;
    let (port, rest) = split_port(rest)?;
    if let Some(port) = port.filter(|&port| port != if secure { 443 } else { 80 }) {
        out.push(format!("%3A{port}").as_bytes());
    }
    write_path(out, rest)
}

fn split_scheme(url: &[u8]) -> Option<(bool, &[u8])> {
    for (scheme, secure) in [(&b"https://"[..], true), (b"http://", false)] {
        if let Some((start, rest)) = url.split_at_checked(scheme.len())
            && start.eq_ignore_ascii_case(scheme)
        {
            return Some((secure, rest));
        }
    }
    None
}

/// Appends the host and returns what follows it.
fn write_host<'a>(out: &mut ReusableBuffer, rest: &'a [u8]) -> Result<&'a [u8]> {
    if rest.starts_with(b"[") {
        return write_ipv6(out, rest).ok_or_else(|| unusable_host(rest));
    }
    let length = encode_host(out, rest);
    let (host, after) = rest.split_at(length);
    if host.is_empty() || !is_unambiguous(host) || !ends_host(after) {
        return Err(unusable_host(rest));
    }
    Ok(after)
}

fn ends_host(after: &[u8]) -> bool {
    matches!(after, [] | [b':' | b'/' | b'?' | b'#', ..])
}

/// Checks that clients leave the host as it is. If the last label is a number, the host is an IPv4
/// address, and clients rewrite it: `http://127.1/` goes to 127.0.0.1.
fn is_unambiguous(host: &[u8]) -> bool {
    let relative = host.strip_suffix(b".").unwrap_or(host);
    let last = relative.rsplit(|&b| b == b'.').next().unwrap_or(relative);
    if !last.first().is_some_and(u8::is_ascii_digit) {
        return true;
    }
    let is_number = match last {
        [b'0', b'x' | b'X', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        _ => last.iter().all(u8::is_ascii_digit),
    };
    !is_number || str::from_utf8(host).is_ok_and(|host| host.parse::<Ipv4Addr>().is_ok())
}

/// Appends an IPv6 address. Accepts only the one spelling that clients leave unchanged (RFC 5952),
/// and no mapped IPv4 address.
fn write_ipv6<'a>(out: &mut ReusableBuffer, rest: &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|&b| b == b']')?;
    let address = str::from_utf8(&rest[1..end]).ok()?;
    let parsed = address.parse::<Ipv6Addr>().ok()?.to_string();
    if parsed.contains('.') || !address.eq_ignore_ascii_case(&parsed) {
        return None;
    }
    out.push(format!("%5B{}%5D", parsed.replace(':', "%3A")).as_bytes());
    Some(&rest[end + 1..]).filter(|after| ends_host(after))
}

/// Whether the authority holds a user name, with or without a password.
fn has_user_name(rest: &[u8]) -> bool {
    let end = rest.iter().position(|b| b"/?#\\".contains(b)).unwrap_or(rest.len());
    rest[..end].contains(&b'@')
}

fn user_name() -> Error {
    invalid("The URL holds a user name; credentials belong in the header.")
}

fn unusable_host(rest: &[u8]) -> Error {
    if has_user_name(rest) {
        return user_name();
    }
    invalid(
        "The URL has no usable host. Write international names in their xn-- form, and IP addresses in full.",
    )
}

fn split_port(rest: &[u8]) -> Result<(Option<u16>, &[u8])> {
    let [b':', after @ ..] = rest else { return Ok((None, rest)) };
    let length = after.iter().position(|b| !b.is_ascii_digit()).unwrap_or(after.len());
    let (digits, rest) = after.split_at(length);
    if !matches!(rest, [] | [b'/' | b'?' | b'#', ..]) {
        return Err(if has_user_name(after) {
            user_name()
        } else if after.contains(&b'@') {
            // A password with a / or # that is not encoded ends the authority too early.
            invalid(
                "The port in the URL is not a number. If it is a password, take user name and password out; credentials belong in the header.",
            )
        } else {
            invalid("The port in the URL is not a number.")
        });
    }
    let digits = str::from_utf8(digits).unwrap_or_default();
    match digits.parse::<u16>() {
        Ok(port) => Ok((Some(port), rest)),
        Err(_) if digits.is_empty() => Ok((None, rest)),
        Err(_) => Err(invalid("The port in the URL is above 65535.")),
    }
}

/// Appends the path and returns what follows it. Refuses paths that some clients resolve or escape
/// and others do not.
fn write_path<'a>(out: &mut ReusableBuffer, rest: &'a [u8]) -> Result<&'a [u8]> {
    let (length, dots) = encode_path(out, rest);
    let (path, after) = rest.split_at(length);
    match after.first() {
        None | Some(b'?' | b'#') => {}
        Some(b'\\' | b'^' | b'|') => {
            return Err(invalid(
                "The path of the URL holds a \\, ^ or |; write it as %5C, %5E or %7C, as it is to be sent.",
            ));
        }
        Some(_) => return Err(control_character()),
    }
    if dots && path.split(|&b| b == b'/').any(is_dots) {
        return Err(invalid(
            "The path of the URL holds a . or .. segment, which some clients resolve and some send.",
        ));
    }
    if path.is_empty() {
        out.push(b"%2F");
    }
    Ok(after)
}

fn is_dots(segment: &[u8]) -> bool {
    if segment.len() > b"%2e%2e".len() {
        return false;
    }
    let plain = segment.to_ascii_lowercase();
    matches!(&plain[..], b"." | b".." | b"%2e" | b".%2e" | b"%2e." | b"%2e%2e")
}

/// Checks what follows the query: nothing, or a fragment, which is not sent.
///
/// # Errors
/// [`Code::RequestInvalid`] for a control character, because some clients drop those.
pub fn check_rest(rest: &[u8]) -> Result<()> {
    match rest {
        [] => Ok(()),
        [b'#', fragment @ ..] if !fragment.iter().any(u8::is_ascii_control) => Ok(()),
        _ => Err(control_character()),
    }
}

fn control_character() -> Error {
    invalid("The URL holds a control character.")
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::RequestInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::parameters::Parameters;

    /// Runs a whole URL through the same steps as the signer.
    fn outcome(url: &str) -> Result<()> {
        let rest = write_base_uri(&mut ReusableBuffer::default(), url)?;
        check_rest(Parameters::default().push_query(rest))
    }

    fn base_uri(url: &str) -> String {
        let mut out = ReusableBuffer::default();
        write_base_uri(&mut out, url).unwrap();
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
        assert_eq!(
            write_base_uri(&mut ReusableBuffer::default(), "http://h?a#d").unwrap(),
            b"?a#d"
        );
    }

    #[test]
    fn a_question_mark_or_slash_in_the_fragment_is_none() {
        assert_eq!(base_uri("http://h/p#f?x=1"), "http%3A%2F%2Fh%2Fp");
        assert_eq!(Parameters::default().push_query(b"#f?x=1"), b"#f?x=1");
    }

    #[test]
    fn ipv6_hosts_keep_their_brackets() {
        assert_eq!(base_uri("http://[::1]:8080/"), "http%3A%2F%2F%5B%3A%3A1%5D%3A8080%2F");
        assert_eq!(base_uri("https://[2001:DB8::A]"), "https%3A%2F%2F%5B2001%3Adb8%3A%3Aa%5D%2F");
    }

    #[test]
    fn a_user_name_with_or_without_a_password_is_refused_as_such_and_not_repeated() {
        for authority in [
            "canary@h",
            "canary:canary@h",
            "canary:1234@h:443",
            "canary:@h",
            "canary:can%40ary@h",
            "canary:can@ary@h",
            "[::1]:canary@h",
            "CORP%5Ccanary:canary@h",
        ] {
            let error = outcome(&format!("https://{authority}/p?q=1")).unwrap_err();
            assert!(error.message().contains("holds a user name"), "{authority}: {error}");
            assert!(!error.to_string().contains("canary"), "{authority}: {error}");
        }
        for authority in ["canary:can/ary@h", "canary:can#ary@h", "canary:a?b@h:443"] {
            let error = outcome(&format!("https://{authority}/p?q=1")).unwrap_err();
            assert!(error.message().contains("take user name and password out"), "{error}");
            assert!(!error.to_string().contains("canary"), "{authority}: {error}");
        }
        let port = outcome("https://h:abc/p").unwrap_err();
        assert!(port.message().ends_with("is not a number."), "{port}");
    }

    #[test]
    fn names_and_addresses_are_hosts() {
        for host in ["localhost", "127.0.0.1", "a_b.c-d.example", "h.", "1a", "1.example", "x.0xyz"]
        {
            assert!(outcome(&format!("https://{host}/")).is_ok(), "{host}");
        }
    }

    #[test]
    fn a_path_with_dots_in_its_names_is_kept() {
        assert_eq!(base_uri("http://h/.x/..y/z./a..b"), "http%3A%2F%2Fh%2F.x%2F..y%2Fz.%2Fa..b");
    }

    #[test]
    fn a_backslash_in_a_query_is_a_character_like_others() {
        assert!(outcome("https://h/?path=C:\\x|y^z").is_ok());
    }

    fn assert_refused(url: &str) {
        let refused = outcome(url).unwrap_err();
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
        assert!(outcome(&format!("https://h/{}", "a".repeat(MAX_URL - 10))).is_ok());
    }
}
