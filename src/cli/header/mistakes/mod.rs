//! The table of mistakes: what code does wrong when it makes an `Authorization` header or calls
//! NetSuite, how each mistake is found, what is said about it, and how to correct it.
//!
//! * [`row`] – what a row says
//! * [`request`] – the request itself is wrong, whatever the signature
//! * [`header`] – the header shows it
//! * [`base_string`] – method, URL and the base string as a whole, found by signing again
//! * [`parameters`] – the parameters, found by signing again
//! * [`signature`] – key, digest and its text, found by signing again

mod base_string;
pub mod header;
mod parameters;
mod request;
mod row;
mod signature;

pub use row::{Mistake, Severity, Sign};

/// Every row, in the order they are looked for. Where two explain a signature, the first is named.
pub fn all() -> impl Iterator<Item = &'static Mistake> {
    [request::ROWS, header::ROWS, base_string::ROWS, parameters::ROWS, signature::ROWS]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_row_has_a_name_of_its_own_and_two_sentences() {
        let mut names = HashSet::new();
        for row in all() {
            assert!(names.insert(row.id), "{} is there twice", row.id);
            assert!(
                row.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
            );
            for text in [row.what, row.fix] {
                assert!(text.ends_with('.') && !text.contains('\n'), "{}: {text}", row.id);
            }
            if let Sign::Recomputed(changes) = row.sign {
                assert!(!changes.is_empty() && !row.what.contains("{}"), "{}", row.id);
            }
        }
        assert!(names.len() >= 80, "{}", names.len());
    }
}
