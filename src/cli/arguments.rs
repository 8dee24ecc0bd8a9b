//! The command line, parsed by the table of commands.

use std::collections::BTreeMap;

use crate::cli::command::{Command, Flag};
use crate::cli::commands::COMMANDS;
use crate::cli::suggest::nearest;
use crate::cli::{commands, help};
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
pub struct Typed {
    /// The command.
    pub command: &'static Command,
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
        "--version" | "-v" | "version" => return Ok(Request::Version),
        "help" => {
            let named = rest.iter().find(|word| !word.starts_with('-'));
            return Ok(Request::Help(match named {
                Some(name) => help::help(find(name)?),
                None => help::overview(),
            }));
        }
        _ => {}
    }
    let command = find(first)?;
    let mut before = rest.iter().take_while(|word| *word != "--");
    if before.any(|word| word == "--help" || word == "-h") {
        return Ok(Request::Help(help::help(command)));
    }
    typed(command, rest).map(Request::Run)
}

fn typed(command: &'static Command, rest: &[String]) -> Result<Typed> {
    let mut typed =
        Typed { command, words: Vec::new(), flags: BTreeMap::new(), repeated: BTreeMap::new() };
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
        let value = match (flag.value, attached) {
            (Some(_), Some(value)) => value,
            (Some(_), None) => {
                rest.next_if(|next| *next == "-" || !next.starts_with('-')).unwrap_or("")
            }
            (None, Some(_)) => {
                return Err(of_flag(command, format!("{name} takes no value.")));
            }
            (None, None) => "yes",
        };
        if value.is_empty() {
            return Err(without_value(command, flag, rest.peek().copied()));
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
    check_count(command, typed.words.len())?;
    Ok(typed)
}

fn check_count(command: &Command, count: usize) -> Result<()> {
    if count >= command.words.least && count <= command.words.most {
        return Ok(());
    }
    let what = if count < command.words.least {
        "needs more arguments"
    } else {
        "was given too many arguments"
    };
    let what = format!("{} {what}. Usage: {}", command.name, help::usage(command));
    Err(Error::new(Code::CommandInvalid, what)
        .with_next_step(format!("For examples: npx netsuite-tba {} --help", command.name)))
}

fn find(name: &str) -> Result<&'static Command> {
    commands::find(name).ok_or_else(|| {
        let what = format!("There is no command {}.", printable(name, 40));
        let error = Error::new(Code::CommandInvalid, what);
        let names = COMMANDS.iter().flat_map(|one| std::iter::once(&one.name).chain(one.aliases));
        match elsewhere_called(name).or_else(|| nearest(name, names.copied())) {
            Some(near) => error.with_next_step(format!(
                "Did you mean {near}? To see all commands: npx netsuite-tba help"
            )),
            None => error,
        }
    })
}

/// The command that does what other tools call by this word.
fn elsewhere_called(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "signin" | "sign-in" | "auth" | "authenticate" | "authorize" | "add" | "new" | "create" => {
            "login"
        }
        "signout" | "sign-out" | "revoke" | "del" => "remove",
        "switch" | "select" | "choose" | "default" | "set" => "use",
        "tokens" | "show" | "accounts" => "list",
        "info" | "me" | "verify" | "test" => "status",
        "check" | "diagnose" | "debug" => "doctor",
        "mv" | "move" => "rename",
        "curl" | "get" | "post" | "fetch" | "query" => "request",
        "setup" | "install" => "init",
        "demo" | "try" | "sim" | "mock" => "simulator",
        _ => return None,
    })
}

/// A value that begins with `-` has to be attached, so that it is not taken for a flag.
fn without_value(command: &Command, flag: &Flag, next: Option<&str>) -> Error {
    let (name, value) = (flag.name, flag.value.unwrap_or_default());
    let error = of_flag(command, format!("{name} needs a value: {name} {value}."));
    match next.filter(|next| name.starts_with("--") && command.flag(next).is_none()) {
        Some(next) => {
            let next = printable(next, 40);
            error.with_next_step(format!("If the value is {next}, write {name}={next}"))
        }
        None => error,
    }
}

