//! Percent-encoding of RFC 5849 section 3.6: only unreserved characters stay, hex is upper case.

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// `A-Z a-z 0-9 - . _ ~`: what RFC 3986 section 2.3 calls unreserved.
pub const fn is_unreserved(byte: u8) -> bool {
    UNRESERVED[byte as usize]
}

static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0u8;
    loop {
        table[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// The value of a hex digit plus one; zero for what is none.
static HEX_VALUE: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut value = 0u8;
    while value < 16 {
        let digit = HEX[value as usize];
        table[digit as usize] = value + 1;
        table[digit.to_ascii_lowercase() as usize] = value + 1;
        value += 1;
    }
    table
};

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
}

/// Appends the encoded form of `bytes`.
pub fn encode(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut rest = bytes;
    while let Some(stop) = rest.iter().position(|&b| !is_unreserved(b)) {
        out.extend_from_slice(&rest[..stop]);
        push_escaped(out, rest[stop]);
        rest = &rest[stop + 1..];
    }
    out.extend_from_slice(rest);
}

/// The encoded form of a text.
pub fn encoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 16);
    encode(&mut out, text.as_bytes());
    into_ascii(out)
}

/// Encodes what is encoded already: only `%` changes, into `%25`.
pub fn encode_again(out: &mut Vec<u8>, encoded: &[u8]) {
    let mut rest = encoded;
    while let Some(stop) = rest.iter().position(|&b| b == b'%') {
        out.extend_from_slice(&rest[..stop]);
        out.extend_from_slice(b"%25");
        rest = &rest[stop + 1..];
    }
    out.extend_from_slice(rest);
}

/// Appends one component of a query in encoded form, as if decoded and encoded anew: `+` is a
/// space, `%c3` becomes `%C3`, `%41` becomes `A`, a `%` that starts no escape stands for itself.
/// Works on bytes, so that what is not UTF-8 is signed as it was sent.
pub fn encode_query_component(out: &mut Vec<u8>, component: &[u8]) {
    let mut rest = component;
    while let Some(stop) = rest.iter().position(|&b| !is_unreserved(b)) {
        out.extend_from_slice(&rest[..stop]);
        rest = &rest[stop..];
        match *rest {
            [b'+', ..] => {
                out.extend_from_slice(b"%20");
                rest = &rest[1..];
            }
            [b'%', high, low, ..] if escape(high, low).is_some() => {
                let byte = escape(high, low).unwrap_or_default();
                if is_unreserved(byte) {
                    out.push(byte);
                } else {
                    push_escaped(out, byte);
                }
                rest = &rest[3..];
            }
            _ => {
                push_escaped(out, rest[0]);
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest);
}

fn escape(high: u8, low: u8) -> Option<u8> {
    let high = HEX_VALUE[usize::from(high)].checked_sub(1)?;
    let low = HEX_VALUE[usize::from(low)].checked_sub(1)?;
    Some(high << 4 | low)
}

/// Appends a path as it goes into the base string: the escapes a client puts into the request line
/// for characters a URL cannot hold, then encoded once more. Everything else is kept as sent.
pub fn encode_path(out: &mut Vec<u8>, path: &[u8]) {
    for &byte in path {
        if is_unreserved(byte) {
            out.push(byte);
        } else if byte >= 0x80 || matches!(byte, b' ' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}') {
            out.extend_from_slice(b"%25");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        } else {
            push_escaped(out, byte);
        }
    }
}

/// Bytes this module wrote are ASCII; anything else would be a mistake here, shown as `?`.
pub(crate) fn into_ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        error.into_bytes().into_iter().map(|b| if b.is_ascii() { b as char } else { '?' }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(text: &str) -> String {
        let mut out = Vec::new();
        encode_query_component(&mut out, text.as_bytes());
        into_ascii(out)
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encoded("aZ09-._~"), "aZ09-._~");
        assert_eq!(encoded("!*'() +/%"), "%21%2A%27%28%29%20%2B%2F%25");
        assert_eq!(encoded("Größe"), "Gr%C3%B6%C3%9Fe");
    }

    #[test]
    fn a_query_component_is_encoded_as_if_decoded_first() {
        assert_eq!(component("a+b%20c"), "a%20b%20c");
        assert_eq!(component("%2B%c3%bc%41"), "%2B%C3%BCA");
        assert_eq!(component("100%"), "100%25");
        assert_eq!(component("%zz%4"), "%25zz%254");
        assert_eq!(component("%FF"), "%FF");
        assert_eq!(component("a=b=c"), "a%3Db%3Dc");
    }

    #[test]
    fn a_path_keeps_its_case_and_escapes() {
        let mut out = Vec::new();
        encode_path(&mut out, "/App/a%2fb c/ü".as_bytes());
        assert_eq!(into_ascii(out), "%2FApp%2Fa%252fb%2520c%2F%25C3%25BC");
    }
}
