//! `explain --header`: what is wrong with an `Authorization` header that other code made.
//!
//! * [`parse`] – the header taken apart, however it was written
//! * [`request`] – the request it is for
//! * [`recipe`] – the decisions that go into a signature
//! * [`signed_url`], [`base_string`] – base strings of right and wrong recipes
//! * [`mistakes`] – the table: what is wrong, how it is found, how to correct it
//! * [`search`] – which mistakes explain a signature
//! * [`bearer`] – a header of OAuth 2.0
//! * [`findings`] – findings as text and as JSON
//! * [`report`] – the command: reads the header and what it was made with, and reports

mod base_string;
mod bearer;
pub mod findings;
mod mistakes;
pub mod parse;
mod recipe;
pub mod report;
mod request;
mod search;
mod signed_url;

use crate::account::AccountId;
use crate::credentials::{Consumer, Token};
use crate::signer::diagnose::Credentials;
use mistakes::header::SIGNATURE_FORM;
use mistakes::{Mistake, Severity, Sign};

pub use parse::Header;
pub use request::Request;
use search::Explanation;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of its row in the table of mistakes.
    pub problem: &'static str,
    /// NetSuite refuses it; otherwise it may.
    pub is_error: bool,
    /// What is wrong.
    pub what: String,
    /// How to correct it.
    pub fix: String,
}

impl Finding {
    fn of(row: &Mistake, detail: &str) -> Self {
        Self {
            problem: row.id,
            is_error: row.severity == Severity::Error,
            what: row.what.replace("{}", detail),
            fix: row.fix.replace("{}", detail),
        }
    }

    fn unexplained() -> Self {
        Self {
            problem: "signature",
            is_error: true,
            what:
                "The signature does not belong to this request, and no known mistake explains it."
                    .to_owned(),
            fix:
                "Check that the method and URL are those that were sent and that both secrets are \
                  right. Pass --body FILE if a body was sent. Compare the base string with that of \
                  netsuite-tba explain METHOD URL."
                    .to_owned(),
        }
    }
}

/// Whether the signature is the one of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Right,
    /// It is not.
    Wrong,
    /// It was not computed, because the secrets are not here.
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

/// What a header was made with.
#[derive(Clone, Copy)]
pub struct MadeWith<'a> {
    /// The integration record.
    pub consumer: &'a Consumer,
    /// The token.
    pub token: &'a Token,
    /// The account of the token.
    pub account: &'a AccountId,
}

/// What is wrong with a request, whatever its signature.
pub fn examine_request(request: &Request<'_>, account: Option<&AccountId>) -> Vec<Finding> {
    mistakes::all()
        .filter_map(|row| match row.sign {
            Sign::Request(look) => look(request, account).map(|it| Finding::of(row, &it)),
            Sign::Header(_) | Sign::Recomputed(_) => None,
        })
        .collect()
}

/// Examines a header for a request at a moment in Unix seconds. If it is known what it was made
/// with, the signature is computed again.
pub fn examine(
    header: &Header,
    request: &Request<'_>,
    made_with: Option<MadeWith<'_>>,
    now: u64,
) -> (Verdict, Vec<Finding>) {
    let mut findings: Vec<Finding> = mistakes::all()
        .filter_map(|row| match row.sign {
            Sign::Header(look) => look(header, request, now).map(|it| Finding::of(row, &it)),
            Sign::Request(_) | Sign::Recomputed(_) => None,
        })
        .collect();
    let mut of_request = examine_request(request, made_with.map(|it| it.account));
    if findings.iter().any(|finding| finding.problem == "realm-account") {
        // The same cause, told once.
        of_request.retain(|finding| finding.problem != "host-account");
    }
    let verdict = match made_with {
        None => Verdict::Unchecked,
        Some(made_with) => check_signature(header, request, made_with, &mut findings),
    };
    findings.append(&mut of_request);
    (verdict, findings)
}

fn check_signature(
    header: &Header,
    request: &Request<'_>,
    made_with: MadeWith<'_>,
    findings: &mut Vec<Finding>,
) -> Verdict {
    let credentials = Credentials {
        consumer_key: made_with.consumer.key.as_str(),
        consumer_secret: made_with.consumer.secret.expose(),
        token_id: &made_with.token.id,
        token_secret: made_with.token.secret.expose(),
    };
    let explain = |header: &Header| search::explain(header, request, &credentials);
    // Code that sends a parameter twice has mostly signed it once.
    let as_meant = header.without_repetitions(request);
    let explanation = match explain(&as_meant) {
        Explanation::Right if as_meant != *header => return Verdict::Wrong,
        Explanation::Nothing if as_meant != *header => explain(header),
        other => other,
    };
    match explanation {
        Explanation::Right => return Verdict::Right,
        Explanation::Mistakes(names) => {
            findings.retain(|finding| finding.problem != SIGNATURE_FORM);
            let rows = mistakes::all().filter(|row| names.contains(&row.id));
            findings.extend(rows.map(|row| Finding::of(row, "")));
        }
        Explanation::Nothing => {
            if !findings.iter().any(|finding| finding.problem == SIGNATURE_FORM) {
                findings.push(Finding::unexplained());
            }
        }
    }
    Verdict::Wrong
}

#[cfg(test)]
mod tests;
