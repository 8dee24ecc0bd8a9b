//! Passes failures to JavaScript: the parts of a `TbaError`, as JSON in an error's message.

use napi::Status;

use crate::error::{Code, Error};
use crate::tty::kind::with_advice;

/// `lib/error.js` makes a `TbaError` of it. It is JSON because an error of an async function can only
/// carry text.
pub fn thrown(error: &Error) -> napi::Error {
    let error = with_advice(error.clone());
    thrown_as(&error, error.to_string())
}

/// The same with another message.
pub fn thrown_as(error: &Error, message: String) -> napi::Error {
    let parts = serde_json::json!({
        "code": error.code().row().name,
        "message": message,
        "nextStep": error.next_step(),
        "exitCode": error.exit_code(),
    });
    napi::Error::new(Status::GenericFailure, parts.to_string())
}

/// The error for a value from JavaScript that does not match the documentation.
pub fn wrong_option(message: impl Into<String>) -> napi::Error {
    thrown(&Error::new(Code::OptionInvalid, message))
}

/// One line of the error table, for the documentation and the tests.
#[napi_derive::napi(object)]
pub struct ErrorRow {
    /// `TbaError.code`.
    pub code: String,
    /// The exit code of the command line tool.
    pub exit_code: i32,
    /// What it means.
    pub summary: String,
    /// What to do in a task or a script.
    pub next_step: String,
    /// What to do at the command line.
    pub next_command: String,
}

/// The whole error table.
#[napi_derive::napi(catch_unwind)]
pub fn error_table() -> Vec<ErrorRow> {
    let row = |code: &Code| {
        let row = code.row();
        ErrorRow {
            code: row.name.to_owned(),
            exit_code: row.exit as i32,
            summary: row.summary.to_owned(),
            next_step: row.next_step.to_owned(),
            next_command: row.next_command.replace("{name}", "NAME"),
        }
    };
    Code::ALL.iter().map(row).collect()
}
