//! The flags gulp users type. Flags of other tools on the same command line are left alone.

use std::time::Duration;

use crate::error::{Code, Error, Result};
use crate::selection::options::{Options, To};
use crate::text::printable;

/// Longest `--timeout`, in seconds.
const MAX_TIMEOUT: u64 = 3600;

/// Reads the flags out of a command line (without the program's own name).
///
/// A value follows its flag after a space or `=`. `--to` alone asks which token; `--to NAME` names
/// one. What comes after `--` is not read.
///
/// # Errors
/// [`Code::FlagInvalid`] for a flag without its value, or given twice with different values.
pub fn parse(arguments: &[String]) -> Result<Options> {
    let mut flags = Options::default();
    let mut rest = arguments.iter().map(String::as_str).peekable();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            break;
        }
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument, None),
        };
        let mut value = || {
            attached
                .or_else(|| rest.next_if(|next| !next.starts_with('-')))
                .filter(|v| !v.is_empty())
        };
        match name {
            "--to" => {
                let given = value().map_or(To::Choose, |name| To::Name(name.to_owned()));
                set(&mut flags.to, given, name)?;
            }
            "--browser" => set(&mut flags.browser, true, name)?,
            "--no-browser" => set(&mut flags.browser, false, name)?,
            "--timeout" => {
                let given = timeout(value().ok_or_else(|| without_value(name))?)?;
                set(&mut flags.timeout, given, name)?;
            }
            _ => {
                if let Some(slot) = slot(&mut flags, name) {
                    let given = value().ok_or_else(|| without_value(name))?;
                    set(slot, given.to_owned(), name)?;
                }
            }
        }
    }
    Ok(flags)
}

fn slot<'a>(flags: &'a mut Options, name: &str) -> Option<&'a mut Option<String>> {
    Some(match name {
        "--authID" | "--authId" | "--authid" | "--auth-id" => &mut flags.auth_id,
        "--account" => &mut flags.account,
        "--role" => &mut flags.role,
        "--token" => &mut flags.token,
        "--key" => &mut flags.consumer_key,
        "--secret" => &mut flags.consumer_secret,
        "-m" | "--m" => &mut flags.molecule,
        "--vm" => &mut flags.vm,
        "--proxy" => &mut flags.proxy,
        "--port" => &mut flags.port,
        _ => return None,
    })
}

fn set<T: PartialEq>(slot: &mut Option<T>, given: T, name: &str) -> Result<()> {
    if slot.as_ref().is_some_and(|already| *already != given) {
        let message = format!("{name} is given twice with different values.");
        return Err(Error::new(Code::FlagInvalid, message));
    }
    *slot = Some(given);
    Ok(())
}

fn without_value(name: &str) -> Error {
    Error::new(Code::FlagInvalid, format!("{name} needs a value, for example {name} VALUE."))
}

/// Reads the value of `--timeout`.
///
/// # Errors
/// [`Code::FlagInvalid`] unless it is a number of seconds in range.
pub fn timeout(value: &str) -> Result<Duration> {
    if let Ok(seconds @ 1..=MAX_TIMEOUT) = value.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let shown = printable(value, 20);
    let message = format!("--timeout {shown} is not a number of seconds from 1 to {MAX_TIMEOUT}.");
    Err(Error::new(Code::FlagInvalid, message))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(read.token.as_deref(), Some("i:s="));
        assert_eq!(read.consumer_key.as_deref(), Some("k"));
        assert_eq!(read.consumer_secret.as_deref(), Some("s"));
        assert_eq!(read.molecule.as_deref(), Some("debugger"));
        assert_eq!(read.vm.as_deref(), Some("http://127.0.0.1:9090"));
        assert_eq!(read.proxy.as_deref(), Some("http://p:1"));
        assert_eq!(read.port.as_deref(), Some("8000"));
        assert_eq!(read.role.as_deref(), Some("3"));
        assert_eq!(read.browser, Some(false));
        assert_eq!(read.timeout, Some(Duration::from_secs(20)));
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
    fn other_flags_and_what_follows_two_dashes_are_left_alone() {
        let read =
            flags("deploy --skip-compilation --source sass --gulpfile=x -f y -- --to --authID a")
                .unwrap();
        assert!(read.to.is_none() && read.auth_id.is_none());
    }
}
