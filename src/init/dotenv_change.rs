//! `.env` gets the lines it lacks, and git is told to ignore it. Texts in, changes out.

use std::path::Path;

use zeroize::Zeroizing;

use crate::error::Result;
use crate::fs::project_file;
use crate::init::history::Repository;
use crate::init::plan::{Change, Part};

/// Where secrets go.
pub const DOTENV: &str = ".env";
/// What keeps that out of git.
const IGNORE: &str = ".gitignore";
const MAX_BYTES: u64 = 1024 * 1024;

/// A name in `.env` and its value.
pub type Line = (&'static str, Zeroizing<String>);

/// The value of a line of `.env`, whatever its name; the last one counts.
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
    if !text.is_empty() && !text.ends_with('\n') {
        after.push_str(newline);
    }
    for line in lines {
        after.push_str(line);
        after.push_str(newline);
    }
    after
}

/// `.env` with the lines it lacks, for its owner only. Written too when only its mode is wrong.
pub fn with_lines(
    before: Option<Zeroizing<String>>,
    lines: &[Line],
    mode: Option<u32>,
) -> Option<Change> {
    let open = mode.is_some_and(|mode| mode & 0o077 != 0);
    if lines.is_empty() && !(before.is_some() && open) {
        return None;
    }
    let text = before.as_deref().map_or("", String::as_str);
    let added: Vec<String> =
        lines.iter().map(|(name, value)| format!("{name}={}", value.as_str())).collect();
    let after = appended(text, &added);
    let names: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
    let gets = format!("gets {}, readable for you only", names.join(", "));
    let what = if names.is_empty() { "readable for you only".to_owned() } else { gets };
    Some(Change { name: DOTENV, part: Part::Secrets, before, after, mode: Some(0o600), what })
}

/// `.gitignore` with `.env`, unless that is ignored already.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when it cannot be read.
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
    let what = format!("gets {DOTENV}");
    Ok(Some(Change { name: IGNORE, part: Part::Secrets, before, after, mode: None, what }))
}
