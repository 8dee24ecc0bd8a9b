//! Promises: every call becomes the same kind of future, so that what runs them is compiled once.

use std::future::Future;
use std::pin::Pin;

use napi::bindgen_prelude::{Env, PromiseRaw, ToNapiValue};
use napi::sys;

use crate::error::{Error, Result};
use crate::node::errors::thrown;

/// What a promise resolves to, on its way to JavaScript.
pub struct Settled(Box<dyn FnOnce(sys::napi_env) -> napi::Result<sys::napi_value> + Send>);

impl ToNapiValue for Settled {
    unsafe fn to_napi_value(env: sys::napi_env, settled: Self) -> napi::Result<sys::napi_value> {
        (settled.0)(env)
    }
}

type Work = Pin<Box<dyn Future<Output = napi::Result<Settled>> + Send>>;

/// A promise of what the work comes to; a failure becomes a `TbaError`.
pub fn promise<T: ToNapiValue + Send + 'static>(
    env: &Env,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> napi::Result<PromiseRaw<'_, Settled>> {
    promise_as(env, thrown, work)
}

/// The same with failures converted by `thrown`.
pub fn promise_as<T: ToNapiValue + Send + 'static>(
    env: &Env,
    thrown: fn(&Error) -> napi::Error,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> napi::Result<PromiseRaw<'_, Settled>> {
    let work: Work = Box::pin(async move {
        let value = work.await.map_err(|error| thrown(&error))?;
        Ok(Settled(Box::new(move |env| {
            // SAFETY: called by `to_napi_value`, with the environment it was called with.
            unsafe { T::to_napi_value(env, value) }
        })))
    });
    env.spawn_future(work)
}
