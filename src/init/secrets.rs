//! Finds secrets of the integration record that Oracle's tools wrote into shared files, and plans
//! to move them to `.env`, which git is told to ignore. Reads the project, writes nothing.

use std::path::Path;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::base::environment::Environment;
use crate::base::json_edit::Document;
use crate::error::Result;
use crate::fs::project_file;
use crate::init::dotenv_change::{DOTENV, Line, Wanted, ignoring, value_in, with_lines};
use crate::init::history::{History, Repository};
use crate::init::plan::{Change, Part};
use crate::project::dotenv;
use crate::project::dotenv::{KEY_NAMES, SECRET_NAMES};

/// The files that Oracle's tools write. Values in the first one win.
pub const FILES: [&str; 2] = [".nsdeploy", "gulp/config/config.json"];
/// The largest file that is read. Oracle's files are smaller.
const MAX_BYTES: u64 = 1024 * 1024;

/// The plan for secrets in shared files. Contains the secrets, so it has no `Debug`.
#[derive(Default)]
pub struct Cleaning {
    /// The files to write, in an order that neither loses nor exposes a secret at any point.
    pub changes: Vec<Change>,
    /// Warnings for the user.
    pub warnings: Vec<String>,
    /// Whether the git history contains a secret, or `None` if there is no secret.
    pub history: Option<History>,
}

/// A file with secrets in its `credentials` object.
struct Holder {
    name: &'static str,
    text: Zeroizing<String>,
    key: Option<Zeroizing<String>>,
    secret: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    account: Option<String>,
}

/// Searches the files of the project for secrets and plans their removal.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when a file cannot be read.
pub fn cleaning(folder: &Path, environment: &Environment) -> Result<Cleaning> {
    let mut holders = Vec::new();
    for name in FILES {
        holders.extend(holder(folder, name)?);
    }
    let path = folder.join(DOTENV);
    let before = project_file::read(&path, MAX_BYTES)?;
    let text = before.as_deref().map_or("", String::as_str);
    let mut cleaning = Cleaning::default();
    let wanted = match wanted(&holders, text) {
        Ok(wanted) => wanted,
        Err(why) => {
            cleaning.warnings.push(why);
            Wanted::default()
        }
    };
    if holders.is_empty() && wanted.renamed.is_empty() {
        return Ok(cleaning);
    }
    let git = Repository::of(folder, environment);
    if !holders.is_empty() {
        cleaning.history = Some(leaked(git.as_ref(), &holders));
    }
    if !cleaning.warnings.is_empty() {
        return Ok(cleaning);
    }
    cleaning.changes.extend(ignoring(folder, git.as_ref())?);
    cleaning.changes.extend(with_lines(before, &wanted, project_file::mode(&path)));
    for holder in &holders {
        cleaning.changes.push(without_secrets(holder)?);
    }
    if git.as_ref().is_some_and(|git| git.tracks(DOTENV)) {
        cleaning
            .warnings
            .push(format!("git tracks {DOTENV}. To stop that: git rm --cached {DOTENV}"));
    }
    Ok(cleaning)
}

fn holder(folder: &Path, name: &'static str) -> Result<Option<Holder>> {
    let path = folder.join(name);
    let Some(text) = project_file::read(&path, MAX_BYTES)? else { return Ok(None) };
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Ok(None);
    }
    let document = Document::parse(&text).map_err(|why| project_file::unusable(&path, &why))?;
    let member = |name: &str| match document.get(&["credentials", name]) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let [key, secret, token] =
        ["key", "secret", "token"].map(|name| member(name).map(Zeroizing::new));
    if key.is_none() && secret.is_none() && token.is_none() {
        return Ok(None);
    }
    let account = member("account");
    Ok(Some(Holder { name, text, key, secret, token, account }))
}

fn leaked(git: Option<&Repository>, holders: &[Holder]) -> History {
    let Some(git) = git else { return History::NoRepository };
    let token = |holder: &'_ Holder| holder.token.as_ref().map(|token| secret_of(token).to_owned());
    let tokens: Vec<_> = holders.iter().filter_map(token).map(Zeroizing::new).collect();
    let secrets = holders
        .iter()
        .filter_map(|holder| holder.secret.as_deref())
        .chain(tokens.iter().map(|t| &**t));
    let secrets: Vec<&str> = secrets.map(String::as_str).collect();
    if secrets.is_empty() {
        return History::Clean;
    }
    git.holds(&[FILES[0], FILES[1], DOTENV], &secrets)
}

/// Returns the secret half of `id:secret`.
fn secret_of(token: &str) -> &str {
    token.split_once(':').map_or(token, |(_, secret)| secret)
}

