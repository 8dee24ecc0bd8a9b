//! How many requests of an account are under way at once from this process.
//!
//! NetSuite limits an account's requests, and does not say to how many. The number starts at what
//! is configured, is halved after a "busy", and grows again by one for every 20 successes. A number
//! at which the account was busy is tried again after five times as many. Waiting requests go in the order they came, and one that is sent again keeps its place in that order.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::account::AccountId;
use crate::netsuite::site::Site;

/// How many requests of one account are under way at once unless configured otherwise.
pub const DEFAULT_CONCURRENCY: usize = 5;
/// So many successes raise the number by one.
const SUCCESSES: u32 = 20;
/// So many raise it to where the account was busy before.
const SUCCESSES_BELOW_CEILING: u32 = 100;

/// The place of a request in the order of arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The limit of one account.
pub(super) struct Limiter {
    state: Mutex<State>,
}

struct State {
    limit: usize,
    most: usize,
    under_way: usize,
    successes: u32,
    /// The number at which the account was busy last.
    ceiling: Option<usize>,
    /// Counts the reductions, so that one burst of "busy" halves the number once.
    reductions: u64,
    tickets: u64,
    waiting: BTreeMap<Ticket, oneshot::Sender<Place>>,
}

/// The right to have one request under way. Given back when dropped.
pub(super) struct Place {
    limiter: Arc<Limiter>,
    reductions: u64,
}

impl Limiter {
    /// The limiter of an account, shared by all sessions of this process.
    pub(super) fn of(site: &Site, account: &AccountId, most: usize) -> Arc<Self> {
        type Limiters = HashMap<(Site, String), Arc<Limiter>>;
        static LIMITERS: LazyLock<Mutex<Limiters>> = LazyLock::new(Mutex::default);
        let key = (site.clone(), account.as_str().to_owned());
        let mut limiters = LIMITERS.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = limiters.entry(key).or_insert_with(|| Arc::new(Self::new(most)));
        limiter.allow(most);
        Arc::clone(limiter)
    }

    pub(super) fn new(most: usize) -> Self {
        let state = State {
            limit: most,
            most,
            under_way: 0,
            successes: 0,
            ceiling: None,
            reductions: 0,
            tickets: 0,
            waiting: BTreeMap::new(),
        };
        Self { state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last configuration counts.
    fn allow(&self, most: usize) {
        let mut state = self.lock();
        if state.most != most {
            state.most = most;
            state.limit = most;
        }
    }

    /// A place in the order of arrival, for all attempts of one request.
    pub(super) fn ticket(&self) -> Ticket {
        let mut state = self.lock();
        state.tickets += 1;
        Ticket(state.tickets)
    }

    /// Waits for a place.
    pub(super) async fn place(self: &Arc<Self>, ticket: Ticket) -> Place {
        loop {
            let (sender, receiver) = oneshot::channel();
            self.lock().waiting.insert(ticket, sender);
            let _waiting = Waiting { limiter: self, ticket };
            self.admit();
            if let Ok(place) = receiver.await {
                return place;
            }
        }
    }

    /// Lets waiting requests go while there are places.
    fn admit(self: &Arc<Self>) {
        let mut refused = Vec::new();
        let mut state = self.lock();
        while state.under_way < state.limit {
            let Some((_, sender)) = state.waiting.pop_first() else { break };
            state.under_way += 1;
            let place = Place { limiter: Arc::clone(self), reductions: state.reductions };
            // Whoever gave up meanwhile hands the place back; not under the lock, as that takes it.
            refused.extend(sender.send(place).err());
        }
        drop(state);
        drop(refused);
    }

    /// How many requests may be under way now.
    #[cfg(test)]
    pub(super) fn limit(&self) -> usize {
        self.lock().limit
    }
}

/// Takes a request out of the queue when its caller gives up.
struct Waiting<'a> {
    limiter: &'a Limiter,
    ticket: Ticket,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.limiter.lock().waiting.remove(&self.ticket);
    }
}

