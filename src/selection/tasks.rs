//! The tasks that a call is made for: the option `task`, or the words of a gulp command line.

use crate::base::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::project::task::Task;
use crate::selection::setting::{Flag, Given, KeyHash, Setting, WrongKind};

/// The tasks of one command line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tasks(Vec<Task>);

impl Tasks {
    /// Reads the tasks of a gulp command line: every word that is neither a flag nor the value of
    /// one of our flags. The value of a flag of another tool cannot be told from a task and counts
    /// as one. `takes_value` tells which flags are ours and have a value. Returns `None` if there is
    /// no task.
    pub fn of_gulp(arguments: &[String], takes_value: impl Fn(&str) -> bool) -> Option<Self> {
        let mut tasks = Vec::new();
        let mut rest = arguments.iter().map(String::as_str).peekable();
        let mut flags_end = false;
        while let Some(word) = rest.next() {
            if !flags_end && word == "--" {
                flags_end = true;
            } else if flags_end || !word.starts_with('-') {
                tasks.push(Task::new(word));
            } else if !word.contains('=') && takes_value(word) {
                rest.next_if(|next| !next.starts_with('-'));
            }
        }
        (!tasks.is_empty()).then_some(Self(tasks))
    }

    /// Returns the tasks.
    pub fn iter(&self) -> impl Iterator<Item = &Task> {
        self.0.iter()
    }

    /// Checks whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Setting for Tasks {
    const KIND: &'static str = "a string that is not empty";

    fn from_option(given: Given) -> std::result::Result<Option<Self>, WrongKind> {
        let name = String::from_option(given)?;
        Ok(name.map(|name| Self(vec![Task::new(name)])))
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        // The table gives it no flag.
        Err(Error::new(Code::Internal, format!("{} does not name a task.", flag.name)))
    }

    fn from_variable(_text: &str, _environment: &Environment) -> Option<Self> {
        None
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.text(&self.0.len().to_string());
        for task in &self.0 {
            key.text(task.name());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::flags;

    fn tasks(line: &str) -> Vec<String> {
        let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        let tasks = flags::parse(&words).unwrap().task.unwrap_or_default();
        tasks.iter().map(|task| task.name().to_owned()).collect()
    }

    #[test]
    fn tasks_may_come_before_and_after_flags() {
        for line in [
            "extension:deploy --to sb1 --account 1234567",
            "--to sb1 extension:deploy --account=1234567",
            "--to=sb1 --account 1234567 extension:deploy",
            "--no-browser extension:deploy",
            "--to -- extension:deploy",
            "--color extension:deploy",
        ] {
            assert_eq!(tasks(line), ["extension:deploy"], "{line}");
        }
        assert_eq!(
            tasks("extension:fetch extension:deploy"),
            ["extension:fetch", "extension:deploy"]
        );
        assert!(tasks("").is_empty());
        assert!(tasks("--to deploy --authID deploy").is_empty());
    }

    #[test]
    fn the_word_after_a_flag_of_another_tool_counts_as_a_task() {
        assert_eq!(tasks("--silent deploy"), ["deploy"]);
    }

    #[test]
    fn a_script_names_its_task_by_the_option() {
        let given = Tasks::from_option(Given::Text("deploy".to_owned())).ok().flatten().unwrap();
        assert!(given.iter().all(Task::deploys));
        assert!(Tasks::from_option(Given::Text(String::new())).is_err());
        assert!(Tasks::from_option(Given::Switch(true)).is_err());
    }
}
