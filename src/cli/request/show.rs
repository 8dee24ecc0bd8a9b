//! What is printed of an answer: its bytes, untouched; for people at a terminal, JSON that can be read.

use std::fmt::Write as _;
use std::io::IsTerminal;

use serde_json::{Map, Value, json};

use crate::base::environment::Environment;
use crate::cli::output;
use crate::requests::sender::Delivered;
use crate::text::{printable_json, printable_lines};

const RESET: &str = "\x1b[0m";
const NAME: &str = "\x1b[36m";
const TEXT: &str = "\x1b[32m";
const OTHER: &str = "\x1b[33m";

/// Prints the body, and before it status and headers if they are wanted. False when that failed.
pub fn print(answer: &Delivered, include: bool, environment: &Environment) -> bool {
    let to_person = std::io::stdout().is_terminal();
    let head = if include { head(answer) } else { String::new() };
    if !head.is_empty() && !output::write(&printable_lines(&head)) {
        return false;
    }
    if !to_person {
        return output::write_bytes(&answer.body);
    }
    let colour = environment.var("NO_COLOR").is_none() && !environment.is_plain();
    match serde_json::from_slice::<Value>(&answer.body) {
        Ok(value) if colour => output::write(&(coloured(&value) + "\n")),
        Ok(value) => {
            let text = serde_json::to_string_pretty(&value).unwrap_or_default();
            output::write(&(printable_json(&text).into_owned() + "\n"))
        }
        // Bytes of a server must not steer the terminal.
        Err(_) => output::write(&printable_lines(&String::from_utf8_lossy(&answer.body))),
    }
}

fn head(answer: &Delivered) -> String {
    let mut text = format!("HTTP/1.1 {} {}\n", answer.status, answer.reason);
    for (name, value) in &answer.headers {
        let _ = writeln!(text, "{name}: {value}");
    }
    text.push('\n');
    text
}

/// The answer for scripts. A body that is not JSON is a text.
pub fn as_json(answer: &Delivered) -> Value {
    let body = serde_json::from_slice(&answer.body)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&answer.body).into_owned()));
    let headers: Map<String, Value> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), Value::String(value.clone())))
        .collect();
    json!({
        "status": answer.status,
        "statusText": answer.reason,
        "headers": headers,
        "url": answer.url,
        "attempts": answer.attempts,
        "body": body,
    })
}

/// JSON in colour, indented by two spaces.
fn coloured(value: &Value) -> String {
    let mut text = String::new();
    write_coloured(&mut text, value, 0);
    text
}

fn write_coloured(text: &mut String, value: &Value, depth: usize) {
    let quoted = |value: &Value| printable_json(&value.to_string()).into_owned();
    let indent = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                indent(text, depth + 1);
                write_coloured(text, item, depth + 1);
            }
            indent(text, depth);
            text.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            text.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                indent(text, depth + 1);
                let name = quoted(&Value::String(name.clone()));
                let _ = write!(text, "{NAME}{name}{RESET}: ");
                write_coloured(text, member, depth + 1);
            }
            indent(text, depth);
            text.push('}');
        }
        Value::String(_) => {
            let _ = write!(text, "{TEXT}{}{RESET}", quoted(value));
        }
        Value::Array(_) | Value::Object(_) => text.push_str(&value.to_string()),
        _ => {
            let _ = write!(text, "{OTHER}{value}{RESET}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_colour(text: &str) -> String {
        [RESET, NAME, TEXT, OTHER].iter().fold(text.to_owned(), |text, code| text.replace(code, ""))
    }

    #[test]
    fn coloured_json_is_the_same_json() {
        let value = json!({"a": [1, true, null, "x\"y", {}], "b": {"c": []}, "": "日本"});
        let plain = without_colour(&coloured(&value));
        assert_eq!(plain, serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn control_characters_of_a_server_do_not_reach_the_terminal() {
        let value = json!({"a\u{1b}[2J": "b\u{1b}]0;x\u{7}\u{202e}"});
        let plain = without_colour(&coloured(&value));
        assert!(!plain.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{plain}");
        assert_eq!(serde_json::from_str::<Value>(&plain).unwrap(), value);
    }
}
