//! Percent-encoding of RFC 5849 section 3.6: unreserved characters stay, and hexadecimal digits are
//! upper case.
//!
//! The base string contains every parameter encoded twice (section 3.4.1.1), so this module writes
//! the doubly encoded form directly. For each byte, a table gives the text that replaces it, or
//! marks the end of the run. A loop copies eight bytes and advances by the length in the row. A URL
//! is therefore split, checked and encoded in a single pass, which keeps a signature cheap.

use zeroize::Zeroizing;

use crate::signer::reusable_buffer::ReusableBuffer;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// The replacement for one byte: up to seven bytes of text, and their number in the last place. A
/// length of zero marks a byte that ends a run.
type Row = [u8; 8];
/// The size of a row. All of it is written for every byte, whatever its length.
pub const LONGEST_ROW: usize = 8;
const STOP: Row = [0; LONGEST_ROW];
/// The longest replacement in any table.
const WIDEST: usize = 5;

/// Checks for the unreserved characters of RFC 3986 section 2.3: `A-Z a-z 0-9 - . _ ~`.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

const fn itself(byte: u8) -> Row {
    [byte, 0, 0, 0, 0, 0, 0, 1]
}

const fn once(byte: u8) -> Row {
    if is_unreserved(byte) {
        return itself(byte);
    }
    [b'%', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize], 0, 0, 0, 0, 3]
}

const fn twice(byte: u8) -> Row {
    if is_unreserved(byte) {
        return itself(byte);
    }
    [b'%', b'2', b'5', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize], 0, 0, 5]
}

const fn host(byte: u8) -> Row {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            itself(byte.to_ascii_lowercase())
        }
        _ => STOP,
    }
}

/// Builds the row for a byte of a path. A client sends the byte unchanged, or encodes it once if a
/// URL cannot contain it. A run ends at the end of the path, at a byte that a path cannot contain,
/// and at `.` and `%`, which can form dot segments.
const fn path(byte: u8) -> Row {
    match byte {
        0..=0x1f | 0x7f | b'?' | b'#' | b'\\' | b'^' | b'|' | b'.' | b'%' => STOP,
        b' ' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | 0x80.. => twice(byte),
        _ => once(byte),
    }
}

/// Builds the row for a byte of a name or value in a query, where `+` is a space.
const fn query(byte: u8, ends_at_equals: bool) -> Row {
    match byte {
        b'+' => twice(b' '),
        0..=0x1f | 0x7f | b'#' | b'%' | b'&' => STOP,
        b'=' if ends_at_equals => STOP,
        _ => twice(byte),
    }
}

macro_rules! table {
    ($byte:ident => $row:expr) => {{
        let mut table = [STOP; 256];
        let mut $byte = 0u8;
        loop {
            table[$byte as usize] = $row;
            if $byte == u8::MAX {
                break table;
            }
            $byte += 1;
        }
    }};
}

static ONCE: [Row; 256] = table!(byte => once(byte));
static TWICE: [Row; 256] = table!(byte => twice(byte));
static HOST: [Row; 256] = table!(byte => host(byte));
static PATH: [Row; 256] = table!(byte => path(byte));
static QUERY_NAME: [Row; 256] = table!(byte => query(byte, true));
static QUERY_VALUE: [Row; 256] = table!(byte => query(byte, false));

/// The value of each hexadecimal digit, and 16 for every other byte.
static HEX_VALUE: [u8; 256] = table_of_hex_values();

const fn table_of_hex_values() -> [u8; 256] {
    let mut table = [16; 256];
    let mut value = 0u8;
    while value < 16 {
        let digit = HEX[value as usize];
        table[digit as usize] = value;
        table[digit.to_ascii_lowercase() as usize] = value;
        value += 1;
    }
    table
}

#[inline]
fn write(room: &mut [u8], at: usize, row: Row) -> usize {
    room[at..at + LONGEST_ROW].copy_from_slice(&row);
    at + usize::from(row[LONGEST_ROW - 1])
}

/// Appends the replacements of `bytes` up to the first byte that ends the run, and returns how many
/// bytes that covered.
#[inline]
fn run(out: &mut ReusableBuffer, bytes: &[u8], table: &[Row; 256]) -> usize {
    let room = out.room(bytes.len() * WIDEST + LONGEST_ROW);
    let mut at = 0;
    let mut read = 0;
    for &byte in bytes {
        let before = at;
        at = write(room, at, table[usize::from(byte)]);
        if at == before {
            break;
        }
        read += 1;
    }
    out.claim(at);
    read
}

/// Appends `bytes` encoded once, as they appear in a header.
pub fn encode_once(out: &mut ReusableBuffer, bytes: &[u8]) {
    run(out, bytes, &ONCE);
}

/// Appends `bytes` encoded twice, as they appear in a base string.
pub fn encode_twice(out: &mut ReusableBuffer, bytes: &[u8]) {
    run(out, bytes, &TWICE);
}

/// Appends a host in lower case and returns its length. The host ends at the first byte that a host
/// cannot contain.
pub fn encode_host(out: &mut ReusableBuffer, bytes: &[u8]) -> usize {
    run(out, bytes, &HOST)
}

