//! `explain --header`: what is wrong with an `Authorization` header that other code made.
//!
//! * [`parse`] – the header taken apart, however it was written
//! * [`rules`] – what shows without any secret
//! * [`request`] – the request it is for, and base strings with mistakes in them
//! * [`mistakes`] – the mistakes people make, found by computing the signature again

mod mistakes;
pub mod parse;
mod request;
mod rules;

use crate::credentials::{Consumer, Token};

pub use parse::Header;
pub use request::Request;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its stable name.
    pub problem: &'static str,
    /// NetSuite refuses it; otherwise it may.
    pub is_error: bool,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub fix: String,
}

impl Finding {
    fn error(problem: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { problem, is_error: true, what: what.into(), fix: fix.into() }
    }

    fn warning(problem: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { problem, is_error: false, what: what.into(), fix: fix.into() }
    }
}

/// Whether the signature is the one of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Right,
    /// It is not.
    Wrong,
    /// The secrets to tell are not here.
    Unchecked,
}

impl Verdict {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Unchecked => "unchecked",
        }
    }
}

/// Examines a header for a request at a moment in Unix seconds. With the secrets it was made with,
/// the signature is computed again.
pub fn examine(
    header: &Header,
    request: &Request<'_>,
    secrets: Option<(&Consumer, &Token)>,
    now: u64,
) -> (Verdict, Vec<Finding>) {
    let mut findings = rules::check(header, request, now);
    let Some((consumer, token)) = secrets else { return (Verdict::Unchecked, findings) };
    // Another method's signature can only be another one.
    if findings.iter().any(|finding| finding.problem == "signature-method") {
        return (Verdict::Wrong, findings);
    }
    let secrets = (consumer.secret.expose(), token.secret.expose());
    let shows = |problem| findings.iter().any(|finding| finding.problem == problem);
    let (twice, form) = (shows("twice"), shows("signature-form"));
    let mut found = mistakes::find(header, request, secrets);
    if twice && found.is_some() {
        // Code that sends a parameter twice has mostly signed it once.
        found = mistakes::find(&header.once(), request, secrets);
    }
    match found {
        None => (Verdict::Right, findings),
        Some(mut mistakes) => {
            // Its form explains that already.
            mistakes.retain(|mistake| mistake.problem != "signature" || !form);
            findings.extend(mistakes);
            (Verdict::Wrong, findings)
        }
    }
}

#[cfg(test)]
mod tests;
