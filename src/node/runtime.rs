//! The thread that promises run on. It runs tokio, and the first call that needs it starts it.
//!
//! Loading the package starts nothing. A process that has no thread or file descriptor left can still
//! load the package and sign requests. A call that needs the thread fails with an error that says so.

use std::future::Future;
use std::pin::Pin;
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use napi::bindgen_prelude::{
    AsyncRuntime, AsyncRuntimeRejection, AsyncRuntimeTask, register_async_runtime,
};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::base::blocking::no_thread;
use crate::error::Result;
use crate::node::errors::thrown;

/// How long the process waits at its end for running work.
const SHUTDOWN: Duration = Duration::from_millis(100);

static RUNTIME: OneThread = OneThread(Mutex::new(None));

/// Makes napi run its promises on this thread.
pub fn register() {
    register_async_runtime(Registered);
}

/// Runs a future to its end while the caller waits.
///
/// # Errors
/// When the thread cannot be started.
pub fn block_on<F: Future>(future: F) -> Result<F::Output> {
    Ok(RUNTIME.handle()?.block_on(future))
}

/// Runs work that nobody waits for. If the thread cannot be started, the work is not done.
pub fn background(work: Pin<Box<dyn Future<Output = ()> + Send>>) {
    if let Ok(handle) = RUNTIME.handle() {
        handle.spawn(work);
    }
}

struct OneThread(Mutex<Option<Running>>);

struct Running {
    handle: Handle,
    stop: oneshot::Sender<()>,
    stopped: mpsc::Receiver<()>,
}

impl OneThread {
    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the runtime, and starts it if necessary.
    fn handle(&self) -> Result<Handle> {
        let mut running = self.lock();
        if let Some(running) = &*running {
            return Ok(running.handle.clone());
        }
        let started = Running::start().map_err(|error| no_thread(&error))?;
        Ok(running.insert(started).handle.clone())
    }
}

impl Running {
    /// One thread is enough, because sign-ins wait and do not compute. It is not started by tokio, which
    /// panics if it cannot start a thread.
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopping) = oneshot::channel::<()>();
        let (ended, stopped) = mpsc::channel::<()>();
        std::thread::Builder::new().name("netsuite-tba".to_owned()).spawn(move || {
            // It ends when it is told to stop and when the sender is dropped.
            let _ = runtime.block_on(stopping);
            runtime.shutdown_timeout(SHUTDOWN);
            drop(ended);
        })?;
        Ok(Self { handle, stop, stopped })
    }
}

/// What napi calls.
struct Registered;

// SAFETY: napi keeps this library loaded once a runtime is registered, so the code and data of a task
// stay valid. Tokio polls and drops tasks and never forgets them.
unsafe impl AsyncRuntime for Registered {
    fn spawn(
        &self,
        task: AsyncRuntimeTask,
    ) -> std::result::Result<(), AsyncRuntimeRejection<AsyncRuntimeTask>> {
        match RUNTIME.handle() {
            Ok(handle) => {
                handle.spawn(task);
                Ok(())
            }
            Err(error) => Err(AsyncRuntimeRejection::new(task, thrown(&error))),
        }
    }

    fn block_on(&self, future: Pin<&mut dyn Future<Output = ()>>) -> napi::Result<()> {
        block_on(future).map_err(|error| thrown(&error))
    }

    /// Called when the last environment of Node ends. The remaining tasks are dropped, which cancels their
    /// promises.
    fn shutdown(&self) -> napi::Result<()> {
        let running = RUNTIME.lock().take();
        if let Some(Running { stop, stopped, .. }) = running {
            let _ = stop.send(());
            // Fails as soon as the thread has ended.
            let _ = stopped.recv_timeout(2 * SHUTDOWN);
        }
        Ok(())
    }
}
