//! The server on the callback port: which connections it keeps, and when the port closes.
//!
//! 32 connections at once. When there are more, the oldest one that does not wait for the ending is
//! closed, so that idle connections cannot keep the true redirect out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::consent::callback::ExpectedCallback;
use crate::consent::connection;
use crate::consent::listener::Listener;
use crate::consent::pages::Page;
use crate::consent::redirects::{Event, Redirects};
use crate::error::Result;

const MAX_CONNECTIONS: usize = 32;

/// The listening server. Dropping it closes the port and every connection.
pub(super) struct Server {
    redirects: Arc<Redirects>,
    events: mpsc::UnboundedReceiver<Event>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts to answer on a bound port.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn start(listener: Listener, expected: Arc<ExpectedCallback>) -> Result<Self> {
        let (redirects, events) = Redirects::new(expected)?;
        let redirects = Arc::new(redirects);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, Arc::clone(&redirects), stopped));
        Ok(Self { redirects, events, stop: Some(stop), task })
    }

    /// The next event. Never ends by itself.
    pub(super) async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(event) => event,
            // The sender lives as long as `self`.
            None => std::future::pending().await,
        }
    }

    /// Claims the sign-in for an answer that was pasted; later redirects wait for the ending. False
    /// when a redirect was quicker.
    pub(super) fn claim(&self) -> bool {
        self.redirects.claim()
    }

    /// Shows a waiting browser how the sign-in ended, and lingers until it has read that.
    pub(super) async fn end(&self, page: Page, linger: Duration) {
        self.redirects.end(page, linger).await;
    }

    /// Closes the port and every connection; when this returns nothing of the server is left.
    pub(super) async fn close(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Slot {
    task: AbortHandle,
    /// Its redirect was believed and it waits for the ending.
    waits: Arc<AtomicBool>,
}

async fn accept(listener: Listener, redirects: Arc<Redirects>, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    let mut slots: VecDeque<Slot> = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            biased;
            _ = &mut stopped => break,
            accepted = accept_on(listener.v4.as_ref()) => accepted,
            accepted = accept_on(listener.v6.as_ref()) => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, or a connection that was gone already.
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        slots.retain(|slot| !slot.task.is_finished());
        if slots.len() >= MAX_CONNECTIONS {
            let Some(oldest) = slots.iter().position(|slot| !slot.waits.load(Ordering::SeqCst))
            else {
                continue;
            };
            if let Some(slot) = slots.remove(oldest) {
                slot.task.abort();
            }
        }
        let waits = Arc::new(AtomicBool::new(false));
        let serving = connection::serve(stream, Arc::clone(&redirects), Arc::clone(&waits));
        slots.push_back(Slot { task: connections.spawn(serving), waits });
        // What a connection has already sent is read before the next one may push it out.
        tokio::task::yield_now().await;
    }
    drop(listener);
    connections.shutdown().await;
}

async fn accept_on(
    listener: Option<&TcpListener>,
) -> std::io::Result<(TcpStream, std::net::SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
