//! Asks git about files: whether they are ignored or tracked, and whether their history contains a
//! secret.

use std::path::Path;
use std::time::Duration;

use crate::base::environment::Environment;
use crate::base::git::{Git, Question};

const PATIENCE: Duration = Duration::from_secs(15);
/// The most versions to search. No project has that many versions of a few small files.
const MOST_VERSIONS: usize = 5000;
/// The most bytes to search in all versions together.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The result of searching the git history for a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// The project is not in a repository, or git is not installed.
    NoRepository,
    /// No commit of these files contains it.
    Clean,
    /// A commit contains it.
    Leaked,
    /// Git did not answer in time, or failed.
    Unknown,
}

impl History {
    /// Returns the name for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRepository => "no-repository",
            Self::Clean => "clean",
            Self::Leaked => "leaked",
            Self::Unknown => "unknown",
        }
    }
}

/// The git repository that contains a folder.
pub struct Repository(Git);

impl Repository {
    /// Returns the repository of a folder, if there is one and git is installed.
    pub fn of(folder: &Path, environment: &Environment) -> Option<Self> {
        let git = Git::new(folder, environment, PATIENCE);
        git.is_repository().then_some(Self(git))
    }

    /// Checks whether a new file of that name would be ignored. Returns `None` if git does not
    /// answer.
    pub fn ignores(&self, name: &str) -> Option<bool> {
        self.0.ignores(name)
    }

    /// Checks whether the file is tracked.
    pub fn tracks(&self, name: &str) -> bool {
        self.0.tracks(name) == Some(true)
    }

    /// Searches every committed version of these files for the secrets.
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
