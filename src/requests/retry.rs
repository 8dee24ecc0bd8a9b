//! The rules of sending: the outcome of an attempt, and what is done about it.

use std::time::Duration;

use reqwest::Method;

use crate::error::Code;
use crate::netsuite::exchange::FullAnswer;
use crate::netsuite::reason::Reason;

/// The first pause after a busy answer or a failed connection. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// From this difference on, the clock explains a refusal. NetSuite tolerates five minutes.
const CLOCK_IS_OFF: i64 = 4 * 60;

/// The outcome of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// NetSuite answered that it is busy, and possibly when to try again.
    Busy(Option<Duration>),
    /// The connection failed before the request was written.
    NotSent,
    /// The connection failed, or went silent, after the request was written.
    AnswerLost,
    /// The answer is too large.
    AnswerTooLarge,
    /// The timestamp was refused. Contains the difference of the clocks in seconds, if it is known.
    ClockRefused(Option<i64>),
    /// The token, its role or its integration record was refused.
    TokenRefused,
    /// NetSuite redirects to another URL.
    Redirected,
    /// Any other answer.
    Answered,
}

/// What is done after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Wait, sign again and send again. If no attempt is left, the answer or the failure is final.
    SendAgain(RetryReason),
    /// Correct the clock of this process once, then send again.
    CorrectClock,
    /// Ask NetSuite why, sign in again if somebody is there, then send again.
    AskWhy,
    /// Send the request to the URL of the redirect, if it belongs to the account.
    Follow,
    /// Return the answer to the caller.
    Deliver,
    /// Fail: NetSuite may have run the request.
    FailAsLost,
    /// Fail with the known reason.
    Fail,
}

/// Why a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryReason {
    /// NetSuite was busy.
    Busy,
    /// The connection failed.
    Network,
    /// The clock was corrected.
    Clock,
    /// The token was replaced by a sign-in.
    SignedInAgain,
}

impl RetryReason {
    /// Returns its name in `onRetry`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Network => "network",
            Self::Clock => "clock",
            Self::SignedInAgain => "signed-in-again",
        }
    }
}

/// The table of rules. A RESTlet's PUT and DELETE may do anything, so only GET and HEAD are repeated if
/// NetSuite may have run the request.
pub(super) fn step_after(outcome: &Outcome, method: &Method) -> Step {
    let only_reads = matches!(*method, Method::GET | Method::HEAD);
    match outcome {
        Outcome::Busy(_) => Step::SendAgain(RetryReason::Busy),
        Outcome::NotSent => Step::SendAgain(RetryReason::Network),
        Outcome::AnswerLost if only_reads => Step::SendAgain(RetryReason::Network),
        Outcome::AnswerLost => Step::FailAsLost,
        Outcome::AnswerTooLarge => Step::Fail,
        Outcome::ClockRefused(_) => Step::CorrectClock,
        Outcome::TokenRefused => Step::AskWhy,
        Outcome::Redirected => Step::Follow,
        Outcome::Answered => Step::Deliver,
    }
}

/// Determines what an answer means. `now` is the corrected time of this process.
pub(super) fn outcome_of(answer: &FullAnswer, now: i64) -> Outcome {
    let reason = || Reason::find(&answer.body, &answer.challenge());
    match answer.status {
        429 | 503 => Outcome::Busy(answer.retry_after()),
        // For a busy account RESTlets answer 400, with a message in the user's language.
        400 => match reason().and_then(|reason| reason.code) {
            Some(Code::RateLimited) => Outcome::Busy(answer.retry_after()),
            _ => Outcome::Answered,
        },
        401 => {
            let skew = answer.skew(now);
            let code = reason().and_then(|reason| reason.code);
            let off = skew.is_some_and(|seconds| seconds.saturating_abs() > CLOCK_IS_OFF);
            if off || code == Some(Code::InvalidTimestamp) {
                Outcome::ClockRefused(skew)
            } else {
                Outcome::TokenRefused
            }
        }
        301 | 302 | 303 | 307 | 308 => Outcome::Redirected,
        _ => Outcome::Answered,
    }
}

