//! Questions to a person at a terminal. Knows nothing of tokens: callers bring question and rows.
//!
//! * [`Prompter`] – the three kinds of questions; [`at_terminal`] decides how they are asked
//! * [`widgets`] – a list and a line that are redrawn by [`screen`] and answered by [`keyboard`]
//! * [`plain`] – numbered lines, for screen readers and simple terminals
//! * [`passphrase`] – a line that is typed without being shown

pub mod keyboard;
pub mod passphrase;
pub mod plain;
mod prompter;
pub mod screen;
pub mod widgets;

use crate::base::abort::Abort;
use crate::base::environment::Environment;
pub use prompter::Prompter;

/// Asks the user at this process's terminal, with redrawing or as plain lines, until `stop` is aborted.
/// Ctrl-C restores the terminal and then has its usual effect.
pub fn at_terminal<'a>(environment: &'a Environment, stop: &'a Abort) -> Box<dyn Prompter + 'a> {
    if environment.is_plain() {
        Box::new(plain::NumberedLines::new(stop))
    } else {
        Box::new(widgets::Widgets::new(environment, stop))
    }
}
