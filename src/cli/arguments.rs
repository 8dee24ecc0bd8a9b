//! The command line, taken apart by what the help of each command says is allowed.

use std::collections::BTreeMap;

use crate::cli::help;
use crate::cli::help::Command;
use crate::error::{Code, Error, Result};
use crate::text::printable;

/// What a command line asks for.
pub enum Request {
    /// A text for stdout.
    Help(String),
    /// The version.
    Version,
    /// A command.
    Run(Typed),
}

/// A command as it was typed. May hold secrets (`--secret`), so it has no `Debug`.
#[derive(Default)]
pub struct Typed {
    /// The command.
    pub command: &'static str,
    words: Vec<String>,
    flags: BTreeMap<&'static str, String>,
    repeated: BTreeMap<&'static str, Vec<String>>,
}

impl Typed {
    /// The word at this place.
    pub fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at).map(String::as_str)
    }

    /// Whether a flag was given.
    pub fn is(&self, flag: &str) -> bool {
        self.flags.contains_key(flag)
    }

    /// The value of a flag.
    pub fn value(&self, flag: &str) -> Option<&str> {
        self.flags.get(flag).map(String::as_str)
    }

    /// Every value of a flag that may be given several times.
    pub fn values(&self, flag: &str) -> &[String] {
        self.repeated.get(flag).map(Vec::as_slice).unwrap_or_default()
    }

    /// The same, owned.
    pub fn owned(&self, flag: &str) -> Option<String> {
        self.flags.get(flag).cloned()
    }
}

/// Reads a command line.
///
/// # Errors
/// [`Code::CommandInvalid`] and [`Code::FlagInvalid`].
pub fn parse(argv: &[String]) -> Result<Request> {
    let Some((first, rest)) = argv.split_first() else {
        return Ok(Request::Help(help::overview()));
    };
    match first.as_str() {
        "--help" | "-h" => return Ok(Request::Help(help::overview())),
        "--version" | "-v" => return Ok(Request::Version),
        "help" => {
            let named = rest.iter().find(|word| !word.starts_with('-'));
            return Ok(Request::Help(match named {
                Some(name) => find(name)?.help(),
                None => help::overview(),
            }));
        }
        _ => {}
    }
    let command = find(first)?;
    let before = rest.iter().take_while(|word| *word != "--");
    if before.clone().any(|word| word == "--help" || word == "-h") {
        return Ok(Request::Help(command.help()));
    }
    typed(command, rest).map(Request::Run)
}

fn typed(command: &'static Command, rest: &[String]) -> Result<Typed> {
    let mut typed = Typed { command: command.name, ..Typed::default() };
    let mut rest = rest.iter().map(String::as_str).peekable();
    let mut only_words = false;
    while let Some(word) = rest.next() {
        if only_words || word == "-" || !word.starts_with('-') {
            typed.words.push(word.to_owned());
            continue;
        }
        if word == "--" {
            only_words = true;
            continue;
        }
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let flag = command.flag(name).ok_or_else(|| unknown_flag(command, name))?;
        let value = match (flag.takes_value, attached) {
            (true, Some(value)) => value,
            (true, None) => {
                rest.next_if(|next| *next == "-" || !next.starts_with('-')).unwrap_or("")
            }
            (false, Some(_)) => {
                return Err(of_flag(command, format!("{name} takes no value.")));
            }
            (false, None) => "yes",
        };
        if value.is_empty() {
            return Err(of_flag(command, format!("{name} needs a value.")));
        }
        if flag.repeats {
            typed.repeated.entry(flag.name).or_default().push(value.to_owned());
            continue;
        }
        let before = typed.flags.insert(flag.name, value.to_owned());
        if before.is_some_and(|before| before != value) {
            return Err(of_flag(command, format!("{name} is given twice with different values.")));
        }
    }
    let count = typed.words.len();
    let (least, most) = command.words;
    if (least..=most).contains(&count) {
        return Ok(typed);
    }
    let what = if count < least { "needs more than it was given" } else { "takes fewer words" };
    Err(Error::new(Code::CommandInvalid, format!("{} {what}: {}", command.name, command.usage()))
        .with_next_step(format!("npx netsuite-tba {} --help has examples.", command.name)))
}

