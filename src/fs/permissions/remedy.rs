//! What a person can do about a file that is kept from them.

/// What helps against a file that its owner or its mode keeps from a user.
#[cfg_attr(windows, allow(dead_code, reason = "on Windows it is always a command"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// A shell command.
    Command {
        /// The sentence before it, with a space at its end. May be empty.
        why: String,
        /// The command itself.
        command: String,
    },
    /// Advice for which there is no command, without its full stop.
    Advice(String),
}
