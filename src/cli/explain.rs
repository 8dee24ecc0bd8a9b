//! `explain METHOD URL`: how a request is signed, without a secret; and what is wrong with a header
//! of somebody else's.

use std::fmt::Write as _;
use std::io::Read;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::base::time;
use crate::cli::context::Context;
use crate::cli::header;
use crate::cli::header::parse::Header;
use crate::cli::header::{Finding, Verdict};
use crate::cli::output::Report;
use crate::credentials::{AuthId, Consumer, Token};
use crate::error::{Code, Error, Exit, Result};
use crate::selection::request::TokenRequest;
use crate::signer::encode::encoded;
use crate::signer::request::{Fixed, Request, Signer};
use crate::signer::{clock, random};
use crate::text::printable;
use crate::vault::batch_reader::BatchReader;
use crate::vault::model::{Origin, SavedToken};

/// Larger bodies are not read.
const LONGEST_BODY: u64 = 1024 * 1024;

/// Explains.
pub fn run(context: &Context) -> Result<Report> {
    let method = context.typed.word(0).unwrap_or_default();
    let url = context.typed.word(1).unwrap_or_default();
    match context.typed.value("--header") {
        Some(text) => foreign(context, method, url, text),
        None => ours(context, method, url),
    }
}

/// One line of the explanation.
struct Parameter {
    name: String,
    value: String,
    from: &'static str,
}

fn ours(context: &Context, method: &str, url: &str) -> Result<Report> {
    header::Request { method, url, body: None }.check()?;
    let consumer = context.consumer()?;
    let (name, account, token) = signs(context, url)?;
    let mask = Mask::new(context.typed.is("--full"), &consumer, &token);
    let signer = Signer::new(&consumer, Some(&token), Some(account.realm()));
    let nonce = random::alphanumeric(random::NONCE_LENGTH)?;
    let fixed = Fixed { nonce: &nonce, timestamp: clock::timestamp() };
    let made = signer.sign(&Request::new(method, url), fixed)?;
    let base_string = mask.apply(&made.base_string);
    let parameters = parameters(&base_string);
    let header = mask.apply(&made.header);
    let header = header.rsplit_once("oauth_signature=").map_or("", |(before, _)| before);
    let header = format!("{header}oauth_signature=\"<44 characters, encoded>\"");
    let key_shape = format!(
        "<consumer secret, {} characters>&<token secret, {} characters>",
        encoded(consumer.secret.expose()).len(),
        encoded(token.secret.expose()).len()
    );
    let notes = notes(&account, url);
    let mut text = format!(
        "Token {} - Account {account}\n\nParameters, encoded and sorted:\n",
        name.as_ref().map_or("of NETSUITE_TBA_TOKEN_ID", AuthId::as_str)
    );
    for one in &parameters {
        let _ = writeln!(text, "  {} = {}  ({})", one.name, one.value, one.from);
    }
    let _ = write!(text, "\nBase string:\n  {base_string}\n\nKey of HMAC-SHA256:\n  {key_shape}\n");
    let _ = write!(text, "\nAuthorization:\n  {header}\n");
    for note in &notes {
        let _ = write!(text, "\nNote: {note}\n");
    }
    let listed = parameters
        .iter()
        .map(|one| json!({ "name": one.name, "value": one.value, "from": one.from }));
    let json = json!({
        "authId": name.as_ref().map(AuthId::as_str),
        "account": account.as_str(),
        "method": method.to_ascii_uppercase(),
        "url": printable(url, 8192),
        "parameters": listed.collect::<Vec<_>>(),
        "baseString": base_string,
        "keyShape": key_shape,
        "header": header,
        "notes": notes,
    });
    Ok(Report::new(text, json))
}

/// Hides all but the ends of consumer key and token ID: not secret, but nobody needs to spread them.
struct Mask(Vec<(String, String)>);

impl Mask {
    fn new(full: bool, consumer: &Consumer, token: &Token) -> Self {
        if full {
            return Self(Vec::new());
        }
        let short = |text: &str| {
            let start: String = text.chars().take(4).collect();
            let short = format!("{start}...({})", text.len());
            // In the header encoded once, in the base string twice.
            let once = encoded(text);
            [(encoded(&once), short.clone()), (once, short)]
        };
        Self([short(consumer.key.as_str()), short(&token.id)].concat())
    }

