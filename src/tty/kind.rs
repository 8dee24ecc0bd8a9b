//! Whether a person can be asked at stdin and stderr.

use std::io::IsTerminal as _;

use crate::error::{Code, Error};

/// What stdin and stderr are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdio {
    /// Both are a terminal that can be read and drawn to.
    Terminal,
    /// A terminal window of MSYS2 or Cygwin (Git Bash without `ConPTY`). Windows programs get pipes there
    /// and cannot tell when something was typed.
    MsysPipe,
    /// Files, pipes or nothing.
    Other,
}

/// Looks at the stdin and stderr of this process.
pub fn of_stdio() -> Stdio {
    // On Windows this is also true for the pipes of MSYS2, which are recognised by their name.
    let by_name = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    match by_name {
        false => Stdio::Other,
        true if has_console() => Stdio::Terminal,
        true => Stdio::MsysPipe,
    }
}

#[cfg(unix)]
fn has_console() -> bool {
    true
}

#[cfg(windows)]
fn has_console() -> bool {
    use crate::tty::windows::{Stream, mode};
    mode(Stream::Input).is_some() && mode(Stream::Error).is_some()
}

/// Adds advice to the error that nobody could be asked, for a window that looks like a terminal but is
/// not one. Other errors are unchanged.
pub fn with_advice(error: Error) -> Error {
    advise(error, of_stdio())
}

fn advise(error: Error, stdio: Stdio) -> Error {
    let nobody_asked =
        matches!(error.code(), Code::ChoiceNeeded | Code::SignInNeeded | Code::PassphraseMissing);
    if stdio != Stdio::MsysPipe || !nobody_asked {
        return error;
    }
    let advice = "This window gives programs no console: start the command with winpty, set MSYS=enable_pcon before the window is opened, or use another terminal.";
    let next_step = format!("{advice} {}", error.next_step());
    error.with_next_step(next_step.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_without_a_console_is_explained_where_nobody_could_be_asked() {
        for code in [Code::ChoiceNeeded, Code::SignInNeeded, Code::PassphraseMissing] {
            let error = || Error::new(code, "x").with_next_step("Pass --authID NAME.");
            let advised = advise(error(), Stdio::MsysPipe);
            assert!(advised.next_step().contains("winpty"), "{advised}");
            assert!(advised.next_step().contains("MSYS=enable_pcon"), "{advised}");
            assert!(advised.next_step().ends_with("Pass --authID NAME."), "{advised}");
            for stdio in [Stdio::Terminal, Stdio::Other] {
                assert_eq!(advise(error(), stdio).next_step(), "Pass --authID NAME.");
            }
        }
        let other = advise(Error::new(Code::InvalidLogin, "x"), Stdio::MsysPipe);
        assert!(!other.next_step().contains("winpty"));
    }
}
