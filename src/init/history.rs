//! What git knows about the files: ignored, tracked, or with a secret in their history. Asked without
//! a shell, with a deadline, and with no secret on a command line.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::base::console;
use crate::base::environment::Environment;

const PATIENCE: Duration = Duration::from_secs(15);
/// More versions of a few small files than any project has.
const MOST_VERSIONS: usize = 5000;

/// Where a secret was looked for in git, and whether it was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// The project is in no repository, or git is not installed.
    NoRepository,
    /// It is in no commit of these files.
    Clean,
    /// It is in a commit.
    Leaked,
    /// Git did not answer in time, or failed.
    Unknown,
}

impl History {
    /// For scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRepository => "no-repository",
            Self::Clean => "clean",
            Self::Leaked => "leaked",
            Self::Unknown => "unknown",
        }
    }
}

/// The repository a folder lies in.
pub struct Git<'a> {
    folder: PathBuf,
    environment: &'a Environment,
    until: Instant,
}

impl<'a> Git<'a> {
    /// The repository, if there is one and git is installed.
    pub fn of(folder: &Path, environment: &'a Environment) -> Option<Self> {
        let until = Instant::now() + PATIENCE;
        let git = Self { folder: folder.to_owned(), environment, until };
        let (ok, text) = git.run(&["rev-parse", "--is-inside-work-tree"], &[])?;
        (ok && text.starts_with(b"true")).then_some(git)
    }

    /// Whether a new file of that name would be ignored; nothing when git does not say.
    pub fn ignores(&self, name: &str) -> Option<bool> {
        let answer = self.run(&["check-ignore", "-q", "--no-index", "--", name], &[]);
        answer.map(|(ignored, _)| ignored)
    }

    /// Whether the file is part of the repository.
    pub fn tracks(&self, name: &str) -> bool {
        let answer = self.run(&["ls-files", "--", name], &[]);
        answer.is_some_and(|(ok, names)| ok && !names.is_empty())
    }

    /// Whether any version of these files that was ever committed holds one of the secrets.
    pub fn holds(&self, names: &[&str], secrets: &[&str]) -> History {
        let arguments = [&["rev-list", "--all", "--objects", "--"], names].concat();
        let Some((true, listed)) = self.run(&arguments, &[]) else { return History::Unknown };
        let listed = String::from_utf8_lossy(&listed);
        let versions: Vec<&str> = listed
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(_, path)| names.iter().any(|name| path.ends_with(name)))
            .map(|(object, _)| object)
            .take(MOST_VERSIONS)
            .collect();
        if versions.is_empty() {
            return History::Clean;
        }
        let asked = versions.join("\n") + "\n";
        let Some((true, contents)) = self.run(&["cat-file", "--batch"], asked.as_bytes()) else {
            return History::Unknown;
        };
        let holds = |secret: &&str| {
            contents.windows(secret.len().max(1)).any(|part| part == secret.as_bytes())
        };
        if secrets.iter().any(holds) { History::Leaked } else { History::Clean }
    }

    /// Whether git succeeded, and what it said. Nothing when it could not be run or took too long.
    fn run(&self, arguments: &[&str], input: &[u8]) -> Option<(bool, Zeroizing<Vec<u8>>)> {
        let is_private = |name: &str| {
            let name = name.to_ascii_uppercase();
            name.starts_with("CONSUMER_")
                || name.starts_with("NETSUITE_TBA_")
                || name.starts_with("GIT_")
        };
        let child = Command::new("git")
            // A repository may name a program to run there, and one was just opened by its path.
            .args(["-c", "core.fsmonitor=false", "--no-pager"])
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.environment.variables().filter(|(name, _)| !is_private(name)))
            .envs([
                ("GIT_TERMINAL_PROMPT", "0"),
                ("GIT_OPTIONAL_LOCKS", "0"),
                ("GIT_NO_LAZY_FETCH", "1"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(child) => answered(child, input.to_vec(), self.until),
            Err(error) => {
                console::debug(|| format!("git could not be run: {error}"));
                None
            }
        }
    }
}

/// Feeds and reads the program on threads of their own: both pipes may fill up.
fn answered(
    mut child: Child,
    input: Vec<u8>,
    until: Instant,
) -> Option<(bool, Zeroizing<Vec<u8>>)> {
    let (mut stdin, mut stdout) = (child.stdin.take()?, child.stdout.take()?);
    std::thread::spawn(move || stdin.write_all(&input));
    let (done, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        let read = stdout.read_to_end(&mut bytes);
        let _ = done.send(read.map(|_| bytes));
    });
    let left = until.saturating_duration_since(Instant::now());
    let output = output.recv_timeout(left);
    if output.is_err() {
        console::debug(|| "git did not answer in time".to_owned());
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    Some((status.success(), output.ok()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(folder: &Path) -> Environment {
        let path = ("PATH".to_owned(), std::env::var("PATH").unwrap_or_default());
        let home = ("HOME".to_owned(), folder.display().to_string());
        Environment::new([path, home], folder.to_owned())
    }

    fn git(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=n", "-c", "user.email=n@invalid"])
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success(), "{arguments:?}");
    }

    #[test]
    fn a_secret_is_found_in_a_version_that_was_replaced_long_ago() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let surroundings = environment(here);
        assert!(Git::of(here, &surroundings).is_none());
        git(here, &["init", "-q"]);
        let repository = Git::of(here, &surroundings).unwrap();
        assert_eq!(repository.holds(&[".nsdeploy"], &["s3cret"]), History::Clean);
        for text in ["{\"secret\":\"s3cret\"}", "{}"] {
            std::fs::write(here.join(".nsdeploy"), text).unwrap();
            git(here, &["add", "-A"]);
            git(here, &["commit", "-qm", "x"]);
        }
        assert_eq!(repository.holds(&[".nsdeploy"], &["s3cret"]), History::Leaked);
        assert_eq!(repository.holds(&[".nsdeploy"], &["another"]), History::Clean);
        assert_eq!(repository.holds(&["other"], &["s3cret"]), History::Clean);
        assert!(repository.tracks(".nsdeploy") && !repository.tracks(".env"));
        assert_eq!(repository.ignores(".env"), Some(false));
        std::fs::write(here.join(".gitignore"), "*.env\n").unwrap();
        assert_eq!(repository.ignores(".env"), Some(true));
    }

    #[cfg(unix)]
    #[test]
    fn a_git_that_never_answers_is_given_up() {
        let mut command = Command::new("sleep");
        let child = command.arg("60").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        let answer = answered(child, Vec::new(), began + Duration::from_millis(50));
        assert!(answer.is_none() && began.elapsed() < Duration::from_secs(20));
    }
}
