//! `--paginate`: follows `links[rel=next]` of REST web services, and makes one list of all items.

use std::collections::HashSet;

use serde_json::Value;

use crate::cli::request::input::Input;
use crate::error::{Code, Error, Result};
use crate::requests::sender::{Delivered, Sender, Supervision};

/// The answer to the last request, with the items of all pages as its body. An answer that is not a
/// success ends the list and is returned as it is.
pub async fn all(
    sender: &Sender,
    mut input: Input,
    supervision: impl Fn() -> Supervision,
) -> Result<Delivered> {
    let mut items = Vec::new();
    let mut seen = HashSet::new();
    loop {
        let mut answer = sender.send(input.outgoing(), supervision()).await?;
        if !(200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let (page, next) = page_of(&answer)?;
        items.extend(page);
        // A page that links to itself would never end.
        let Some(next) = next.filter(|next| seen.insert(next.clone())) else {
            answer.body = serde_json::to_vec(&items).unwrap_or_default();
            return Ok(answer);
        };
        input.target = next;
        input.query.clear();
    }
}

/// The items of a page and the address of the next one.
fn page_of(answer: &Delivered) -> Result<(Vec<Value>, Option<String>)> {
    let not_a_list = || {
        let message = "The answer is not a page of a list: it has no items.";
        Error::new(Code::UnexpectedAnswer, message)
            .with_next_step("--paginate is for lists of records and SuiteQL; leave it out here.")
    };
    let mut page: Value = serde_json::from_slice(&answer.body).map_err(|_| not_a_list())?;
    let next = page["links"].as_array().and_then(|links| {
        let next = links.iter().find(|link| link["rel"] == "next")?;
        next["href"].as_str().map(str::to_owned)
    });
    match page["items"].take() {
        Value::Array(items) => Ok((items, next)),
        _ => Err(not_a_list()),
    }
}
