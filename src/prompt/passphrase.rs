//! Reads a line without showing it. Touches the terminal through [`Keys`] and stderr. Nothing is
//! redrawn, so it works the same at every terminal.

use zeroize::Zeroizing;

use crate::base::abort::Abort;
use crate::base::console::show;
use crate::error::Result;
use crate::prompt::keyboard::{Key, Keys};
use crate::prompt::widgets::Line;
use crate::tty::Pasting;

/// Asks for a line that is not shown and must not be empty, until `stop` is aborted.
///
/// # Errors
/// [`Code::Cancelled`](crate::error::Code::Cancelled) when the person leaves the question.
pub fn hidden_line(question: &str, stop: &Abort) -> Result<Zeroizing<String>> {
    let mut keys = Keys::open(stop, Pasting::AsTyped)?;
    show(&format!("{question} "));
    let mut line = Line::default();
    loop {
        let key = keys.next().inspect_err(|_| show("\r\n"))?;
        match key {
            Key::Enter if line.text.is_empty() => {
                show(&format!("\r\nNothing was typed.\r\n{question} "));
            }
            Key::Enter => {
                show("\r\n");
                return Ok(line.text);
            }
            Key::Leave | Key::Interrupt => {
                show("\r\n");
                return Err(keys.left(&key));
            }
            key => line.take(key),
        }
    }
}
