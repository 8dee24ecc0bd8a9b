//! `sign METHOD URL`: one `Authorization` header, for curl or Postman.

use serde_json::json;

use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::request::{read_file_or_stdin, signed_in};
use crate::error::{Code, Error, Result};
use crate::requests::outgoing::address;
use crate::signer::request::Request;

/// Signs one request of the account of the token.
pub async fn run(context: &Context) -> Result<Report> {
    let method = context.typed.word(0).unwrap_or_default();
    let target = context.typed.word(1).unwrap_or_default();
    let form = match context.typed.value("--form") {
        None => Vec::new(),
        Some(file) => {
            let bytes = read_file_or_stdin(context, file).await?;
            let text = String::from_utf8(bytes)
                .map_err(|_| Error::new(Code::FlagInvalid, "The form is not UTF-8."))?;
            let text = text.trim_end_matches(['\r', '\n']);
            url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>()
        }
    };
    let (session, _) = signed_in(context, "netsuite-tba sign").await?;
    // Checked on what is sent, signed as it was typed: the client sends it as it was typed.
    let url = address(target, &[], &session.site, &session.account)?;
    let url = if target.starts_with('/') { url.as_str() } else { target };
    let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = Request { method, url, parameters: &[], form: &pairs };
    let header = session.identity.with_signer(|signer| signer.authorize(&request))?;
    let text = format!("Authorization: {header}\n");
    let json = json!({ "method": method, "url": url, "authorization": header });
    Ok(Report::new(text, json).verbatim())
}