/// Appends a path as it appears in a base string: characters that a URL cannot contain are escaped
/// as a client escapes them in the request line, and the result is encoded once more. Everything
/// else is kept as sent. Returns the length of the path, and whether it may contain a dot segment.
pub fn encode_path(out: &mut ReusableBuffer, bytes: &[u8]) -> (usize, bool) {
    let mut read = 0;
    let mut dots = false;
    loop {
        read += run(out, &bytes[read..], &PATH);
        match bytes.get(read) {
            Some(b'.') => out.push(b"."),
            Some(b'%') => out.push(b"%25"),
            _ => return (read, dots),
        }
        dots |= bytes[read] == b'%' || bytes[..read].last() == Some(&b'/');
        read += 1;
    }
}

/// Which half of a name-value pair in a query is read.
#[derive(Clone, Copy)]
pub enum Half {
    /// Also ends at `=`.
    Name,
    /// Continues to the `&`.
    Value,
}

/// Appends one half of a pair as it appears in a base string, and returns what follows it. The
/// result is the same as if the half were decoded first: `+` is a space, `%c3` becomes `%C3`, `%41`
/// becomes `A`, and a `%` that starts no escape stands for itself. Works on bytes, so that text
/// that is not UTF-8 is signed as it was sent. The half ends at `&`, at `#`, and at any byte that a
/// query cannot contain.
pub fn encode_query_half<'a>(out: &mut ReusableBuffer, query: &'a [u8], half: Half) -> &'a [u8] {
    let table = match half {
        Half::Name => &QUERY_NAME,
        Half::Value => &QUERY_VALUE,
    };
    let room = out.room(query.len() * WIDEST + LONGEST_ROW);
    let mut at = 0;
    let mut read = 0;
    loop {
        for &byte in &query[read..] {
            let before = at;
            at = write(room, at, table[usize::from(byte)]);
            if at == before {
                break;
            }
            read += 1;
        }
        if query.get(read) != Some(&b'%') {
            break;
        }
        let escaped = query.get(read + 1..read + 3).and_then(unescape);
        at = write(room, at, TWICE[usize::from(escaped.unwrap_or(b'%'))]);
        read += if escaped.is_some() { 3 } else { 1 };
    }
    out.claim(at);
    &query[read..]
}

fn unescape(digits: &[u8]) -> Option<u8> {
    let &[high, low] = digits else { return None };
    let (high, low) = (HEX_VALUE[usize::from(high)], HEX_VALUE[usize::from(low)]);
    (high < 16 && low < 16).then_some(high << 4 | low)
}

/// Returns the encoded form of a text. The text may be a secret, so no copy is left in memory.
pub fn encoded(text: &str) -> String {
    let mut out = Zeroizing::new(ReusableBuffer::default());
    encode_once(&mut out, text.as_bytes());
    into_ascii(out.text().to_vec())
}

/// Converts bytes that this module wrote, which are ASCII. Any other byte is a bug here and becomes
/// `?`.
pub(crate) fn into_ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        error.into_bytes().into_iter().map(|b| if b.is_ascii() { b as char } else { '?' }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut ReusableBuffer)) -> String {
        let mut out = ReusableBuffer::default();
        write(&mut out);
        into_ascii(out.text().to_vec())
    }

    /// Encodes one half of a pair and undoes the second encoding.
    fn value(text: &str) -> String {
        written(|out| {
            assert!(encode_query_half(out, text.as_bytes(), Half::Value).is_empty());
        })
        .replace("%25", "%")
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encoded("aZ09-._~"), "aZ09-._~");
        assert_eq!(encoded("!*'() +/%"), "%21%2A%27%28%29%20%2B%2F%25");
        assert_eq!(encoded("Größe"), "Gr%C3%B6%C3%9Fe");
    }

    #[test]
    fn encoding_twice_is_encoding_what_is_encoded() {
        let all: Vec<u8> = (0..=255).collect();
        let first = written(|out| encode_once(out, &all));
        let second = written(|out| encode_once(out, first.as_bytes()));
        assert_eq!(written(|out| encode_twice(out, &all)), second);
    }

    #[test]
    fn a_query_is_encoded_as_if_decoded_first() {
        assert_eq!(value("a+b%20c"), "a%20b%20c");
        assert_eq!(value("%2B%c3%bc%41"), "%2B%C3%BCA");
        assert_eq!(value("100%"), "100%25");
        assert_eq!(value("%zz%4"), "%25zz%254");
        assert_eq!(value("%FF"), "%FF");
        assert_eq!(value("a=b=c"), "a%3Db%3Dc");
    }

    #[test]
    fn a_percent_sign_that_starts_no_escape_is_encoded() {
        for text in ["100%", "%zz", "%4", "%"] {
            let out = written(|out| {
                encode_query_half(out, text.as_bytes(), Half::Value);
            });
            assert_eq!(out, text.replace('%', "%2525"));
        }
    }

    #[test]
    fn a_half_ends_where_the_other_starts() {
        let rest = |half| {
            let mut out = ReusableBuffer::default();
            encode_query_half(&mut out, b"a=b&c=d", half)
        };
        assert_eq!(rest(Half::Name), b"=b&c=d");
        assert_eq!(rest(Half::Value), b"&c=d");
    }

    #[test]
    fn a_path_keeps_its_case_and_escapes() {
        let out = written(|out| {
            assert_eq!(encode_path(out, "/App.x/a%2fb c/ü?".as_bytes()), (17, true));
        });
        assert_eq!(out, "%2FApp.x%2Fa%252fb%2520c%2F%25C3%25BC");
    }
}