    fn apply(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (whole, short)| text.replace(whole, short))
    }
}

/// The parameters as they stand in the base string, decoded once.
fn parameters(base_string: &str) -> Vec<Parameter> {
    let list = base_string.splitn(3, '&').nth(2).unwrap_or_default();
    let pairs = list.split("%26").filter_map(|pair| pair.split_once("%3D"));
    pairs
        .map(|(name, value)| {
            let (name, value) = (name.replace("%25", "%"), value.replace("%25", "%"));
            let from = if name.starts_with("oauth_") { "header" } else { "query" };
            Parameter { name, value, from }
        })
        .collect()
}

/// What to mind about this token and this URL.
fn notes(account: &AccountId, url: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let request = header::Request { method: "GET", url, body: None };
    if let Some(of_url) = request.account().filter(|of_url| of_url != account) {
        notes.push(format!(
            "The URL is on the host of {of_url}, but the token belongs to {account}: NetSuite refuses that."
        ));
    }
    if url.contains(".suitetalk.api.") && url.contains("restlet.nl") {
        notes.push(
            "RESTlets answer on restlets.api.netsuite.com, not on suitetalk.api.netsuite.com."
                .into(),
        );
    }
    if url.contains('#') {
        notes.push("What follows # is neither sent nor signed.".into());
    }
    notes
}

/// What a task would sign with: the token of the environment, unless one is named, else a saved one.
fn signs(context: &Context, url: &str) -> Result<(Option<AuthId>, AccountId, Token)> {
    if !context.typed.is("--authID")
        && let Some(given) = TokenRequest::read(&context.options()?, &context.environment)?.given
    {
        return Ok((None, given.account, given.token));
    }
    let saved = chosen(context, url)?;
    let token = context.vault()?.token(&saved)?;
    Ok((Some(saved.auth_id), saved.account, token))
}

/// The token to explain with: named, the project's, or the only one of the URL's account. Of several
/// the one of the NetSuite that the URL is on.
fn chosen(context: &Context, url: &str) -> Result<SavedToken> {
    let project = context.project().deployment().ok().and_then(|read| read.auth_id);
    let named = context.typed.owned("--authID").or(project);
    let is_named = named.is_some();
    let mut fitting = if let Some(name) = named {
        context.named(&name)?
    } else {
        let account = header::Request { method: "GET", url, body: None }.account();
        let mut all = context.vault()?.list()?;
        all.retain(|token| account.as_ref().is_none_or(|account| token.account == *account));
        all
    };
    let nearest = fitting.iter().map(|token| nearness(&token.origin, url)).max();
    fitting.retain(|token| Some(nearness(&token.origin, url)) == nearest);
    match fitting.len() {
        1 => fitting.pop().ok_or_else(none_fits),
        // Which of those with one name hardly matters: the header looks the same.
        _ if is_named => fitting.into_iter().next().ok_or_else(none_fits),
        _ => Err(none_fits()),
    }
}

/// How well a token's NetSuite goes with a URL.
fn nearness(origin: &Origin, url: &str) -> u8 {
    match &origin.vm {
        Some(vm) if url.starts_with(vm.as_str()) => 2,
        None => 1,
        Some(_) => 0,
    }
}

fn none_fits() -> Error {
    Error::new(Code::ChoiceNeeded, "It is not clear which saved token is meant.")
        .with_next_step("Pass --authID NAME; npx netsuite-tba list shows the names.")
}

fn foreign(context: &Context, method: &str, url: &str, text: &str) -> Result<Report> {
    let text = if text == "-" {
        let mut text = Zeroizing::new(String::new());
        let read = std::io::stdin().lock().take(64 * 1024).read_to_string(&mut text);
        read.map(|_| text).map_err(|error| unreadable("stdin", &error))?
    } else {
        Zeroizing::new(text.to_owned())
    };
    let body = context.typed.value("--body").map(|file| read_body(context, file)).transpose()?;
    let request = header::Request { method, url, body: body.as_deref() };
    request.check()?;
    let header = Header::parse(&text);
    let (secrets, auth_id, mut notes) = secrets_of(context, &header, &request)?;
    let secrets = secrets.as_ref().map(|(consumer, token)| (consumer, token));
    let (verdict, findings) = header::examine(&header, &request, secrets, time::now());
    if verdict == Verdict::Unchecked {
        notes.push("The signature was not computed again.".to_owned());
    } else {
        notes.clear();
    }
    Ok(of_findings(auth_id.as_deref(), verdict, &findings, &notes))
}

