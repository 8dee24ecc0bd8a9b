//! The terminal device. The only code that touches a terminal handle.
//!
//! * [`device`] – a handle of our own, read by polling: lines, or raw mode for keys
//! * `raw_mode` – terminal attributes that are changed for a while and set back on every way out
//! * [`input`] – whether stdin has something to read
//! * [`interrupt`] – Ctrl-C, for the rest of the process
//! * [`kind`] – whether somebody sits at stdin and stderr

#[cfg_attr(windows, path = "device_windows.rs")]
pub mod device;
pub mod input;
pub mod interrupt;
pub mod kind;
#[cfg(unix)]
mod raw_mode;
#[cfg(windows)]
mod windows;

/// How a pasted text comes.
#[derive(Clone, Copy)]
pub enum Pasting {
    /// In one piece, so that Enter in it answers nothing. The terminal must know how.
    AsOne,
    /// As if it were typed.
    AsTyped,
}
