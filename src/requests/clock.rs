//! The clock of this process. It is corrected once by NetSuite's `Date` when NetSuite refuses our
//! timestamps.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::console::say;
use crate::netsuite::clock::skew_in_words;
use crate::signer::clock as signing_clock;

/// A smaller difference is no reason for a refusal, so it is not corrected.
const WORTH_CORRECTING: i64 = 60;

/// The correction of one process. It is static except in tests.
#[derive(Default)]
pub(super) struct ProcessClock {
    corrected_by: Mutex<Option<i64>>,
}

/// The result of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Correction {
    /// The clock is corrected now, or was corrected while the refused request was under way.
    Done,
    /// It was corrected before the refused request was signed, or there is nothing to correct.
    Useless,
}

/// The clock of this process.
pub(super) static PROCESS: ProcessClock = ProcessClock { corrected_by: Mutex::new(None) };

impl ProcessClock {
    /// Whether a correction is in effect.
    pub(super) fn is_corrected(&self) -> bool {
        self.corrected_by.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Corrects the clock by its difference from NetSuite's, unless that was done already.
    /// `was_corrected`: whether a correction was in effect when the refused request was signed.
    pub(super) fn correct(
        &self,
        ahead: Option<i64>,
        was_corrected: bool,
        apply: impl FnOnce(i64),
    ) -> Correction {
        let mut corrected_by = self.corrected_by.lock().unwrap_or_else(PoisonError::into_inner);
        if corrected_by.is_some() {
            return if was_corrected { Correction::Useless } else { Correction::Done };
        }
        let Some(ahead) = ahead.filter(|seconds| seconds.saturating_abs() >= WORTH_CORRECTING)
        else {
            return Correction::Useless;
        };
        *corrected_by = Some(ahead);
        apply(ahead);
        Correction::Done
    }
}

/// Corrects the clock that signs, and says so.
pub(super) fn correct_process(ahead: Option<i64>, was_corrected: bool) -> Correction {
    PROCESS.correct(ahead, was_corrected, |ahead| {
        signing_clock::correct(ahead);
        if let Some(words) = skew_in_words(ahead) {
            say(&format!("The clock of this machine is {words}; this process corrects for it."));
        }
    })
}

/// Seconds since 1970 by the corrected clock.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let here = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
    here.saturating_sub(signing_clock::correction())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_corrected_once() {
        let clock = ProcessClock::default();
        let mut applied = Vec::new();
        assert_eq!(clock.correct(Some(900), false, |by| applied.push(by)), Correction::Done);
        assert_eq!(clock.correct(Some(870), false, |by| applied.push(by)), Correction::Done);
        assert_eq!(clock.correct(Some(870), true, |by| applied.push(by)), Correction::Useless);
        assert_eq!(applied, [900]);
        assert!(clock.is_corrected());
    }

    #[test]
    fn a_clock_that_is_right_or_unknown_is_left_alone() {
        let clock = ProcessClock::default();
        for ahead in [None, Some(0), Some(59), Some(-59)] {
            assert_eq!(clock.correct(ahead, false, |_| unreachable!()), Correction::Useless);
        }
        assert!(!clock.is_corrected());
    }
}
