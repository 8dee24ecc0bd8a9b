//! Computes the changes to `.env` and `.gitignore`. Reads `.gitignore` and asks git; writes
//! nothing.

use std::path::Path;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::fs::project_file;
use crate::init::history::Repository;
use crate::init::plan::{Change, Part};

/// The file that secrets move to.
pub const DOTENV: &str = ".env";
/// The file that makes git ignore `.env`.
const IGNORE: &str = ".gitignore";
const MAX_BYTES: u64 = 1024 * 1024;

/// A name in `.env` and its value.
pub type Line = (&'static str, Zeroizing<String>);

/// Returns the value of any name in `.env`. If the name is set several times, the last line wins.
pub fn value_in(dotenv: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let line = line.trim().strip_prefix("export ").unwrap_or(line.trim());
        let (found, value) = line.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (found.trim() == name && !value.is_empty()).then(|| value.to_owned())
    };
    dotenv.lines().filter_map(value).next_back()
}

fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn appended(text: &str, lines: &[String]) -> Zeroizing<String> {
    let newline = newline(text);
    let mut after = Zeroizing::new(text.to_owned());
    if !lines.is_empty() && !text.is_empty() && !text.ends_with('\n') {
        after.push_str(newline);
    }
    for line in lines {
        after.push_str(line);
        after.push_str(newline);
    }
    after
}

/// The changes that `.env` needs.
#[derive(Default)]
pub struct Wanted {
    /// Names to replace by other names. Their values stay.
    pub renamed: Vec<(&'static str, &'static str)>,
    /// Lines to add.
    pub added: Vec<Line>,
}

impl Wanted {
    fn is_nothing(&self) -> bool {
        self.renamed.is_empty() && self.added.is_empty()
    }

    /// Describes the changes in words.
    fn what(&self) -> String {
        let renamed = self.renamed.iter().map(|(from, to)| format!("{from} becomes {to}"));
        let mut parts: Vec<String> = renamed.collect();
        let added: Vec<&str> = self.added.iter().map(|(name, _)| *name).collect();
        if !added.is_empty() {
            parts.push(format!("{} added", added.join(", ")));
        }
        parts.push("accessible only to you".to_owned());
        parts.join("; ")
    }
}

/// Returns the text with one name replaced by another.
fn renamed(text: &str, from: &str, to: &str) -> Zeroizing<String> {
    let line = |line: &str| {
        let at = line.find(from).unwrap_or(0);
        let (lead, rest) = line.split_at(at);
        let is_lead = matches!(lead.trim_start_matches('\u{feff}').trim(), "" | "export");
        let after = rest.strip_prefix(from).map(str::trim_start);
        match after {
            Some(after) if is_lead && after.starts_with(['=', ':']) => {
                [lead, to, &rest[from.len()..]].concat()
            }
            _ => line.to_owned(),
        }
    };
    Zeroizing::new(text.split_inclusive('\n').map(line).collect())
}

/// Returns the change of `.env`, which makes the file accessible only to its owner. The file is
/// also rewritten if only its mode is wrong.
pub fn with_lines(
    before: Option<Zeroizing<String>>,
    wanted: &Wanted,
    mode: Option<u32>,
) -> Option<Change> {
    let open = mode.is_some_and(|mode| mode & 0o077 != 0);
    if wanted.is_nothing() && !(before.is_some() && open) {
        return None;
    }
    let mut text = before.clone().unwrap_or_default();
    for (from, to) in &wanted.renamed {
        text = renamed(&text, from, to);
    }
    let line = |(name, value): &Line| format!("{name}={}", value.as_str());
    let added: Vec<String> = wanted.added.iter().map(line).collect();
    let after = appended(&text, &added);
    let (name, part, mode, what) = (DOTENV, Part::Secrets, Some(0o600), wanted.what());
    Some(Change { name, part, before, after, mode, what, leads_to: None })
}

/// Returns the change that adds `.env` to `.gitignore`, unless `.env` is already ignored.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when `.gitignore` cannot be read.
pub fn ignoring(folder: &Path, git: Option<&Repository>) -> Result<Option<Change>> {
    let before = project_file::read(&folder.join(IGNORE), MAX_BYTES)?;
    let text = before.as_deref().map_or("", String::as_str);
    let listed = || {
        let said = text.lines().map(str::trim).rfind(|line| {
            matches!(line.trim_start_matches(['!', '/']), ".env" | "*.env" | ".env*")
        });
        said.is_some_and(|line| !line.starts_with('!'))
    };
    if git.and_then(|git| git.ignores(DOTENV)).unwrap_or_else(listed) {
        return Ok(None);
    }
    let after = appended(text, &[DOTENV.to_owned()]);
    let what = format!("{DOTENV} added");
    Ok(Some(Change {
        name: IGNORE,
        part: Part::Secrets,
        before,
        after,
        mode: None,
        what,
        leads_to: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_of_a_line_changes() {
        let text = "\u{feff}CONSUMER_KEY=k\r\nexport CONSUMER_KEY = 'k' # mine\r\nMY_CONSUMER_KEY=x\r\n#CONSUMER_KEY=y\r\nX=CONSUMER_KEY\r\nCONSUMER_KEY: k";
        assert_eq!(
            renamed(text, "CONSUMER_KEY", "NEW").as_str(),
            "\u{feff}NEW=k\r\nexport NEW = 'k' # mine\r\nMY_CONSUMER_KEY=x\r\n#CONSUMER_KEY=y\r\nX=CONSUMER_KEY\r\nNEW: k"
        );
    }
}
