//! Work that blocks, on a thread of its own, and ways to stop waiting for it.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::abort::Abort;
use crate::error::{Code, Error, Result};

/// How long an open question has to notice that it was cancelled: several times what it needs.
const QUESTION_ENDS: Duration = Duration::from_millis(150);

/// The outcome, unless the call is cancelled. An open question then ends by itself and gets a moment to
/// restore the terminal. A keychain may take longer; it is not waited for.
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

/// Runs work that waits for files, keychains or people on a separate thread.
///
/// # Errors
/// Those of the work, and [`Code::Internal`] where no thread can be started.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let answer = Arc::new(Mutex::new(None));
    let place = Arc::clone(&answer);
    on_a_thread(Box::new(move || {
        let result = work();
        *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }))
    .await
    .map_err(|error| no_thread(&error))?;
    let result = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.unwrap_or_else(|| {
        Err(Error::new(Code::Internal, "A part of netsuite-tba stopped unexpectedly."))
    })
}

/// The error for a process that has no thread, or no file descriptor for one, to spare.
pub fn no_thread(error: &std::io::Error) -> Error {
    Error::new(Code::Internal, format!("No thread can be started: {error}.")).with_next_step(
        "The process has reached a limit of the system. Raise it (ulimit -u, ulimit -n) or run less at a time.",
    )
}

/// A plain thread, because tokio's pool panics when it cannot start one. The work is boxed so that this
/// code is compiled once and not for each kind of work.
async fn on_a_thread(work: Box<dyn FnOnce() + Send>) -> std::io::Result<()> {
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::Builder::new().name("netsuite-tba".to_owned()).spawn(move || {
        work();
        drop(done);
    })?;
    // Fails as soon as the work has ended, also if it ended by a panic.
    let _ = ended.await;
    Ok(())
}
