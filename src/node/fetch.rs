//! `Session.fetch`: takes a request from JavaScript and returns the answer. Each body is copied once.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use napi::bindgen_prelude::{Buffer, Either, Env, Function, PromiseRaw, Uint8ArraySlice};
use napi_derive::napi;

use crate::node::errors::thrown;
use crate::node::promise::{Settled, promise};
use crate::node::session::{Abort, NativeSession};
use crate::requests::outgoing::{Body, BodyKind, Outgoing, check_size};
use crate::requests::sender::{Delivered, OnRetry, RetryEvent, Supervision};

/// A request. `lib/fetch.js` has checked the types of its members.
#[napi(object)]
pub struct RequestOptions {
    /// The HTTP method.
    pub method: Option<String>,
    /// A path or a URL.
    pub url: String,
    /// `[name, value]` pairs.
    pub headers: Vec<(String, String)>,
    /// `[name, value]` pairs, added to the URL.
    pub query: Vec<(String, String)>,
    /// `text`, `form`, `json` or `bytes`.
    pub kind: String,
    /// The limit of the whole call.
    pub timeout_ms: Option<u32>,
    /// The number of retries.
    pub retries: Option<u32>,
}

/// An answer, which `lib/fetch.js` turns into a `Response`.
#[napi(object)]
pub struct NativeAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Its reason phrase.
    pub status_text: String,
    /// `[name, value]` pairs.
    pub headers: Vec<(String, String)>,
    /// The body, decoded.
    pub body: Buffer,
    /// The URL that answered.
    pub url: String,
    /// Whether the answer came from another URL than the requested one.
    pub redirected: bool,
    /// The number of attempts.
    pub attempts: u32,
}

/// The event that `onRetry` receives.
#[napi(object)]
pub struct NativeRetryEvent {
    /// The number of attempts so far.
    pub attempt: u32,
    /// Why the request is sent again.
    pub reason: String,
    /// The pause before the next attempt.
    pub wait_ms: f64,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
}

#[napi]
impl NativeSession {
    /// Sends a signed request.
    #[napi(catch_unwind, ts_return_type = "Promise<NativeAnswer>")]
    pub fn fetch<'env>(
        &self,
        env: &'env Env,
        request: RequestOptions,
        body: Option<Either<String, Uint8ArraySlice<'env>>>,
        abort: &Abort,
        on_retry: Option<Function<'env, NativeRetryEvent, ()>>,
    ) -> napi::Result<PromiseRaw<'env, Settled>> {
        let sender = self.sender().map_err(|error| thrown(&error))?;
        let kind = match request.kind.as_str() {
            "form" => BodyKind::Form,
            "json" => BodyKind::Json,
            "text" => BodyKind::Text,
            _ => BodyKind::Bytes,
        };
        // Copied once, because the caller may change its buffer.
        let body = match body {
            None => None,
            Some(Either::A(text)) => Some(Bytes::from(text)),
            Some(Either::B(bytes)) => {
                check_size(bytes.len()).map_err(|error| thrown(&error))?;
                Some(Bytes::copy_from_slice(&bytes))
            }
        };
        let outgoing = Outgoing {
            method: request.method,
            target: request.url,
            query: request.query,
            headers: request.headers,
            body: body.map(|bytes| Body { kind, bytes }),
            timeout: request.timeout_ms.map(|ms| Duration::from_millis(ms.into())),
            retries: request.retries,
        };
        let on_retry = on_retry.as_ref().map(listener).transpose()?;
        let supervision = Supervision { abort: abort.handle(), on_retry };
        promise(
            env,
            async move { sender.send(outgoing, supervision).await.map(NativeAnswer::from) },
        )
    }
}

/// A JavaScript function that is called and awaited before a request is sent again.
fn listener(function: &Function<'_, NativeRetryEvent, ()>) -> napi::Result<OnRetry> {
    let function =
        function.build_threadsafe_function().weak::<true>().callee_handled::<false>().build()?;
    let function = Arc::new(function);
    Ok(Arc::new(move |event: RetryEvent| {
        let function = Arc::clone(&function);
        Box::pin(async move {
            // A listener reports its own failures. If it is gone, it needs no event.
            let _ = function.call_async(NativeRetryEvent::from(event)).await;
        })
    }))
}

impl From<RetryEvent> for NativeRetryEvent {
    fn from(event: RetryEvent) -> Self {
        Self {
            attempt: event.attempt,
            reason: event.reason.as_str().to_owned(),
            wait_ms: (event.wait.as_secs_f64() * 1_000.0).round(),
            status: event.status,
        }
    }
}

impl From<Delivered> for NativeAnswer {
    fn from(answer: Delivered) -> Self {
        Self {
            status: answer.status,
            status_text: answer.reason.to_owned(),
            headers: answer.headers,
            body: answer.body.into(),
            url: answer.url,
            redirected: answer.redirected,
            attempts: answer.attempts,
        }
    }
}
