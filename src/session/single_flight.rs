//! Calls at once in one process: those that agree in everything share one answer, others queue.
//!
//! A flight is one running call of `authenticate`. Whoever asks the same while it runs gets its
//! answer; whoever asks something else waits for its turn, so that two questions or two browser
//! sign-ins never run beside each other. A caller that gives up leaves; only when the last one has
//! left is the flight itself stopped.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::base::abort::Abort;
use crate::base::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::selection::options::Options;
use crate::selection::setting::KeyHash;
use crate::session::Session;

/// Equal for two calls when everything that decides the token is equal. A hash, since secrets are
/// among what decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallKey([u8; 32]);

impl CallKey {
    /// The key of a call: every row of the table of options, by option or flag and by variable, and
    /// the folders where files are looked for.
    pub fn of(options: &Options, environment: &Environment) -> Self {
        let mut key = KeyHash::new();
        options.add_to(&mut key);
        Options::from_variables(environment).add_to(&mut key);
        for row in Options::TABLE {
            // A variable that is set to nothing is refused in places where an unset one is not.
            for name in row.variables {
                key.setting(Some(&environment.has(name)));
            }
        }
        key.folder(Some(&environment.cwd));
        key.folder(environment.home.as_deref());
        Self(key.finish())
    }

    /// The key of the sign-in that replaces a refused token in such a call.
    #[must_use]
    pub fn after_refusal_of(self, token_id: &str) -> Self {
        let mut key = KeyHash::new();
        key.bytes(&self.0);
        key.text("sign in again after the refusal of");
        key.text(token_id);
        Self(key.finish())
    }
}

type Answer = Option<Result<Arc<Session>>>;

struct Flight {
    answer: watch::Receiver<Answer>,
    callers: usize,
    abort: Abort,
}

/// The flights of one process.
#[derive(Default)]
pub struct Flights {
    running: Mutex<HashMap<CallKey, Flight>>,
    turn: tokio::sync::Mutex<()>,
}

/// The flights of this process.
pub static PROCESS: LazyLock<Flights> = LazyLock::new(Flights::default);

