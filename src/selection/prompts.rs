//! The questions, asked in the terminal. Ctrl-C leaves the terminal as it was and stays a Ctrl-C.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use inquire::ui::{Color, RenderConfig, StyleSheet};
use inquire::validator::Validation;
use inquire::{InquireError, Select, Text};

use crate::credentials::AuthId;
use crate::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::talk::printable;
use crate::vault::{SavedToken, StoreKind};

use super::decision::Person;

const NEW_TOKEN: &str = "New token";
const ROWS: usize = 12;

/// The person at the terminal.
pub struct Terminal {
    colour: bool,
}

impl Terminal {
    /// Colour unless `NO_COLOR` is set or the terminal is a plain one.
    pub fn new(environment: &Environment) -> Self {
        let plain =
            environment.var("NO_COLOR").is_some() || environment.var("TERM") == Some("dumb");
        Self { colour: !plain }
    }

    fn look(&self) -> RenderConfig<'static> {
        let look =
            if self.colour { RenderConfig::default_colored() } else { RenderConfig::empty() };
        let hint = StyleSheet::new();
        look.with_help_message(if self.colour { hint.with_fg(Color::DarkGrey) } else { hint })
    }
}

impl Person for Terminal {
    fn choose(&self, saved: &[SavedToken], start: Option<usize>) -> Result<Option<usize>> {
        let now =
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
        let rows =
            std::iter::once(NEW_TOKEN.to_owned()).chain(saved.iter().map(|token| row(token, now)));
        let answer = Select::new("Choose a saved token", rows.collect())
            .with_starting_cursor(start.map_or(0, |index| index + 1))
            .with_page_size(ROWS)
            .with_help_message("arrows to move, letters to search, Enter to choose")
            .with_render_config(self.look())
            .raw_prompt()
            .map_err(unanswered)?;
        Ok(answer.index.checked_sub(1))
    }

    fn name(&self) -> Result<AuthId> {
        let answer = Text::new("Enter an authentication ID (authID)")
            .with_help_message("a name of your choice for the new token, for example sb1-dev")
            .with_validator(|text: &str| {
                Ok(match AuthId::typed(text) {
                    Ok(_) => Validation::Valid,
                    Err(error) => Validation::Invalid(error.next_step().into()),
                })
            })
            .with_render_config(self.look())
            .prompt()
            .map_err(unanswered)?;
        AuthId::typed(&answer)
    }

    fn replace(&self, saved: &SavedToken) -> Result<bool> {
        let question = format!("{} - Account {} is saved already", saved.auth_id, saved.account);
        let answer =
            Select::new(&question, vec!["Choose another name", "Sign in again and replace it"])
                .with_render_config(self.look())
                .raw_prompt()
                .map_err(unanswered)?;
        Ok(answer.index == 1)
    }
}

/// Gives the terminal back as it was, when a question is given up without an answer.
pub fn restore_terminal() {
    if crossterm::terminal::is_raw_mode_enabled().unwrap_or(false) {
        let _ = crossterm::terminal::disable_raw_mode();
        let _ = crossterm::execute!(std::io::stderr(), crossterm::cursor::Show);
    }
}

/// `NAME - Account ACCT`, then what helps to tell tokens apart.
fn row(token: &SavedToken, now: u64) -> String {
    let mut details = vec![token.account.account_type().as_str().to_owned()];
    if let Some(role) = &token.role {
        details.push(format!("role {}", printable(role, 60)));
    }
    if token.store == StoreKind::Nstba {
        details.push("plaintext in .nstba".to_owned());
    }
    if let Some(last) = token.last_used_at {
        details.push(format!("used {}", ago(now.saturating_sub(last))));
    }
    format!("{} - Account {} ({})", token.auth_id, token.account, details.join(", "))
}

fn ago(seconds: u64) -> String {
    match Duration::from_secs(seconds).as_secs() / 86_400 {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn unanswered(error: InquireError) -> Error {
    match error {
        InquireError::OperationInterrupted => {
            interrupt();
            Error::new(Code::Cancelled, "Stopped.")
        }
        InquireError::OperationCanceled => Error::new(Code::Cancelled, "Stopped."),
        InquireError::NotTTY => Error::new(Code::ChoiceNeeded, "There is no terminal to ask in."),
        other => {
            Error::new(Code::ChoiceNeeded, format!("The terminal could not be used: {other}."))
        }
    }
}

/// While a question is open the terminal turns Ctrl-C into a key; here it becomes the signal again,
/// so that the host process does what it always does on Ctrl-C. A host with a handler of its own
/// gets a moment to see the signal before the call fails: a script may end right after that.
#[cfg(unix)]
fn interrupt() {
    // SAFETY: `kill` and `getpid` have no memory effects.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGINT);
    }
    std::thread::sleep(Duration::from_millis(50));
}

#[cfg(not(unix))]
fn interrupt() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_as_people_tell_them() {
        assert_eq!(ago(0), "today");
        assert_eq!(ago(86_399), "today");
        assert_eq!(ago(86_400), "yesterday");
        assert_eq!(ago(3 * 86_400), "3 days ago");
    }
}
