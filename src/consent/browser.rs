//! Opening a browser: no shell, no secrets in its environment, nothing left to wait for.

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
    #[cfg(windows)]
    if environment.var("BROWSER").is_none() {
        return shell_execute(&url);
    }
    for words in commands(environment, &url) {
        match start(&words, environment) {
            Ok(()) => return Ok(()),
            Err(error) => {
                crate::base::console::debug(|| format!("{} did not start: {error}", words[0]));
            }
        }
    }
    Err(not_opened())
}

fn not_opened() -> Error {
    Error::new(Code::BrowserFailed, "No browser could be started.")
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
        return from_variable(browser, url);
    }
    let plain: &[&[&str]] = if cfg!(target_os = "macos") {
        &[&["/usr/bin/open"]]
    } else if browser_availability::is_wsl(environment) {
        &[
            &["wslview"],
            &["rundll32.exe", "url.dll,FileProtocolHandler"],
            &["/mnt/c/Windows/System32/rundll32.exe", "url.dll,FileProtocolHandler"],
        ]
    } else {
        &[&["xdg-open"], &["gio", "open"], &["x-www-browser"], &["sensible-browser"]]
    };
    plain
        .iter()
        .map(|words| words.iter().copied().chain([url]).map(str::to_owned).collect())
        .collect()
}

/// The freedesktop convention: alternatives between colons (semicolons on Windows), `%s` for the
/// address, which otherwise comes last. Words are split at spaces and nothing else is special.
fn from_variable(value: &str, url: &str) -> Vec<Vec<String>> {
    let separator = if cfg!(windows) { ';' } else { ':' };
    let alternatives = value.split(separator).map(str::trim);
    alternatives
        .filter(|alternative| !alternative.is_empty() && *alternative != "none")
        .map(|alternative| {
            let mut words: Vec<String> = if std::path::Path::new(alternative).is_file() {
                vec![alternative.to_owned()]
            } else {
                alternative.split_whitespace().map(str::to_owned).collect()
            };
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

/// Starts a command that outlives this process and is not its child for long.
fn start(words: &[String], environment: &Environment) -> std::io::Result<()> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(environment.variables().filter(|(name, _)| !is_secret(name)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    detach(&mut command);
    let child = command.spawn()?;
    // On Unix this is the process in between, which has ended already.
    #[cfg(unix)]
    { child }.wait()?;
    #[cfg(not(unix))]
    drop(child);
    Ok(())
}

/// What a browser, and every page helper it starts, must not inherit.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name == "CONSUMER_KEY" || name == "CONSUMER_SECRET" || name.starts_with("NETSUITE_TBA_")
}

/// A session of its own, so that Ctrl-C here does not close the browser; and a parent that ends at
/// once, so that nobody has to wait for it and no zombie stays.
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

/// The default browser, as Explorer would open it. No command line is involved.
#[cfg(windows)]
fn shell_execute(url: &str) -> Result<()> {
    use windows_sys::Win32::UI::Shell::ShellExecuteW;
    use windows_sys::Win32::UI::WindowsAndMessaging::SW_SHOWNORMAL;
    let wide = |text: &str| text.encode_utf16().chain([0]).collect::<Vec<u16>>();
    let (verb, file) = (wide("open"), wide(url));
    let none = std::ptr::null();
    // SAFETY: both texts end with a zero and live until the call returns; the other pointers are
    // documented as optional.
    let result = unsafe {
        ShellExecuteW(std::ptr::null_mut(), verb.as_ptr(), file.as_ptr(), none, none, SW_SHOWNORMAL)
    };
    // Documented: a value above 32 means success.
    if result as usize > 32 { Ok(()) } else { Err(not_opened()) }
}

#[cfg(test)]
mod tests;
