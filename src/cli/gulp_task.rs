//! The ready-made gulp tasks (`token:use` and its siblings): a gulp command line, read as the one of a
//! command.

use crate::base::environment::Environment;
use crate::cli::commands;
use crate::error::Result;
use crate::selection::flags;
use crate::selection::options::Options;

/// The command line of a command, made of what was typed for gulp. `--authID NAME` and `--to NAME`
/// are the name; flags that the command does not have belong to gulp or to other tasks.
///
/// # Errors
/// [`crate::error::Code::FlagInvalid`] when npm kept a flag.
pub fn command_line(
    command: &str,
    typed: &[String],
    environment: &Environment,
) -> Result<Vec<String>> {
    flags::check_npm(typed, environment)?;
    let mut line = vec![command.to_owned()];
    let mut names = Vec::new();
    let mut rest = typed.iter().map(String::as_str).peekable();
    while let Some(word) = rest.next() {
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let is_name = Options::chooses(name);
        let flag = commands::find(command).and_then(|command| command.flag(name));
        let flag = flag.filter(|flag| flag.name != "--help");
        let takes_value = is_name || flag.is_some_and(|flag| flag.value.is_some());
        let mut value = || attached.or_else(|| rest.next_if(|next| !next.starts_with('-')));
        match (is_name, takes_value.then(&mut value).flatten()) {
            (true, value) => names.extend(value.map(str::to_owned)),
            (false, Some(value)) => line.push(format!("{name}={value}")),
            // One that lacks its value is passed on, so that the command says so.
            (false, None) if flag.is_some() => line.push(name.to_owned()),
            (false, None) => {}
        }
    }
    if !names.is_empty() {
        line.push("--".to_owned());
        line.extend(names);
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(command: &str, typed: &str) -> String {
        let typed: Vec<_> = typed.split_whitespace().map(str::to_owned).collect();
        command_line(command, &typed, &Environment::default()).unwrap().join(" ")
    }

    #[test]
    fn names_come_by_either_flag_and_may_start_with_a_dash() {
        assert_eq!(line("use", "token:use --authID dev"), "use -- dev");
        assert_eq!(line("use", "token:use --to=dev --silent"), "use -- dev");
        assert_eq!(line("remove", "token:remove --auth-id=-odd --yes"), "remove --yes -- -odd");
        assert_eq!(
            line("use", "token:use --to --vm http://127.0.0.1:1"),
            "use --vm=http://127.0.0.1:1"
        );
    }

    #[test]
    fn flags_of_the_command_are_passed_on_and_those_of_others_are_left_out() {
        assert_eq!(
            line(
                "login",
                "token:login --authID dev --account 1234567_SB1 --port=8000 --no-browser"
            ),
            "login --account=1234567_SB1 --port=8000 --no-browser -- dev"
        );
        assert_eq!(
            line("list", "token:list extension:fetch --source x --gulpfile=y --json --account 1"),
            line("list", "--json --account 1"),
        );
        assert_eq!(line("login", "token:login --account"), "login --account");
        assert_eq!(line("status", "token:status --help"), "status");
    }

    #[test]
    fn a_flag_that_npm_kept_is_told() {
        let variables = [("npm_lifecycle_event", "tokens"), ("npm_config_authid", "dev")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::new(variables, std::path::PathBuf::new());
        let error = command_line("use", &["token:use".to_owned()], &environment).unwrap_err();
        assert!(error.next_step().ends_with("npm run tokens -- --authID=dev"), "{error}");
    }
}
