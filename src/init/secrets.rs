//! Secrets of the integration record that Oracle's tools wrote into files teams share: found, and
//! moved to `.env`, which git is told to ignore. Reads the project, writes nothing.

use std::path::Path;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::base::environment::Environment;
use crate::base::json_edit::Document;
use crate::error::Result;
use crate::fs::project_file;
use crate::init::dotenv_change::{DOTENV, Line, ignoring, value_in, with_lines};
use crate::init::history::{History, Repository};
use crate::init::plan::{Change, Part};
use crate::project::dotenv;

/// The files Oracle's tools write, the one that wins first.
pub const FILES: [&str; 2] = [".nsdeploy", "gulp/config/config.json"];
/// Larger ones are none of Oracle's.
const MAX_BYTES: u64 = 1024 * 1024;

/// What is to be done about secrets in shared files. Holds them, so it has no `Debug`.
#[derive(Default)]
pub struct Cleaning {
    /// The files to write, in the order in which no secret is ever lost or laid bare.
    pub changes: Vec<Change>,
    /// What people should know.
    pub warnings: Vec<String>,
    /// Whether a secret is in the history of git; nothing when there is no secret.
    pub history: Option<History>,
}

/// A file with secrets in its `credentials`.
struct Holder {
    name: &'static str,
    text: Zeroizing<String>,
    key: Option<Zeroizing<String>>,
    secret: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    account: Option<String>,
}

