//! `Deadline`: one limit for everything a sign-in waits for.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use crate::error::{Code, Error, Result};

/// One day. Longer limits are cut to this, because adding too much to an `Instant` overflows.
const LONGEST: Duration = Duration::from_secs(86_400);
/// Added at the end, so that pressing Allow at the last moment still gives a token.
const GRACE: Duration = Duration::from_secs(5);

/// When a sign-in has to end, and the limit that was set.
#[derive(Clone, Copy)]
pub struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// A deadline that is `limit` from now.
    pub fn after(limit: Duration) -> Self {
        Self { at: Instant::now() + limit.min(LONGEST), limit }
    }

    /// Whether it has passed.
    pub fn has_passed(self) -> bool {
        self.left().is_zero()
    }

    /// The remaining time.
    pub fn left(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// The remaining time, but never less than a short minimum.
    pub fn with_grace(self) -> Self {
        Self { at: self.at.max(Instant::now() + GRACE), ..self }
    }

    /// Waits until it has passed.
    pub async fn passes(self) {
        sleep_until(self.at).await;
    }

    /// The outcome of one step, unless the time is up first.
    ///
    /// # Errors
    /// [`Code::NetworkTimeout`], which names what NetSuite did not send.
    pub async fn of_step<T>(self, gives: &str, step: impl Future<Output = Result<T>>) -> Result<T> {
        timeout_at(self.at, step).await.unwrap_or_else(|_| {
            let text = format!("NetSuite gave no {gives} within {}.", self.in_words());
            Err(Error::new(Code::NetworkTimeout, text))
        })
    }

    /// `5 minutes`, `1 minute 30 seconds`.
    pub fn in_words(self) -> String {
        let count = |number: u64, unit: &str| match number {
            1 => format!("1 {unit}"),
            number => format!("{number} {unit}s"),
        };
        match (self.limit.as_secs() / 60, self.limit.as_secs() % 60) {
            (0, 0) => format!("{} ms", self.limit.as_millis()),
            (0, seconds) => count(seconds, "second"),
            (minutes, 0) => count(minutes, "minute"),
            (minutes, seconds) => {
                format!("{} {}", count(minutes, "minute"), count(seconds, "second"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_said_as_people_say_it() {
        for (ms, words) in [
            (500, "500 ms"),
            (1_000, "1 second"),
            (60_000, "1 minute"),
            (90_000, "1 minute 30 seconds"),
            (300_000, "5 minutes"),
        ] {
            assert_eq!(Deadline::after(Duration::from_millis(ms)).in_words(), words);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_step_ends_with_the_time_and_the_last_one_has_a_little_more() {
        let deadline = Deadline::after(Duration::from_secs(3));
        let since = Instant::now();
        let hangs = || std::future::pending::<Result<()>>();
        let error = deadline.of_step("request token", hangs()).await.unwrap_err();
        assert_eq!(error.code(), Code::NetworkTimeout);
        assert_eq!(error.message(), "NetSuite gave no request token within 3 seconds.");
        assert!(deadline.has_passed() && since.elapsed() < Duration::from_secs(4));
        assert!(deadline.with_grace().of_step("access token", hangs()).await.is_err());
        assert!(since.elapsed() < Duration::from_secs(9));
        assert!(Deadline::after(Duration::MAX).of_step("token", async { Ok(()) }).await.is_ok());
    }
}
