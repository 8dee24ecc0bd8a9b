//! A terminal read key by key. Touches the terminal, and gives it back on every way out.
//!
//! Keys are waited for by polling: a question that is given up leaves no thread behind which would
//! take the keys of the next one.

use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::base::abort::Abort;
use crate::base::console::show;
use crate::error::{Code, Error, Result};
use crate::tty::device::RawTerminal;

/// How soon a question ends that is given up.
pub const POLL: Duration = Duration::from_millis(30);
/// A pasted text arrives as one, and Enter in it does not answer the question.
const PASTE_ON: &str = "\x1b[?2004h";
const PASTE_OFF: &str = "\x1b[?2004l";

/// What a person does.
pub enum Key {
    /// Types or pastes.
    Text(String),
    /// Answers.
    Enter,
    /// Takes back what is before the cursor: a character, a word, all.
    Erase,
    /// Takes back a word.
    EraseWord,
    /// Takes back everything.
    EraseAll,
    /// Takes back the character under the cursor.
    Delete,
    /// Goes to another row.
    Up,
    /// Goes to another row.
    Down,
    /// Goes a page on.
    PageUp,
    /// Goes a page on.
    PageDown,
    /// Goes to another place in the line.
    Left,
    /// Goes to another place in the line.
    Right,
    /// Goes to the start.
    Home,
    /// Goes to the end.
    End,
    /// Esc or Ctrl-D: leaves without an answer.
    Leave,
    /// Ctrl-C.
    Interrupt,
    /// The window has another size, or a key that means nothing here.
    Other,
}

/// How a pasted text comes.
#[derive(Clone, Copy)]
pub enum Pasting {
    /// In one piece, so that Enter in it answers nothing. The terminal must know how.
    AsOne,
    /// As if it were typed.
    AsTyped,
}

/// The keyboard of this process, until it is dropped.
pub struct Keys {
    stop: Abort,
    pasting: Pasting,
    // Dropped after what `drop` prints.
    _raw: RawTerminal,
}

impl Keys {
    /// Takes the terminal; `stop` ends the waiting for keys.
    ///
    /// # Errors
    /// [`Code::ChoiceNeeded`] where there is no terminal to take.
    pub fn open(stop: &Abort, pasting: Pasting) -> Result<Self> {
        let none = || Error::new(Code::ChoiceNeeded, "There is no terminal to ask in.");
        let raw = RawTerminal::open().ok_or_else(none)?;
        if matches!(pasting, Pasting::AsOne) {
            show(PASTE_ON);
        }
        Ok(Self { stop: stop.clone(), pasting, _raw: raw })
    }

    /// The next key.
    ///
    /// # Errors
    /// [`Code::Cancelled`] when it is given up meanwhile, [`Code::ChoiceNeeded`] when the terminal
    /// has gone.
    pub fn next(&self) -> Result<Key> {
        let gone = |error: std::io::Error| {
            Error::new(Code::ChoiceNeeded, format!("The terminal could not be used: {error}."))
        };
        loop {
            if self.stop.is_aborted() {
                return Err(Error::new(Code::Cancelled, "Stopped."));
            }
            if !event::poll(POLL).map_err(gone)? {
                continue;
            }
            return Ok(match event::read().map_err(gone)? {
                Event::Key(key) if key.kind != KeyEventKind::Release => meant(key),
                Event::Paste(text) => Key::Text(text),
                _ => Key::Other,
            });
        }
    }

    /// Ends a question that a key left without an answer. The terminal is given back first, so that
    /// the host finds it as it was.
    pub fn left(self, key: &Key) -> Error {
        drop(self);
        if matches!(key, Key::Interrupt) {
            interrupt();
        }
        Error::new(Code::Cancelled, "Stopped.")
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if matches!(self.pasting, Pasting::AsOne) {
            show(PASTE_OFF);
        }
    }
}

fn meant(key: KeyEvent) -> Key {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    match key.code {
        KeyCode::Char('c') if control => Key::Interrupt,
        KeyCode::Char('d') if control => Key::Leave,
        KeyCode::Char('j' | 'm') if control => Key::Enter,
        KeyCode::Char('h') if control => Key::Erase,
        KeyCode::Char('w') if control => Key::EraseWord,
        KeyCode::Char('u') if control => Key::EraseAll,
        KeyCode::Char('a') if control => Key::Home,
        KeyCode::Char('e') if control => Key::End,
        KeyCode::Char('p') if control => Key::Up,
        KeyCode::Char('n') if control => Key::Down,
        KeyCode::Char(typed) if !control && !alt => Key::Text(typed.to_string()),
        KeyCode::Backspace if alt || control => Key::EraseWord,
        KeyCode::Backspace => Key::Erase,
        KeyCode::Delete => Key::Delete,
        KeyCode::Enter => Key::Enter,
        KeyCode::Up | KeyCode::BackTab => Key::Up,
        KeyCode::Down | KeyCode::Tab => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Esc => Key::Leave,
        _ => Key::Other,
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
