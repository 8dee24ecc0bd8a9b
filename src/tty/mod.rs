//! The terminal device. The only code that touches a terminal handle.
//!
//! * [`device`] – a separate handle, read by polling: lines, or raw mode for keys
//! * `raw_mode` – changes terminal attributes for a while and restores them on every way out
//! * [`input`] – waits for lines of stdin
//! * [`interrupt`] – passes Ctrl-C on to the rest of the process
//! * [`kind`] – whether a person can be asked at stdin and stderr

#[cfg_attr(windows, path = "device_windows.rs")]
pub mod device;
pub mod input;
pub mod interrupt;
pub mod kind;
#[cfg(unix)]
mod raw_mode;
#[cfg(windows)]
mod windows;

/// How pasted text arrives.
#[derive(Clone, Copy)]
pub enum Pasting {
    /// In one piece, so that Enter in it answers nothing. The terminal must support it.
    AsOne,
    /// As if it were typed.
    AsTyped,
}
