//! `Sender`: sends the requests of one signed-in task, each as often as the rules allow.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, StatusCode};
use tokio::time::Instant;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::exchange::{Exchange, FullAnswer, Lost};
use crate::netsuite::site::Site;
use crate::requests::clock;
use crate::requests::clock::Correction;
use crate::requests::identity::{Current, Identity, InUse, Renewal};
use crate::requests::limiter::{Limiter, Ticket};
use crate::requests::network::Network;
use crate::requests::outgoing::{Outgoing, Ready};
use crate::requests::refusal;
use crate::requests::refusal::Whose;
use crate::requests::retry::{Outcome, RetryReason, Step, outcome_of, pause, step_after};
use crate::signer::request::Request;

/// How many redirects are followed.
const MAX_HOPS: u32 = 5;

/// Sends the requests of one signed-in task.
pub struct Sender {
    pub(super) site: Site,
    pub(super) account: AccountId,
    /// The name of the token, if it has one.
    pub(super) name: Option<String>,
    network: Network,
    limiter: Arc<Limiter>,
    current: Arc<Current>,
    renewal: Option<Arc<dyn Renewal>>,
}

/// An event that is reported before a request is sent again.
#[derive(Clone, Debug)]
pub struct RetryEvent {
    /// The number of attempts so far.
    pub attempt: u32,
    /// Why the request is sent again.
    pub reason: RetryReason,
    /// The pause before the next attempt.
    pub wait: Duration,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
}

/// Called and awaited before a request is sent again.
pub type OnRetry =
    Arc<dyn Fn(RetryEvent) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// How the caller controls a request.
pub struct Supervision {
    /// Stops the call.
    pub abort: Abort,
    /// An event that is reported before a request is sent again.
    pub on_retry: Option<OnRetry>,
}

/// The answer for the caller.
pub struct Delivered {
    /// The HTTP status.
    pub status: u16,
    /// Its reason phrase.
    pub reason: &'static str,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// The URL that answered.
    pub url: String,
    /// Whether the answer came from another URL than the requested one.
    pub redirected: bool,
    /// The number of attempts.
    pub attempts: u32,
}

impl Sender {
    /// A sender for a token.
    pub fn new(
        (site, account, name): (Site, AccountId, Option<String>),
        network: Network,
        concurrency: usize,
        current: Arc<Current>,
        renewal: Option<Arc<dyn Renewal>>,
    ) -> Self {
        let limiter = Limiter::of(&site, &account, concurrency);
        Self { site, account, name, network, limiter, current, renewal }
    }

    /// Sends a request and returns its answer with any status.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`] and [`Code::HostRefused`] before a byte is sent; the codes of the
    /// network when there is no answer; [`Code::InvalidLogin`] and the other refusals when the
    /// token, its role or its integration record is refused; [`Code::Cancelled`].
    pub async fn send(&self, outgoing: Outgoing, supervision: Supervision) -> Result<Delivered> {
        let ready = outgoing.ready(&self.site, &self.account)?;
        if supervision.abort.is_aborted() {
            return Err(cancelled(false));
        }
        let deadline = Instant::now() + ready.timeout;
        let ticket = self.limiter.ticket();
        let progress =
            Progress { attempts: 0, repeats: 0, clock: 0, doubts: 0, sign_ins: 0, hops: 0 };
        Call { sender: self, ready, supervision, deadline, ticket, progress }.run().await
    }
}

/// Counts what was done for one call.
struct Progress {
    attempts: u32,
    repeats: u32,
    clock: u32,
    doubts: u32,
    sign_ins: u32,
    hops: u32,
}

/// One running call.
struct Call<'a> {
    sender: &'a Sender,
    ready: Ready,
    supervision: Supervision,
    deadline: Instant,
    ticket: Ticket,
    progress: Progress,
}

/// One attempt and its outcome.
struct Attempt {
    signed_with: Arc<InUse>,
    clock_was_corrected: bool,
    outcome: Outcome,
    result: std::result::Result<FullAnswer, Lost>,
}

impl Attempt {
    fn status(&self) -> Option<u16> {
        self.result.as_ref().ok().map(|answer| answer.status)
    }
}

