//! What `authenticateAll` needs in addition to `authenticate`: the names, and the summary.

use napi_derive::napi;

use crate::base::console::say;
use crate::cli::table::Table;
use crate::node::errors::thrown;
use crate::selection::setting::To;
use crate::selection::{flags, several};
use crate::text::printable;

/// Returns the token names in the option `to`, or else in `--to` of a command line.
#[napi(catch_unwind)]
pub fn names_of_tokens(to: Option<String>, argv: Option<Vec<String>>) -> napi::Result<Vec<String>> {
    let asked = match (to, argv) {
        (Some(name), _) => Some(To::Name(name)),
        (None, Some(argv)) => flags::parse(&argv).map_err(|error| thrown(&error))?.to,
        (None, None) => None,
    };
    several::names(asked.as_ref()).map_err(|error| thrown(&error))
}

/// How the work for one account ended.
#[napi(object)]
pub struct Ended {
    /// The name of the token. Absent for a token from outside.
    pub auth_id: Option<String>,
    /// The account ID.
    pub account: String,
    /// `done`, `failed` or `not started`.
    pub outcome: String,
}

/// Prints the result for each account on stderr.
#[napi(catch_unwind)]
pub fn print_summary(ended: Vec<Ended>) {
    let done = ended.iter().filter(|one| one.outcome == "done").count();
    let rows = ended.iter().map(|one| {
        let name = one.auth_id.as_deref().map_or_else(String::new, |name| printable(name, 80));
        [name, printable(&one.account, 40), printable(&one.outcome, 20)]
    });
    let table = Table::new(["NAME", "ACCOUNT", "RESULT"], rows.collect()).within(None);
    say(&format!("{done} of {} accounts done:\n{}", ended.len(), table.trim_end()));
}
