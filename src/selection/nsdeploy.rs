//! `.nsdeploy`, Oracle's project file: its `authID` is read and replaced, every other byte is kept.

use std::ops::Range;

use serde_json::Value;

/// What is read from the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// `credentials.authID`.
    pub auth_id: Option<String>,
    /// `credentials.hostname`.
    pub hostname: Option<String>,
    /// Members of `credentials` that should not be in a file teams share.
    pub secrets: Vec<String>,
}

/// Reads the text of the file. An empty file is one without anything in it.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse(text: &str) -> Result<Deployment, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Ok(Deployment::default());
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        format!("it is not JSON (line {}, column {})", error.line(), error.column())
    })?;
    let Value::Object(root) = value else { return Err("it is not a JSON object".to_owned()) };
    let credentials = match root.get("credentials") {
        None | Some(Value::Null) => return Ok(Deployment::default()),
        Some(Value::Object(credentials)) => credentials,
        Some(_) => return Err("its credentials are not a JSON object".to_owned()),
    };
    let member = |name: &str| match credentials.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let secrets = ["key", "secret", "token"].into_iter().filter(|name| member(name).is_some());
    Ok(Deployment {
        auth_id: member("authID"),
        hostname: member("hostname"),
        secrets: secrets.map(str::to_owned).collect(),
    })
}

/// The text with `credentials.authID` set to `name`: indentation, order, newline style and byte
/// order mark stay as they are.
///
/// # Errors
/// As [`parse`].
pub fn with_auth_id(text: &str, name: &str) -> Result<String, String> {
    let before = parse(text)?;
    if before.auth_id.as_deref() == Some(name) {
        return Ok(text.to_owned());
    }
    let quoted = Value::from(name).to_string();
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    if text[start..].trim().is_empty() {
        let fresh = format!("{{\n  \"credentials\": {{\n    \"authID\": {quoted}\n  }}\n}}\n");
        return Ok(format!("{}{fresh}", &text[..start]));
    }
    let root = Object::scan(text, start).ok_or("it is not a JSON object")?;
    let edited = match root.value_of("credentials") {
        Some(value) if text[value.clone()].starts_with('{') => {
            let credentials =
                Object::scan(text, value.start).ok_or("its credentials cannot be read")?;
            match credentials.value_of("authID") {
                Some(old) => splice(text, &old, &quoted),
                None => credentials.with_member("authID", &quoted),
            }
        }
        Some(null) => splice(text, &null, &format!("{{\"authID\":{quoted}}}")),
        None => root.with_member("credentials", &format!("{{\"authID\": {quoted}}}")),
    };
    match parse(&edited) {
        Ok(after)
            if after.auth_id.as_deref() == Some(name) && after.hostname == before.hostname =>
        {
            Ok(edited)
        }
        _ => Err("its authID cannot be replaced".to_owned()),
    }
}

fn splice(text: &str, range: &Range<usize>, replacement: &str) -> String {
    format!("{}{replacement}{}", &text[..range.start], &text[range.end..])
}

/// Where the members of one JSON object lie in a text that is known to be valid JSON.
struct Object<'a> {
    text: &'a str,
    /// Where its `{` is.
    open: usize,
    /// The range of each name, with its quotes, and of its value.
    members: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a> Object<'a> {
    /// Scans the object that starts at or after `from`.
    fn scan(text: &'a str, from: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let open = skip_space(bytes, from);
        if *bytes.get(open)? != b'{' {
            return None;
        }
        let mut members = Vec::new();
        let mut at = skip_space(bytes, open + 1);
        while *bytes.get(at)? != b'}' {
            let name = at..skip_value(bytes, at)?;
            let colon = skip_space(bytes, name.end);
            let value = skip_space(bytes, colon + 1);
            let value = value..skip_value(bytes, value)?;
            at = skip_space(bytes, value.end);
            if *bytes.get(at)? == b',' {
                at = skip_space(bytes, at + 1);
            }
            members.push((name, value));
        }
        Some(Self { text, open, members })
    }

    /// The value of the last member of that name: every JSON reader lets the last one win.
    fn value_of(&self, name: &str) -> Option<Range<usize>> {
        let is_it = |range: &Range<usize>| {
            serde_json::from_str::<String>(&self.text[range.clone()]).is_ok_and(|text| text == name)
        };
        self.members.iter().rev().find(|(range, _)| is_it(range)).map(|(_, value)| value.clone())
    }

    /// The text with a member added in front of the others, spaced as they are.
    fn with_member(&self, name: &str, value: &str) -> String {
        let (before, after) = self.text.split_at(self.open + 1);
        match self.members.first() {
            Some((first, first_value)) => {
                let lead = &self.text[self.open + 1..first.start];
                let colon = &self.text[first.end..first_value.start];
                format!("{before}{lead}\"{name}\"{colon}{value},{after}")
            }
            None => format!("{before}\"{name}\": {value}{after}"),
        }
    }
}

