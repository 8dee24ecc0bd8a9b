//! Secrets in files: `--token-file`, and variables such as `NETSUITE_TBA_TOKEN_SECRET_FILE`, as
//! containers give them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::base::environment::Environment;
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::fs::open::{self, Accept, Links, Stamp};

/// Larger files do not contain one secret.
const MOST: u64 = 16 * 1024;
/// How long a secret manager may take that gives the file as a named pipe.
const PIPE: Duration = Duration::from_secs(10);

/// What named pipes have sent to this process. A pipe gives its content to one reader only, and a
/// process may call `authenticate` several times.
static FROM_PIPES: Mutex<Vec<FromPipe>> = Mutex::new(Vec::new());

struct FromPipe {
    path: PathBuf,
    stamp: Stamp,
    text: Zeroizing<String>,
}

/// Variables that may be given as a file: for each NAME, the variable `NAME_FILE` names the file.
pub const VARIABLES: [&str; 8] = [
    "NETSUITE_TBA_TOKEN_ID",
    "NETSUITE_TBA_TOKEN_SECRET",
    "NETSUITE_TBA_ACCOUNT",
    "NETSUITE_TBA_CONSUMER_KEY",
    "NETSUITE_TBA_CONSUMER_SECRET",
    "CONSUMER_KEY",
    "CONSUMER_SECRET",
    "NETSUITE_TBA_PASSPHRASE",
];

/// The environment with the content of the files in place of the variables that name them.
///
/// # Errors
/// [`Code::SecretFile`] for a file that cannot be used; [`Code::FlagConflict`] when a variable and
/// its file are both given.
pub fn resolved(mut environment: Environment) -> Result<Environment> {
    for name in VARIABLES {
        let of_file = format!("{name}_FILE");
        if !environment.has(&of_file) {
            continue;
        }
        if environment.var(name).is_some() {
            let what = format!("{name} and {of_file} are both set.");
            return Err(Error::new(Code::FlagConflict, what)
                .with_next_step(format!("Unset {name} or {of_file}.")));
        }
        let value = match environment.var(&of_file) {
            Some(path) => one_line(&of_file, &read(&of_file, &located(&environment, path))?)?,
            // An undefined secret of a pipeline is an empty variable. It counts as one here too.
            None => Zeroizing::new(String::new()),
        };
        environment.set(name, value.to_string());
    }
    Ok(environment)
}

/// The token in a file: `ID:SECRET`, or the ID and the secret on two lines.
///
/// # Errors
/// [`Code::SecretFile`], or [`Code::TokenFormat`].
pub fn token(environment: &Environment, path: &str) -> Result<Token> {
    let text = read("--token-file", &located(environment, path))?;
    parse_token(&text).map_err(|error| {
        let shown = located(environment, path);
        error.with_next_step(format!(
            "{} must contain ID:SECRET, or the token ID and the token secret on two lines.",
            shown.display()
        ))
    })
}

/// Reads a token as text: `ID:SECRET`, or the ID and the secret on two lines.
///
/// # Errors
/// [`Code::TokenFormat`].
pub fn parse_token(text: &str) -> Result<Token> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next(), lines.next()) {
        (Some(pair), None, None) => Token::parse_pair(pair),
        (Some(id), Some(secret), None) => Token::new(id, secret),
        _ => Err(Error::new(Code::TokenFormat, "The text is not a token.")),
    }
}

/// Relative paths start at the working folder.
fn located(environment: &Environment, path: &str) -> PathBuf {
    environment.cwd.join(path)
}

/// The text of a file. `named_by` is the flag or variable that names it.
fn read(named_by: &str, path: &Path) -> Result<Zeroizing<String>> {
    let unusable = |why: &str| {
        let what = format!("The file of {named_by} cannot be used: {}: {why}.", path.display());
        Error::new(Code::SecretFile, what)
    };
    // Held while a pipe is read, so that a second call waits for the text and not for a writer.
    let mut from_pipes = FROM_PIPES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = from_pipes.iter().rev().find(|kept| kept.path == path)
        && let Ok(Some(now)) = open::stamp(path)
        && kept.stamp.is_same_file(&now)
    {
        return Ok(kept.text.clone());
    }
    let accept = Accept { most: MOST, links: Links::Followed, user: None, pipe: Some(PIPE) };
    let content = open::read(path, &accept).map_err(|refusal| unusable(&refusal.to_string()))?;
    let content = content.ok_or_else(|| unusable("there is no such file"))?;
    let Ok(text) = str::from_utf8(&content.bytes) else {
        return Err(unusable("it is not UTF-8 text"));
    };
    let text = Zeroizing::new(text.to_owned());
    if content.is_pipe {
        let (path, stamp) = (path.to_owned(), content.stamp);
        from_pipes.push(FromPipe { path, stamp, text: text.clone() });
    }
    Ok(text)
}