/// Looks at the files of the project.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when one of them cannot be read.
pub fn cleaning(folder: &Path, environment: &Environment) -> Result<Cleaning> {
    let mut holders = Vec::new();
    for name in FILES {
        holders.extend(holder(folder, name)?);
    }
    if holders.is_empty() {
        return Ok(Cleaning::default());
    }
    let git = Repository::of(folder, environment);
    let mut cleaning =
        Cleaning { history: Some(leaked(git.as_ref(), &holders)), ..Cleaning::default() };
    let path = folder.join(DOTENV);
    let before = project_file::read(&path, MAX_BYTES)?;
    let text = before.as_deref().map_or("", String::as_str);
    let lines = match wanted(&holders, text) {
        Ok(lines) => lines,
        Err(why) => {
            cleaning.warnings.push(why);
            return Ok(cleaning);
        }
    };
    cleaning.changes.extend(ignoring(folder, git.as_ref())?);
    cleaning.changes.extend(with_lines(before, &lines, project_file::mode(&path)));
    for holder in &holders {
        cleaning.changes.push(without_secrets(holder)?);
    }
    if git.as_ref().is_some_and(|git| git.tracks(DOTENV)) {
        cleaning
            .warnings
            .push(format!("{DOTENV} is part of the git repository: git rm --cached {DOTENV}"));
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

/// The half of `id:secret` that must stay secret.
fn secret_of(token: &str) -> &str {
    token.split_once(':').map_or(token, |(_, secret)| secret)
}

/// What `.env` has to say so that everything goes on as before; the files win over it today.
///
/// # Errors
/// Why nothing can be moved without changing what is used.
fn wanted(holders: &[Holder], dotenv: &str) -> std::result::Result<Vec<Line>, String> {
    let there = dotenv::parse(dotenv);
    let mut lines: Vec<Line> = Vec::new();
    let (there_key, there_secret) = (there.key.map(|n| n.value), there.secret.map(|n| n.value));
    let key = one_value("CONSUMER_KEY", there_key.as_ref(), holders, |h| &h.key)?;
    let secret = one_value("CONSUMER_SECRET", there_secret.as_ref(), holders, |h| &h.secret)?;
    lines.extend(key.into_iter().chain(secret));
    let token = one_value("NETSUITE_TBA_TOKEN_SECRET", None, holders, |h| &h.token)?;
    if let Some((_, token)) = token {
        let account = holders.iter().find_map(|holder| holder.account.clone());
        let (Some((id, secret)), Some(account)) = (token.split_once(':'), account) else {
            let at = holders.iter().find(|holder| holder.token.is_some()).map_or("", |h| h.name);
            return Err(format!(
                "{at} holds a token that is not of the form id:secret, or without its account. \
                 Remove it by hand."
            ));
        };
        let mut add = |name, value: &str| lines.push((name, Zeroizing::new(value.to_owned())));
        add("NETSUITE_TBA_ACCOUNT", &account);
        add("NETSUITE_TBA_TOKEN_ID", id);
        add("NETSUITE_TBA_TOKEN_SECRET", secret);
        lines.retain(|(name, value)| value_in(dotenv, name).as_deref() != Some(value.as_str()));
        if let Some((name, _)) = lines.iter().find(|(name, _)| value_in(dotenv, name).is_some()) {
            return Err(differing(DOTENV, FILES[0], name));
        }
    }
    let unsafe_value = |(_, value): &&Line| {
        !value.bytes().all(|b| b.is_ascii_graphic() && !b"\"'`#\\$".contains(&b))
    };
    match lines.iter().find(unsafe_value) {
        Some((name, _)) => {
            Err(format!("The value for {name} has characters that {DOTENV} cannot hold."))
        }
        None => Ok(lines),
    }
}

/// The one value all files and `.env` agree on, if `.env` does not have it yet.
fn one_value(
    name: &'static str,
    there: Option<&Zeroizing<String>>,
    holders: &[Holder],
    of: impl Fn(&Holder) -> &Option<Zeroizing<String>>,
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
        "{one} and {other} hold different values for {what}, and nothing is overwritten: remove the \
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
        what: format!("loses {} from its credentials", gone.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("gulp/config")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn cleaned(files: &[(&str, &str)]) -> Cleaning {
        let folder = project(files);
        cleaning(folder.path(), &Environment::new([], folder.path().to_owned())).unwrap()
    }

    fn after<'a>(cleaning: &'a Cleaning, name: &str) -> Option<&'a str> {
        let change = cleaning.changes.iter().find(|change| change.name == name)?;
        Some(change.after.as_str())
    }

    const CONFIG: &str = "gulp/config/config.json";
    const BOTH: &str = "{\n  \"credentials\": {\n    \"key\": \"k1\",\n    \"authID\": \"dev\",\n    \"secret\": \"s1\"\n  }\n}";

    #[test]
    fn key_and_secret_move_to_a_private_ignored_env_and_nothing_else_changes() {
        let cleaning = cleaned(&[
            (".nsdeploy", BOTH),
            (
                CONFIG,
                "{\"credentials\":{\"key\":\"k1\",\"secret\":\"s1\",\"account\":\"1\"},\"x\":1}",
            ),
        ]);
        let names: Vec<_> = cleaning.changes.iter().map(|change| change.name).collect();
        assert_eq!(names, [".gitignore", ".env", ".nsdeploy", CONFIG]);
        assert_eq!(after(&cleaning, ".env"), Some("CONSUMER_KEY=k1\nCONSUMER_SECRET=s1\n"));
        assert_eq!(cleaning.changes[1].mode, Some(0o600));
        assert_eq!(after(&cleaning, ".gitignore"), Some(".env\n"));
        assert_eq!(
            after(&cleaning, ".nsdeploy"),
            Some("{\n  \"credentials\": {\n    \"authID\": \"dev\"\n  }\n}")
        );
        assert_eq!(after(&cleaning, CONFIG), Some("{\"credentials\":{\"account\":\"1\"},\"x\":1}"));
        assert_eq!(cleaning.history, Some(History::NoRepository));
        for change in &cleaning.changes {
            assert!(!change.what.contains("k1") && !change.what.contains("s1"), "{}", change.what);
        }
    }

    #[test]
    fn lines_that_are_there_stay_with_their_newlines() {
        let cleaning = cleaned(&[(".nsdeploy", BOTH), (".env", "A=1\r\nCONSUMER_KEY=\"k1\"")]);
        assert_eq!(
            after(&cleaning, ".env"),
            Some("A=1\r\nCONSUMER_KEY=\"k1\"\r\nCONSUMER_SECRET=s1\r\n")
        );
        let ignored = cleaned(&[(".nsdeploy", BOTH), (".gitignore", "node_modules\n/.env\n")]);
        assert_eq!(after(&ignored, ".gitignore"), None);
        let again = cleaned(&[(".nsdeploy", BOTH), (".gitignore", ".env\n!.env")]);
        assert_eq!(after(&again, ".gitignore"), Some(".env\n!.env\n.env\n"));
    }

    #[test]
    fn different_values_are_never_overwritten_and_nothing_is_cleaned_by_halves() {
        for files in [
            [(".nsdeploy", BOTH), (".env", "CONSUMER_SECRET=other")],
            [(".nsdeploy", BOTH), (CONFIG, "{\"credentials\":{\"key\":\"k2\"}}")],
        ] {
            let cleaning = cleaned(&files);
            assert!(cleaning.changes.is_empty() && cleaning.warnings.len() == 1);
            assert!(cleaning.warnings[0].contains("nothing is overwritten"));
            assert!(!cleaning.warnings[0].contains("k2") && !cleaning.warnings[0].contains("s1"));
        }
    }

    #[test]
    fn a_token_moves_with_its_account_or_not_at_all() {
        let with = |members: &str| {
            cleaned(&[(".nsdeploy", &format!("{{\"credentials\":{{{members}}}}}"))])
        };
        let moved = with("\"token\":\"id1:ts1\",\"account\":\"1234567_SB1\"");
        let expected = "NETSUITE_TBA_ACCOUNT=1234567_SB1\nNETSUITE_TBA_TOKEN_ID=id1\nNETSUITE_TBA_TOKEN_SECRET=ts1\n";
        assert_eq!(after(&moved, ".env"), Some(expected));
        for members in ["\"token\":\"id1:ts1\"", "\"token\":\"ts1\",\"account\":\"1\""] {
            let left = with(members);
            assert!(left.changes.is_empty() && left.warnings[0].contains("by hand"));
        }
    }

    #[test]
    fn values_that_env_cannot_hold_stay_where_they_are() {
        let odd = cleaned(&[(".nsdeploy", "{\"credentials\":{\"secret\":\"a#b\"}}")]);
        assert!(odd.changes.is_empty() && odd.warnings.len() == 1);
    }

    #[test]
    fn a_project_without_secrets_is_left_alone() {
        for text in [
            "",
            "{}",
            "{\"credentials\":{\"authID\":\"dev\",\"key\":\"\"}}",
            "{\"credentials\":null}",
        ] {
            let nothing = cleaned(&[(".nsdeploy", text)]);
            assert!(
                nothing.changes.is_empty()
                    && nothing.warnings.is_empty()
                    && nothing.history.is_none()
            );
        }
    }
}
