//! Work that blocks, on a thread of its own, and ways to stop waiting for it.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::abort::Abort;
use crate::error::{Code, Error, Result};

/// An open question notices within this time that it was given up; several times what it needs.
const QUESTION_ENDS: Duration = Duration::from_millis(150);

/// The outcome, unless it is given up. An open question then ends by itself, and gets a moment to give
/// the terminal back; a keychain may take longer, and is left behind.
pub async fn or_stopped<T>(abort: &Abort, work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        biased;
        outcome = &mut work => return outcome,
        () = abort.aborted() => {}
    }
    let _ = tokio::time::timeout(QUESTION_ENDS, work).await;
    Err(Error::new(Code::Cancelled, "The sign-in was stopped."))
}

/// Runs what waits for files, keychains or people on a thread of its own.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let answer = Arc::new(Mutex::new(None));
    let place = Arc::clone(&answer);
    on_a_thread(Box::new(move || {
        let result = work();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }))
    .await;
    let result = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.unwrap_or_else(|| {
        Err(Error::new(Code::Internal, "A part of netsuite-tba stopped unexpectedly."))
    })
}

/// One kind of task for all of it: the machinery of a task is compiled for each kind.
async fn on_a_thread(work: Box<dyn FnOnce() + Send>) {
    // A task that stopped has left no answer.
    let _ = tokio::task::spawn_blocking(work).await;
}
