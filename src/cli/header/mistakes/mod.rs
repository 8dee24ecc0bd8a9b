//! The table of mistakes: what code does wrong when it makes an `Authorization` header or calls
//! NetSuite, how each mistake is found, what is said about it, and how to correct it.
//!
//! * [`request`] – the request itself is wrong, whatever the signature
//! * [`header`] – the header shows it
//! * [`base_string`] – method, URL and the base string as a whole, found by signing again
//! * [`parameters`] – the parameters, found by signing again
//! * [`signature`] – key, digest and its text, found by signing again

mod base_string;
pub mod header;
mod parameters;
mod request;
mod signature;

use crate::account::AccountId;
use crate::cli::header::parse::Header;
use crate::cli::header::recipe::Recipe;
use crate::cli::header::request::Request;

/// One row of the table.
pub struct Mistake {
    /// Its stable name, `problem` in JSON.
    pub id: &'static str,
    /// Whether NetSuite refuses it for certain.
    pub severity: Severity,
    /// How it is found.
    pub sign: Sign,
    /// What is wrong. `{}` stands for what [`Sign::Request`] or [`Sign::Header`] returns.
    pub what: &'static str,
    /// How to correct it. `{}` as in `what`.
    pub fix: &'static str,
}

/// How bad a mistake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// NetSuite refuses the request.
    Error,
    /// NetSuite may refuse it, or it works only by luck.
    Warning,
}

/// How a mistake is found.
pub enum Sign {
    /// The request shows it. The account is the token's, where that is known.
    Request(fn(&Request<'_>, Option<&AccountId>) -> Option<String>),
    /// The header shows it at a moment in Unix seconds.
    Header(fn(&Header, &Request<'_>, u64) -> Option<String>),
    /// The signature is that of code which decides one of these ways.
    Recomputed(&'static [fn(&mut Recipe)]),
}

/// Every row, in the order they are looked for. Where two explain a signature, the first is named.
pub fn all() -> impl Iterator<Item = &'static Mistake> {
    [request::ROWS, header::ROWS, base_string::ROWS, parameters::ROWS, signature::ROWS]
        .into_iter()
        .flatten()
}

/// A row that a signature made in one of these ways shows.
const fn recomputed(
    id: &'static str,
    changes: &'static [fn(&mut Recipe)],
    what: &'static str,
    fix: &'static str,
) -> Mistake {
    Mistake { id, severity: Severity::Error, sign: Sign::Recomputed(changes), what, fix }
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
