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

/// A plain thread: the pool of tokio panics where it gets none. One kind of work for all of it: the
/// machinery is compiled for each kind.
async fn on_a_thread(work: Box<dyn FnOnce() + Send>) -> std::io::Result<()> {
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::Builder::new().name("netsuite-tba".to_owned()).spawn(move || {
        work();
        drop(done);
    })?;
    // Ends with an error as soon as the work has ended, be it by a panic.
    let _ = ended.await;
    Ok(())
}