fn of_findings(
    auth_id: Option<&str>,
    verdict: Verdict,
    findings: &[Finding],
    notes: &[String],
) -> Report {
    let mut text = match verdict {
        Verdict::Right => "The signature is right.\n".to_owned(),
        Verdict::Wrong => "The signature is wrong.\n".to_owned(),
        Verdict::Unchecked => format!("{}\n", notes.join(" ")),
    };
    for finding in findings {
        let kind = if finding.is_error { "Error" } else { "Warning" };
        let _ =
            write!(text, "\n{kind} ({}): {}\n  {}\n", finding.problem, finding.what, finding.fix);
    }
    if findings.is_empty() && verdict != Verdict::Wrong {
        text.push_str(match verdict {
            Verdict::Unchecked => "Nothing wrong shows in the header itself.\n",
            _ => "Nothing else is wrong with the header.\n",
        });
    }
    let listed: Vec<Value> = findings
        .iter()
        .map(|finding| {
            json!({
                "problem": finding.problem,
                "severity": if finding.is_error { "error" } else { "warning" },
                "what": finding.what,
                "fix": finding.fix,
            })
        })
        .collect();
    let wrong = verdict == Verdict::Wrong || findings.iter().any(|finding| finding.is_error);
    let json = json!({
        "authId": auth_id,
        "signature": verdict.as_str(),
        "findings": listed,
        "notes": notes,
    });
    Report::new(text, json).exiting(if wrong { Exit::Failure } else { Exit::Done })
}

type Found = (Option<(Consumer, Token)>, Option<String>, Vec<String>);

/// The secrets the header was made with, if they are here, or why they are not.
fn secrets_of(context: &Context, header: &Header, request: &header::Request<'_>) -> Result<Found> {
    let consumer = match context.consumer() {
        Ok(consumer) => consumer,
        Err(error) => return Ok((None, None, vec![error.message().to_owned()])),
    };
    if header.value("oauth_consumer_key").as_deref() != Some(consumer.key.as_str()) {
        let note = "The header's consumer key is not the one given here.";
        return Ok((None, None, vec![note.to_owned()]));
    }
    let id = header.value("oauth_token").unwrap_or_default();
    let candidates = if let Some(name) = context.typed.value("--authID") {
        context.named(name)?
    } else {
        let realm = header.value("realm").unwrap_or_default();
        let of_realm = crate::account::AccountId::parse(&realm).ok();
        let accounts = [of_realm, request.account()];
        let mut all = context.vault()?.list()?;
        // BatchReader a secret may ask the person, so only those are read that can be meant.
        all.retain(|token| accounts.iter().flatten().any(|account| *account == token.account));
        all
    };
    let mut reading = BatchReader::new(&context.vault()?);
    let found = candidates.into_iter().find_map(|saved| {
        reading.token(&saved).ok().filter(|token| token.id == id).map(|token| (saved, token))
    });
    let Some((saved, token)) = found else {
        let note = "No saved token of that account has the header's token ID.";
        return Ok((None, None, vec![note.to_owned()]));
    };
    Ok((Some((consumer, token)), Some(saved.auth_id.as_str().to_owned()), Vec::new()))
}

fn read_body(context: &Context, file: &str) -> Result<String> {
    let path = context.environment.cwd.join(file);
    let shown = path.display().to_string();
    let open = std::fs::File::open(&path).map_err(|error| unreadable(&shown, &error))?;
    let mut text = String::new();
    let read = open.take(LONGEST_BODY).read_to_string(&mut text);
    read.map(|_| text).map_err(|error| unreadable(&shown, &error))
}

fn unreadable(what: &str, error: &std::io::Error) -> Error {
    Error::new(Code::FlagInvalid, format!("{} cannot be read: {error}.", printable(what, 200)))
}
