//! `Abort`: stops a sign-in from any thread.

use std::sync::Arc;

use tokio::sync::watch;

/// A handle that stops a sign-in. Clones stop the same one.
#[derive(Clone)]
pub struct Abort(Arc<watch::Sender<bool>>);

impl Abort {
    /// A handle that has not been used yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Stops the sign-in. Stopping twice, or after the end, does nothing.
    pub fn abort(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was stopped.
    pub fn is_aborted(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is stopped. The wait itself has no limit; callers race it against a deadline.
    pub async fn aborted(&self) {
        // The sender lives in `self`, so the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}

impl Default for Abort {
    fn default() -> Self {
        Self::new()
    }
}
