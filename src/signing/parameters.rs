//! The parameters of a request, collected and sorted as RFC 5849 section 3.4.1.3 says.
//!
//! Pairs are kept encoded in one buffer and sorted by name, then value, in byte order of the
//! *encoded* text. Duplicates stay, even identical ones.

use super::encode::{encode, encode_again, encode_query_component};

/// Where a name and its value lie in the buffer: name from `start` to `middle`, value to `end`.
#[derive(Clone, Copy)]
struct Pair {
    start: usize,
    middle: usize,
    end: usize,
}

/// The parameters of one request. Reused from request to request, so that it need not grow again.
#[derive(Default)]
pub struct Parameters {
    text: Vec<u8>,
    pairs: Vec<Pair>,
}

impl Parameters {
    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.pairs.clear();
    }

    /// Adds a pair as it is meant, not yet encoded. `oauth_signature` is never signed.
    pub fn push(&mut self, name: &str, value: &str) {
        if name == "oauth_signature" {
            return;
        }
        let start = self.text.len();
        encode(&mut self.text, name.as_bytes());
        let middle = self.text.len();
        encode(&mut self.text, value.as_bytes());
        self.pairs.push(Pair { start, middle, end: self.text.len() });
    }

    /// Adds a pair whose value is encoded already and whose name needs no encoding.
    pub fn push_encoded(&mut self, name: &[u8], value: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(name);
        let middle = self.text.len();
        self.text.extend_from_slice(value);
        self.pairs.push(Pair { start, middle, end: self.text.len() });
    }

    /// Adds the pairs of a query. `oauth_signature` is never signed, wherever it comes from.
    pub fn push_query(&mut self, query: &str) {
        for part in query.as_bytes().split(|&b| b == b'&').filter(|part| !part.is_empty()) {
            let equals = part.iter().position(|&b| b == b'=').unwrap_or(part.len());
            let start = self.text.len();
            encode_query_component(&mut self.text, &part[..equals]);
            let middle = self.text.len();
            if self.text[start..] == *b"oauth_signature" {
                self.text.truncate(start);
                continue;
            }
            encode_query_component(&mut self.text, part.get(equals + 1..).unwrap_or_default());
            self.pairs.push(Pair { start, middle, end: self.text.len() });
        }
    }

    /// Sorts, and appends the normalised parameters as they stand in the base string: encoded once
    /// more, with `%3D` and `%26` between.
    pub fn write_sorted(&mut self, out: &mut Vec<u8>) {
        let text = &self.text;
        self.pairs.sort_unstable_by(|a, b| {
            let names = text[a.start..a.middle].cmp(&text[b.start..b.middle]);
            names.then_with(|| text[a.middle..a.end].cmp(&text[b.middle..b.end]))
        });
        for (index, pair) in self.pairs.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(b"%26");
            }
            encode_again(out, &text[pair.start..pair.middle]);
            out.extend_from_slice(b"%3D");
            encode_again(out, &text[pair.middle..pair.end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalised(query: &str) -> String {
        let mut parameters = Parameters::default();
        parameters.push_query(query);
        let mut out = Vec::new();
        parameters.write_sorted(&mut out);
        String::from_utf8(out).unwrap().replace("%3D", "=").replace("%26", "&").replace("%25", "%")
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
    fn empty_values_and_equal_signs_in_values_are_kept() {
        assert_eq!(normalised("x=&y&z=a=b&&=v"), "=v&x=&y=&z=a%3Db");
    }

    #[test]
    fn a_signature_in_the_query_is_not_signed() {
        assert_eq!(
            normalised("oauth_signature=x&oauth%5Fsignature=y&oauth_nonce=z"),
            "oauth_nonce=z"
        );
    }
}
