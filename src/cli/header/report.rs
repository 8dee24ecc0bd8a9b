//! `explain --header`: reads the header, finds what it was made with, and reports what is wrong.

use std::io::Read;

use serde_json::json;
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::base::time;
use crate::cli::context::Context;
use crate::cli::header::bearer;
use crate::cli::header::findings::{in_words, to_json};
use crate::cli::header::parse::Header;
use crate::cli::header::request::Request;
use crate::cli::header::{Finding, MadeWith, Verdict, examine};
use crate::cli::output;
use crate::cli::output::Report;
use crate::credentials::{AuthId, Consumer, Token};
use crate::error::{Code, Error, Exit, Result};
use crate::selection::request::TokenRequest;
use crate::text::printable;
use crate::vault::batch_reader::BatchReader;
use crate::vault::model::SavedToken;

/// Most bytes of a header that are read.
const LONGEST_HEADER: u64 = 64 * 1024;
/// Most bytes of a body that are read.
const LONGEST_BODY: u64 = 1024 * 1024;

/// What a header was made with, found here.
struct Found {
    consumer: Consumer,
    token: Token,
    account: AccountId,
    /// Unless the token is the environment's.
    auth_id: Option<AuthId>,
}

/// Examines the header `text`, or the one on stdin if it is `-`.
///
/// # Errors
/// Usage errors, and what keeps the files and variables from being read.
pub fn run(context: &Context, method: &str, url: &str, text: &str) -> Result<Report> {
    let text = Zeroizing::new(match text {
        "-" => read("stdin", std::io::stdin().lock(), LONGEST_HEADER)?,
        text => text.to_owned(),
    });
    let body = context.typed.value("--body").map(|file| read_body(context, file)).transpose()?;
    let request = Request { method, url, body: body.as_deref() };
    request.check()?;
    if let Some(token) = bearer::token_of(&text) {
        return Ok(bearer::report(token, &request, time::now()));
    }
    let header = Header::parse(&text);
    let found = find(context, &header, &request)?;
    let made_with = found.as_ref().ok().map(|found| MadeWith {
        consumer: &found.consumer,
        token: &found.token,
        account: &found.account,
    });
    let (verdict, findings) = examine(&header, &request, made_with, time::now());
    let auth_id = found.as_ref().ok().and_then(|found| found.auth_id.as_ref());
    Ok(report(auth_id, verdict, &findings, found.as_ref().err()))
}

fn report(
    auth_id: Option<&AuthId>,
    verdict: Verdict,
    findings: &[Finding],
    unchecked: Option<&Error>,
) -> Report {
    let has_error = findings.iter().any(|finding| finding.is_error);
    let mut text = match (verdict, unchecked) {
        (Verdict::Right, _) => "The signature is right.\n".to_owned(),
        (Verdict::Wrong, _) => "The signature is wrong.\n".to_owned(),
        (Verdict::Unchecked, None) => "The signature was not checked.\n".to_owned(),
        (Verdict::Unchecked, Some(reason)) => format!(
            "The signature was not checked. {}\n  {}\n",
            reason.message(),
            reason.next_command()
        ),
    };
    text.push_str(&in_words(findings));
    if findings.is_empty() && verdict == Verdict::Unchecked {
        text.push_str("\nThe header itself shows no mistake.\n");
    }
    let json = json!({
        "authId": auth_id.map(AuthId::as_str),
        "checked": verdict != Verdict::Unchecked,
        "signature": verdict.as_str(),
        "findings": to_json(findings),
        "unchecked": unchecked.map(output::error),
    });
    let exit = match unchecked {
        _ if has_error => Exit::Failure,
        Some(reason) => reason.exit(),
        None => Exit::Done,
    };
    Report::new(text, json).exiting(exit)
}

/// What the header was made with, or why that is not known here.
fn find(
    context: &Context,
    header: &Header,
    request: &Request<'_>,
) -> Result<std::result::Result<Found, Error>> {
    let consumer = match context.consumer() {
        Ok(consumer) => consumer,
        Err(error) => return Ok(Err(error)),
    };
    if header.value("oauth_consumer_key").as_deref() != Some(consumer.key.as_str()) {
        let what = "The header has another consumer key than the one given here.";
        let next =
            "Pass --key and --secret of the integration record that the header was made with.";
        return Ok(Err(Error::new(Code::ConsumerMismatch, what).with_next_step(next)));
    }
    let id = header.value("oauth_token").unwrap_or_default();
    if !context.typed.is("--authID")
        && let Some(given) = TokenRequest::read(&context.options()?, &context.environment)?.given
        && given.token.id == id
    {
        let (token, account) = (given.token, given.account);
        return Ok(Ok(Found { consumer, token, account, auth_id: None }));
    }
    let saved = saved(context, header, request)?;
    let mut reader = BatchReader::new(&context.vault()?);
    let mut unreadable = None;
    for saved in saved {
        match reader.token(&saved) {
            Ok(token) if token.id == id => {
                let SavedToken { account, auth_id, .. } = saved;
                return Ok(Ok(Found { consumer, token, account, auth_id: Some(auth_id) }));
            }
            Ok(_) => {}
            Err(error) => unreadable = Some(error),
        }
    }
    let what = "No token found here has the header's token ID.";
    let next = "Save that token (npx netsuite-tba login NAME), or set NETSUITE_TBA_TOKEN_ID, \
                NETSUITE_TBA_TOKEN_SECRET and NETSUITE_TBA_ACCOUNT to it.";
    let not_found = || Error::new(Code::TokenNotFound, what).with_next_step(next);
    Ok(Err(unreadable.unwrap_or_else(not_found)))
}

/// The saved tokens that the header can be made with. Reading a secret may ask the person, so only
/// those of the accounts in question are read.
fn saved(context: &Context, header: &Header, request: &Request<'_>) -> Result<Vec<SavedToken>> {
    if let Some(name) = context.typed.value("--authID") {
        return context.named(name);
    }
    let of_realm = AccountId::parse(&header.value("realm").unwrap_or_default()).ok();
    let accounts = [of_realm, request.account()];
    let mut all = context.vault()?.list()?;
    all.retain(|token| accounts.iter().flatten().any(|account| *account == token.account));
    Ok(all)
}

fn read_body(context: &Context, file: &str) -> Result<String> {
    let path = context.environment.cwd.join(file);
    let name = path.display().to_string();
    let file = std::fs::File::open(&path).map_err(|error| unreadable(&name, &error))?;
    read(&name, file, LONGEST_BODY)
}

fn read(name: &str, from: impl Read, limit: u64) -> Result<String> {
    let mut text = String::new();
    from.take(limit + 1).read_to_string(&mut text).map_err(|error| unreadable(name, &error))?;
    if text.len() as u64 > limit {
        let what = format!("{} has more than {limit} bytes.", printable(name, 200));
        return Err(Error::new(Code::FlagInvalid, what));
    }
    Ok(text)
}

fn unreadable(name: &str, error: &std::io::Error) -> Error {
    Error::new(Code::FlagInvalid, format!("{} cannot be read: {error}.", printable(name, 200)))
}
