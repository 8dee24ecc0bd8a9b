//! The table of commands and their flags. Parsing, help and completion all read it.

mod table;

use std::future::Future;
use std::pin::Pin;

use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::error::Result;

pub use table::{COMMANDS, COMMON};

/// A command.
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// Other names people try.
    pub aliases: &'static [&'static str],
    /// The words that may follow it, as the usage line shows them.
    pub words: Words,
    /// One line about it, for the overview.
    pub summary: &'static str,
    /// The rest of the help; `{flags}` stands for the list of flags.
    pub text: &'static str,
    /// Its flags, without those that every command has.
    pub flags: &'static [Flag],
    /// What it does.
    pub run: Run,
}

/// The words of a command.
#[derive(Clone, Copy)]
pub struct Words {
    /// `[NAME]`.
    pub usage: &'static str,
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: usize,
    /// Whether the first is the name of a saved token.
    pub names_a_token: bool,
}

/// A flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// `--account`.
    pub name: &'static str,
    /// `-h`, where there is a short form.
    pub short: Option<&'static str>,
    /// `ID`: what follows it, if anything does.
    pub value: Option<&'static str>,
    /// Whether it may be given several times.
    pub repeats: bool,
    /// What it does.
    pub help: &'static str,
}

/// A report that takes a while.
pub type Reporting<'a> = Pin<Box<dyn Future<Output = Result<Report>> + Send + 'a>>;

/// How a command is run.
#[derive(Clone, Copy)]
pub enum Run {
    /// On a thread of its own.
    Blocking(fn(&Context) -> Result<Report>),
    /// As a future, because it asks NetSuite.
    Asking(for<'a> fn(&'a Context) -> Reporting<'a>),
    /// The same, and it reacts to a signal itself: a sign-in must not end while it saves.
    StopsItself(for<'a> fn(&'a Context) -> Reporting<'a>),
    /// In JavaScript: `bin/netsuite-tba.js` starts it.
    JavaScript,
}

impl Command {
    /// The flag of that name, its own or a common one.
    pub fn flag(&self, name: &str) -> Option<&'static Flag> {
        self.all_flags().find(|flag| flag.name == name || flag.short == Some(name))
    }

    /// Its own flags and the common ones.
    pub fn all_flags(&self) -> impl Iterator<Item = &'static Flag> {
        self.flags.iter().chain(COMMON)
    }
}

/// The command of that name.
pub fn find(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name || command.aliases.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_and_alias_means_one_command() {
        let mut seen = HashSet::new();
        for command in COMMANDS {
            for name in std::iter::once(&command.name).chain(command.aliases) {
                assert!(seen.insert(*name), "{name} means two commands");
                assert_eq!(find(name).unwrap().name, command.name);
            }
        }
        for (alias, name) in [
            ("logout", "remove"),
            ("whoami", "status"),
            ("rm", "remove"),
            ("delete", "remove"),
            ("ls", "list"),
        ] {
            assert_eq!(find(alias).map(|command| command.name), Some(name));
        }
    }

    #[test]
    fn every_flag_is_plain_and_unique_within_its_command() {
        for command in COMMANDS {
            let mut seen = HashSet::new();
            for flag in command.all_flags() {
                assert!(seen.insert(flag.name), "{} {}", command.name, flag.name);
                assert!(flag.name.starts_with('-'));
                assert!(flag.name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'));
            }
        }
    }
}