impl Flights {
    /// Joins the flight of that key or starts one. `start` gets the flight's own abort handle;
    /// `abort` is this caller's.
    ///
    /// # Errors
    /// What the flight fails with, or [`Code::Cancelled`] when this caller gave up.
    pub async fn share<F>(
        &'static self,
        key: CallKey,
        abort: Abort,
        start: impl FnOnce(Abort) -> F + Send + 'static,
    ) -> Result<Arc<Session>>
    where
        F: Future<Output = Result<Session>> + Send,
    {
        let mut answer = self.board(key, start);
        tokio::select! {
            result = landed(&mut answer) => result,
            () = abort.aborted() => {
                if self.leave(key, &answer) {
                    // The last one waits until the port is free and the terminal is as it was. What
                    // was saved by then is told as it is.
                    return landed(&mut answer).await.map_err(|_| cancelled());
                }
                Err(cancelled())
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallKey, Flight>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn board<F>(
        &'static self,
        key: CallKey,
        start: impl FnOnce(Abort) -> F + Send + 'static,
    ) -> watch::Receiver<Answer>
    where
        F: Future<Output = Result<Session>> + Send,
    {
        let mut running = self.lock();
        if let Some(flight) = running.get_mut(&key) {
            flight.callers += 1;
            return flight.answer.clone();
        }
        let (sender, answer) = watch::channel(None);
        let abort = Abort::new();
        running.insert(key, Flight { answer: answer.clone(), callers: 1, abort: abort.clone() });
        drop(running);
        tokio::spawn(async move {
            // Taken out even when the flight crashes, or its key would be taken for ever.
            let landing = Landing { flights: self, key, answer: sender.subscribe() };
            let turn = tokio::select! {
                turn = self.turn.lock() => Ok(turn),
                () = abort.aborted() => Err(cancelled()),
            };
            let result = match turn {
                Ok(turn) => {
                    let result = start(abort).await;
                    drop(turn);
                    result
                }
                Err(error) => Err(error),
            };
            drop(landing);
            let _ = sender.send(Some(result.map(Arc::new)));
        });
        answer
    }

    /// Leaves the flight; whether it is stopped because nobody is left.
    fn leave(&self, key: CallKey, answer: &watch::Receiver<Answer>) -> bool {
        let mut running = self.lock();
        let Some(flight) =
            running.get_mut(&key).filter(|flight| flight.answer.same_channel(answer))
        else {
            return false;
        };
        flight.callers -= 1;
        if flight.callers > 0 {
            return false;
        }
        // Whoever asks from now on starts anew instead of joining a flight that is being stopped.
        if let Some(flight) = running.remove(&key) {
            flight.abort.abort();
        }
        true
    }
}

struct Landing {
    flights: &'static Flights,
    key: CallKey,
    answer: watch::Receiver<Answer>,
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut running = self.flights.lock();
        if running.get(&self.key).is_some_and(|flight| flight.answer.same_channel(&self.answer)) {
            running.remove(&self.key);
        }
    }
}

fn cancelled() -> Error {
    Error::new(Code::Cancelled, "The sign-in was stopped.")
}

async fn landed(answer: &mut watch::Receiver<Answer>) -> Result<Arc<Session>> {
    match answer.wait_for(Option::is_some).await.map(|answer| (*answer).clone()) {
        Ok(Some(result)) => result,
        _ => Err(Error::new(Code::Internal, "A part of netsuite-tba stopped unexpectedly.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountId;
    use crate::credentials::{Consumer, Token};
    use crate::netsuite::site::Site;
    use crate::selection::setting::Given;
    use crate::session::{Owner, Source};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    fn flights() -> &'static Flights {
        Box::leak(Box::default())
    }

    fn key(auth_id: &str) -> CallKey {
        let options = Options { auth_id: Some(auth_id.to_owned()), ..Options::default() };
        CallKey::of(&options, &Environment::new([], PathBuf::from("/nowhere")))
    }

    fn session(account: &str) -> Session {
        let account = AccountId::parse(account).unwrap();
        let owner = Owner { auth_id: None, account, role: None };
        let consumer = Consumer::parse("key", "secret").unwrap();
        let token = Token::new("id", "secret").unwrap();
        Session::new(owner, Source::Generated, &Site::parse(None, None).unwrap(), &consumer, token)
    }

    /// What the flights of one test did.
    #[derive(Default)]
    struct Log {
        runs: AtomicUsize,
        at_once: AtomicUsize,
        most_at_once: AtomicUsize,
        stopped: AtomicUsize,
    }

    fn log() -> &'static Log {
        Box::leak(Box::default())
    }

    /// A flight that takes a moment.
    async fn slow(log: &'static Log, account: &'static str, abort: Abort) -> Result<Session> {
        log.runs.fetch_add(1, Ordering::SeqCst);
        let now = log.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        log.most_at_once.fetch_max(now, Ordering::SeqCst);
        let result = tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(60)) => Ok(session(account)),
            () = abort.aborted() => {
                log.stopped.fetch_add(1, Ordering::SeqCst);
                Err(cancelled())
            }
        };
        log.at_once.fetch_sub(1, Ordering::SeqCst);
        result
    }

    #[tokio::test]
    async fn calls_that_agree_share_one_flight() {
        let (flights, log) = (flights(), log());
        let call = || flights.share(key("a"), Abort::new(), |abort| slow(log, "1234567", abort));
        let (one, two, three) = tokio::join!(call(), call(), call());
        assert_eq!(log.runs.load(Ordering::SeqCst), 1);
        assert!(Arc::ptr_eq(&one.unwrap(), &two.unwrap()) && three.is_ok());
        call().await.unwrap();
        assert_eq!(log.runs.load(Ordering::SeqCst), 2, "a flight that has landed is not joined");
    }

    #[tokio::test]
    async fn calls_that_differ_queue_and_each_gets_its_own_token() {
        let (flights, log) = (flights(), log());
        let sandbox =
            flights.share(key("a"), Abort::new(), |abort| slow(log, "1234567_SB1", abort));
        let live = flights.share(key("b"), Abort::new(), |abort| slow(log, "1234567", abort));
        let (sandbox, live) = tokio::join!(sandbox, live);
        assert_eq!(sandbox.unwrap().account.as_str(), "1234567_SB1");
        assert_eq!(live.unwrap().account.as_str(), "1234567");
        assert_eq!(log.most_at_once.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn one_callers_abort_does_not_end_it_for_the_rest() {
        let (flights, log) = (flights(), log());
        let mine = Abort::new();
        let giving_up = flights.share(key("a"), mine.clone(), |abort| slow(log, "1234567", abort));
        let staying = flights.share(key("a"), Abort::new(), |abort| slow(log, "1234567", abort));
        let (gone, stayed, ()) = tokio::join!(giving_up, staying, async { mine.abort() });
        assert_eq!(gone.map(|_| ()).unwrap_err().code(), Code::Cancelled);
        assert!(stayed.is_ok());
        assert_eq!(log.stopped.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn the_last_callers_abort_stops_the_flight() {
        let (flights, log) = (flights(), log());
        let (mine, yours) = (Abort::new(), Abort::new());
        let one = flights.share(key("a"), mine.clone(), |abort| slow(log, "1234567", abort));
        let two = flights.share(key("a"), yours.clone(), |abort| slow(log, "1234567", abort));
        let stop = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            mine.abort();
            yours.abort();
        };
        let (one, two, ()) = tokio::join!(one, two, stop);
        assert!(one.is_err() && two.is_err());
        assert_eq!(log.stopped.load(Ordering::SeqCst), 1);
        assert!(flights.lock().is_empty());
    }

    #[tokio::test]
    async fn a_caller_that_queues_can_give_up() {
        let (flights, log) = (flights(), log());
        let mine = Abort::new();
        let running = flights.share(key("a"), Abort::new(), |abort| slow(log, "1234567", abort));
        let queued = flights.share(key("b"), mine.clone(), |abort| slow(log, "1234567", abort));
        let stop = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            mine.abort();
        };
        let (running, queued, ()) = tokio::join!(running, queued, stop);
        assert!(running.is_ok() && queued.is_err());
        assert_eq!(log.runs.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn every_option_flag_and_variable_of_the_table_tells_calls_apart() {
        let with = |variables: &[(&str, &str)]| {
            let owned = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            Environment::new(owned, PathBuf::from("/nowhere"))
        };
        let plain = CallKey::of(&Options::default(), &with(&[]));
        let mut keys = Vec::new();
        for row in Options::TABLE {
            if let Some(name) = row.option {
                let mut options = Options::default();
                let kinds = [Given::Text("x".into()), Given::Switch(true), Given::Number(5.0)];
                let fits = kinds.into_iter().any(|given| options.take_option(name, given).is_ok());
                assert!(fits, "{name} takes nothing");
                keys.push(CallKey::of(&options, &with(&[])));
            }
            for name in row.variables {
                keys.push(CallKey::of(&Options::default(), &with(&[(name, "x")])));
                keys.push(CallKey::of(&Options::default(), &with(&[(name, "")])));
            }
        }
        let tools = Options { tools_name: Some("x".to_owned()), ..Options::default() };
        keys.push(CallKey::of(&tools, &with(&[])));
        assert!(keys.len() > Options::TABLE.len());
        let count = keys.len();
        let distinct: std::collections::HashSet<_> = keys.into_iter().chain([plain]).collect();
        assert_eq!(distinct.len(), count + 1);
    }
}
