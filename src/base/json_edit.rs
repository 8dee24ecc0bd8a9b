//! Edits JSON texts in place. What is not edited keeps every byte: indentation, order of members,
//! newline style and byte order mark. Strings in, strings out; no I/O.

use std::ops::Range;

use serde_json::Value;
use zeroize::Zeroizing;

/// The text with one range replaced. It is allocated once, so that no partial copy is left in memory.
pub fn splice(text: &str, range: &Range<usize>, replacement: &str) -> String {
    [&text[..range.start], replacement, &text[range.end..]].concat()
}

/// Where the JSON starts: after a byte order mark.
pub fn start(text: &str) -> usize {
    text.len() - text.trim_start_matches('\u{feff}').len()
}

/// Why a text is not JSON, with the place: lines and columns start at 1.
pub fn not_json(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let comma = if said.starts_with("trailing comma") { "a comma too many, " } else { "" };
    format!("it is not JSON ({comma}line {}, column {})", error.line(), error.column().max(1))
}

/// The positions of the members of one JSON object, in a text that is known to be valid JSON.
pub struct Object<'a> {
    text: &'a str,
    /// Where its `{` is.
    open: usize,
    /// Where its `}` is.
    close: usize,
    /// The range of each name, with its quotes, and of its value.
    members: Vec<(Range<usize>, Range<usize>)>,
}

impl<'a> Object<'a> {
    /// Scans the object that starts at or after `from`.
    pub fn scan(text: &'a str, from: usize) -> Option<Self> {
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
        Some(Self { text, open, close: at, members })
    }

    /// The value of the last member of that name. JSON readers use the last one.
    pub fn value_of(&self, name: &str) -> Option<Range<usize>> {
        self.last(name).map(|index| self.members[index].1.clone())
    }

    /// The text with a member added before the others, with the same spacing.
    pub fn with_member(&self, name: &str, value: &str) -> String {
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

    fn name(&self, index: usize) -> Option<String> {
        serde_json::from_str(&self.text[self.members[index].0.clone()]).ok()
    }

    fn last(&self, name: &str) -> Option<usize> {
        (0..self.members.len()).rev().find(|index| self.name(*index).as_deref() == Some(name))
    }

    /// The text without some of its members and without their space and commas, made in one pass.
    fn without(&self, is_gone: &[bool]) -> String {
        let kept: Vec<usize> = (0..self.members.len()).filter(|at| !is_gone[*at]).collect();
        let Some(last) = kept.last() else {
            return splice(self.text, &(self.open + 1..self.close), "");
        };
        let mut text = String::with_capacity(self.text.len());
        text.push_str(&self.text[..self.members[0].0.start]);
        for at in &kept {
            let (name, value) = &self.members[*at];
            let end = match self.members.get(at + 1) {
                Some((next, _)) if at != last => next.start,
                _ => value.end,
            };
            text.push_str(&self.text[name.start..end]);
        }
        let end = self.members.last().map_or(self.close, |(_, value)| value.end);
        text.push_str(&self.text[end..]);
        text
    }

    /// The text with a member added before the first one whose name sorts after it, or at the end.
    fn with_sorted(&self, name: &str, value: &str, style: &Style, depth: usize) -> String {
        let behind = (0..self.members.len())
            .find(|index| self.name(*index).is_some_and(|other| other.as_str() > name));
        let (Some(index), Some((first, first_value))) = (behind, self.members.first()) else {
            return self.with_last(name, value, style, depth);
        };
        let lead = &self.text[self.open + 1..first.start];
        let colon = &self.text[first.end..first_value.start];
        let at = self.members[index].0.start;
        let quoted = Value::from(name).to_string();
        splice(self.text, &(at..at), &[&quoted, colon, value, ",", lead].concat())
    }

    /// The text with a member added at the end.
    fn with_last(&self, name: &str, value: &str, style: &Style, depth: usize) -> String {
        let quoted = Value::from(name).to_string();
        let (Some((first, first_value)), Some((_, last))) =
            (self.members.first(), self.members.last())
        else {
            let (lead, end) = (style.lead(depth), style.lead(depth - 1));
            let member = [&lead, &quoted, ":", style.space(), value, &end].concat();
            let member = Zeroizing::new(member);
            return splice(self.text, &(self.open + 1..self.close), &member);
        };
        let lead = &self.text[self.open + 1..first.start];
        let colon = &self.text[first.end..first_value.start];
        let member = Zeroizing::new([",", lead, &quoted, colon, value].concat());
        splice(self.text, &(last.end..last.end), &member)
    }
}

/// The layout of a file, so that new members look like the others.
struct Style {
    newline: &'static str,
    /// One step of indentation, or `None` for a file on one line.
    unit: Option<String>,
    spaced: bool,
}

impl Style {
    fn of(root: &Object) -> Self {
        let newline = if root.text.contains("\r\n") { "\r\n" } else { "\n" };
        let Some((first, value)) = root.members.first() else {
            return Self { newline, unit: Some("  ".to_owned()), spaced: true };
        };
        let lead = &root.text[root.open + 1..first.start];
        let unit = lead.rsplit_once('\n').map(|(_, indent)| indent.to_owned());
        Self { newline, unit, spaced: root.text[first.end..value.start].ends_with(' ') }
    }

    fn lead(&self, depth: usize) -> String {
        let indent = |unit: &String| format!("{}{}", self.newline, unit.repeat(depth));
        self.unit.as_ref().map_or_else(String::new, indent)
    }

    fn space(&self) -> &'static str {
        if self.spaced { " " } else { "" }
    }

