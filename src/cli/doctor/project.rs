//! The consumer key of the project, the token its `.nsdeploy` names, and secrets in files that teams
//! share.

use std::path::Path;

use crate::base::blocking::blocking;
use crate::cli::context::Context;
use crate::cli::doctor::finding::Check;
use crate::cli::doctor::git::Git;
use crate::credentials::Secret;
use crate::error::{Result, shell_word};
use crate::project::dotenv;
use crate::project::nsdeploy;
use crate::selection::request::TokenRequest;
use crate::text::printable;
use crate::vault::Vault;

const NAME: &str = "project";
/// Larger files are not looked at.
const LARGEST: u64 = 1024 * 1024;
/// How much is read in all.
const MOST_READ: u64 = 64 * 1024 * 1024;
const CONFIG: &str = "gulp/config/config.json";
/// What a secret looks like in the files that Oracle's tools write.
const IN_JSON: &str = r#""secret"[[:space:]]*:[[:space:]]*"[^"]"#;
const IN_DOTENV: &str = "CONSUMER_SECRET *[=:] *[^ ]";

/// Whether consumer key and consumer secret are available.
pub fn consumer(context: &Context) -> Check {
    match context.consumer() {
        Ok(_) => Check::ok("consumer", "key and secret of the integration record were found"),
        Err(error) => Check::failed("consumer", &error),
    }
}

/// Whether the environment gives a token, which tasks then use instead of a saved one.
pub fn token(context: &Context) -> Result<Option<Check>> {
    Ok(
        match TokenRequest::read(&context.options()?, &context.environment).map(|asked| asked.given)
        {
            Ok(None) => None,
            Ok(Some(given)) => Some(Check::ok(
                "token",
                format!(
                    "tasks use the token of NETSUITE_TBA_TOKEN_ID (account {}), not a saved one",
                    given.account
                ),
            )),
            Err(error) => Some(Check::failed("token", &error)),
        },
    )
}

/// Checks the files themselves, then what git knows about them.
pub async fn check(context: &Context) -> Result<Vec<Check>> {
    let project = context.project();
    let folder = project.folder().to_owned();
    let environment = context.environment.clone();
    let deployment = deployment(context).await?;
    let secret = context.consumer().ok().map(|consumer| consumer.secret);
    blocking(move || {
        let git = Git::new(&folder, &environment);
        let mut checks: Vec<Check> = deployment.into_iter().collect();
        for name in [".nsdeploy", CONFIG] {
            checks.extend(in_json(&folder, name, &git));
        }
        checks.extend(in_dotenv(&folder, &git));
        checks.extend(secret.and_then(|secret| in_tracked(&folder, &git, &secret)));
        if checks.is_empty() {
            let what = if git.is_there() {
                "no secrets found in .nsdeploy, config.json, tracked files or the git history"
            } else {
                "no secrets found in .nsdeploy or config.json; this folder is not in a git repository"
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
            format!("{name} contains {} of the integration record.", found.join(" and ")),
            format!("npx netsuite-tba init moves them to .env{}.", renew(git.tracks(name))),
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
    let found = match (lines.key.is_some(), lines.secret.is_some()) {
        (true, true) => "the consumer key and the consumer secret",
        (true, false) => "the consumer key",
        (false, true) => "the consumer secret",
        (false, false) => "",
    };
    let has_secret = lines.secret.is_some();
    if !found.is_empty() && git.tracks(".env") {
        let fix = format!("git rm --cached .env, and add .env to .gitignore{}.", renew(has_secret));
        let what = format!("git tracks .env, which contains {found}.");
        checks.push(Check::problem(NAME, what, fix));
    } else if !found.is_empty() && git.is_there() && !git.ignores(".env") {
        let what = format!(".env contains {found}, and git does not ignore it.");
        checks.push(Check::warning(NAME, what, "Add .env to .gitignore."));
    }
    if let Some(commit) = git.commit_with(".env", IN_DOTENV) {
        checks.push(in_history(".env", &commit));
    }
    checks
}

/// Whether `.nsdeploy` can be read, and whether the token it names is saved here.
async fn deployment(context: &Context) -> Result<Option<Check>> {
    let name = match context.project().deployment() {
        Ok(deployment) => deployment.auth_id,
        Err(error) => return Ok(Some(Check::failed(NAME, &error))),
    };
    let Some(name) = name else { return Ok(None) };
    // A vault that cannot be read is reported by the check of its files.
    let Ok(saved) = context.with_vault(Vault::list).await else { return Ok(None) };
    if saved.iter().any(|token| token.auth_id.as_str() == name) {
        return Ok(None);
    }
    let what = format!(
        ".nsdeploy names the token {}, which is not saved on this machine.",
        printable(&name, 80)
    );
    let word = shell_word(&name).unwrap_or_else(|| "NAME".to_owned());
    let fix = if saved.is_empty() {
        format!("npx netsuite-tba login {word}")
    } else {
        format!("npx netsuite-tba login {word}, or choose a saved one: npx netsuite-tba use")
    };
    Ok(Some(Check::warning(NAME, what, fix)))
}

/// Any other tracked file that contains the consumer secret, for example a gulpfile.
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
    let what = format!("git tracks {}, which contains the consumer secret.", found.join(", "));
    let fix = format!("Read it from .env or the environment instead{}.", renew(true));
    Some(Check::problem(NAME, what, fix))
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    let first = wanted.first().copied().unwrap_or_default();
    let starts = text.iter().enumerate().filter(|(_, byte)| **byte == first);
    starts.into_iter().any(|(at, _)| text[at..].starts_with(wanted))
}

/// Everyone who has the repository has the secret, whatever is changed in it now.
fn in_history(name: &str, commit: &str) -> Check {
    Check::warning(
        NAME,
        format!("The git history contains a secret in {name} (last in commit {commit})."),
        "If others have the repository, ask the administrator for new credentials of the record. Every tool that uses the record then needs them.",
    )
}

fn renew(shared: bool) -> &'static str {
    if shared {
        "; if others have the repository, ask the administrator for new credentials"
    } else {
        ""
    }
}
