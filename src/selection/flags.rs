//! The flags gulp users type. Flags of other tools on the same command line are left alone.

use crate::base::console::warn_once;
use crate::base::environment::Environment;
use crate::credentials::Secret;
use crate::error::{Code, Error, Result};
use crate::selection::options::Options;
use crate::selection::setting::Flag;
use crate::selection::tasks::Tasks;
use crate::text::printable;

/// Reads the flags out of a command line (without the program's own name).
///
/// A value follows its flag after a space or `=`. `--to` alone asks which token; `--to NAME` names
/// one. What comes after `--` is not read.
///
/// # Errors
/// [`Code::FlagInvalid`] for a flag without its value, or given twice with different
/// values.
pub fn parse(arguments: &[String]) -> Result<Options> {
    let mut flags = Options::default();
    let mut rest = arguments.iter().map(String::as_str).peekable();
    while let Some(word) = rest.next() {
        if word == "--" {
            break;
        }
        let mut flag = Flag::new(word, rest.peek().copied());
        flags.take_flag(&mut flag)?;
        if flag.took_following() {
            rest.next();
        }
    }
    flags.task = Tasks::of_gulp(arguments, Options::flag_takes_value);
    Ok(flags)
}

/// Warns once of a command line that contains secrets. `flags` is what was typed, without what
/// options and variables say.
pub fn warn_of_secrets(flags: &Options) {
    if let Some(warning) = warning_of(flags) {
        warn_once(&warning);
    }
}

/// The warning about secrets among the flags, naming what to use instead.
fn warning_of(flags: &Options) -> Option<String> {
    let has_password = |proxy: &Secret| {
        let authority = proxy.expose().split(['/', '?', '#']).find(|part| part.contains('@'));
        authority.is_some_and(|part| part.contains(':'))
    };
    let found: Vec<(&str, &str)> = [
        (flags.token.is_some(), "--token", "--token-file FILE"),
        (
            flags.consumer_secret.is_some(),
            "--secret",
            "NETSUITE_TBA_CONSUMER_SECRET in the environment or in .env",
        ),
        (
            flags.proxy.as_ref().is_some_and(has_password),
            "--proxy",
            "HTTPS_PROXY in the environment",
        ),
    ]
    .into_iter()
    .filter_map(|(given, flag, instead)| given.then_some((flag, instead)))
    .collect();
    if found.is_empty() {
        return None;
    }
    let names: Vec<_> = found.iter().map(|(flag, _)| *flag).collect();
    let instead: Vec<_> = found.iter().map(|(_, instead)| *instead).collect();
    Some(format!(
        "The command line contains a secret ({}). Other users can see it in the list of processes, and \
         shells keep it in their history. Use {} instead.",
        names.join(", "),
        instead.join(", and ")
    ))
}

/// The variables in which npm keeps flags that were meant for the task. npm 11 takes `--to` for an
/// abbreviation of `--token-description`.
const KEPT_BY_NPM: [(&str, &[&str]); 9] = [
    ("--to", &["npm_config_to", "npm_config_token_description"]),
    ("--authID", &["npm_config_authid", "npm_config_auth_id"]),
    ("--account", &["npm_config_account"]),
    ("--role", &["npm_config_role"]),
    ("--vm", &["npm_config_vm"]),
    ("-m", &["npm_config_m"]),
    ("--token", &["npm_config_token"]),
    ("--secret", &["npm_config_secret"]),
    ("--allow-production", &["npm_config_allow_production"]),
];

/// Refuses a task started by `npm run fetch --to=sb1`: npm keeps the flag, and the task would run
/// with another token than the one that was meant.
///
/// # Errors
/// [`Code::FlagInvalid`] with the command that was meant.
pub fn check_npm(arguments: &[String], environment: &Environment) -> Result<()> {
    let Some(script) = environment.var("npm_lifecycle_event") else { return Ok(()) };
    for (flag, variables) in KEPT_BY_NPM {
        let Some(value) = variables.iter().find_map(|name| environment.var(name)) else { continue };
        if arguments.iter().any(|word| Options::is_same_flag(flag, word)) {
            continue;
        }
        let written = match value {
            "true" if flag == "--to" => flag.to_owned(),
            // A secret is not repeated.
            "true" => format!("{flag}=VALUE"),
            _ if ["--token", "--secret"].contains(&flag) => format!("{flag}=VALUE"),
            value => format!("{flag}={}", printable(value, 80)),
        };
        let message = format!("npm kept the flag {flag} for itself, so the task did not get it.");
        return Err(Error::new(Code::FlagInvalid, message).with_next_step(format!(
            "Write -- before the flags of the task: npm run {} -- {written}",
            printable(script, 80)
        )));
    }
    Ok(())
}