fn skip_space(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The end of the JSON value that starts at `from`.
fn skip_value(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = from;
    loop {
        match *bytes.get(at)? {
            b'"' => at = skip_text(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b',' | b':' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => {
                let rest = &bytes[at..];
                at += rest
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
                    .count()
                    .max(1);
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The end of the JSON string that starts at `from`.
fn skip_text(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> String {
        let edited = with_auth_id(text, "new").unwrap();
        assert_eq!(parse(&edited).unwrap().auth_id.as_deref(), Some("new"), "{edited}");
        edited
    }

    #[test]
    fn only_the_name_changes() {
        let text = "\u{feff}{\r\n\t\"x\": [1, {\"authID\":\"no\"}],\r\n\t\"credentials\": {\r\n\t\t\"domain\": \"a\\\"b}\",\r\n\t\t\"authID\" : \"old\",\r\n\t\t\"is_scis\": false\r\n\t}\r\n}\r\n";
        assert_eq!(named(text), text.replace("\"old\"", "\"new\""));
        assert_eq!(with_auth_id(text, "old").unwrap(), text);
    }

    #[test]
    fn a_missing_name_is_put_in_front_in_the_style_of_the_file() {
        let text = "{\n  \"credentials\": {\n    \"domain\": \"a\"\n  }\n}";
        let expected =
            "{\n  \"credentials\": {\n    \"authID\": \"new\",\n    \"domain\": \"a\"\n  }\n}";
        assert_eq!(named(text), expected);
        assert_eq!(
            named("{\"credentials\":{\"a\":1}}"),
            "{\"credentials\":{\"authID\":\"new\",\"a\":1}}"
        );
        named("{\"credentials\":{}}");
        named("{\"credentials\":null,\"x\":1}");
        named("{\"x\":1}");
        named("{}");
        named("");
        named("\u{feff} \n");
    }

    #[test]
    fn the_last_of_two_names_is_the_one_that_counts() {
        assert_eq!(
            named("{\"credentials\":{\"authID\":\"a\",\"authID\":\"b\"}}"),
            "{\"credentials\":{\"authID\":\"a\",\"authID\":\"new\"}}"
        );
        named("{\"credentials\":{\"auth\\u0049D\":\"a\"}}");
    }

    #[test]
    fn a_name_is_quoted_as_json_wants_it() {
        let edited = with_auth_id("{}", "a\"b\\c\nd").unwrap();
        assert_eq!(parse(&edited).unwrap().auth_id.as_deref(), Some("a\"b\\c\nd"));
    }

    #[test]
    fn what_is_not_a_deployment_file_is_left_alone() {
        for text in ["[]", "{", "{\"credentials\":[]}", "nonsense", "{\"a\":1}}"] {
            assert!(with_auth_id(text, "new").is_err(), "{text}");
        }
    }

    #[test]
    fn secrets_in_the_file_are_seen() {
        let read =
            parse("{\"credentials\":{\"key\":\"k\",\"secret\":\"s\",\"hostname\":\"h\"}}").unwrap();
        assert_eq!(read.secrets, ["key", "secret"]);
        assert_eq!(read.hostname.as_deref(), Some("h"));
    }
}