/// Returns what `.env` must contain so that the same values are used as before. Until now, values
/// in the other files win over `.env`.
///
/// The consumer key and secret get names that Oracle's tools do not know, because the tools copy
/// `CONSUMER_KEY` and `CONSUMER_SECRET` back into shared files.
///
/// # Errors
/// The reason, in words, why moving the values would change which ones are used.
fn wanted(holders: &[Holder], dotenv: &str) -> std::result::Result<Wanted, String> {
    let there = dotenv::parse(dotenv);
    let mut wanted = Wanted::default();
    for (names, there, of) in [
        (KEY_NAMES, there.key, (|holder| holder.key.as_ref()) as ValueOf),
        (SECRET_NAMES, there.secret, |holder| holder.secret.as_ref()),
    ] {
        let value = there.as_ref().map(|named| &named.value);
        let line = one_value(names[0], value, holders, of)?;
        wanted.added.extend(line);
        if there.is_some_and(|named| named.name == names[1]) {
            wanted.renamed.push((names[1], names[0]));
        }
    }
    add_token(&mut wanted.added, holders, dotenv)?;
    match wanted.added.iter().find(|(_, value)| !is_credential(value)) {
        Some((name, _)) => Err(format!(
            "The value for {name} contains characters that it cannot have, so nothing was moved. \
             Check it and move it to {DOTENV} by hand."
        )),
        None => Ok(wanted),
    }
}

/// Selects a value of a file.
type ValueOf = fn(&Holder) -> Option<&Zeroizing<String>>;

/// Adds the lines for a token that one of the files contains.
fn add_token(
    lines: &mut Vec<Line>,
    holders: &[Holder],
    dotenv: &str,
) -> std::result::Result<(), String> {
    let token = one_value("NETSUITE_TBA_TOKEN_SECRET", None, holders, |h| h.token.as_ref())?;
    let Some((_, token)) = token else { return Ok(()) };
    let account = holders.iter().find_map(|holder| holder.account.clone());
    let (Some((id, secret)), Some(account)) = (token.split_once(':'), account) else {
        let at = holders.iter().find(|holder| holder.token.is_some()).map_or("", |h| h.name);
        return Err(format!(
            "{at} contains a token that does not have the form id:secret, or lacks its account. \
             Remove it by hand."
        ));
    };
    for (name, value) in [
        ("NETSUITE_TBA_ACCOUNT", account.as_str()),
        ("NETSUITE_TBA_TOKEN_ID", id),
        ("NETSUITE_TBA_TOKEN_SECRET", secret),
    ] {
        match value_in(dotenv, name) {
            Some(there) if there == value => {}
            Some(_) => return Err(differing(DOTENV, FILES[0], name)),
            None => lines.push((name, Zeroizing::new(value.to_owned()))),
        }
    }
    Ok(())
}

/// Checks whether a value can be a key, an ID, a secret or an account. These contain no character
/// with a meaning in a shell, because a shell may read the file.
fn is_credential(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b))
}

/// Returns the value on which all files and `.env` agree, unless `.env` already has it.
fn one_value(
    name: &'static str,
    there: Option<&Zeroizing<String>>,
    holders: &[Holder],
    of: impl Fn(&Holder) -> Option<&Zeroizing<String>>,
) -> std::result::Result<Option<Line>, String> {
    let mut found = there.map(|value| (DOTENV, value.clone()));
    for holder in holders {
        let Some(value) = of(holder) else { continue };
        match &found {
            Some((at, other)) if other != value => return Err(differing(at, holder.name, name)),
            Some(_) => {}
            None => found = Some((holder.name, value.clone())),
        }
    }
    Ok(found.filter(|_| there.is_none()).map(|(_, value)| (name, value)))
}

fn differing(one: &str, other: &str, what: &str) -> String {
    format!(
        "{one} and {other} contain different values for {what}, so nothing was moved. Remove the \
         wrong one and run init again."
    )
}

fn without_secrets(holder: &Holder) -> Result<Change> {
    let damaged = |why: String| project_file::unusable(Path::new(holder.name), &why);
    let mut document = Document::parse(&holder.text).map_err(damaged)?;
    let found = [("key", &holder.key), ("secret", &holder.secret), ("token", &holder.token)];
    let gone: Vec<&str> =
        found.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| *name).collect();
    for name in &gone {
        document.remove(&["credentials"], name);
    }
    Ok(Change {
        name: holder.name,
        part: Part::Secrets,
        before: Some(holder.text.clone()),
        after: Zeroizing::new(document.into_text()),
        mode: None,
        what: format!("{} removed from its credentials", gone.join(", ")),
        leads_to: None,
    })
}

#[cfg(test)]
mod tests;
