//! What a user can do about a file that they cannot use.

/// What gives a user access to a file that its owner or mode denies.
#[cfg_attr(windows, allow(dead_code, reason = "on Windows it is always a command"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A shell command.
    Command {
        /// The sentence before the command, with a space at its end. May be empty.
        why: String,
        /// The command itself.
        command: String,
    },
    /// Advice without a command and without a full stop.
    Advice(String),
}
