//! What the process looked like when a call started: variables, folders, arguments.
//!
//! Read once on the JavaScript thread and passed down, so that workers and later changes to
//! `process.env` behave as Node users expect. No other module reads the process environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// A snapshot of the caller's surroundings. Holds secrets, so it has no `Debug`.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// The working folder.
    pub cwd: PathBuf,
    /// The user's home folder (`os.homedir()`), if there is one.
    pub home: Option<PathBuf>,
    /// The folder of this package, if the caller passed it.
    pub package: Option<PathBuf>,
    /// `Node v22.1.0`, if the caller passed it.
    pub node: Option<String>,
    /// stdin and stderr are both terminals.
    pub terminal: bool,
    /// The user's numeric ID, where the platform has one.
    pub user_id: Option<u32>,
}

impl Environment {
    /// A snapshot that contains these variables.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>, cwd: PathBuf) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (key(&name), value)).collect();
        Self { variables, cwd, ..Self::default() }
    }

    /// The value of a variable; unset and empty are the same.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.variables.get(&key(name)).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: String) {
        self.variables.insert(key(name), value);
    }

    /// Whether a variable is set, even to an empty value.
    pub fn has(&self, name: &str) -> bool {
        self.variables.contains_key(&key(name))
    }

    /// All variables, for a child process.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether nothing may be redrawn: for screen readers (`NETSUITE_TBA_PROMPT=plain`) and for terminals
    /// that cannot move the cursor (`TERM=dumb`).
    pub fn is_plain(&self) -> bool {
        self.var("NETSUITE_TBA_PROMPT").is_some_and(|way| way.eq_ignore_ascii_case("plain"))
            || self.var("TERM") == Some("dumb")
    }

    /// Whether this is an automated run: `CI` is set to anything but `false` or `0`.
    pub fn is_ci(&self) -> bool {
        self.var("CI").is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }
}

/// Windows ignores case in the names of variables.
fn key(name: &str) -> String {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Environment {
        Environment::new([(name.to_owned(), value.to_owned())], PathBuf::new())
    }

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        assert_eq!(with("A", "").var("A"), None);
        assert_eq!(with("A", "b").var("A"), Some("b"));
    }

    #[test]
    fn ci_set_to_false_is_no_ci() {
        assert!(with("CI", "true").is_ci() && with("CI", "1").is_ci());
        assert!(!with("CI", "false").is_ci() && !with("CI", "").is_ci());
    }
}
