//! The table of commands and their flags. Parsing, help and completion all read it.

use crate::cli::command::{Command, Flag, Work, several, switch, token_name, with, words};

const PORT: Flag = with("--port", "N", "the callback port (7777)");
const KEY: Flag = with("--key", "KEY", "consumer key, instead of the environment or .env");
const SECRET: Flag =
    with("--secret", "SECRET", "consumer secret, instead of the environment or .env");
const PROXY: Flag = with("--proxy", "URL", "proxy, instead of HTTPS_PROXY");
const VM: Flag = with("--vm", "URL", "a simulator on this machine");
const MOLECULE: Flag =
    with("-m", "NAME", "the molecule, part of the host name in test environments");
const TO: Flag = with("--to", "NAME", "the saved token");
const AUTH_ID: Flag =
    with("--authID", "NAME", "the same; if NAME is not saved yet, sign in under it");
const OF_ACCOUNT: Flag = with("--account", "ID", "choose among the tokens of this account");
const YES: Flag = switch("--yes", "do not ask");
const DRY_RUN: Flag = switch("--dry-run", "only show what would be done");

/// Every command, in the order of the overview.
pub static COMMANDS: &[Command] = &[
    Command {
        name: "login",
        aliases: &[],
        words: token_name("[NAME]", 0, 1),
        summary: "sign in through the browser and save the token",
        text: include_str!("help/login.txt"),
        flags: &[
            with("--account", "ID", "the account; without it you choose on the consent page"),
            with("--role", "ID", "the role the token must have"),
            with(
                "--port",
                "N",
                "the callback port (7777), if the record allows http://localhost:*",
            ),
            switch("--browser", "open a browser even if there seems to be none"),
            switch("--no-browser", "only print the address"),
            with("--timeout", "S", "the time limit for the sign-in in seconds (300)"),
            switch("--refused", "sign in again under every name that NetSuite refuses"),
            switch("--with-token", "save a token that exists, read from stdin or asked for"),
            with("--token-file", "FILE", "with --with-token: read the token from this file"),
            switch("--offline", "with --with-token: save it without asking NetSuite"),
            switch("--start", "step 1: print the address of the consent page"),
            switch("--finish", "step 2: read the address the browser ended on from stdin"),
            KEY,
            SECRET,
            PROXY,
            VM,
            MOLECULE,
        ],
        work: Work::Login,
    },
    Command {
        name: "list",
        aliases: &["ls"],
        words: words("", 0, 0),
        summary: "list the saved tokens",
        text: include_str!("help/list.txt"),
        flags: &[],
        work: Work::List,
    },
    Command {
        name: "use",
        aliases: &[],
        words: token_name("[NAME]", 0, 1),
        summary: "make a saved token the one of this project",
        text: include_str!("help/use.txt"),
        flags: &[
            with("--vm", "URL", "the token of a simulator on this machine"),
            with("-m", "NAME", "the token of a molecule"),
        ],
        work: Work::Use,
    },
    Command {
        name: "status",
        aliases: &["whoami"],
        words: token_name("[NAME]", 0, 1),
        summary: "ask NetSuite whether the saved tokens work",
        text: include_str!("help/status.txt"),
        flags: &[
            switch("--offline", "do not ask NetSuite; only check secrets and integration records"),
            KEY,
            SECRET,
            PROXY,
            with("--vm", "URL", "only the tokens of this simulator"),
            with("-m", "NAME", "only the tokens of this molecule"),
        ],
        work: Work::Status,
    },
    Command {
        name: "rename",
        aliases: &[],
        words: token_name("OLD NEW", 2, 2),
        summary: "rename a saved token",
        text: include_str!("help/rename.txt"),
        flags: &[],
        work: Work::Rename,
    },
    Command {
        name: "remove",
        aliases: &["rm", "delete", "logout"],
        words: token_name("[NAME]", 0, 1),
        summary: "remove a saved token from this machine",
        text: include_str!("help/remove.txt"),
        flags: &[
            YES,
            with("--vm", "URL", "only the token of this simulator"),
            with("-m", "NAME", "only the token of this molecule"),
        ],
        work: Work::Remove,
    },
    Command {
        name: "import",
        aliases: &[],
        words: words("[FILE]", 0, 1),
        summary: "copy the tokens in Oracle's ~/.nstba into the vault",
        text: include_str!("help/import.txt"),
        flags: &[switch(
            "--remove-plaintext",
            "afterwards remove from the file what the vault now holds",
        )],
        work: Work::Import,
    },
    Command {
        name: "init",
        aliases: &[],
        words: words("", 0, 0),
        summary: "switch a project of Oracle's Commerce tools to this package, or back",
        text: include_str!("help/init.txt"),
        flags: &[
            YES,
            DRY_RUN,
            switch("--no-import", "leave ~/.nstba alone"),
            switch("--no-clean", "leave secrets where they are; with --undo: leave them moved"),
            with(
                "--package",
                "SPEC",
                "a .tgz, a version or a URL to install instead of the default",
            ),
            switch("--guard", "turn the production guard on in package.json"),
            switch("--undo", "restore what init changed"),
        ],
        work: Work::Init,
    },
    Command {
        name: "prune",
        aliases: &[],
        words: words("", 0, 0),
        summary: "remove what is no longer needed",
        text: include_str!("help/prune.txt"),
        flags: &[DRY_RUN, YES],
        work: Work::Prune,
    },
    Command {
        name: "request",
        aliases: &[],
        words: words("[METHOD] PATH|URL", 1, 2),
        summary: "send a signed request and print the answer",
        text: include_str!("help/request.txt"),
        flags: &[
            TO,
            AUTH_ID,
            OF_ACCOUNT,
            with(
                "--data",
                "TEXT",
                "the body: a text, @FILE, or - for stdin; valid JSON is sent as JSON",
            ),
            several("--form", "K=V", "a field of a form, which is signed"),
            several("--query", "K=V", "a parameter to add to the URL"),
            several("--header", "K:V", "a header, for example 'Prefer: transient'"),
            switch(
                "--paginate",
                "follow the links to the next page; print one JSON array of all items",
            ),
            switch("--include", "print status and headers too"),
            with("--output", "FILE", "write the body to this file"),
            with("--timeout", "S", "the time limit in seconds, including repeated attempts (120)"),
            with("--retries", "N", "how often it may be sent again (4)"),
            KEY,
            SECRET,
            PROXY,
            VM,
            MOLECULE,
        ],
        work: Work::Request,
    },
    Command {
        name: "sign",
        aliases: &[],
        words: words("METHOD URL", 2, 2),
        summary: "print the Authorization header of one request, for curl",
        text: include_str!("help/sign.txt"),
        flags: &[
            TO,
            AUTH_ID,
            OF_ACCOUNT,
            with(
                "--form",
                "FILE",
                "the body of a form, which is signed: a=1&b=2; - reads it from stdin",
            ),
            KEY,
            SECRET,
            PROXY,
            VM,
            MOLECULE,
        ],
        work: Work::Sign,
    },
    Command {
        name: "explain",
        aliases: &[],
        words: words("METHOD URL", 2, 2),
        summary: "show how a request is signed, or what is wrong with a header",
        text: include_str!("help/explain.txt"),
        flags: &[
            with("--authID", "NAME", "the saved token"),
            with("--header", "TEXT", "an Authorization header to check; - reads it from stdin"),
            with("--body", "FILE", "the body of the request, to find out whether it was signed"),
            switch("--full", "show consumer key and token ID in full (they are not secret)"),
            KEY,
            SECRET,
            with("--vm", "URL", "a token of this simulator"),
            with("-m", "NAME", "a token of this molecule"),
        ],
        work: Work::Explain,
    },
    Command {
        name: "doctor",
        aliases: &[],
        words: words("", 0, 0),
        summary: "check everything a sign-in needs",
        text: include_str!("help/doctor.txt"),
        flags: &[
            with(
                "--account",
                "ID",
                "check with this account (default: that of the project's token)",
            ),
            PORT,
            switch("--offline", "skip the checks that need the network"),
            KEY,
            SECRET,
            PROXY,
            VM,
            MOLECULE,
        ],
        work: Work::Doctor,
    },
    Command {
        name: "guide",
        aliases: &[],
        words: words("integration-record", 1, 1),
        summary: "set up the integration record, and check it",
        text: include_str!("help/guide.txt"),
        flags: &[
            with("--account", "ID", "the account to check in"),
            PORT,
            switch("--offline", "only show the steps"),
            KEY,
            SECRET,
            PROXY,
            VM,
            MOLECULE,
        ],
        work: Work::Guide,
    },
    Command {
        name: "simulator",
        aliases: &[],
        words: words("", 0, 0),
        summary: "run a NetSuite simulator on this machine",
        text: include_str!("help/simulator.txt"),
        flags: &[
            with("--port", "N", "listen on this port (default: any free port)"),
            several("--fault", "NAME[=COUNT]", "switch a fault on, always or COUNT times"),
            with("--token", "ACCOUNT", "create a token for this account and print it"),
            with(
                "--concurrency",
                "N",
                "answer \"busy\" to more than N requests of an account at once",
            ),
            switch("--proxy", "also act as an HTTPS proxy for the real host names"),
        ],
        work: Work::Simulator,
    },
    Command {
        name: "completion",
        aliases: &[],
        words: words("bash|zsh|fish|powershell", 0, 1),
        summary: "print a completion script for your shell",
        text: include_str!("help/completion.txt"),
        flags: &[switch("--names", "print the names of the saved tokens, one per line")],
        work: Work::Completion,
    },
];

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
