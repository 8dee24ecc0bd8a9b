//! Entry points for the fuzz targets in `fuzz/`: the parsers of project files.

use serde_json::{Value, json};

use crate::base::json_edit;
use crate::project::{dotenv, nsdeploy};

/// Parses a `.nsdeploy` and replaces its name. The first line of the input is the name, the rest is
/// the file.
pub fn nsdeploy(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (name, text) = text.split_once('\n').unwrap_or(("new-name", &text));
    if name.is_empty() {
        return;
    }
    let Ok(before) = nsdeploy::parse(text) else {
        return assert!(nsdeploy::with_auth_id(text, name).is_err());
    };
    let edited = nsdeploy::with_auth_id(text, name).expect("what is read can be edited");
    if before.auth_id.as_deref() == Some(name) {
        return assert_eq!(edited, text);
    }
    let after = nsdeploy::parse(&edited).expect("it stays valid");
    assert_eq!(after.auth_id.as_deref(), Some(name));
    assert_eq!(
        edited[..json_edit::start(&edited)],
        text[..json_edit::start(text)],
        "the mark stays"
    );
    assert_eq!(value_with(text, name), value_with(&edited, name));
    // A file that contains only white space is empty, and is replaced as a whole.
    if !text[json_edit::start(text)..].trim().is_empty() {
        assert_one_place(text, &edited, name);
    }
    if let Some(old) = &before.auth_id {
        let back = nsdeploy::with_auth_id(&edited, old).expect("it stays valid");
        // The result may differ only in the spelling of the same name.
        assert!(back.eq_ignore_ascii_case(text) || back.len() < text.len(), "{back}");
    }
}

/// Returns the parsed text with that name in it, including the order of members and unknown
/// members.
fn value_with(text: &str, name: &str) -> String {
    let json = &text[json_edit::start(text)..];
    let mut value: Value = serde_json::from_str(json).unwrap_or_else(|_| json!({}));
    if !value["credentials"].is_object() {
        value["credentials"] = json!({});
    }
    let credentials = value["credentials"].as_object_mut().expect("an object");
    credentials.insert("authID".to_owned(), json!(name));
    // A missing name or a missing `credentials` object is added in front. Otherwise the order must
    // not change.
    let name = credentials.shift_remove("authID");
    let rest = value.as_object_mut().and_then(|root| root.shift_remove("credentials"));
    format!("{value} {rest:?} {name:?}")
}

/// Checks that a single run of bytes was replaced, and that only a value was removed, if anything.
fn assert_one_place(text: &str, edited: &str, name: &str) {
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let head = text.bytes().zip(edited.bytes()).take_while(same).count();
    let room = text.len().min(edited.len()) - head;
    let tail = text.bytes().rev().zip(edited.bytes().rev()).take(room).take_while(same).count();
    let gone = &text[..text.len() - tail].as_bytes()[head..];
    assert!(!gone.contains(&b'\n') || gone.trim_ascii().first().is_some_and(|b| b"[{".contains(b)));
    // The surrounding white space belongs to the file, and there may be a lot of it.
    let new = &edited.as_bytes()[head..edited.len() - tail];
    let quoted = Value::from(name).to_string();
    let most = quoted.len() + "\"credentials\":{\"authID\":},".len();
    assert!(new.iter().filter(|byte| !byte.is_ascii_whitespace()).count() <= most);
}

/// Parses a `.env`: only the known names are read, and plain lines have their plain meaning.
pub fn dotenv(bytes: &[u8]) {
    let read = |text: &str| {
        let lines = dotenv::parse(text);
        let value = |named: dotenv::Named| named.value.to_string();
        (lines.key.map(value), lines.secret.map(value))
    };
    let text = dotenv::text_of(bytes);
    let (key, secret) = read(&text);
    // Both names of each variable end in the same words.
    for (name, value) in [("CONSUMER_KEY", &key), ("CONSUMER_SECRET", &secret)] {
        let Some(value) = value else { continue };
        assert!(text.contains(name) && text.contains(value.as_str()) && !value.contains('\n'));
    }
    // A line with another name changes nothing, wherever it is.
    let more = format!("OTHER=x\n{}\nMY_CONSUMER_KEY=y\n", text.trim_start_matches('\u{feff}'));
    assert_eq!(read(&more), (key, secret));

    let plain = plain_lines(bytes);
    let written: String = plain.iter().map(|line| line.text.as_str()).collect();
    let last = |name: &str| {
        let found = plain.iter().rfind(|line| line.name == name);
        found.map(|line| line.value.clone()).filter(|value| !value.is_empty())
    };
    assert_eq!(read(&written), (last("CONSUMER_KEY"), last("CONSUMER_SECRET")), "{written}");
}

/// A line with a known meaning, because the test built it.
struct Line {
    name: &'static str,
    value: String,
    text: String,
}

fn plain_lines(bytes: &[u8]) -> Vec<Line> {
    let line = |bytes: &[u8]| {
        let [shape, word @ ..] = bytes else { return None };
        let pick = |shift: u8, all: &[&'static str]| all[usize::from(shape >> shift) % all.len()];
        let name = pick(0, &["CONSUMER_KEY", "CONSUMER_SECRET", "CONSUMER", "KEY"]);
        let value: String = word.iter().map(|b| char::from(b'a' + b % 26)).collect();
        let (lead, quote) = (pick(2, &["", "export "]), pick(3, &["", "\"", "'", "`"]));
        let (equals, end) = (pick(5, &["=", " = "]), pick(6, &["\n", "\r\n", " # more\n", "\r"]));
        let text = format!("{lead}{name}{equals}{quote}{value}{quote}{end}");
        Some(Line { name, value, text })
    };
    bytes.chunks(9).filter_map(line).collect()
}