impl Call<'_> {
    async fn run(mut self) -> Result<Delivered> {
        let client = self.sender.network.client();
        let client = self.in_time(client).await?.ok_or_else(|| self.too_late("was not sent"))??;
        loop {
            let attempt = self.attempt(&client).await?;
            let goes_on = match step_after(&attempt.outcome, &self.ready.method) {
                Step::SendAgain(reason) => self.waited(reason, &attempt).await?,
                Step::CorrectClock => self.corrected_clock(&attempt).await?,
                Step::AskWhy => self.has_new_token(&attempt, &client).await?,
                Step::Follow => self.followed(&attempt),
                Step::Deliver | Step::FailAsLost | Step::Fail => false,
            };
            if !goes_on {
                return self.settle(attempt);
            }
        }
    }

    /// Waits for a place in the limiter, signs, and sends once.
    async fn attempt(&mut self, client: &Client) -> Result<Attempt> {
        let place = self.in_time(self.sender.limiter.place(self.ticket)).await?;
        let place = place.ok_or_else(|| self.too_late("did not get its turn"))?;
        let signed_with = self.sender.current.get();
        let clock_was_corrected = clock::PROCESS.is_corrected();
        let authorization = self.sign(&signed_with.identity)?;
        self.progress.attempts += 1;
        let exchange = Exchange {
            method: &self.ready.method,
            url: &self.ready.url,
            headers: &self.ready.headers,
            authorization: &authorization,
            body: &self.ready.body,
            idle: self.ready.idle,
        };
        let sending = client.exchange(&exchange, self.progress.attempts);
        let result = match self.in_time(sending).await.map_err(|_| cancelled(!self.only_reads()))? {
            Some(result) => result,
            None => Err(Lost { error: self.too_late("was not answered"), may_have_run: true }),
        };
        let outcome = match &result {
            Ok(answer) => outcome_of(answer, clock::now()),
            Err(lost) if lost.error.code() == Code::AnswerTooLarge => Outcome::AnswerTooLarge,
            Err(lost) if lost.may_have_run => Outcome::AnswerLost,
            Err(_) => Outcome::NotSent,
        };
        match outcome {
            Outcome::Busy(_) => place.was_busy(),
            Outcome::Answered => place.was_served(),
            _ => drop(place),
        }
        Ok(Attempt { signed_with, clock_was_corrected, outcome, result })
    }

    fn sign(&self, identity: &Identity) -> Result<String> {
        let pairs = self.ready.form.iter();
        let form: Vec<_> = pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        identity.signer.authorize(&Request {
            method: self.ready.method.as_str(),
            url: self.ready.url.as_str(),
            parameters: &[],
            form: &form,
        })
    }

    /// Returns the outcome, `None` if the time limit of the call passes first, or an error if the call is
    /// stopped.
    async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<Option<T>> {
        tokio::select! {
            biased;
            () = self.supervision.abort.aborted() => Err(cancelled(false)),
            done = tokio::time::timeout_at(self.deadline, work) => Ok(done.ok()),
        }
    }

    async fn tell(&self, reason: RetryReason, wait: Duration, attempt: &Attempt) -> Result<()> {
        let Some(on_retry) = &self.supervision.on_retry else { return Ok(()) };
        let (status, sent) = (attempt.status(), self.progress.attempts);
        self.in_time(on_retry(RetryEvent { attempt: sent, reason, wait, status })).await?;
        if self.supervision.abort.is_aborted() { Err(cancelled(false)) } else { Ok(()) }
    }

    /// Waits before the request is sent again, unless no attempt or no time is left.
    async fn waited(&mut self, reason: RetryReason, attempt: &Attempt) -> Result<bool> {
        let wait = pause(&attempt.outcome, self.progress.repeats, random());
        let time_left = self.deadline.saturating_duration_since(Instant::now());
        if self.progress.repeats >= self.ready.retries || wait >= time_left {
            return Ok(false);
        }
        self.progress.repeats += 1;
        self.tell(reason, wait, attempt).await?;
        self.in_time(tokio::time::sleep(wait)).await?;
        Ok(true)
    }

    async fn corrected_clock(&mut self, attempt: &Attempt) -> Result<bool> {
        let Outcome::ClockRefused(ahead) = attempt.outcome else { return Ok(false) };
        self.progress.clock += 1;
        let allowed = self.ready.retries > 0 && self.progress.clock == 1;
        if !allowed
            || clock::correct_process(ahead, attempt.clock_was_corrected) == Correction::Useless
        {
            return Err(refusal::of_the_clock(ahead));
        }
        self.tell(RetryReason::Clock, Duration::ZERO, attempt).await?;
        Ok(true)
    }

    /// Finds out why the token is refused. Replaces it if that helps and somebody is there to sign in.
    async fn has_new_token(&mut self, attempt: &Attempt, client: &Client) -> Result<bool> {
        let sender = self.sender;
        let whose = Whose { account: &sender.account, name: sender.name.as_deref() };
        let refused = &attempt.signed_with;
        let may_repeat = self.ready.retries > 0 && self.progress.sign_ins == 0;
        if may_repeat && !Arc::ptr_eq(refused, &sender.current.get()) {
            // Another request has replaced it meanwhile.
            self.progress.sign_ins += 1;
            self.tell(RetryReason::SignedInAgain, Duration::ZERO, attempt).await?;
            return Ok(true);
        }
        let asked = self.in_time(refused.why(client, &sender.site, &sender.account)).await?;
        let cause = match asked.unwrap_or_else(|| Err(self.too_late("was refused"))) {
            Ok(()) => {
                // A nonce or a timestamp that arrived too late is refused like this. A refused request
                // was not run, so it can be sent once more.
                self.progress.doubts += 1;
                if self.ready.retries > 0 && self.progress.doubts == 1 {
                    return Ok(true);
                }
                return Err(refusal::of_this_request(&whose, &self.ready.url));
            }
            Err(cause) => cause,
        };
        if cause.code() != Code::InvalidLogin {
            return Err(refusal::explained(&whose, &cause));
        }
        match sender.renewal.as_ref().filter(|renewal| may_repeat && renewal.is_possible()) {
            None => Err(refusal::of_the_token(&whose, &cause)),
            Some(renewal) => {
                self.progress.sign_ins += 1;
                self.renewed(renewal.as_ref(), refused, &cause).await?;
                self.tell(RetryReason::SignedInAgain, Duration::ZERO, attempt).await?;
                Ok(true)
            }
        }
    }

    /// Replaces the token, once for all refused requests. The time limit of the call pauses meanwhile,
    /// because the sign-in has its own limit.
    async fn renewed(
        &mut self,
        renewal: &dyn Renewal,
        refused: &Arc<InUse>,
        cause: &Error,
    ) -> Result<()> {
        let sender = self.sender;
        if let Some(error) = refused.failure() {
            return Err(error);
        }
        let started = Instant::now();
        let whose = Whose { account: &sender.account, name: sender.name.as_deref() };
        refusal::announce(&whose, refused, cause);
        let abort = self.supervision.abort.clone();
        let renewed = renewal.renew(&refused.identity.token_id, abort).await;
        self.deadline += started.elapsed();
        match renewed {
            Ok(identity) => {
                sender.current.replace(refused, identity);
                Ok(())
            }
            Err(error) => {
                if error.code() != Code::Cancelled || !self.supervision.abort.is_aborted() {
                    refused.note_failure(&error);
                }
                Err(error)
            }
        }
    }

    /// Continues with the URL of a redirect, if it belongs to the account.
    fn followed(&mut self, attempt: &Attempt) -> bool {
        let Ok(answer) = &attempt.result else { return false };
        let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let target = location.and_then(|location| self.ready.url.join(location).ok());
        let own = target.filter(|url| self.sender.site.belongs_to(&self.sender.account, url));
        let Some(mut url) = own.filter(|_| self.progress.hops < MAX_HOPS) else { return false };
        self.progress.hops += 1;
        url.set_fragment(None);
        self.ready.url = url;
        // As in fetch: 303 always becomes a GET, and 301 and 302 turn a POST into a GET.
        let becomes_get = match answer.status {
            303 => self.ready.method != Method::HEAD,
            301 | 302 => self.ready.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.ready.method = Method::GET;
            self.ready.body.clear();
            self.ready.form.clear();
            self.ready.headers.remove(reqwest::header::CONTENT_TYPE);
        }
        true
    }

    fn settle(self, attempt: Attempt) -> Result<Delivered> {
        let answer = match attempt.result {
            Ok(answer) => answer,
            Err(lost) if attempt.outcome == Outcome::AnswerLost && !self.only_reads() => {
                return Err(answer_lost(&self.ready, &lost.error));
            }
            Err(lost) => return Err(lost.error),
        };
        let status = StatusCode::from_u16(answer.status).ok();
        Ok(Delivered {
            status: answer.status,
            reason: status.and_then(|status| status.canonical_reason()).unwrap_or_default(),
            headers: pairs(&answer.headers),
            body: answer.body,
            url: self.ready.url.into(),
            redirected: self.progress.hops > 0,
            attempts: self.progress.attempts,
        })
    }

    fn only_reads(&self) -> bool {
        matches!(self.ready.method, Method::GET | Method::HEAD)
    }

    fn too_late(&self, what: &str) -> Error {
        let (method, path) = (&self.ready.method, self.ready.url.path());
        let seconds = self.ready.timeout.as_secs_f64();
        let message = format!("{method} {path} {what} within {seconds} seconds.");
        Error::new(Code::NetworkTimeout, message).with_next_step(
            "Allow more time (timeoutMs, --timeout), or send fewer requests at once.",
        )
    }
}

fn answer_lost(ready: &Ready, error: &Error) -> Error {
    let (method, path) = (&ready.method, ready.url.path());
    let message = format!(
        "The answer to {method} {path} was lost, and NetSuite may have run it. {}",
        error.message()
    );
    Error::new(Code::AnswerLost, message)
}

fn cancelled(may_have_run: bool) -> Error {
    let message = if may_have_run {
        "The request was cancelled; NetSuite may have run it."
    } else {
        "The request was cancelled."
    };
    Error::new(Code::Cancelled, message).with_next_step("Send it again when you are ready.")
}

/// Header values are Latin-1 in HTTP, as in every client.
fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}

/// Returns a number from 0 to 1. Without a source of random numbers, every pause has its full length.
fn random() -> f64 {
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}
