//! What a row of the table says.

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

/// A row that a signature made in one of these ways shows.
pub const fn recomputed(
    id: &'static str,
    changes: &'static [fn(&mut Recipe)],
    what: &'static str,
    fix: &'static str,
) -> Mistake {
    Mistake { id, severity: Severity::Error, sign: Sign::Recomputed(changes), what, fix }
}
