//! What git knows of a project's files.

use std::path::Path;
use std::time::Duration;

use crate::base::environment::Environment;
use crate::base::git;

/// How long all questions may take; the history of a large project is long.
const PATIENCE: Duration = Duration::from_secs(15);

/// The repository a folder is in, if it is in one.
pub struct Git {
    git: git::Git,
    there: bool,
}

impl Git {
    /// Asks whether there is a repository.
    pub fn new(folder: &Path, environment: &Environment) -> Self {
        let git = git::Git::new(folder, environment, PATIENCE);
        let there = git.is_repository();
        Self { git, there }
    }

    /// Whether there is a repository.
    pub fn is_there(&self) -> bool {
        self.there
    }

    /// Whether a file is tracked.
    pub fn tracks(&self, file: &str) -> bool {
        self.there && self.git.tracks(file) == Some(true)
    }

    /// The files that are tracked in the whole repository, as seen from the folder.
    pub fn tracked(&self) -> Vec<String> {
        if !self.there {
            return Vec::new();
        }
        let said = self.git.short(&["ls-files", "-z", "--", ":/"]).unwrap_or_default();
        said.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// Whether a file is ignored.
    pub fn ignores(&self, file: &str) -> bool {
        let said = self.git.short(&["check-ignore", "--", file]);
        said.is_some_and(|said| !said.is_empty())
    }

    /// The last commit that added or removed a line of this pattern in a file. The pattern names no
    /// secret: other users can see command lines.
    pub fn commit_with(&self, file: &str, pattern: &str) -> Option<String> {
        if !self.there {
            return None;
        }
        let pattern = format!("-G{pattern}");
        let asked = [
            "log",
            "--all",
            "-n1",
            "--format=%h",
            "--no-ext-diff",
            "--no-textconv",
            "--extended-regexp",
            &pattern,
            "--",
            file,
        ];
        let said = self.git.short(&asked)?;
        let commit = said.trim();
        let is_hash = !commit.is_empty() && commit.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then(|| commit.to_owned())
    }
}
