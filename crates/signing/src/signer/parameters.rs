//! The parameters of a request, collected and sorted as RFC 5849 section 3.4.1.3 requires.
//!
//! Each pair is written once, in the form it has in the base string: `name%3Dvalue`, both encoded
//! twice. The RFC orders parameters by their singly encoded name and then value, byte by byte. The
//! second encoding only replaces `%` by `%25`, which changes no comparison, so the doubly encoded
//! pairs can be sorted directly. Duplicates stay, even identical ones.

use crate::signer::encode::{Half, encode_query_half, encode_twice};
use crate::signer::reusable_buffer::ReusableBuffer;

const EQUALS: [u8; 8] = *b"%3D\0\0\0\0\x03";
const AND: [u8; 8] = *b"%26\0\0\0\0\x03";

/// The position of a name and its value: the name from `start` to `middle`, the value up to `end`.
#[derive(Clone, Copy)]
struct Pair {
    /// The first eight bytes of the name. They decide nearly every comparison.
    rank: u64,
    start: usize,
    middle: usize,
    end: usize,
}

/// Returns the first eight bytes of a name as a number that sorts like them. `name` may contain
/// bytes beyond the end of the name, which is at `length`. An encoded name contains no zero byte,
/// so a shorter name sorts first.
const fn rank(name: [u8; 8], length: usize) -> u64 {
    let rank = u64::from_be_bytes(name);
    if length < 8 { rank & !(u64::MAX >> (8 * length)) } else { rank }
}

/// The parameters of one request. Reused between requests, so that its memory need not grow again.
#[derive(Default)]
pub struct Parameters {
    sheet: ReusableBuffer,
    pairs: Vec<Pair>,
}

/// The signer's own parameters as they appear in the base string, in order and separated by `%26`.
/// Usually no other parameter sorts between them, and they are written in one piece.
pub trait Own {
    /// Appends all of them.
    fn write(&self, out: &mut ReusableBuffer);

    /// Passes them on one by one, for a request whose parameters sort between them.
    fn each(&self, pair: impl FnMut(&str, &[u8]));
}

/// The range of ranks that the names of [`Own`] span.
const OWN: std::ops::RangeInclusive<u64> = rank(*b"oauth_co", 8)..=rank(*b"oauth_ve", 8);

impl Parameters {
    /// Removes all parameters but keeps the memory.
    pub fn clear(&mut self) {
        self.sheet.clear();
        self.pairs.clear();
        self.pairs.shrink_to(4096);
    }

    /// Adds a pair that is not encoded yet. `oauth_signature` is never signed.
    pub fn push(&mut self, name: &str, value: &str) {
        if name == "oauth_signature" {
            return;
        }
        self.push_bytes(name, value.as_bytes());
    }

    fn push_bytes(&mut self, name: &str, value: &[u8]) {
        let start = self.sheet.len();
        encode_twice(&mut self.sheet, name.as_bytes());
        let middle = self.sheet.len();
        self.sheet.push_row(EQUALS);
        encode_twice(&mut self.sheet, value);
        self.add(start, middle);
    }

