//! What goes to stdout: reports in words or as JSON. A reader that went away is no error.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use serde_json::{Value, json};

use crate::error::{Code, Error};
use crate::text::{printable_json, printable_lines};

/// `EBADF`: nobody gave this process a stdout.
const BAD_DESCRIPTOR: i32 = 9;

/// What a command found out, in both forms, and the exit code that goes with it.
pub struct Report {
    /// For people.
    pub text: String,
    /// For scripts.
    pub json: Value,
    /// 0 unless what was found is a failure.
    pub exit: i32,
}

impl Report {
    /// A report of something that went well.
    pub fn new(text: String, json: Value) -> Self {
        Self { text, json, exit: 0 }
    }

    /// Prints it and returns the exit code.
    pub fn print(self, as_json: bool) -> i32 {
        let written =
            if as_json { write_json(&self.json) } else { write(&printable_lines(&self.text)) };
        if written { self.exit } else { self.exit.max(1) }
    }
}

/// A failure whose next step speaks of gulp's flags, told with this tool's commands. What already
/// has a step of its own keeps it.
pub fn in_terms_of_commands(error: Error) -> Error {
    if error.next_step() != error.code().row().next_step {
        return error;
    }
    let next = match error.code() {
        Code::ConsumerMissing => {
            "Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret. How to get \
             them: npx netsuite-tba guide integration-record"
        }
        Code::InvalidLogin => {
            "Sign in again: npx netsuite-tba login NAME. The reason is in Setup > Users/Roles > View Login Audit Trail."
        }
        Code::SecretMissing => {
            "Sign in again under the same name: npx netsuite-tba login NAME. npx netsuite-tba prune forgets such tokens."
        }
        Code::StoreDamaged => {
            "Look at the file that was moved aside, then sign in again: npx netsuite-tba login NAME"
        }
        Code::Cancelled => "",
        _ => return error,
    };
    error.with_next_step(next)
}

/// The JSON form of a failure.
pub fn error(error: &Error) -> Value {
    json!({
        "code": error.code().row().name,
        "message": error.message(),
        "nextStep": error.next_step(),
        "exitCode": error.exit_code(),
    })
}

/// Writes JSON with a line end. Says when that fails, and returns false.
pub fn write_json(value: &Value) -> bool {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    write(&(printable_json(&text).into_owned() + "\n"))
}

/// Writes a text. Pipes that Node or a parent made may refuse to wait; a closed one ends it. Says when
/// it fails for another reason, and returns false.
pub fn write(text: &str) -> bool {
    write_bytes(text.as_bytes())
}

/// The same with bytes that need not be a text.
pub fn write_bytes(mut rest: &[u8]) -> bool {
    let mut stdout = std::io::stdout().lock();
    while !rest.is_empty() {
        match stdout.write(rest) {
            Ok(0) => return true,
            Ok(count) => rest = &rest[count..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(error) => return has_gone(&error),
        }
    }
    while let Err(error) = stdout.flush() {
        if error.kind() != ErrorKind::WouldBlock {
            return has_gone(&error);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

/// Whether the reader went away, which is no error (`| head`); a closed stdout is none either.
fn has_gone(error: &std::io::Error) -> bool {
    let gone =
        error.kind() == ErrorKind::BrokenPipe || error.raw_os_error() == Some(BAD_DESCRIPTOR);
    if !gone {
        crate::base::console::say(&format!("The output could not be written: {error}."));
    }
    gone
}

/// Rows under headings, columns apart by two spaces. Columns without any content are left out.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let shown: Vec<(usize, usize)> = (0..N)
        .filter_map(|column| width(column).filter(|width| *width > 0).map(|width| (column, width)))
        .map(|(column, width)| (column, width.max(headings[column].len())))
        .collect();
    let headings = headings.map(str::to_owned);
    let mut text = String::new();
    for row in std::iter::once(&headings).chain(rows) {
        let cells = shown.iter().map(|(column, width)| format!("{:<width$}", row[*column]));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_steps_name_commands_unless_the_failure_knows_better() {
        let plain = in_terms_of_commands(Error::new(Code::InvalidLogin, "No."));
        assert!(plain.next_step().contains("npx netsuite-tba login"));
        let own = Error::new(Code::InvalidLogin, "No.").with_next_step("Ask Ann.");
        assert_eq!(in_terms_of_commands(own).next_step(), "Ask Ann.");
    }

    #[test]
    fn columns_line_up_and_empty_ones_are_left_out() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["a", "", "1"]), row(["größer", "", "22"])];
        assert_eq!(table(["NAME", "ROLE", "N"], &rows), "NAME    N\na       1\ngrößer  22\n");
    }
}