impl Place {
    /// NetSuite was busy: fewer requests at once from now on.
    pub(super) fn was_busy(self) {
        let mut state = self.limiter.lock();
        state.successes = 0;
        if self.reductions == state.reductions {
            state.reductions += 1;
            state.ceiling = Some(state.limit);
            state.limit = (state.limit / 2).max(1);
        }
        drop(state);
    }

    /// NetSuite took the request.
    pub(super) fn was_served(self) {
        let mut state = self.limiter.lock();
        state.successes += 1;
        let next = state.limit + 1;
        let needed = if state.ceiling == Some(next) { SUCCESSES_BELOW_CEILING } else { SUCCESSES };
        if state.successes >= needed && next <= state.most {
            state.successes = 0;
            state.limit = next;
        }
        drop(state);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.limiter.lock().under_way -= 1;
        self.limiter.admit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn limiter(most: usize) -> Arc<Limiter> {
        Arc::new(Limiter::new(most))
    }

    async fn take(limiter: &Arc<Limiter>) -> Place {
        limiter.place(limiter.ticket()).await
    }

    async fn is_full(limiter: &Arc<Limiter>) -> bool {
        tokio::time::timeout(Duration::from_millis(20), take(limiter)).await.is_err()
    }

    #[tokio::test]
    async fn no_more_requests_than_allowed_are_under_way() {
        let limiter = limiter(2);
        let (first, _second) = (take(&limiter).await, take(&limiter).await);
        assert!(is_full(&limiter).await);
        drop(first);
        assert!(!is_full(&limiter).await);
    }

    #[tokio::test]
    async fn waiting_requests_go_in_the_order_they_came_and_a_repeated_one_keeps_its_place() {
        let limiter = limiter(1);
        let early = limiter.ticket();
        let held = take(&limiter).await;
        let late = limiter.ticket();
        let order = Arc::new(Mutex::new(Vec::new()));
        let run = |name, ticket| {
            let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
            tokio::spawn(async move {
                let _place = limiter.place(ticket).await;
                order.lock().unwrap().push(name);
            })
        };
        let second = run("late", late);
        tokio::task::yield_now().await;
        let first = run("early", early);
        tokio::task::yield_now().await;
        drop(held);
        first.await.unwrap();
        second.await.unwrap();
        assert_eq!(*order.lock().unwrap(), ["early", "late"]);
    }

    #[tokio::test]
    async fn one_burst_of_busy_answers_halves_the_number_once() {
        let limiter = limiter(5);
        let mut places = Vec::new();
        for _ in 0..5 {
            places.push(take(&limiter).await);
        }
        for place in places {
            place.was_busy();
        }
        assert_eq!(limiter.limit(), 2);
        take(&limiter).await.was_busy();
        take(&limiter).await.was_busy();
        assert_eq!(limiter.limit(), 1);
    }

    #[tokio::test]
    async fn every_twenty_successes_allow_one_more_and_a_hundred_where_the_account_was_busy() {
        let limiter = limiter(3);
        take(&limiter).await.was_busy();
        assert_eq!(limiter.limit(), 1);
        serve(&limiter, SUCCESSES).await;
        assert_eq!(limiter.limit(), 2);
        serve(&limiter, SUCCESSES_BELOW_CEILING - 1).await;
        assert_eq!(limiter.limit(), 2);
        serve(&limiter, 1).await;
        assert_eq!(limiter.limit(), 3);
        serve(&limiter, SUCCESSES_BELOW_CEILING).await;
        assert_eq!(limiter.limit(), 3);
    }

    async fn serve(limiter: &Arc<Limiter>, times: u32) {
        for _ in 0..times {
            take(limiter).await.was_served();
        }
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_leaves_the_queue_and_loses_no_place() {
        let limiter = limiter(1);
        let held = take(&limiter).await;
        for _ in 0..10 {
            assert!(is_full(&limiter).await);
        }
        assert_eq!(limiter.lock().waiting.len(), 0);
        drop(held);
        drop(take(&limiter).await);
        assert_eq!(limiter.lock().under_way, 0);
    }
}