/// Returns the pause before the request is sent again: the time that NetSuite asks for, or a random part
/// of a limit that doubles, so that many clients do not retry at the same moment.
pub(super) fn pause(outcome: &Outcome, repeats: u32, random: f64) -> Duration {
    if let Outcome::Busy(Some(wanted)) = outcome {
        return (*wanted).min(LONGEST_PAUSE);
    }
    let limit = FIRST_PAUSE.saturating_mul(1 << repeats.min(5)).min(LONGEST_PAUSE);
    limit.mul_f64(random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    const NOON: i64 = 784_123_200;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> FullAnswer {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        FullAnswer { status, headers, body: body.as_bytes().to_vec() }
    }

    fn step(outcome: &Outcome, method: &Method) -> Step {
        step_after(outcome, method)
    }

    #[test]
    fn busy_answers_are_repeated_whatever_the_method() {
        let limit = r#"{"error" : {"code" : "SSS_REQUEST_LIMIT_EXCEEDED","message" : "Limite"}}"#;
        for given in [answer(400, &[], limit), answer(429, &[], ""), answer(503, &[], "<html>")] {
            let outcome = outcome_of(&given, NOON);
            assert_eq!(outcome, Outcome::Busy(None));
            for method in [Method::GET, Method::POST, Method::DELETE] {
                assert_eq!(step(&outcome, &method), Step::SendAgain(RetryReason::Busy));
            }
        }
        let other = answer(400, &[], r#"{"error":{"code":"SSS_MISSING_REQD_ARGUMENT"}}"#);
        assert_eq!(outcome_of(&other, NOON), Outcome::Answered);
    }

    #[test]
    fn a_request_that_was_not_written_is_repeated_whatever_the_method() {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let expected = Step::SendAgain(RetryReason::Network);
            assert_eq!(step(&Outcome::NotSent, &method), expected);
        }
    }

    #[test]
    fn a_lost_answer_is_repeated_only_for_methods_that_read() {
        for method in [Method::GET, Method::HEAD] {
            let expected = Step::SendAgain(RetryReason::Network);
            assert_eq!(step(&Outcome::AnswerLost, &method), expected);
        }
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(step(&Outcome::AnswerLost, &method), Step::FailAsLost);
        }
    }

    #[test]
    fn a_refusal_is_the_clocks_when_netsuite_says_so_or_its_date_is_far_off() {
        let named = answer(401, &[], r#"{"error":{"code":"InvalidTimestamp"}}"#);
        assert_eq!(outcome_of(&named, NOON), Outcome::ClockRefused(None));
        let dated = answer(401, &[("date", "Sun, 06 Nov 1994 12:00:00 GMT")], "");
        assert_eq!(outcome_of(&dated, NOON + 241), Outcome::ClockRefused(Some(241)));
        assert_eq!(outcome_of(&dated, NOON - 241), Outcome::ClockRefused(Some(-241)));
        assert_eq!(outcome_of(&dated, NOON + 240), Outcome::TokenRefused);
        assert_eq!(step(&Outcome::TokenRefused, &Method::POST), Step::AskWhy);
    }

    #[test]
    fn any_other_status_is_the_callers() {
        for status in [200, 204, 304, 403, 404, 409, 500, 502, 504] {
            let outcome = outcome_of(&answer(status, &[], ""), NOON);
            assert_eq!(step(&outcome, &Method::POST), Step::Deliver, "{status}");
        }
        assert_eq!(outcome_of(&answer(307, &[], ""), NOON), Outcome::Redirected);
    }

    #[test]
    fn pauses_double_up_to_30_seconds_and_retry_after_is_honoured() {
        let longest: Vec<u64> =
            (0..7).map(|n| pause(&Outcome::NotSent, n, 1.0).as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(pause(&Outcome::Busy(None), 3, 0.0), Duration::ZERO);
        let wanted = Outcome::Busy(Some(Duration::from_secs(7)));
        assert_eq!(pause(&wanted, 0, 0.5), Duration::from_secs(7));
        let endless = Outcome::Busy(Some(Duration::from_secs(86_400)));
        assert_eq!(pause(&endless, 0, 0.5), LONGEST_PAUSE);
    }
}
