//! What git knows about the files: ignored, tracked, or with a secret in their history.

use std::path::Path;
use std::time::Duration;

use crate::base::environment::Environment;
use crate::base::git::{Git, Question};

const PATIENCE: Duration = Duration::from_secs(15);
/// More versions of a few small files than any project has.
const MOST_VERSIONS: usize = 5000;
/// All these versions together.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

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
pub struct Repository(Git);

impl Repository {
    /// The repository, if there is one and git is installed.
    pub fn of(folder: &Path, environment: &Environment) -> Option<Self> {
        let git = Git::new(folder, environment, PATIENCE);
        git.is_repository().then_some(Self(git))
    }

    /// Whether a new file of that name would be ignored; nothing when git does not say.
    pub fn ignores(&self, name: &str) -> Option<bool> {
        self.0.ignores(name)
    }

    /// Whether the file is part of the repository.
    pub fn tracks(&self, name: &str) -> bool {
        self.0.tracks(name) == Some(true)
    }

    /// Whether any version of these files that was ever committed holds one of the secrets.
    pub fn holds(&self, names: &[&str], secrets: &[&str]) -> History {
        let arguments = [&["rev-list", "--all", "--objects", "--"], names].concat();
        let Some(listed) = self.0.short(&arguments) else { return History::Unknown };
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
        let input = versions.join("\n") + "\n";
        let question = Question {
            arguments: &["cat-file", "--batch"],
            input: input.as_bytes(),
            most: MOST_BYTES,
        };
        let Some(answer) = self.0.ask(&question).filter(|answer| answer.succeeded) else {
            return History::Unknown;
        };
        let holds = |secret: &&str| {
            answer.output.windows(secret.len().max(1)).any(|part| part == secret.as_bytes())
        };
        if secrets.iter().any(holds) { History::Leaked } else { History::Clean }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::git::tests::{environment, git};

    #[test]
    fn a_secret_is_found_in_a_version_that_was_replaced_long_ago() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let surroundings = environment(here);
        assert!(Repository::of(here, &surroundings).is_none());
        git(here, &["init", "-q"]);
        let repository = Repository::of(here, &surroundings).unwrap();
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
}
