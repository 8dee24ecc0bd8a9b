//! What the flags say becomes a request. It can be made as often as there are pages.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use crate::base::blocking::blocking;
use crate::cli::context::Context;
use crate::error::{Code, Error, Result};
use crate::fs::open::{self, Accept, Links, Refusal};
use crate::requests::outgoing::{Body, BodyKind, MAX_BODY, Outgoing, check_size, too_large};
use crate::text::printable;

/// How long a named pipe may take to send everything.
const PIPE: Duration = Duration::from_secs(120);

/// Everything of a request.
pub struct Input {
    pub(super) method: Option<String>,
    pub(super) target: String,
    pub(super) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<(BodyKind, Bytes)>,
    timeout: Option<Duration>,
    retries: Option<u32>,
}

impl Input {
    /// The request, to be sent once.
    pub fn outgoing(&self) -> Outgoing {
        Outgoing {
            method: self.method.clone(),
            target: self.target.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: self.body.clone().map(|(kind, bytes)| Body { kind, bytes }),
            timeout: self.timeout,
            retries: self.retries,
        }
    }
}

/// Reads the command line, and the file or stdin it names.
pub async fn read(context: &Context) -> Result<Input> {
    let typed = &context.typed;
    let (method, target) = match (typed.word(0), typed.word(1)) {
        (Some(method), Some(target)) => (Some(method.to_owned()), target),
        (Some(target), None) => (None, target),
        _ => return Err(Error::new(Code::CommandInvalid, "request needs a path or URL.")),
    };
    if typed.is("--paginate") && typed.is("--include") {
        let message = "--include shows one answer, and --paginate sends several requests.";
        return Err(Error::new(Code::FlagConflict, message));
    }
    let pairs = |flag: &str, separator| -> Result<Vec<(String, String)>> {
        typed.values(flag).iter().map(|text| pair(flag, text, separator)).collect()
    };
    let form = pairs("--form", '=')?;
    let mut input = Input {
        method,
        target: target.to_owned(),
        query: pairs("--query", '=')?,
        headers: pairs("--header", ':')?,
        body: body(context, &form).await?,
        timeout: number(typed.value("--timeout"), "--timeout", 86_400)?
            .map(|seconds| Duration::from_secs(seconds.into())),
        retries: number(typed.value("--retries"), "--retries", 20)?,
    };
    input.add_what_netsuite_needs();
    Ok(input)
}

impl Input {
    /// RESTlets return JSON only to requests that say so, and `SuiteQL` needs a header of its own.
    fn add_what_netsuite_needs(&mut self) {
        let path = self.target.split(['?', '#']).next().unwrap_or_default();
        let is = |end: &str| path.ends_with(end);
        let wanted = [
            ("Accept", "application/json", true),
            ("Content-Type", "application/json", is("/restlet.nl") && self.body.is_none()),
            ("Prefer", "transient", is("/services/rest/query/v1/suiteql")),
        ];
        for (name, value, needed) in wanted {
            let given = self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
            if needed && !given {
                self.headers.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

async fn body(context: &Context, form: &[(String, String)]) -> Result<Option<(BodyKind, Bytes)>> {
    match (context.typed.value("--data"), form.is_empty()) {
        (Some(_), false) => Err(Error::new(Code::FlagConflict, "Give either --data or --form.")),
        (None, true) => Ok(None),
        (None, false) => {
            let mut text = url::form_urlencoded::Serializer::new(String::new());
            Ok(Some((BodyKind::Form, Bytes::from(text.extend_pairs(form).finish()))))
        }
        (Some(data), true) => {
            let bytes = match data.strip_prefix('@') {
                Some(file) => read_file_or_stdin(context, file).await?,
                None if data == "-" => read_file_or_stdin(context, "-").await?,
                None => data.as_bytes().to_vec(),
            };
            check_size(bytes.len())?;
            let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
            let kind = if is_json { BodyKind::Json } else { BodyKind::Text };
            Ok(Some((kind, Bytes::from(bytes))))
        }
    }
}

/// The content of a file, or of stdin for `-`. Reads no more than a request may send.
///
/// # Errors
/// [`Code::FlagInvalid`] when it cannot be read; [`Code::RequestInvalid`] when it is too large.
pub async fn read_file_or_stdin(context: &Context, name: &str) -> Result<Vec<u8>> {
    if name == "-" {
        return blocking(read_stdin).await;
    }
    let path = context.environment.cwd.join(name);
    let shown = printable(name, 200);
    blocking(move || read_path(&path, &shown)).await
}

fn read_path(path: &Path, shown: &str) -> Result<Vec<u8>> {
    let accept =
        Accept { most: MAX_BODY as u64, links: Links::Followed, user: None, pipe: Some(PIPE) };
    let content = open::read(path, &accept).map_err(|refusal| match refusal {
        Refusal::TooLarge(_) => too_large(),
        other => unreadable(shown, &other.to_string()),
    })?;
    let mut content = content.ok_or_else(|| unreadable(shown, "there is no such file"))?;
    Ok(std::mem::take(&mut *content.bytes))
}

fn read_stdin() -> Result<Vec<u8>> {
    let read = read_up_to(std::io::stdin().lock(), MAX_BODY);
    let bytes = read.map_err(|error| unreadable("stdin", &error.to_string()))?;
    bytes.ok_or_else(too_large)
}

/// Everything that can be read, or nothing if it is more than `most` bytes.
fn read_up_to(from: impl Read, most: usize) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= most).then_some(bytes))
}

fn unreadable(what: &str, why: &str) -> Error {
    Error::new(Code::FlagInvalid, format!("{what} cannot be read: {why}."))
}

fn pair(flag: &str, text: &str, separator: char) -> Result<(String, String)> {
    let found = text.split_once(separator).filter(|(name, _)| !name.trim().is_empty());
    let (name, value) = found.ok_or_else(|| {
        let shape = if separator == ':' { "'Name: value'" } else { "NAME=VALUE" };
        // The value is not shown: it may be a secret.
        Error::new(Code::FlagInvalid, format!("{flag} takes {shape}."))
    })?;
    let trimmed = if separator == ':' { value.trim() } else { value };
    Ok((name.trim().to_owned(), trimmed.to_owned()))
}

fn number(text: Option<&str>, flag: &str, most: u32) -> Result<Option<u32>> {
    let least = u32::from(flag == "--timeout");
    let Some(text) = text else { return Ok(None) };
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.map(Some).ok_or_else(|| {
        Error::new(Code::FlagInvalid, format!("{flag} takes a number from {least} to {most}."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_without_end_is_refused_at_the_limit() {
        assert!(read_up_to(std::io::repeat(b'a'), 1_000).unwrap().is_none());
        assert!(read_up_to(&[b'a'; 1_001][..], 1_000).unwrap().is_none());
        assert_eq!(read_up_to(&[b'a'; 1_000][..], 1_000).unwrap().unwrap().len(), 1_000);
        assert_eq!(read_up_to(&b""[..], 1_000).unwrap().unwrap(), b"");
    }
}
