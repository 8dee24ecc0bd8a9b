//! What goes to stdout: reports as text or as JSON. A reader that has gone away is not an error.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use serde_json::{Value, json};

use crate::base::console::stdout_width;
use crate::base::wrap::wrapped;
use crate::error::{Code, Error, Exit};
use crate::text::{printable_json, printable_lines};

/// `EBADF`: nobody gave this process a stdout.
const BAD_DESCRIPTOR: i32 = 9;

/// What a command found out, in both forms, and its exit code.
pub struct Report {
    /// For people.
    pub text: String,
    /// For scripts.
    pub json: Value,
    /// [`Exit::Done`] unless what was found is a failure.
    pub exit: Exit,
    /// The text is meant for a program, so its lines are never broken.
    verbatim: bool,
}

impl Report {
    /// A report of something that went well.
    pub fn new(text: String, json: Value) -> Self {
        Self { text, json, exit: Exit::Done, verbatim: false }
    }

    /// The same with an exit code.
    #[must_use]
    pub fn exiting(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// The same with a text whose lines are never broken.
    #[must_use]
    pub fn verbatim(self) -> Self {
        Self { verbatim: true, ..self }
    }

    /// Prints it and returns the exit code.
    pub fn print(self, as_json: bool) -> Exit {
        let written = if as_json { write_json(&self.json) } else { self.write_text() };
        if written { self.exit } else { self.exit.max(Exit::Failure) }
    }

    fn write_text(&self) -> bool {
        let text = printable_lines(&self.text);
        match stdout_width().filter(|_| !self.verbatim) {
            Some(width) => write(&wrapped(&text, width)),
            None => write(&text),
        }
    }
}

/// The end of a command that somebody cancelled: there is nothing to do next.
pub fn cancelled(what: &str) -> Error {
    Error::new(Code::Cancelled, what).with_next_step("")
}

/// The JSON form of a failure.
pub fn error(error: &Error) -> Value {
    json!({
        "code": error.code().row().name,
        "message": error.message(),
        "nextStep": error.next_command(),
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
