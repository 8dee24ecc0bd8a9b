//! Connections to the callback port: limits, answers, endings.
//!
//! One request per connection, 8 KiB and 10 seconds for its head, 32 connections at once. When
//! there are more, the oldest one that does not wait for the ending gives way, so that idle
//! connections cannot keep the true redirect out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::consent::callback::{ExpectedCallback, Flaw, Verdict};
use crate::consent::head;
use crate::consent::head::{MAX_HEAD, Route};
use crate::consent::listener::Listener;
use crate::consent::pages;
use crate::consent::pages::Page;

const HEAD_TIME: Duration = Duration::from_secs(10);
const WRITE_TIME: Duration = Duration::from_secs(5);
/// How long a client may go on sending what nobody reads, so that it reads its answer first.
const DRAIN_TIME: Duration = Duration::from_millis(500);
const MAX_CONNECTIONS: usize = 32;

/// How the sign-in ended, for the browser that waits.
#[derive(Clone, Copy)]
enum Ending {
    Saved,
    Failed(Page),
}

struct Shared {
    asked: Arc<ExpectedCallback>,
    port: u16,
    /// A redirect was believed; later ones only wait for the same ending.
    claimed: AtomicBool,
    hinted: AtomicBool,
    findings: mpsc::UnboundedSender<Verdict>,
    ending: watch::Sender<Option<Ending>>,
    served: watch::Sender<bool>,
    /// How many browsers wait for the ending.
    waiting: AtomicUsize,
}

/// The listening server. Dropping it closes the port and every connection.
pub(super) struct Server {
    shared: Arc<Shared>,
    findings: mpsc::UnboundedReceiver<Verdict>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts to answer on a bound port.
    pub(super) fn start(listener: Listener, asked: Arc<ExpectedCallback>) -> Self {
        let (sender, findings) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            asked,
            port: listener.port,
            claimed: AtomicBool::new(false),
            hinted: AtomicBool::new(false),
            findings: sender,
            ending: watch::Sender::new(None),
            served: watch::Sender::new(false),
            waiting: AtomicUsize::new(0),
        });
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(listener, Arc::clone(&shared), stopped));
        Self { shared, findings, stop: Some(stop), task }
    }

    /// The next thing a redirect brought: a verdict that ends the wait, or once one that may have
    /// been a Deny. Never ends by itself.
    pub(super) async fn next(&mut self) -> Verdict {
        match self.findings.recv().await {
            Some(verdict) => verdict,
            // The sender lives as long as `self`.
            None => std::future::pending().await,
        }
    }

    /// Takes the sign-in for a redirect that came another way; later redirects wait for the ending.
    pub(super) fn claim(&self) -> bool {
        !self.shared.claimed.swap(true, Ordering::SeqCst)
    }

    /// Tells a waiting browser that the token is saved, and lets it fetch the last page.
    pub(super) async fn succeed(&self, linger: Duration) {
        self.end(Ending::Saved, linger).await;
    }

    /// Tells a waiting browser what went wrong.
    pub(super) async fn fail(&self, page: Page, linger: Duration) {
        self.end(Ending::Failed(page), linger).await;
    }

    async fn end(&self, ending: Ending, linger: Duration) {
        let awaited = self.shared.waiting.load(Ordering::SeqCst) > 0;
        self.shared.ending.send_replace(Some(ending));
        if !awaited {
            return;
        }
        let mut served = self.shared.served.subscribe();
        let _ = timeout(linger, served.wait_for(|served| *served)).await;
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
        let task = connections.spawn(serve(stream, Arc::clone(&shared), Arc::clone(&waits)));
        slots.push_back(Slot { task, waits });
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

/// One connection, one request, one answer.
async fn serve(mut stream: TcpStream, shared: Arc<Shared>, waits: Arc<AtomicBool>) {
    let mut head = Vec::with_capacity(1024);
    let Ok(Some(reply)) = timeout(HEAD_TIME, reply_to(&mut stream, &mut head, &shared)).await
    else {
        return;
    };
    let (response, last) = match reply {
        Reply::Now(page) => (page.response(), false),
        Reply::Done => match *shared.ending.borrow() {
            Some(Ending::Saved) => (Page::Done.response(), true),
            _ => (Page::Refused(404).response(), false),
        },
        Reply::AtTheEnd(_waiting) => {
            waits.store(true, Ordering::SeqCst);
            match ending(&shared, &mut stream).await {
                Some(Ending::Saved) => (pages::redirect_to_done(), false),
                Some(Ending::Failed(page)) => (page.response(), true),
                None => return,
            }
        }
    };
    waits.store(false, Ordering::SeqCst);
    let written = timeout(WRITE_TIME, async {
        stream.write_all(&response).await?;
        stream.shutdown().await
    });
    let written = matches!(written.await, Ok(Ok(())));
    if last && written {
        shared.served.send_replace(true);
    }
    drain(&mut stream).await;
}

enum Reply {
    Now(Page),
    Done,
    AtTheEnd(Waiting),
}

/// Counts a browser that waits for the ending.
struct Waiting(Arc<Shared>);

impl Waiting {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(shared))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Reads a head and decides; `None` when the client is gone before its head is complete.
async fn reply_to(
    stream: &mut TcpStream,
    head: &mut Vec<u8>,
    shared: &Arc<Shared>,
) -> Option<Reply> {
    let mut chunk = [0; 2048];
    loop {
        let room = chunk.len().min(MAX_HEAD - head.len());
        let count = stream.read(&mut chunk[..room]).await.ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&chunk[..count]);
        let Some(route) = head::read(head, shared.port) else { continue };
        return Some(match route {
            Route::Refused(status) => Reply::Now(Page::Refused(status)),
            Route::Done => Reply::Done,
            Route::Callback(query) => shared.consider(query),
        });
    }
}

impl Shared {
    fn consider(self: &Arc<Self>, query: &str) -> Reply {
        let verdict = self.asked.judge(query);
        if let Verdict::Ignored(flaw) = verdict {
            let maybe_denied = flaw == Flaw::NoState { maybe_denied: true };
            // Once is a hint; more would let anybody fill the terminal.
            if maybe_denied && !self.hinted.swap(true, Ordering::SeqCst) {
                let _ = self.findings.send(verdict);
            }
            return Reply::Now(Page::Stray);
        }
        let waiting = Waiting::new(self);
        if !self.claimed.swap(true, Ordering::SeqCst) {
            let _ = self.findings.send(verdict);
        }
        Reply::AtTheEnd(waiting)
    }
}

/// Waits for the ending; `None` when the browser does not wait any more.
async fn ending(shared: &Shared, stream: &mut TcpStream) -> Option<Ending> {
    let mut ending = shared.ending.subscribe();
    let ended = async {
        let value = ending.wait_for(Option::is_some).await.ok()?;
        *value
    };
    tokio::select! {
        biased;
        ended = ended => ended,
        () = drain_until_gone(stream) => None,
    }
}

/// Reads and forgets. A connection closed with unread bytes is reset, and its answer lost.
async fn drain(stream: &mut TcpStream) {
    let _ = timeout(DRAIN_TIME, drain_until_gone(stream)).await;
}

async fn drain_until_gone(stream: &mut TcpStream) {
    let mut chunk = [0; 4096];
    while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
}