    /// Adds the pairs of a query that starts with `?`, if there is one, and returns what follows
    /// it. `oauth_signature` is never signed, wherever it comes from.
    pub fn push_query<'a>(&mut self, query: &'a [u8]) -> &'a [u8] {
        let [b'?', rest @ ..] = query else { return query };
        let mut rest = rest;
        loop {
            let start = self.sheet.len();
            rest = encode_query_half(&mut self.sheet, rest, Half::Name);
            let middle = self.sheet.len();
            let valued = if let [b'=', value @ ..] = rest {
                self.sheet.push_row(EQUALS);
                rest = encode_query_half(&mut self.sheet, value, Half::Value);
                true
            } else {
                self.sheet.push_row(EQUALS);
                false
            };
            let empty = start == middle && !valued;
            if empty || self.sheet.text()[start..middle] == *b"oauth_signature" {
                self.sheet.truncate(start);
            } else {
                self.add(start, middle);
            }
            match rest {
                [b'&', next @ ..] => rest = next,
                _ => return rest,
            }
        }
    }

    /// Appends the normalised parameters as they appear in the base string, together with the
    /// signer's own.
    pub fn write_with(&mut self, own: &impl Own, out: &mut ReusableBuffer) {
        if self.pairs.iter().any(|pair| OWN.contains(&pair.rank)) {
            own.each(|name, value| self.push_bytes(name, value));
            self.sort();
            self.write(0..self.pairs.len(), out);
            return;
        }
        self.sort();
        let before = self.pairs.partition_point(|pair| pair.rank < *OWN.start());
        self.write(0..before, out);
        if before > 0 {
            out.push_row(AND);
        }
        own.write(out);
        if before < self.pairs.len() {
            out.push_row(AND);
        }
        self.write(before..self.pairs.len(), out);
    }

    /// Appends the normalised parameters without any of the signer's own.
    #[cfg(any(test, fuzzing))]
    pub fn write_sorted(&mut self, out: &mut ReusableBuffer) {
        self.sort();
        self.write(0..self.pairs.len(), out);
    }

    fn add(&mut self, start: usize, middle: usize) {
        let rank = rank(self.sheet.eight_from(start), middle - start);
        self.pairs.push(Pair { rank, start, middle, end: self.sheet.len() });
    }

    fn sort(&mut self) {
        let text = self.sheet.text();
        self.pairs.sort_unstable_by_key(|pair| pair.rank);
        // Pairs of equal rank, which are rare, are sorted by their full text.
        for alike in self.pairs.chunk_by_mut(|a, b| a.rank == b.rank).filter(|one| one.len() > 1) {
            alike.sort_unstable_by(|a, b| {
                let names = text[a.start..a.middle].cmp(&text[b.start..b.middle]);
                names.then_with(|| text[a.middle..a.end].cmp(&text[b.middle..b.end]))
            });
        }
    }

    fn write(&self, which: std::ops::Range<usize>, out: &mut ReusableBuffer) {
        for (index, pair) in self.pairs[which].iter().enumerate() {
            if index > 0 {
                out.push_row(AND);
            }
            out.push(&self.sheet.text()[pair.start..pair.end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parameters: &mut Parameters) -> String {
        let mut out = ReusableBuffer::default();
        parameters.write_sorted(&mut out);
        String::from_utf8(out.text().to_vec())
            .unwrap()
            .replace("%3D", "=")
            .replace("%26", "&")
            .replace("%25", "%")
    }

    fn normalised(query: &str) -> String {
        let mut parameters = Parameters::default();
        assert!(parameters.push_query(format!("?{query}").as_bytes()).is_empty());
        text(&mut parameters)
    }

    #[test]
    fn duplicates_stay_and_are_ordered_by_value() {
        assert_eq!(normalised("a=2&a=1&a=2"), "a=1&a=2&a=2");
    }

    #[test]
    fn pairs_are_sorted_and_not_joined_texts() {
        assert_eq!(normalised("a1=x&a-b=x&a=x"), "a=x&a-b=x&a1=x");
    }

    #[test]
    fn the_order_is_that_of_the_encoded_text() {
        assert_eq!(normalised("z=1&%C3%A4=1&~=1"), "%C3%A4=1&z=1&~=1");
    }

    #[test]
    fn names_that_differ_after_their_eighth_byte_are_ordered() {
        assert_eq!(
            normalised("parameter2=a&parameter10=b&paramete=c"),
            "paramete=c&parameter10=b&parameter2=a"
        );
    }

    #[test]
    fn empty_values_and_equal_signs_in_values_are_kept() {
        assert_eq!(normalised("x=&y&z=a=b&&=v&"), "=v&x=&y=&z=a%3Db");
    }

    #[test]
    fn an_empty_query_and_one_of_separators_have_no_pairs() {
        assert_eq!((normalised("").as_str(), normalised("&&&").as_str()), ("", ""));
        assert_eq!(normalised("="), "=");
    }

    #[test]
    fn a_signature_in_the_query_or_form_is_not_signed() {
        let query = "oauth_signature=x&oauth%5Fsignature=y&oauth_nonce=z";
        assert_eq!(normalised(query), "oauth_nonce=z");
        let mut parameters = Parameters::default();
        parameters.push("oauth_signature", "x");
        parameters.push("a", "b");
        assert_eq!(text(&mut parameters), "a=b");
    }

    #[test]
    fn a_query_ends_at_a_fragment_and_at_control_characters() {
        for rest in ["#f", "\n", "\0&c=d", "\u{7f}"] {
            let mut parameters = Parameters::default();
            assert_eq!(parameters.push_query(format!("?a=b{rest}").as_bytes()), rest.as_bytes());
            assert_eq!(text(&mut parameters), "a=b");
        }
    }

    #[test]
    fn ranks_sort_like_the_names() {
        let names = ["", "a", "a%2", "a-", "aaaaaaaa", "b"];
        let ranks = names.map(|name| {
            let mut sheet = ReusableBuffer::default();
            sheet.push(name.as_bytes());
            sheet.push_row(EQUALS);
            rank(sheet.eight_from(0), name.len())
        });
        assert!(ranks.is_sorted_by(|a, b| a < b));
    }
}