fn find(name: &str) -> Result<&'static Command> {
    help::COMMANDS.iter().find(|command| command.name == name).ok_or_else(|| {
        let shown = printable(name, 40);
        let error = Error::new(Code::CommandInvalid, format!("There is no command {shown}."));
        let names = help::COMMANDS.iter().map(|command| command.name);
        match nearest(name, names) {
            Some(near) => error.with_next_step(format!(
                "Did you mean {near}? npx netsuite-tba help shows all commands."
            )),
            None => error,
        }
    })
}

fn unknown_flag(command: &Command, name: &str) -> Error {
    let shown = printable(name, 40);
    let near = nearest(name, command.flags().map(|flag| flag.name));
    let hint = near.map_or(String::new(), |near| format!(" Did you mean {near}?"));
    of_flag(command, format!("{} has no flag {shown}.{hint}", command.name))
}

fn of_flag(command: &Command, message: String) -> Error {
    Error::new(Code::FlagInvalid, message)
        .with_next_step(format!("npx netsuite-tba {} --help shows its flags.", command.name))
}

/// The known word that a misspelt one most likely means.
pub fn nearest<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    let close = known.map(|word| (distance(&typed, &word.to_ascii_lowercase()), word));
    close.filter(|(distance, word)| *distance <= word.len() / 3 + 1).min().map(|(_, word)| word)
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(60).collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let above = &rows[i - 1];
            let replaced = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn run(line: &str) -> Typed {
        match parse(&words(line)).unwrap() {
            Request::Run(typed) => typed,
            _ => panic!("{line} is no command"),
        }
    }

    fn refused(line: &str) -> Error {
        parse(&words(line)).map(|_| ()).unwrap_err()
    }

    #[test]
    fn flags_and_words_come_in_any_order() {
        let typed = run("login --account=1234567 dev --port 8000 --no-browser --json");
        assert_eq!((typed.command, typed.word(0), typed.word(1)), ("login", Some("dev"), None));
        assert_eq!(typed.value("--account"), Some("1234567"));
        assert_eq!(typed.value("--port"), Some("8000"));
        assert!(typed.is("--no-browser") && typed.is("--json") && !typed.is("--start"));
        assert_eq!(run("remove -- -odd-name").word(0), Some("-odd-name"));
    }

    #[test]
    fn a_flag_that_may_be_repeated_keeps_every_value_in_order() {
        let typed = run("request /x --query a=1 --query=a=2 --query a=1 --form b=1");
        assert_eq!(typed.values("--query"), ["a=1", "a=2", "a=1"]);
        assert_eq!(typed.values("--form"), ["b=1"]);
        assert!(typed.values("--header").is_empty());
    }

    #[test]
    fn help_is_given_instead_of_the_command() {
        for line in ["", "help", "--help", "-h"] {
            assert!(
                matches!(parse(&words(line)), Ok(Request::Help(text)) if text.contains("login"))
            );
        }
        for line in ["login --help", "help login", "login -h --account"] {
            let Request::Help(text) = parse(&words(line)).unwrap() else { panic!("{line}") };
            assert!(text.starts_with("Usage: netsuite-tba login"), "{line}");
        }
        assert!(matches!(parse(&words("--version")), Ok(Request::Version)));
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_hint() {
        assert!(refused("lsit").to_string().contains("Did you mean list?"));
        assert!(refused("login a --acount 1").to_string().contains("Did you mean --account?"));
        assert!(refused("xyzzy").next_step().contains("help"));
        for line in ["list --json=yes", "login a --account", "login a --port 1 --port 2"] {
            assert_eq!(refused(line).code(), Code::FlagInvalid, "{line}");
        }
        for line in ["rename a", "rename a b c", "list a", "use", "explain GET", "nothing"] {
            assert_eq!(refused(line).code(), Code::CommandInvalid, "{line}");
        }
    }

    #[test]
    fn foreign_text_in_a_mistake_is_safe_to_print() {
        assert!(!refused("li\u{1b}[2Jst").to_string().contains('\u{1b}'));
    }
}
