//! Rights, owners and identities of files, per platform. The only code here that knows Unix or Windows.

mod identity;
mod remedy;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub use identity::{Holder, Identity};
pub use remedy::Remedy;
#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;
