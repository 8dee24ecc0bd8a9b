//! The Windows console, read event by event.
//!
//! A read of a whole line blocks until Enter is pressed and cannot be ended by an abort or a deadline,
//! so the keys are collected here. The console does not show events that are read.

use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use zeroize::Zeroizing;

use crate::base::console::show;
use crate::tty::Pasting;
use crate::tty::windows::{RawMode, Stream, mode};

const POLL: Duration = Duration::from_millis(50);
/// More than any address needs.
const MAX_LINE: usize = 8 * 1024;

/// The console of this process.
pub struct Terminal {
    hidden: bool,
    line: Zeroizing<String>,
}

impl Terminal {
    /// Opens the console, if there is one.
    pub fn open(hidden: bool) -> Option<Self> {
        mode(Stream::Input)?;
        Some(Self { hidden, line: Zeroizing::new(String::with_capacity(MAX_LINE)) })
    }

    /// Waits for a line.
    pub async fn line(&mut self) -> Zeroizing<String> {
        loop {
            if let Some(line) = self.poll() {
                return line;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The next line, if it is complete.
    pub fn poll(&mut self) -> Option<Zeroizing<String>> {
        while event::poll(Duration::ZERO).unwrap_or(false) {
            let Ok(Event::Key(key)) = event::read() else { continue };
            if key.kind != KeyEventKind::Release && self.take(&key) {
                self.echo("\r\n");
                let line = Zeroizing::new(self.line.trim().to_owned());
                self.line.clear();
                return Some(line);
            }
        }
        None
    }

    /// Handles a key. Returns whether it ends the line.
    fn take(&mut self, key: &KeyEvent) -> bool {
        // AltGr is reported as Ctrl and Alt together, and types letters.
        let command = key.modifiers.contains(KeyModifiers::CONTROL)
            != key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Enter => return true,
            KeyCode::Backspace if self.line.pop().is_some() => self.echo("\x08 \x08"),
            KeyCode::Char(letter) if !command => {
                if self.line.len() + letter.len_utf8() > MAX_LINE {
                    self.line.clear();
                }
                self.line.push(letter);
                self.echo(letter.encode_utf8(&mut [0; 4]));
            }
            _ => {}
        }
        false
    }

    fn echo(&self, text: &str) {
        if !self.hidden {
            show(text);
        }
    }
}

/// The console in raw mode, until this is dropped: every key is reported at once and none is shown.
/// Keys are read elsewhere.
pub struct RawTerminal(RawMode);

impl RawTerminal {
    /// Takes the console, if there is one. Pasted text always arrives as if it were typed.
    pub fn open(_: Pasting) -> Option<Self> {
        RawMode::enter().map(Self)
    }

    /// Whether the question has to be drawn again because the console was lost meanwhile.
    pub fn keep(&mut self) -> bool {
        self.0.renew()
    }
}
