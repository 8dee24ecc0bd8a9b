//! The project's consumer key, and secrets that lie where teams share them.

use std::path::Path;

use crate::error::Result;
use crate::selection::authenticate::blocking;
use crate::selection::dotenv;
use crate::selection::nsdeploy;

use super::super::context::Context;
use super::super::output;
use super::Check;
use super::git::Git;

const NAME: &str = "project";
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

/// Looks at the files themselves, then at what git knows of them.
pub async fn check(context: &Context) -> Result<Vec<Check>> {
    let project = context.project();
    let folder = project.folder().to_owned();
    let environment = context.environment.clone();
    blocking(move || {
        let git = Git::new(&folder, &environment);
        let mut checks = Vec::new();
        for name in [".nsdeploy", CONFIG] {
            checks.extend(in_json(&folder, name, &git));
        }
        checks.extend(in_dotenv(&folder, &git));
        if checks.is_empty() {
            let what = if git.is_there() {
                "no secret in .nsdeploy, config.json or git history"
            } else {
                "no secret in .nsdeploy or config.json; no git here"
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
