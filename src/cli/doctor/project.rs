//! The project's consumer key, and secrets that lie where teams share them.

use std::path::Path;

use crate::base::blocking::blocking;
use crate::cli::context::Context;
use crate::cli::doctor::Check;
use crate::cli::doctor::git::Git;
use crate::cli::output;
use crate::credentials::Secret;
use crate::error::Result;
use crate::project::dotenv;
use crate::project::nsdeploy;
use crate::selection::request::TokenRequest;
use crate::text::printable;

const NAME: &str = "project";
/// Larger files are not written by hand.
const LARGEST: u64 = 1024 * 1024;
/// As much as a check may read.
const MOST_READ: u64 = 64 * 1024 * 1024;
const CONFIG: &str = "gulp/config/config.json";
/// What a secret looks like in the files Oracle's tools write.
const IN_JSON: &str = r#""secret"[[:space:]]*:[[:space:]]*"[^"]"#;
const IN_DOTENV: &str = "CONSUMER_SECRET *[=:] *[^ ]";

/// Whether consumer key and secret are given.
pub fn consumer(context: &Context) -> Check {
    match context.consumer() {
        Ok(_) => Check::ok("consumer", "key and secret of the integration record are given"),
        Err(error) => Check::failed("consumer", &output::in_terms_of_commands(error)),
    }
}

/// Whether the environment names a token, which tasks then use whatever is saved.
pub fn token(context: &Context) -> Result<Option<Check>> {
    Ok(
        match TokenRequest::read(&context.options()?, &context.environment).map(|asked| asked.given)
        {
            Ok(None) => None,
            Ok(Some(given)) => Some(Check::ok(
                "token",
                format!(
                    "NETSUITE_TBA_TOKEN_ID gives a token of account {}: tasks use it, not a saved one",
                    given.account
                ),
            )),
            Err(error) => Some(Check::failed("token", &error)),
        },
    )
}

/// Looks at the files themselves, then at what git knows of them.
pub async fn check(context: &Context) -> Result<Vec<Check>> {
    let project = context.project();
    let folder = project.folder().to_owned();
    let environment = context.environment.clone();
    let secret = context.consumer().ok().map(|consumer| consumer.secret);
    blocking(move || {
        let git = Git::new(&folder, &environment);
        let mut checks = Vec::new();
        for name in [".nsdeploy", CONFIG] {
            checks.extend(in_json(&folder, name, &git));
        }
        checks.extend(in_dotenv(&folder, &git));
        checks.extend(secret.and_then(|secret| in_tracked(&folder, &git, &secret)));
        if checks.is_empty() {
            let what = if git.is_there() {
                "no secret found in .nsdeploy, config.json, tracked files or git history"
            } else {
                "no secret found in .nsdeploy or config.json; no git here"
            };
            checks.push(Check::ok(NAME, what));
        }
        Ok(checks)
    })
    .await
}

fn in_json(folder: &Path, name: &str, git: &Git) -> Vec<Check> {
    let mut checks = Vec::new();
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let found = nsdeploy::parse(&text).map(|read| read.secrets).unwrap_or_default();
    if !found.is_empty() {
        checks.push(Check::problem(
            NAME,
            format!("{name} holds {}.", found.join(" and ")),
            format!("Move them to .env and delete them from {name}{}.", renew(git.tracks(name))),
        ));
    }
    if let Some(commit) = git.commit_with(name, IN_JSON) {
        checks.push(in_history(name, &commit));
    }
    checks
}

fn in_dotenv(folder: &Path, git: &Git) -> Vec<Check> {
    let mut checks = Vec::new();
    let lines = dotenv::read(&folder.join(".env")).unwrap_or_default();
    let holds = lines.key.is_some() || lines.secret.is_some();
    if holds && git.tracks(".env") {
        checks.push(Check::problem(
            NAME,
            "git tracks .env, which holds the integration record's secret.",
            format!("git rm --cached .env, and add .env to .gitignore{}.", renew(true)),
        ));
    } else if holds && git.is_there() && !git.ignores(".env") {
        checks.push(Check::warning(
            NAME,
            ".env holds the integration record's secret, and git does not ignore it.",
            "Add .env to .gitignore.",
        ));
    }
    if let Some(commit) = git.commit_with(".env", IN_DOTENV) {
        checks.push(in_history(".env", &commit));
    }
    checks
}

/// Any other tracked file that holds the consumer secret as it is: a gulpfile, say.
fn in_tracked(folder: &Path, git: &Git, secret: &Secret) -> Option<Check> {
    let told = [".nsdeploy", ".env", CONFIG];
    let mut left = MOST_READ;
    let mut holds = |name: &String| {
        let path = folder.join(name);
        let size = std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file)?.len();
        left = left.checked_sub(size).filter(|_| size <= LARGEST)?;
        let text = std::fs::read(&path).ok()?;
        contains(&text, secret.expose().as_bytes()).then(|| printable(name, 120))
    };
    let names = git.tracked();
    let names = names.iter().filter(|name| !told.contains(&name.as_str()));
    let found: Vec<String> = names.filter_map(&mut holds).take(3).collect();
    if found.is_empty() {
        return None;
    }
    let what = format!("git tracks {}, which holds the consumer secret.", found.join(", "));
    let fix = format!("Take it from .env or the environment there{}.", renew(true));
    Some(Check::problem(NAME, what, fix))
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    let first = wanted.first().copied().unwrap_or_default();
    let starts = text.iter().enumerate().filter(|(_, byte)| **byte == first);
    starts.into_iter().any(|(at, _)| text[at..].starts_with(wanted))
}

/// Whoever has the repository has the secret, whatever is changed in it now.
fn in_history(name: &str, commit: &str) -> Check {
    Check::warning(
        NAME,
        format!("git history holds a secret of {name} (last in commit {commit})."),
        "If others have the repository, ask the administrator about new credentials for the record: every tool that uses it then needs them.",
    )
}

fn renew(shared: bool) -> &'static str {
    if shared {
        "; if others have the repository, ask the administrator about new credentials"
    } else {
        ""
    }
}