fn unknown_flag(command: &Command, name: &str) -> Error {
    let shown = printable(name, 40);
    // One letter is near to every other one.
    let near = nearest(name, command.all_flags().map(|flag| flag.name));
    let near = near.filter(|_| name.starts_with("--"));
    let hint = near.map_or(String::new(), |near| format!(" Did you mean {near}?"));
    let error = of_flag(command, format!("{} has no flag {shown}.{hint}", command.name));
    if command.words.most == 0 || name.starts_with("--") {
        return error;
    }
    let next = format!("If {shown} is not a flag, write -- in front of it. {}", error.next_step());
    error.with_next_step(next)
}

fn of_flag(command: &Command, message: String) -> Error {
    Error::new(Code::FlagInvalid, message)
        .with_next_step(format!("To see its flags: npx netsuite-tba {} --help", command.name))
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
        assert_eq!(
            (typed.command.name, typed.word(0), typed.word(1)),
            ("login", Some("dev"), None)
        );
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
    fn a_word_of_another_tool_leads_to_a_command_that_exists() {
        for word in [
            "signin", "signout", "switch", "tokens", "info", "check", "mv", "curl", "setup", "demo",
        ] {
            let command = elsewhere_called(word).unwrap();
            assert!(commands::find(command).is_some() && commands::find(word).is_none(), "{word}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_hint() {
        assert!(refused("lsit").to_string().contains("Did you mean list?"));
        for (word, command) in
            [("signin", "login"), ("revoke", "remove"), ("MV", "rename"), ("demo", "simulator")]
        {
            assert!(
                refused(word).next_step().contains(&format!("Did you mean {command}?")),
                "{word}"
            );
        }
        assert!(refused("login a --acount 1").to_string().contains("Did you mean --account?"));
        for line in ["use -x", "remove -prod", "rename a -b"] {
            let error = refused(line).to_string();
            assert!(error.contains("write -- in front of it") && !error.contains("-m?"), "{error}");
        }
        assert!(!refused("list -x").to_string().contains("write --"));
        assert!(refused("xyzzy").next_step().contains("help"));
        for line in ["list --json=yes", "login a --account", "login a --port 1 --port 2"] {
            assert_eq!(refused(line).code(), Code::FlagInvalid, "{line}");
        }
        for line in ["rename a", "rename a b c", "list a", "use a b", "explain GET", "nothing"] {
            assert_eq!(refused(line).code(), Code::CommandInvalid, "{line}");
        }
    }

    #[test]
    fn a_value_that_looks_like_a_flag_can_be_attached() {
        let next = |line: &str| refused(line).next_step().to_owned();
        assert!(next("explain GET u --authID -x").contains("--authID=-x"));
        assert!(next("login a --secret -abc").contains("--secret=-abc"));
        assert!(next("login a --key --odd").contains("--key=--odd"));
        assert!(!next("login a --key --json").contains('='), "--json is a flag of its own");
        assert_eq!(run("explain GET u --authID=-x").value("--authID"), Some("-x"));
    }

    #[test]
    fn other_names_of_commands_work() {
        for (line, name) in [
            ("logout a", "remove"),
            ("rm a", "remove"),
            ("delete a", "remove"),
            ("ls", "list"),
            ("whoami", "status"),
        ] {
            assert_eq!(run(line).command.name, name, "{line}");
        }
        assert!(matches!(parse(&words("version")), Ok(Request::Version)));
        assert!(!refused("xyzzy").to_string().contains("Did you mean"));
    }

    #[test]
    fn foreign_text_in_a_mistake_is_safe_to_print() {
        assert!(!refused("li\u{1b}[2Jst").to_string().contains('\u{1b}'));
    }
}
