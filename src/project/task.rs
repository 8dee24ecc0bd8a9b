//! The tasks of a gulp command line: their names, and what the names say. No I/O.

/// The name of a gulp task, such as `extension:deploy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task(String);

impl Task {
    /// Returns the task of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Returns the last part of the name: `deploy` for `extension:deploy`.
    pub fn action(&self) -> &str {
        self.0.rsplit(':').next().unwrap_or(&self.0)
    }

    /// Checks whether the task changes an account: `deploy`, `extension:deploy`, `reactivate`.
    pub fn deploys(&self) -> bool {
        ["deploy", "reactivate"].iter().any(|action| self.action().eq_ignore_ascii_case(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deploy_and_reactivate_change_an_account() {
        for name in ["deploy", "extension:deploy", "theme:deploy", "my:own:deploy", "reactivate"] {
            assert!(Task::new(name).deploys(), "{name}");
        }
    }

    #[test]
    fn other_tasks_do_not_change_an_account() {
        for name in ["extension:fetch", "deploy:check", "redeploy", "deployment", "", "fetch"] {
            assert!(!Task::new(name).deploys(), "{name}");
        }
    }
}
