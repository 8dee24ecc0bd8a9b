//! Questions to NetSuite about tokens: one at a time for each token, never on the way of a header.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::base::console;
use crate::error::Code;
use crate::session::Session;
use crate::session::commerce_tools::asked::{Asked, TokenKey};
use crate::session::commerce_tools::verdict::{self, Verdict};

/// For this long an answer stands, and NetSuite is not asked again.
const STANDS: Duration = Duration::from_secs(5);
/// Requests that failed longer ago have nothing to do with what fails now.
const LATELY: Duration = Duration::from_secs(60);
/// So many attempts the tools make before they give up.
const ATTEMPTS: u32 = 3;

/// The tokens used by a process, and what NetSuite said of them.
#[derive(Default)]
pub struct Probes(Mutex<HashMap<TokenKey, Probe>>);

/// What is known of one token.
struct Probe {
    asked: Asked,
    session: Arc<Session>,
    /// When one of its requests was signed for the last time the tools try it.
    exhausted: Option<Instant>,
    answer: Option<(Instant, Verdict)>,
    running: Option<watch::Receiver<bool>>,
    /// What was said of it last, which is not said again.
    said: Option<String>,
}

/// The right to ask NetSuite about a token. Its channel holds whether the question was begun, and is
/// closed when it is over.
pub struct Asking {
    token: TokenKey,
    done: watch::Sender<bool>,
}

/// A token NetSuite has yet to be asked about, and the right to do so.
pub struct Unexplained {
    /// The name it was asked for by.
    pub asked: Asked,
    /// The token.
    pub session: Arc<Session>,
    /// The right to ask.
    pub asking: Asking,
    /// Closed when that is over.
    pub done: watch::Receiver<bool>,
}

impl Probes {
    fn lock(&self) -> MutexGuard<'_, HashMap<TokenKey, Probe>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something is signed with a token, for the how-manieth time; grants the right to
    /// ask NetSuite about it where the request was refused before.
    pub fn used(&self, asked: &Asked, session: &Arc<Session>, attempts: u32) -> Option<Asking> {
        let mut probes = self.lock();
        let probe = probes.entry(asked.key()).or_insert_with(|| Probe::of(asked, session));
        if !probe.is_of(session) {
            *probe = Probe::of(asked, session);
        }
        if attempts >= ATTEMPTS {
            probe.exhausted = Some(Instant::now());
        }
        probe.explain();
        if attempts > 1 { probe.start().map(|(asking, _)| asking) } else { None }
    }

    /// Keeps an answer, and says it where it explains something.
    pub fn answered(&self, asking: &Asking, verdict: Verdict) {
        let mut probes = self.lock();
        if let Some(probe) = probes.get_mut(&asking.token) {
            probe.answer = Some((Instant::now(), verdict));
            probe.running = None;
            probe.explain();
        }
    }

    /// Whether NetSuite is being asked about a token, or refused the token itself: what it says of an
    /// integration record or a clock would hold for a new token, too.
    pub fn doubts(&self, asked: &Asked, session: &Session) -> bool {
        let probes = self.lock();
        let probe = probes.get(&asked.key()).filter(|probe| probe.is_of(session));
        probe.is_some_and(|probe| probe.is_running() || probe.refuses_the_token())
    }

    /// Whether NetSuite refused the token itself. Waits for an open question.
    pub async fn refuses(&self, asked: &Asked, session: &Session, patience: Duration) -> bool {
        let running = {
            let probes = self.lock();
            probes.get(&asked.key()).and_then(|probe| probe.running.clone())
        };
        if let Some(mut running) = running {
            let over = async { while running.changed().await.is_ok() {} };
            let _ = tokio::time::timeout(patience, over).await;
        }
        let probes = self.lock();
        let probe = probes.get(&asked.key()).filter(|probe| probe.is_of(session));
        probe.is_some_and(Probe::refuses_the_token)
    }

    /// For the end of a process that failed: the tokens NetSuite has yet to be asked about.
    pub fn unexplained(&self) -> Vec<Unexplained> {
        let mut probes = self.lock();
        let open = probes.values_mut().filter(|probe| probe.said.is_none());
        let started = open.filter_map(|probe| {
            // One that still waits for JavaScript, which has ended, will never ask.
            if probe.running.as_ref().is_some_and(|running| !*running.borrow()) {
                probe.running = None;
            }
            let (asking, done) = probe.start()?;
            let (asked, session) = (probe.asked.clone(), Arc::clone(&probe.session));
            Some(Unexplained { asked, session, asking, done })
        });
        started.collect()
    }

    /// The questions that are still open.
    pub fn running(&self) -> Vec<watch::Receiver<bool>> {
        self.lock().values().filter_map(|probe| probe.running.clone()).collect()
    }
}

impl Probe {
    fn of(asked: &Asked, session: &Arc<Session>) -> Self {
        let (asked, session) = (asked.clone(), Arc::clone(session));
        Self { asked, session, exhausted: None, answer: None, running: None, said: None }
    }

    fn is_of(&self, session: &Session) -> bool {
        self.session.token.id == session.token.id
    }

    fn is_running(&self) -> bool {
        self.running.as_ref().is_some_and(|done| done.has_changed().is_ok())
    }

    fn refuses_the_token(&self) -> bool {
        let Some((_, Verdict::Refused(reason))) = &self.answer else { return false };
        reason.code() == Code::InvalidLogin
    }

    /// Starts a question unless one is open or was answered just now.
    fn start(&mut self) -> Option<(Asking, watch::Receiver<bool>)> {
        let stands = self.answer.as_ref().is_some_and(|(at, _)| at.elapsed() < STANDS);
        if stands || self.is_running() {
            return None;
        }
        let (done, running) = watch::channel(false);
        self.running = Some(running.clone());
        Some((Asking { token: self.asked.key(), done }, running))
    }

    /// Says what the answer explains, once.
    fn explain(&mut self) {
        let text = match &self.answer {
            Some((_, Verdict::Refused(reason))) => verdict::refused(&self.session, reason),
            Some((_, Verdict::Accepted(info)))
                if self.exhausted.is_some_and(|at| at.elapsed() < LATELY) =>
            {
                verdict::accepted(&self.session, info)
            }
            _ => return,
        };
        if self.said.as_ref() != Some(&text) {
            console::say(&text);
            self.said = Some(text);
        }
    }
}

impl Asking {
    /// Notes that everything needed to ask is there.
    pub fn begin(&self) {
        self.done.send_replace(true);
    }
}
