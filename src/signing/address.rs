//! The URL of a request, split as the base string of RFC 5849 section 3.4.1.2 needs it.
//!
//! Not a general URL parser: nothing is resolved or repaired, because the signature must cover what
//! is sent. What a client could send in two ways is refused instead of guessed.

use crate::error::{Code, Error, Result};

use super::encode::encode_path;

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
    /// [`Code::RequestInvalid`] for what is relative, holds control characters, a user name or a
    /// backslash, has no usable host or port, or is longer than [`MAX_URL`].
    pub fn parse(url: &'a str) -> Result<Self> {
        if url.len() > MAX_URL {
            return Err(invalid(format!("The URL has {} bytes, more than {MAX_URL}.", url.len())));
        }
        if url.bytes().any(|b| b < 0x20 || b == 0x7f || b == b'\\') {
            return Err(invalid("The URL holds a control character or a backslash."));
        }
        if url.starts_with(' ') || url.ends_with(' ') {
            return Err(invalid("The URL has a space at one end."));
        }
        let (secure, rest) = split_scheme(url).ok_or_else(|| {
            invalid("The URL is not absolute: it must start with https:// or http://.")
        })?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, port) = split_authority(authority)?;
        Ok(Self { secure, host, port, path, query })
    }

    /// The query without its `?`; empty when there is none.
    pub fn query(&self) -> &'a str {
        self.query
    }

    /// Appends the encoded base string URI: scheme and host in lower case, the port unless it is
    /// the default one, the path as sent or `/`.
    pub fn write_base_uri(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if self.secure { b"https%3A%2F%2F" } else { b"http%3A%2F%2F" });
        for byte in self.host.bytes() {
            match byte {
                b'[' => out.extend_from_slice(b"%5B"),
                b']' => out.extend_from_slice(b"%5D"),
                b':' => out.extend_from_slice(b"%3A"),
                _ => out.push(byte.to_ascii_lowercase()),
            }
        }
        if let Some(port) = self.port.filter(|&port| port != if self.secure { 443 } else { 80 }) {
            out.extend_from_slice(b"%3A");
            out.extend_from_slice(port.to_string().as_bytes());
        }
        if self.path.is_empty() {
            out.extend_from_slice(b"%2F");
        } else {
            encode_path(out, self.path.as_bytes());
        }
    }
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
    if authority.contains('@') {
        return Err(invalid("The URL holds a user name; credentials belong into the header."));
    }
    let port_start = match authority.strip_prefix('[') {
        Some(inner) => inner.find(']').map(|end| end + 2),
        None => Some(authority.find(':').unwrap_or(authority.len())),
    };
    let (host, port) = port_start
        .and_then(|start| authority.split_at_checked(start))
        .ok_or_else(|| invalid("The URL has no usable host."))?;
    let host_is_right = match host.strip_prefix('[') {
        Some(inner) => inner.len() > 3 && inner[..inner.len() - 1].bytes().all(is_ipv6),
        None => !host.is_empty() && host.bytes().all(is_host),
    };
    if !host_is_right {
        return Err(invalid("The URL has no usable host; international names in their xn-- form."));
    }
    match port {
        "" | ":" => Ok((host, None)),
        _ => {
            match port.strip_prefix(':').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            {
                Some(digits) => digits
                    .parse::<u16>()
                    .map(|port| (host, Some(port)))
                    .map_err(|_| invalid("The port in the URL is above 65535.")),
                None => Err(invalid("The port in the URL is not a number.")),
            }
        }
    }
}

fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')
}

fn is_ipv6(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::RequestInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_uri(url: &str) -> String {
        let mut out = Vec::new();
        Address::parse(url).unwrap().write_base_uri(&mut out);
        String::from_utf8(out).unwrap()
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
    fn ipv6_hosts_keep_their_brackets() {
        assert_eq!(base_uri("http://[::1]:8080/"), "http%3A%2F%2F%5B%3A%3A1%5D%3A8080%2F");
    }

    #[test]
    fn what_cannot_be_signed_for_certain_is_refused() {
        let long = format!("https://h/{}", "a".repeat(10 << 20));
        for url in [
            "",
            "/relative",
            "//h/x",
            "h/x",
            "ftp://h/",
            "https://",
            "https:///x",
            "https://u:p@h/",
            "https://u@h/",
            "https://h:99999/",
            "https://h:1a/",
            "https://h:-1/",
            "https://h\n/",
            "https://h/\0",
            "https://h/\u{7f}",
            "https://h\\x",
            "https://[::1",
            "https://[zz]/",
            "https://[]/",
            "https://h[1]/",
            " https://h/",
            "https://bücher.example/",
            "https://h h/",
            long.as_str(),
        ] {
            let refused = Address::parse(url).map(|_| ()).unwrap_err();
            assert_eq!(refused.code(), Code::RequestInvalid, "{url:.40}");
        }
    }
}