/// The only line of a file, without its line ending. Spaces may belong to a passphrase.
fn one_line(named_by: &str, text: &str) -> Result<Zeroizing<String>> {
    let line = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    if line.is_empty() || line.contains(['\r', '\n']) {
        let what = format!("The file of {named_by} must contain one line, the value itself.");
        return Err(Error::new(Code::SecretFile, what));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(folder: &Path, variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Environment::new(variables, folder.to_owned())
    }

    fn refused(folder: &Path, variables: &[(&str, &str)]) -> Error {
        resolved(environment(folder, variables)).map(|_| ()).unwrap_err()
    }

    #[test]
    fn a_variable_may_name_a_file_with_its_value() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret\r\n").unwrap();
        std::fs::write(folder.path().join("passphrase"), " two words \n").unwrap();
        let absolute = folder.path().join("secret");
        let variables = [
            ("NETSUITE_TBA_TOKEN_SECRET_FILE", "secret"),
            ("CONSUMER_SECRET_FILE", absolute.to_str().unwrap()),
            ("NETSUITE_TBA_PASSPHRASE_FILE", "passphrase"),
            ("OTHER_FILE", "nowhere"),
        ];
        let read = resolved(environment(folder.path(), &variables)).unwrap();
        assert_eq!(read.var("NETSUITE_TBA_TOKEN_SECRET"), Some("s3cret"));
        assert_eq!(read.var("CONSUMER_SECRET"), Some("s3cret"));
        assert_eq!(read.var("NETSUITE_TBA_PASSPHRASE"), Some(" two words "));
        assert!(!read.has("NETSUITE_TBA_TOKEN_ID"));
    }

    #[test]
    fn a_variable_that_names_nothing_counts_as_set_to_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let read = resolved(environment(folder.path(), &[("NETSUITE_TBA_TOKEN_ID_FILE", "")]));
        let read = read.unwrap();
        assert!(read.has("NETSUITE_TBA_TOKEN_ID") && read.var("NETSUITE_TBA_TOKEN_ID").is_none());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_and_its_content_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        for (content, expected) in [
            (None, "there is no such file"),
            (Some(""), "one line"),
            (Some("\n\n"), "one line"),
            (Some("canary\ncanary\n"), "one line"),
        ] {
            if let Some(content) = content {
                std::fs::write(folder.path().join("a"), content).unwrap();
            }
            let error = refused(folder.path(), &[("CONSUMER_SECRET_FILE", "a")]);
            assert_eq!(error.code(), Code::SecretFile, "{error}");
            assert!(error.message().contains("CONSUMER_SECRET_FILE"), "{error}");
            assert!(error.message().contains(expected), "{error}");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
        let is_folder = refused(folder.path(), &[("CONSUMER_SECRET_FILE", ".")]);
        assert!(is_folder.message().contains("it is a folder"), "{is_folder}");
    }

    #[test]
    fn a_variable_and_its_file_contradict_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let both = [("CONSUMER_SECRET", "s"), ("CONSUMER_SECRET_FILE", "a")];
        assert_eq!(refused(folder.path(), &both).code(), Code::FlagConflict);
    }

    #[test]
    fn a_token_is_a_pair_or_two_lines() {
        for text in ["id:secret", " id:secret \r\n", "\u{feff}id\r\nsecret\r\n", "id\n\nsecret"] {
            let token = parse_token(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!((token.id.as_str(), token.secret.expose()), ("id", "secret"), "{text:?}");
        }
        for text in ["", "\n", "id", "id\nsecret\nmore", "a:b:c", "a b\nc"] {
            let error = parse_token(text).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::TokenFormat, "{text:?}");
        }
    }
}
