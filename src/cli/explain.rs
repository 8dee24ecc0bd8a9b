//! `explain METHOD URL`: how a request is signed, without showing a secret. With `--header`, what is
//! wrong with a header that other code made: see [`header`].

use std::fmt::Write as _;

use serde_json::json;

use crate::account::AccountId;
use crate::cli::context::Context;
use crate::cli::header;
use crate::cli::output::Report;
use crate::credentials::{AuthId, Consumer, Token};
use crate::error::{Code, Error, Result};
use crate::selection::request::TokenRequest;
use crate::signer::encode::encoded;
use crate::signer::request::{Fixed, Request, Signer};
use crate::signer::{clock, random};
use crate::text::printable;
use crate::vault::model::{Origin, SavedToken};

/// Explains how a request is signed, or what is wrong with a header.
pub fn run(context: &Context) -> Result<Report> {
    let method = context.typed.word(0).unwrap_or_default();
    let url = context.typed.word(1).unwrap_or_default();
    match context.typed.value("--header") {
        Some(text) => header::report::run(context, method, url, text),
        None => own(context, method, url),
    }
}

/// A signed parameter.
struct Parameter {
    name: String,
    value: String,
    from: &'static str,
}

fn own(context: &Context, method: &str, url: &str) -> Result<Report> {
    let request = header::Request { method, url, body: None };
    request.check()?;
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
    let findings = header::examine_request(&request, Some(&account));
    let mut text = format!(
        "Token {} - Account {account}\n\nParameters, encoded and sorted:\n",
        name.as_ref().map_or("of NETSUITE_TBA_TOKEN_ID".to_owned(), AuthId::to_string)
    );
    for one in &parameters {
        let _ = writeln!(text, "  {} = {}  ({})", one.name, one.value, one.from);
    }
    let _ = write!(text, "\nBase string:\n  {base_string}\n\nKey of HMAC-SHA256:\n  {key_shape}\n");
    let _ = write!(text, "\nAuthorization:\n  {header}\n");
    text.push_str(&header::findings::in_words(&findings));
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
        "findings": header::findings::to_json(&findings),
    });
    Ok(Report::new(text, json))
}

/// Shortens consumer key and token ID. They are not secrets, but need not be in every bug report.
struct Mask(Vec<(String, String)>);

impl Mask {
    fn new(full: bool, consumer: &Consumer, token: &Token) -> Self {
        if full {
            return Self(Vec::new());
        }
        let short = |text: &str| {
            let start: String = text.chars().take(4).collect();
            let short = format!("{start}...({})", text.len());
            // Encoded once in the header, twice in the base string.
            let once = encoded(text);
            [(encoded(&once), short.clone()), (once, short)]
        };
        Self([short(consumer.key.as_str()), short(&token.id)].concat())
    }

    fn apply(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (whole, short)| text.replace(whole, short))
    }
}

/// The parameters of a base string, decoded once.
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

/// The token that a task would sign with: the one named, else the environment's, else a saved one.
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

/// The saved token to explain with: the one named, the project's, or the only one of the URL's
/// account. Of several with one name, the one whose NetSuite the URL is on.
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
        // Tokens of one name give headers of the same form, so any of them will do.
        _ if is_named => fitting.into_iter().next().ok_or_else(none_fits),
        _ => Err(none_fits()),
    }
}

/// How well a token's NetSuite fits a URL.
fn nearness(origin: &Origin, url: &str) -> u8 {
    match &origin.vm {
        Some(vm) if url.starts_with(vm.as_str()) => 2,
        None => 1,
        Some(_) => 0,
    }
}

fn none_fits() -> Error {
    Error::new(Code::ChoiceNeeded, "Several saved tokens, or none, fit this URL.")
        .with_next_step("Pass --authID NAME; npx netsuite-tba list shows the names.")
}
