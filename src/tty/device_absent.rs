//! Where terminals cannot be polled, nothing is pasted; questions are asked all the same.

use zeroize::Zeroizing;

/// A terminal that is never there.
pub enum Terminal {}

impl Terminal {
    /// There is none.
    pub fn open(_hidden: bool) -> Option<Self> {
        None
    }

    /// Never called.
    pub async fn line(&mut self) -> Zeroizing<String> {
        match *self {}
    }
}

/// The console with every key told at once and none shown, until it is dropped.
pub struct RawTerminal(());

impl RawTerminal {
    /// Takes the console, where there is one.
    pub fn open() -> Option<Self> {
        crossterm::terminal::enable_raw_mode().ok().map(|()| Self(()))
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        let _ = crossterm::terminal::disable_raw_mode();
    }
}
