//! The help texts. They are the one place that says which commands and flags there are: a flag that
//! a text does not name does not exist.

use std::fmt::Write as _;

/// A command and its help.
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// One line about it.
    pub summary: &'static str,
    /// How many words may follow it.
    pub words: (usize, usize),
    text: &'static str,
}

/// A flag as a help text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// `--account`.
    pub name: &'static str,
    /// Whether something follows it.
    pub takes_value: bool,
    /// Whether it may be given several times: its value ends in dots.
    pub repeats: bool,
}

const COMMON: &str = "
  --json            the same as JSON, with a failure as {\"error\":{code,message,nextStep,exitCode}}
  -h, --help        this text

";

macro_rules! commands {
    ($($name:literal $words:tt $summary:literal;)*) => {
        /// Every command, in the order of the overview.
        pub static COMMANDS: &[Command] = &[$(Command {
            name: $name, summary: $summary, words: $words,
            text: include_str!(concat!("help/", $name, ".txt")),
        },)*];
    };
}

commands! {
    "login" (0, 1) "sign in through the browser and save the token";
    "list" (0, 0) "the saved tokens";
    "use" (1, 1) "write a saved token's name into this project's .nsdeploy";
    "status" (0, 1) "ask NetSuite whether the saved tokens work";
    "rename" (2, 2) "give a saved token another name";
    "remove" (1, 1) "forget a saved token";
    "import" (0, 1) "move tokens of Oracle's ~/.nstba into the vault";
    "init" (0, 0) "put a project of Oracle's Commerce tools on this package, or back";
    "prune" (0, 0) "clear what no token needs any more";
    "request" (1, 2) "send a signed request and print the answer";
    "sign" (2, 2) "print the Authorization header of one request, for curl";
    "explain" (2, 2) "how a request is signed, or what is wrong with a header";
    "doctor" (0, 0) "check everything a sign-in needs";
    "guide" (1, 1) "how to set up the integration record, and whether it is right";
    "simulator" (0, 0) "NetSuite on this machine, for trying things and for CI";
    "completion" (0, 1) "a completion script for your shell";
}

impl Command {
    /// The whole help.
    pub fn help(&self) -> String {
        self.text.replacen("\n\nExamples:\n", &format!("{COMMON}Examples:\n"), 1)
    }

    /// The first line, without `Usage:`.
    pub fn usage(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("Usage: ")
    }

    /// The flags the text names, and those all commands have.
    pub fn flags(&self) -> impl Iterator<Item = Flag> {
        // What follows tells of shapes, in which a name may begin a line.
        let before_examples = self.text.split("\n\nExamples:").next().unwrap_or_default();
        before_examples.lines().chain(COMMON.lines()).filter_map(flag_of)
    }

    /// The flag of that name; `--molecule` has a short one, as Oracle's tools know it.
    pub fn flag(&self, name: &str) -> Option<Flag> {
        self.flags().find(|flag| flag.name == name)
    }
}

/// `  --port N      text` and `  -m NAME       text` name a flag.
fn flag_of(line: &'static str) -> Option<Flag> {
    let line = line.strip_prefix("  ").filter(|line| line.starts_with('-'))?;
    let (names, _) = line.split_once("  ").unwrap_or((line, ""));
    let last = names.rsplit(", ").next()?;
    let mut words = last.split(' ');
    let (name, value) = (words.next()?, words.next());
    let repeats = value.is_some_and(|value| value.ends_with("..."));
    Some(Flag { name, takes_value: value.is_some(), repeats })
}

/// What the program can do.
pub fn overview() -> String {
    let mut text =
        "Signs you in to NetSuite with Token-Based Authentication and keeps the tokens.\n\n\
        Usage: netsuite-tba COMMAND [flags]\n\nCommands:\n"
            .to_owned();
    for command in COMMANDS {
        let _ = writeln!(text, "  {:<12}{}", command.name, command.summary);
    }
    text.push_str(include_str!("help/overview.txt"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_usage_flags_examples_and_a_shape() {
        for command in COMMANDS {
            let help = command.help();
            assert!(help.starts_with(&format!("Usage: netsuite-tba {}", command.name)), "{help}");
            assert!(help.contains(&format!("  npx netsuite-tba {}", command.name)), "{help}");
            assert!(help.contains("--help        this text"), "{help}");
            assert!(help.contains("\nJSON:\n"), "{help}");
            assert!(help.lines().all(|line| line.chars().count() <= 100), "{}", command.name);
            assert!(help.ends_with('\n') && !help.contains('\t'));
        }
    }

    #[test]
    fn flags_are_read_out_of_the_text() {
        let login = COMMANDS.iter().find(|command| command.name == "login").unwrap();
        assert_eq!(
            login.flag("--port"),
            Some(Flag { name: "--port", takes_value: true, repeats: false })
        );
        assert_eq!(login.flag("-m"), Some(Flag { name: "-m", takes_value: true, repeats: false }));
        assert_eq!(
            login.flag("--json"),
            Some(Flag { name: "--json", takes_value: false, repeats: false })
        );
        assert!(login.flag("--token").is_none());
        let letters = |name: &str| name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
        for flag in COMMANDS.iter().flat_map(Command::flags) {
            assert!(flag.name.starts_with('-') && letters(flag.name), "{}", flag.name);
        }
    }
}
