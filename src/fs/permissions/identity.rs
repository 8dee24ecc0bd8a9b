//! How files and rights are compared, on every platform.

/// Who keeps a user from a file.
#[cfg_attr(windows, allow(dead_code, reason = "access lists are not read there"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The file, or the folder it is in, belongs to another user.
    Another,
    /// The user's own mode bits forbid it.
    Closed,
    /// Neither the owner nor the mode forbids it.
    Open,
}

/// Tells apart two files of the same name, and two states of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Device and inode, or creation time on Windows.
    pub file: (u64, u64),
    /// When content or rights last changed, if the platform tells.
    pub changed: (i64, i64),
}