/// What the command line of Oracle's tools says besides the options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolsFlags {
    /// `--to` was typed.
    pub to: bool,
    /// The tasks: the words in front of the first flag.
    pub tasks: Vec<String>,
}

/// Reads the command line of Oracle's tools. They choose the token themselves and hand its name
/// over, so `--to` and `--authID` are theirs and choose nothing here.
///
/// # Errors
/// As [`parse`], but for the two flags of the tools.
pub fn parse_for_tools(arguments: &[String]) -> Result<(Options, ToolsFlags)> {
    let tasks = arguments.iter().take_while(|word| !word.starts_with('-')).cloned().collect();
    let mut typed = ToolsFlags { to: false, tasks };
    let mut ours = Vec::new();
    let mut rest = arguments.iter().peekable();
    while let Some(word) = rest.next() {
        let name = word.split('=').next().unwrap_or(word);
        if !Options::chooses(name) {
            ours.push(word.clone());
            continue;
        }
        typed.to |= name == "--to";
        if !word.contains('=') {
            rest.next_if(|next| !next.starts_with('-'));
        }
    }
    let options =
        Options { task: Tasks::of_gulp(arguments, Options::flag_takes_value), ..parse(&ours)? };
    Ok((options, typed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::setting::{NumberText, To};
    use std::time::Duration;

    fn exposed(secret: Option<&Secret>) -> Option<&str> {
        secret.map(Secret::expose)
    }

    fn flags(line: &str) -> Result<Options> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn to_is_a_question_alone_and_a_name_with_one() {
        assert_eq!(flags("extension:fetch --to").unwrap().to, Some(To::Choose));
        assert_eq!(flags("extension:fetch --to --authID x").unwrap().to, Some(To::Choose));
        assert_eq!(flags("extension:fetch --to dev").unwrap().to, Some(To::Name("dev".into())));
        assert_eq!(flags("extension:fetch --to=dev").unwrap().to, Some(To::Name("dev".into())));
        assert_eq!(flags("extension:fetch").unwrap().to, None);
    }

    #[test]
    fn values_follow_after_a_space_or_an_equals_sign() {
        let read = flags(
            "extension:deploy --authID a --account=1234567_SB1 --token=i:s= --key k --secret=s -m debugger \
             --vm http://127.0.0.1:9090 --proxy=http://p:1 --port 8000 --role 3 --no-browser --timeout 20 --source x",
        )
        .unwrap();
        assert_eq!(read.auth_id.as_deref(), Some("a"));
        assert_eq!(read.account.as_deref(), Some("1234567_SB1"));
        assert_eq!(exposed(read.token.as_ref()), Some("i:s="));
        assert_eq!(read.consumer_key.as_deref(), Some("k"));
        assert_eq!(exposed(read.consumer_secret.as_ref()), Some("s"));
        assert_eq!(read.molecule.as_deref(), Some("debugger"));
        assert_eq!(read.vm.as_deref(), Some("http://127.0.0.1:9090"));
        assert_eq!(exposed(read.proxy.as_ref()), Some("http://p:1"));
        assert_eq!(read.port, Some(NumberText::from("8000")));
        assert_eq!(read.role, Some(NumberText::from("3")));
        assert_eq!(read.browser, Some(false));
        assert_eq!(read.timeout, Some(Duration::from_secs(20)));
    }

    #[test]
    fn a_secret_on_the_command_line_is_warned_of_with_a_better_way_and_not_repeated() {
        let warning = |line: &str| warning_of(&flags(line).unwrap());
        assert!(warning("--token canary:canary").unwrap().contains("Use --token-file FILE"));
        let both = warning("--token i:canary --secret canary").unwrap();
        assert!(both.contains("(--token, --secret)"), "{both}");
        assert!(both.contains("NETSUITE_TBA_CONSUMER_SECRET"), "{both}");
        let proxy = warning("--proxy http://me:canary@proxy:8080").unwrap();
        assert!(proxy.contains("HTTPS_PROXY"), "{proxy}");
        for said in [both, proxy] {
            assert!(!said.contains("canary"), "{said}");
        }
        for line in ["--proxy http://proxy:8080", "--key k --account 1", "--token-file a"] {
            assert_eq!(warning(line), None, "{line}");
        }
    }

    #[test]
    fn a_flag_without_its_value_or_with_two_is_refused() {
        for line in [
            "--authID",
            "--authID --to",
            "--account=",
            "--token",
            "--key a --key b",
            "--to a --to b",
            "--browser --no-browser",
            "--timeout",
            "--timeout 0",
            "--timeout x",
        ] {
            assert_eq!(flags(line).map(|_| ()).unwrap_err().code(), Code::FlagInvalid, "{line}");
        }
        assert!(flags("--key a --key a").is_ok());
    }

    #[test]
    fn a_value_that_starts_with_a_dash_is_written_after_an_equals_sign() {
        for (line, cure) in [
            ("--authID -x", "--authID=-x"),
            ("--account -1", "--account=-1"),
            ("fetch -m -debugger --to", "-m=-debugger"),
        ] {
            let error = flags(line).map(|_| ()).unwrap_err();
            assert!(error.next_step().contains(cure), "{error}");
        }
        let error = flags("--secret -canary").map(|_| ()).unwrap_err();
        assert!(error.next_step().contains("--secret=VALUE"), "{error}");
        assert!(!error.to_string().contains("canary"), "a secret is not repeated: {error}");
        let forgotten = flags("--account --to").map(|_| ()).unwrap_err();
        assert!(!forgotten.next_step().contains("=--to"), "{forgotten}");
        assert_eq!(flags("--authID=-x").unwrap().auth_id.as_deref(), Some("-x"));
    }

    #[test]
    fn a_flag_that_npm_kept_is_refused_with_the_command_that_was_meant() {
        let run = |line: &str, variables: &[(&str, &str)]| {
            let fetch = [("npm_lifecycle_event", "fetch")];
            let all = fetch.iter().chain(variables);
            let all = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            let environment = Environment::new(all, std::path::PathBuf::from("/nowhere"));
            let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            check_npm(&words, &environment)
        };
        for (variable, value, meant) in [
            ("npm_config_to", "sb1", "npm run fetch -- --to=sb1"),
            ("npm_config_token_description", "sb1", "npm run fetch -- --to=sb1"),
            ("npm_config_to", "true", "npm run fetch -- --to"),
            ("npm_config_authid", "sb1", "npm run fetch -- --authID=sb1"),
            ("npm_config_auth_id", "sb1", "npm run fetch -- --authID=sb1"),
            ("npm_config_account", "true", "npm run fetch -- --account=VALUE"),
            ("npm_config_role", "3", "npm run fetch -- --role=3"),
            ("npm_config_vm", "http://127.0.0.1:1", "npm run fetch -- --vm=http://127.0.0.1:1"),
            ("npm_config_m", "debugger", "npm run fetch -- -m=debugger"),
            ("npm_config_token", "id:canary", "npm run fetch -- --token=VALUE"),
            ("npm_config_secret", "canary", "npm run fetch -- --secret=VALUE"),
            ("npm_config_account", "1234567", "npm run fetch -- --account=1234567"),
        ] {
            let error = run("extension:fetch", &[(variable, value)]).unwrap_err();
            assert_eq!(error.code(), Code::FlagInvalid);
            assert!(error.next_step().ends_with(meant), "{error}");
        }
        assert!(run("extension:fetch --to dev", &[("npm_config_to", "sb1")]).is_ok());
        assert!(run("extension:fetch --auth-id=x", &[("npm_config_authid", "sb1")]).is_ok());
        assert!(run("extension:fetch", &[("npm_config_proxy", "http://p")]).is_ok());
        let outside = [("npm_config_to".to_owned(), "sb1".to_owned())];
        let outside = Environment::new(outside, std::path::PathBuf::from("/nowhere"));
        assert!(check_npm(&[], &outside).is_ok(), "not started by npm run");
    }

    #[test]
    fn the_flags_the_tools_choose_by_choose_nothing_here() {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (line, to) in [
            ("extension:fetch --to --key k", true),
            ("extension:fetch --to=dev --key k", true),
            ("extension:fetch --authID dev --key k", false),
            ("extension:fetch --to dev --to live --authID --key k", true),
        ] {
            let (options, typed) = parse_for_tools(&words(line)).unwrap();
            assert_eq!((typed.to, typed.tasks), (to, vec!["extension:fetch".to_owned()]), "{line}");
            assert!(options.to.is_none() && options.auth_id.is_none(), "{line}");
            assert_eq!(options.consumer_key.as_deref(), Some("k"), "{line}");
        }
        assert!(parse_for_tools(&words("extension:fetch --key")).is_err());
    }

    #[test]
    fn other_flags_and_what_follows_two_dashes_are_left_alone() {
        let read =
            flags("deploy --skip-compilation --source sass --gulpfile=x -f y -- --to --authID a")
                .unwrap();
        assert!(read.to.is_none() && read.auth_id.is_none());
    }
}
