//! The server on the callback port: which redirect counts, how the sign-in ends, when the port closes.
//!
//! 32 connections at once. When there are more, the oldest one that does not wait for the ending is
//! closed, so that idle connections cannot keep the true redirect out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::consent::announce::Notice;
use crate::consent::callback::{ExpectedCallback, State, Verdict};
use crate::consent::connection;
use crate::consent::listener::Listener;
use crate::consent::pages::Page;
use crate::error::Result;

const MAX_CONNECTIONS: usize = 32;

/// What the callback port brought.
pub(super) enum Event {
    /// A verdict that ends the wait.
    Verdict(Verdict),
    /// Something the person should know. Each kind comes once: more would let anybody fill the
    /// terminal.
    Notice(Notice),
}

/// What all connections share.
pub(super) struct Shared {
    expected: Arc<ExpectedCallback>,
    /// The unguessable part of the last page's address. Only a browser that was sent there knows it.
    done: State,
    /// A redirect was believed; later ones only wait for the same ending.
    claimed: AtomicBool,
    /// A bit for each notice that was given.
    given: AtomicU8,
    events: mpsc::UnboundedSender<Event>,
    ending: watch::Sender<Option<Page>>,
    /// The last page was read.
    read: watch::Sender<bool>,
    /// How many browsers wait for the ending, or for its answer.
    waiting: watch::Sender<usize>,
}

/// The listening server. Dropping it closes the port and every connection.
pub(super) struct Server {
    shared: Arc<Shared>,
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
        let (sender, events) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            expected,
            done: State::random()?,
            claimed: AtomicBool::new(false),
            given: AtomicU8::new(0),
            events: sender,
            ending: watch::Sender::new(None),
            read: watch::Sender::new(false),
            waiting: watch::Sender::new(0),
        });
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        Ok(Self { shared, events, stop: Some(stop), task })
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
        self.shared.claim()
    }

    /// Shows a waiting browser how the sign-in ended, and lingers until it has read that.
    pub(super) async fn end(&self, page: Page, linger: Duration) {
        let awaited = *self.shared.waiting.borrow() > 0;
        self.shared.ending.send_replace(Some(page));
        if !awaited {
            return;
        }
        let (mut read, mut waiting) =
            (self.shared.read.subscribe(), self.shared.waiting.subscribe());
        let _ = timeout(linger, async {
            let _ = read.wait_for(|read| *read).await;
            let _ = waiting.wait_for(|waiting| *waiting == 0).await;
        })
        .await;
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

impl Shared {
    fn claim(&self) -> bool {
        !self.claimed.swap(true, Ordering::SeqCst)
    }

    /// Gives a notice, unless one of its kind was given.
    pub(super) fn notice(&self, notice: Notice) {
        let bit = 1 << notice as u8;
        if self.given.fetch_or(bit, Ordering::SeqCst) & bit == 0 {
            let _ = self.events.send(Event::Notice(notice));
        }
    }

    /// Judges the query of a redirect. `Some` where the browser waits for the ending.
    pub(super) fn judge(self: &Arc<Self>, query: &str) -> Option<Waiting> {
        let verdict = self.expected.judge(query);
        if let Verdict::Ignored(flaw) = verdict {
            self.notice(Notice::of(flaw));
            return None;
        }
        let waiting = Waiting::new(self);
        if self.claim() {
            let _ = self.events.send(Event::Verdict(verdict));
        }
        Some(waiting)
    }

    /// The ending, once there is one.
    pub(super) async fn ending(&self) -> Option<Page> {
        let mut ending = self.ending.subscribe();
        let ended = ending.wait_for(Option::is_some).await.ok()?;
        ended.clone()
    }

    /// The last page, for a browser that was sent to it.
    pub(super) fn last_page(&self, id: &str) -> Option<Page> {
        let page = self.ending.borrow();
        page.clone().filter(|page| page.is_success() && self.done.is(id))
    }

    /// The address of the last page.
    pub(super) fn last_address(&self) -> String {
        format!("/tba/done/{}", self.done.as_str())
    }

    /// Notes that the last page was read.
    pub(super) fn was_read(&self) {
        self.read.send_replace(true);
    }
}

/// Counts a browser that waits for the ending.
pub(super) struct Waiting(Arc<Shared>);

impl Waiting {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.waiting.send_modify(|waiting| *waiting += 1);
        Self(Arc::clone(shared))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

struct Slot {
    task: AbortHandle,
    /// Its redirect was believed and it waits for the ending.
    waits: Arc<AtomicBool>,
}

async fn accept(listener: Listener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
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
        let serving = connection::serve(stream, Arc::clone(&shared), Arc::clone(&waits));
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
