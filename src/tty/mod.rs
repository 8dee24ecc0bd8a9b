//! The terminal device. The only code that touches a terminal handle.
//!
//! * [`device`] – a handle of our own, read by polling
//! * [`raw_mode`] – terminal attributes that are changed for a while and restored on every way out

#[cfg_attr(not(unix), path = "device_absent.rs")]
pub mod device;
#[cfg(unix)]
mod raw_mode;