    /// A value as text, indented for this depth.
    fn render(&self, value: &Value, depth: usize) -> String {
        let joined = |items: Vec<String>, (open, close): (char, char)| {
            if items.is_empty() {
                return format!("{open}{close}");
            }
            let lead = self.lead(depth + 1);
            let inner = items.join(&format!(",{lead}"));
            format!("{open}{lead}{inner}{}{close}", self.lead(depth))
        };
        match value {
            Value::Object(members) => {
                let each = members.iter().map(|(name, value)| {
                    let value = self.render(value, depth + 1);
                    format!("{}:{}{value}", Value::from(name.as_str()), self.space())
                });
                joined(each.collect(), ('{', '}'))
            }
            Value::Array(items) => {
                let each = items.iter().map(|item| self.render(item, depth + 1));
                joined(each.collect(), ('[', ']'))
            }
            plain => plain.to_string(),
        }
    }
}

/// Where a new member of an object is added.
#[derive(Clone, Copy)]
enum Place {
    Sorted,
    Last,
}

/// A JSON object from a file, edited member by member. It may contain secrets, so it is wiped when
/// dropped.
pub struct Document {
    text: Zeroizing<String>,
}

impl Document {
    /// The document of a text.
    ///
    /// # Errors
    /// Why it is not a JSON object, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str::<Value>(&text[start(text)..]) {
            Ok(Value::Object(_)) => Ok(Self::known(text.to_owned())),
            Ok(_) => Err("it is not a JSON object".to_owned()),
            Err(error) => Err(not_json(&error)),
        }
    }

    /// The document of a text that is known to be a JSON object.
    pub fn known(text: String) -> Self {
        Self { text: Zeroizing::new(text) }
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text after all edits.
    pub fn into_text(mut self) -> String {
        std::mem::take(&mut *self.text)
    }

    /// The value at a path of names.
    pub fn get(&self, path: &[&str]) -> Option<Value> {
        serde_json::from_str(&self.text[self.range(path)?]).ok()
    }

    /// Sets a member of the object at `path`. An existing member is replaced in place; a new one is added
    /// in alphabetical order. Returns whether that object exists.
    pub fn set(&mut self, path: &[&str], name: &str, value: &Value) -> bool {
        self.put(path, name, value, Place::Sorted)
    }

    /// Sets a member of the object at `path`. An existing member is replaced in place; a new one is added
    /// at the end. Returns whether that object exists.
    pub fn set_last(&mut self, path: &[&str], name: &str, value: &Value) -> bool {
        self.put(path, name, value, Place::Last)
    }

    /// Renames every member of that name in the object at `path`. Returns whether there was one.
    pub fn rename(&mut self, path: &[&str], from: &str, to: &str) -> bool {
        let Some(object) = self.object(path).filter(|_| from != to) else { return false };
        let named = |at: &usize| object.name(*at).is_some_and(|name| name == from);
        let renamed: Vec<usize> = (0..object.members.len()).filter(named).collect();
        let quoted = Value::from(to).to_string();
        let room = self.text.len() + renamed.len() * quoted.len();
        let mut text = Zeroizing::new(String::with_capacity(room));
        let mut from = 0;
        for at in &renamed {
            let name = &object.members[*at].0;
            text.push_str(&self.text[from..name.start]);
            text.push_str(&quoted);
            from = name.end;
        }
        text.push_str(&self.text[from..]);
        self.text = text;
        !renamed.is_empty()
    }

    /// Removes every member of that name from the object at `path`. Returns whether there was one.
    pub fn remove(&mut self, path: &[&str], name: &str) -> bool {
        self.remove_all(path, |known| known == name)
    }

    /// Removes every member with one of these names from the object at `path`. Returns whether there was
    /// one.
    pub fn remove_all(&mut self, path: &[&str], which: impl Fn(&str) -> bool) -> bool {
        let Some(object) = self.object(path) else { return false };
        let is_gone: Vec<bool> = (0..object.members.len())
            .map(|at| object.name(at).is_some_and(|name| which(&name)))
            .collect();
        if !is_gone.contains(&true) {
            return false;
        }
        self.text = Zeroizing::new(object.without(&is_gone));
        true
    }

    /// The names of the members of the object at `path`.
    pub fn names(&self, path: &[&str]) -> Vec<String> {
        let all =
            |o: Object| -> Vec<String> { (0..o.members.len()).filter_map(|i| o.name(i)).collect() };
        self.object(path).map_or_else(Vec::new, all)
    }

    fn put(&mut self, path: &[&str], name: &str, value: &Value, new: Place) -> bool {
        let Some(edited) = self.with(path, name, value, new) else { return false };
        self.text = Zeroizing::new(edited);
        true
    }

    fn with(&self, path: &[&str], name: &str, value: &Value, new: Place) -> Option<String> {
        let style = Style::of(&self.object(&[])?);
        let object = self.object(path)?;
        let depth = path.len() + 1;
        let rendered = Zeroizing::new(style.render(value, depth));
        Some(match (object.value_of(name), new) {
            (Some(old), _) => splice(&self.text, &old, &rendered),
            (None, Place::Sorted) => object.with_sorted(name, &rendered, &style, depth),
            (None, Place::Last) => object.with_last(name, &rendered, &style, depth),
        })
    }

    fn object(&self, path: &[&str]) -> Option<Object<'_>> {
        Object::scan(&self.text, self.range(path)?.start)
    }

    fn range(&self, path: &[&str]) -> Option<Range<usize>> {
        let mut range = start(&self.text)..self.text.len();
        for name in path {
            range = Object::scan(&self.text, range.start)?.value_of(name)?;
        }
        Some(range)
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
mod tests;
