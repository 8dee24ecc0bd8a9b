//! Whether a browser can be opened here, and what to do where it cannot.

use std::net::IpAddr;
use std::path::Path;

use crate::base::environment::Environment;

/// Whether a browser would appear in front of the person who started the sign-in.
///
/// An explicit `browser` option always wins. Without one, no browser is opened in automated runs. After
/// that `BROWSER` decides: editors set it where they forward the browser. Otherwise none is opened over
/// SSH, in containers, in WSL without Windows programs, or without a display.
pub fn browser_can_open(environment: &Environment, browser: Option<bool>) -> bool {
    browser.unwrap_or_else(|| can_open(environment, &Machine::look(environment)))
}

/// What variables do not tell about this machine.
struct Machine {
    container: bool,
    display: Display,
}

/// How a window gets on a screen.
enum Display {
    /// There always is one: macOS, Windows.
    Always,
    /// There is one if the variables of X11 or Wayland are set.
    Variables,
    /// Windows Subsystem for Linux: there is one if programs of Windows can be started.
    Windows { programs: bool },
}

impl Machine {
    fn look(environment: &Environment) -> Self {
        let exists = |path: &str| Path::new(path).exists();
        let display = if cfg!(any(target_os = "macos", windows)) {
            Display::Always
        } else if is_wsl(environment) {
            Display::Windows { programs: has_windows_programs(environment) }
        } else {
            Display::Variables
        };
        Self { container: exists("/.dockerenv") || exists("/run/.containerenv"), display }
    }
}

fn can_open(environment: &Environment, machine: &Machine) -> bool {
    if environment.is_ci() {
        return false;
    }
    if let Some(command) = environment.var("BROWSER") {
        return command != "none";
    }
    let containers = ["container", "KUBERNETES_SERVICE_HOST", "REMOTE_CONTAINERS", "CODESPACES"];
    let in_container =
        machine.container || containers.iter().any(|name| environment.var(name).is_some());
    if over_ssh(environment) || in_container {
        return false;
    }
    match machine.display {
        Display::Always => true,
        Display::Windows { programs } => programs,
        Display::Variables => {
            ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| environment.var(name).is_some())
        }
    }
}

/// Whether this is the Windows Subsystem for Linux, by its variable or the kernel's name.
pub(super) fn is_wsl(environment: &Environment) -> bool {
    cfg!(target_os = "linux")
        && (environment.var("WSL_DISTRO_NAME").is_some()
            || std::fs::read_to_string("/proc/sys/kernel/osrelease")
                .is_ok_and(|release| release.to_ascii_lowercase().contains("microsoft")))
}

fn has_windows_programs(environment: &Environment) -> bool {
    environment.var("WSL_INTEROP").is_some()
        || Path::new("/proc/sys/fs/binfmt_misc/WSLInterop").exists()
}

/// Whether this is an SSH session, so that the person sits at another machine.
pub(super) fn over_ssh(environment: &Environment) -> bool {
    ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].iter().any(|name| environment.var(name).is_some())
}

/// The command that brings the callback port to the machine with the browser. The host is the
/// address the person's SSH connection came in on.
pub(super) fn ssh_forward(environment: &Environment, port: u16) -> String {
    let host = environment
        .var("SSH_CONNECTION")
        .and_then(|connection| connection.split_ascii_whitespace().nth(2))
        .and_then(|address| address.parse::<IpAddr>().ok())
        .map_or("HOST".to_owned(), |address| address.to_string());
    format!("ssh -L {port}:localhost:{port} {host}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    const DESKTOP: Machine = Machine { container: false, display: Display::Variables };

    fn with(variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Environment::new(variables, PathBuf::new())
    }

    #[test]
    fn a_browser_is_opened_where_it_can_be_seen() {
        let display = ("DISPLAY", ":0");
        assert!(can_open(&with(&[display]), &DESKTOP));
        assert!(can_open(&with(&[("WAYLAND_DISPLAY", "wayland-0")]), &DESKTOP));
        assert!(can_open(&with(&[]), &Machine { display: Display::Always, ..DESKTOP }));
        assert!(!can_open(&with(&[]), &DESKTOP));
        assert!(!can_open(&with(&[display, ("CI", "true")]), &DESKTOP));
        assert!(!can_open(&with(&[display, ("SSH_CONNECTION", "a 1 b 2")]), &DESKTOP));
        assert!(!can_open(&with(&[display]), &Machine { container: true, ..DESKTOP }));
        assert!(!can_open(&with(&[display, ("CODESPACES", "true")]), &DESKTOP));
        for programs in [true, false] {
            let wsl = Machine { display: Display::Windows { programs }, ..DESKTOP };
            assert_eq!(can_open(&with(&[]), &wsl), programs);
        }
    }

    #[test]
    fn the_variable_overrides_what_was_found_and_the_option_overrides_all() {
        let ssh = [("SSH_TTY", "/dev/pts/1"), ("BROWSER", "helper")];
        assert!(can_open(&with(&ssh), &DESKTOP));
        assert!(!can_open(&with(&[("BROWSER", "none"), ("DISPLAY", ":0")]), &DESKTOP));
        assert!(!can_open(&with(&[("BROWSER", "helper"), ("CI", "1")]), &DESKTOP));
        assert!(browser_can_open(&with(&[("CI", "1")]), Some(true)));
        assert!(!browser_can_open(&with(&[("BROWSER", "helper")]), Some(false)));
    }

    #[test]
    fn the_ssh_line_names_the_address_the_connection_came_in_on() {
        let line = |connection| ssh_forward(&with(&[("SSH_CONNECTION", connection)]), 7777);
        assert_eq!(line("10.0.0.1 5 10.0.0.2 22"), "ssh -L 7777:localhost:7777 10.0.0.2");
        assert_eq!(line("x; rm -rf"), "ssh -L 7777:localhost:7777 HOST");
        assert_eq!(ssh_forward(&with(&[]), 8000), "ssh -L 8000:localhost:8000 HOST");
    }
}
