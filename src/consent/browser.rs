//! Opens a browser without a shell and without secrets in its environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use url::Url;

use crate::base::environment::Environment;
use crate::consent::browser_availability;
use crate::error::{Code, Error, Result};

/// Opens an http or https address in the browser: the command of `BROWSER`, or the platform's way.
///
/// # Errors
/// [`Code::OptionInvalid`] for any other address; [`Code::BrowserFailed`] when none of the
/// commands could be started.
pub fn open_browser(url: &str, environment: &Environment) -> Result<()> {
    let url = web_address(url)?;
    for words in commands(environment, &url) {
        match start(&words, environment) {
            Ok(()) => return Ok(()),
            Err(error) => {
                crate::base::console::debug(|| format!("{} did not start: {error}", words[0]));
            }
        }
    }
    Err(Error::new(Code::BrowserFailed, "No browser could be started."))
}

/// The address as the parser writes it: no spaces, quotes or control characters left, and it
/// cannot be taken for an option.
fn web_address(text: &str) -> Result<String> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .map(|url| url.to_string().replace('\'', "%27"))
        .filter(|text| text.len() <= 8192)
        .ok_or_else(|| {
            Error::new(
                Code::OptionInvalid,
                "Only http and https addresses are opened in a browser.",
            )
        })
}

/// Every command to try, as words.
fn commands(environment: &Environment, url: &str) -> Vec<Vec<String>> {
    if let Some(browser) = environment.var("BROWSER") {
        return from_variable(browser, url, &environment.cwd);
    }
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut commands: Vec<Vec<String>> = if cfg!(windows) {
        vec![from_windows(environment)]
    } else if cfg!(target_os = "macos") {
        vec![owned(&["/usr/bin/open"])]
    } else if browser_availability::is_wsl(environment) {
        vec![
            owned(&["wslview"]),
            owned(&["rundll32.exe", FILE_PROTOCOL_HANDLER]),
            owned(&["/mnt/c/Windows/System32/rundll32.exe", FILE_PROTOCOL_HANDLER]),
        ]
    } else {
        [&["xdg-open"][..], &["gio", "open"], &["x-www-browser"], &["sensible-browser"]]
            .map(owned)
            .to_vec()
    };
    for command in &mut commands {
        command.push(url.to_owned());
    }
    commands
}

const FILE_PROTOCOL_HANDLER: &str = "url.dll,FileProtocolHandler";

/// Opens the default browser as Explorer would. This is a program rather than a call of Windows, so that
/// the browser gets the environment chosen here.
fn from_windows(environment: &Environment) -> Vec<String> {
    let root = environment.var("SystemRoot").unwrap_or("C:\\Windows");
    vec![format!("{root}\\System32\\rundll32.exe"), FILE_PROTOCOL_HANDLER.to_owned()]
}

/// The freedesktop convention: alternatives between colons (semicolons on Windows), `%s` for the
/// address, which otherwise comes last. Quotes keep a path with spaces together; a path without quotes
/// is recognised if it names a file. Nothing else is special.
fn from_variable(value: &str, url: &str, cwd: &Path) -> Vec<Vec<String>> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    let alternatives = split_outside_quotes(value, |c| c == separator);
    alternatives
        .map(str::trim)
        .filter(|alternative| !alternative.is_empty() && *alternative != "none")
        .map(|alternative| {
            let mut words = words(alternative, cwd);
            let mut placed = false;
            for word in words.iter_mut().skip(1) {
                placed |= word.contains("%s");
                *word = word.replace("%s", url);
            }
            if !placed {
                words.push(url.to_owned());
            }
            words
        })
        .collect()
}

/// The words of a command. The program is the longest beginning that names a file, or else the first
/// word.
fn words(command: &str, cwd: &Path) -> Vec<String> {
    let ends = command.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at);
    let mut ends: Vec<usize> = ends.chain([command.len()]).collect();
    ends.reverse();
    let file = ends.into_iter().find(|end| cwd.join(&command[..*end]).is_file());
    let (program, rest) = command.split_at(file.unwrap_or(0));
    let rest = split_outside_quotes(rest, char::is_whitespace)
        .map(|word| word.replace(QUOTES, ""))
        .filter(|word| !word.is_empty());
    let program = Some(program.to_owned()).filter(|program| !program.is_empty());
    program.into_iter().chain(rest).collect()
}

/// Windows knows double quotes only, and paths there may hold single ones.
#[cfg(windows)]
const QUOTES: &[char] = &['"'];
#[cfg(not(windows))]
const QUOTES: &[char] = &['"', '\''];

/// Splits at characters that are not between two quotes of one kind.
fn split_outside_quotes(
    text: &str,
    is_separator: impl Fn(char) -> bool,
) -> impl Iterator<Item = &str> {
    let mut open = None;
    text.split(move |c: char| {
        match open {
            Some(quote) if quote == c => open = None,
            None if QUOTES.contains(&c) => open = Some(c),
            _ => {}
        }
        open.is_none() && is_separator(c)
    })
}

/// The folder a browser is started in. Windows keeps that folder in use, and the browser may run for
/// days, so it is not the project.
fn working_folder(environment: &Environment) -> PathBuf {
    environment.home.clone().filter(|home| home.is_dir()).unwrap_or_else(std::env::temp_dir)
}

/// The program to start: a path is relative to the caller's working folder.
fn program_at(program: &str, cwd: &Path) -> PathBuf {
    if program.contains(['/', std::path::MAIN_SEPARATOR]) {
        cwd.join(program)
    } else {
        PathBuf::from(program)
    }
}

/// Starts a command that outlives this process.
fn start(words: &[String], environment: &Environment) -> std::io::Result<()> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program_at(program, &environment.cwd));
    command
        .args(arguments)
        .current_dir(working_folder(environment))
        .env_clear()
        .envs(environment.variables().filter(|(name, _)| !is_secret(name)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    detach(&mut command);
    let child = command.spawn()?;
    // On Unix this is the intermediate process of `detach`, which has ended already.
    #[cfg(unix)]
    { child }.wait()?;
    #[cfg(not(unix))]
    drop(child);
    Ok(())
}

/// Variables that a browser, and every program it starts, must not inherit.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "CONSUMER_KEY" || name == "CONSUMER_SECRET" || name.starts_with("NETSUITE_TBA_")
}

/// Puts the browser into a session of its own, so that Ctrl-C here does not close it, below a process
/// that ends at once, so that no zombie stays.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    // SAFETY: the closure runs in the forked child, where only async-signal-safe functions may be
    // called: setsid, fork and _exit are.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            match libc::fork() {
                -1 => Err(std::io::Error::last_os_error()),
                0 => Ok(()),
                _ => libc::_exit(0),
            }
        });
    }
}

#[cfg(windows)]
fn detach(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    const DETACHED_PROCESS: u32 = 0x0000_0008;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP);
}

#[cfg(test)]
mod tests;
