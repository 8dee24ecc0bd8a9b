//! `oauth_timestamp`: Unix seconds that never decrease within a process.
//!
//! NetSuite expects timestamps not to decrease (NetSuite help "Step One Obtain An Unauthorized
//! Request Token"). When the clock is set back, the last timestamp is repeated, but for at most 30
//! s: after a wrong clock is corrected, requests must not stay wrong.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a timestamp is repeated after the clock was set back.
pub const HOLD: Duration = Duration::from_secs(30);

/// The timestamps that one process has used.
pub struct Timestamps {
    last: AtomicU64,
    /// Shows whether `held_since` is set, so that the usual case takes no lock.
    holding: AtomicBool,
    held_since: Mutex<Option<Instant>>,
}

impl Timestamps {
    /// Starts with no previous timestamp.
    pub const fn new() -> Self {
        Self {
            last: AtomicU64::new(0),
            holding: AtomicBool::new(false),
            held_since: Mutex::new(None),
        }
    }

    /// Returns the timestamp to use when the clock shows `now`. `steady` reads a clock that cannot
    /// be set.
    pub fn next(&self, now: u64, steady: impl FnOnce() -> Instant) -> u64 {
        let mut last = self.last.load(Ordering::Relaxed);
        if now > last {
            // The value changes once a second, so a plain load is enough for all other calls.
            last = self.last.fetch_max(now, Ordering::Relaxed);
        }
        if now >= last {
            if self.holding.load(Ordering::Relaxed) {
                self.release(&mut self.lock());
            }
            return now;
        }
        let mut held_since = self.lock();
        let steady = steady();
        let since = *held_since.get_or_insert(steady);
        self.holding.store(true, Ordering::Relaxed);
        if steady.saturating_duration_since(since) < HOLD && !self.was_released(now, last) {
            return last;
        }
        self.release(&mut held_since);
        self.last.store(now, Ordering::Relaxed);
        now
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.held_since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn release(&self, held_since: &mut Option<Instant>) {
        *held_since = None;
        self.holding.store(false, Ordering::Relaxed);
    }

    /// Forgets all previous timestamps.
    pub fn forget(&self) {
        let mut held_since = self.lock();
        self.last.store(0, Ordering::Relaxed);
        self.release(&mut held_since);
    }

    /// Checks whether another thread released the hold while this one waited for the lock.
    fn was_released(&self, now: u64, seen: u64) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        last < seen && now >= last
    }
}

impl Default for Timestamps {
    fn default() -> Self {
        Self::new()
    }
}

/// How many seconds this machine's clock is ahead of the true time.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// Makes every later timestamp of this process earlier by `ahead` seconds, because the machine's
/// clock is ahead of NetSuite's by that much. Releases a timestamp that is held by [`HOLD`].
pub fn correct(ahead: i64) {
    AHEAD.store(ahead, Ordering::SeqCst);
    PROCESS.forget();
}

/// Returns the value last passed to [`correct`].
pub fn correction() -> i64 {
    AHEAD.load(Ordering::Relaxed)
}

static PROCESS: Timestamps = Timestamps::new();

/// Returns the timestamp for a request that is signed now.
pub fn timestamp() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    PROCESS.next(now.saturating_add_signed(correction().saturating_neg()), Instant::now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_follow_the_clock_forward() {
        let timestamps = Timestamps::new();
        let start = Instant::now();
        assert_eq!(timestamps.next(100, || start), 100);
        assert_eq!(timestamps.next(100, || start), 100);
        assert_eq!(timestamps.next(5_000, || start), 5_000);
    }

    #[test]
    fn a_clock_that_goes_back_holds_the_last_timestamp_for_30_seconds() {
        let timestamps = Timestamps::new();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(timestamps.next(10_000, || start), 10_000);
        assert_eq!(timestamps.next(9_000, || after(0)), 10_000);
        assert_eq!(timestamps.next(9_029, || after(29)), 10_000);
        assert_eq!(timestamps.next(9_030, || after(30)), 9_030);
        assert_eq!(timestamps.next(9_031, || after(31)), 9_031);
    }

    #[test]
    fn a_corrected_clock_is_not_held_back_by_earlier_timestamps() {
        let timestamps = Timestamps::new();
        let start = Instant::now();
        assert_eq!(timestamps.next(10_900, || start), 10_900);
        timestamps.forget();
        assert_eq!(timestamps.next(10_000, || start), 10_000);
    }

    #[test]
    fn every_step_back_starts_its_own_hold() {
        let timestamps = Timestamps::new();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        timestamps.next(10_000, || start);
        assert_eq!(timestamps.next(9_990, || after(0)), 10_000);
        // The clock catches up, runs for an hour, and is set back again.
        assert_eq!(timestamps.next(10_001, || after(11)), 10_001);
        assert_eq!(timestamps.next(13_600, || after(3_610)), 13_600);
        assert_eq!(timestamps.next(13_500, || after(3_611)), 13_600);
    }
}
