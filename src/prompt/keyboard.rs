//! Reads a terminal key by key.
//!
//! It polls for keys, so that a cancelled question leaves no thread behind that would take the keys of
//! the next question.

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::base::abort::Abort;
use crate::error::{Code, Error, Result};
use crate::tty::Pasting;
use crate::tty::device::RawTerminal;
use crate::tty::input::POLL;
use crate::tty::interrupt::interrupt;

/// What the user does at the keyboard.
pub enum Key {
    /// Types or pastes.
    Text(String),
    /// Answers.
    Enter,
    /// Erases the character before the cursor.
    Erase,
    /// Erases the word before the cursor.
    EraseWord,
    /// Erases everything before the cursor.
    EraseAll,
    /// Erases the character under the cursor.
    Delete,
    /// Moves up a row.
    Up,
    /// Moves down a row.
    Down,
    /// Moves up a page.
    PageUp,
    /// Moves down a page.
    PageDown,
    /// Moves left by one character.
    Left,
    /// Moves right by one character.
    Right,
    /// Moves to the start.
    Home,
    /// Moves to the end.
    End,
    /// Esc or Ctrl-D: cancels the question.
    Leave,
    /// Ctrl-C.
    Interrupt,
    /// The window was resized, or the key has no meaning here.
    Other,
}

/// The keyboard of this process, until it is dropped.
pub struct Keys {
    stop: Abort,
    raw: RawTerminal,
}

impl Keys {
    /// Takes the terminal. `stop` ends the wait for keys.
    ///
    /// # Errors
    /// [`Code::ChoiceNeeded`] if there is no terminal to take.
    pub fn open(stop: &Abort, pasting: Pasting) -> Result<Self> {
        let none = || Error::new(Code::ChoiceNeeded, "There is no terminal to ask in.");
        let raw = RawTerminal::open(pasting).ok_or_else(none)?;
        Ok(Self { stop: stop.clone(), raw })
    }

    /// The next key.
    ///
    /// # Errors
    /// [`Code::Cancelled`] if the question is cancelled meanwhile, [`Code::ChoiceNeeded`] if the terminal is
    /// gone.
    pub fn next(&mut self) -> Result<Key> {
        let gone = |error: std::io::Error| {
            Error::new(Code::ChoiceNeeded, format!("The terminal could not be used: {error}."))
        };
        loop {
            if self.stop.is_aborted() {
                return Err(Error::new(Code::Cancelled, "Cancelled."));
            }
            if self.raw.keep() {
                return Ok(Key::Other);
            }
            if !event::poll(POLL).map_err(gone)? {
                continue;
            }
            return Ok(match event::read().map_err(gone)? {
                Event::Key(key) if key.kind != KeyEventKind::Release => key_of(key),
                Event::Paste(text) => Key::Text(text),
                _ => Key::Other,
            });
        }
    }

    /// Ends a question that a key cancelled. The terminal is restored first, so that the host finds it
    /// as it was.
    pub fn left(self, key: &Key) -> Error {
        drop(self);
        if matches!(key, Key::Interrupt) {
            interrupt();
        }
        Error::new(Code::Cancelled, "Cancelled.")
    }
}

fn key_of(key: KeyEvent) -> Key {
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
