//! Calls that are not waited for beyond a deadline.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use crate::error::Result;
use crate::vault::stores::keychain::error::{failed, timed_out};

/// How long a call may take where nobody can answer a prompt.
pub const ALONE: Duration = Duration::from_secs(5);
/// How long it may take with a person at the terminal.
pub const ATTENDED: Duration = Duration::from_secs(30);

/// The outcome of `call`, or [`Code::KeychainTimeout`].
pub fn within<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (send, receive) = sync_channel(1);
    thread::Builder::new()
        .name("netsuite-tba keychain".to_owned())
        .spawn(move || {
            let _ = send.send(call());
        })
        .map_err(|error| failed(&error.to_string()))?;
    match receive.recv_timeout(limit) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => Err(timed_out()),
        Err(RecvTimeoutError::Disconnected) => Err(failed("it stopped in the middle")),
    }
}
