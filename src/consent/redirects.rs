//! The state that all connections to the callback port share: which redirect counts, which browsers wait,
//! and how the sign-in ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::consent::announce::Notice;
use crate::consent::callback::{ExpectedCallback, State, Verdict};
use crate::consent::pages::Page;
use crate::error::Result;

/// What the callback port brought.
pub(super) enum Event {
    /// A verdict that ends the wait.
    Verdict(Verdict),
    /// Something the person should know. Each kind comes once: more would let anybody fill the
    /// terminal.
    Notice(Notice),
}

/// What is expected of a redirect, and what has come of those that arrived.
pub(super) struct Redirects {
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

impl Redirects {
    /// Returns the shared state for an expected callback, and the receiver of its events.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub(super) fn new(
        expected: Arc<ExpectedCallback>,
    ) -> Result<(Self, mpsc::UnboundedReceiver<Event>)> {
        let (events, received) = mpsc::unbounded_channel();
        let redirects = Self {
            expected,
            done: State::random()?,
            claimed: AtomicBool::new(false),
            given: AtomicU8::new(0),
            events,
            ending: watch::Sender::new(None),
            read: watch::Sender::new(false),
            waiting: watch::Sender::new(0),
        };
        Ok((redirects, received))
    }

    /// Claims the sign-in; later redirects wait for the ending. False when another one was quicker.
    pub(super) fn claim(&self) -> bool {
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

    /// Shows a waiting browser how the sign-in ended, and lingers until it has read that.
    pub(super) async fn end(&self, page: Page, linger: Duration) {
        let awaited = *self.waiting.borrow() > 0;
        self.ending.send_replace(Some(page));
        if !awaited {
            return;
        }
        let (mut read, mut waiting) = (self.read.subscribe(), self.waiting.subscribe());
        let _ = timeout(linger, async {
            let _ = read.wait_for(|read| *read).await;
            let _ = waiting.wait_for(|waiting| *waiting == 0).await;
        })
        .await;
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

    /// How many browsers wait.
    #[cfg(test)]
    pub(super) fn waiting_browsers(&self) -> watch::Receiver<usize> {
        self.waiting.subscribe()
    }

    /// Notes that the last page was read.
    pub(super) fn was_read(&self) {
        self.read.send_replace(true);
    }
}

/// Counts a browser that waits for the ending.
pub(super) struct Waiting(Arc<Redirects>);

impl Waiting {
    fn new(redirects: &Arc<Redirects>) -> Self {
        redirects.waiting.send_modify(|waiting| *waiting += 1);
        Self(Arc::clone(redirects))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.send_modify(|waiting| *waiting -= 1);
    }
}
