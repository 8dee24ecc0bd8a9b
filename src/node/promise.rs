//! Promises. Every call becomes the same type of future, so that the code that runs them is compiled
//! once.

use std::future::Future;
use std::pin::Pin;

use napi::bindgen_prelude::{Env, PromiseRaw, ToNapiValue};
use napi::sys;

use crate::error::{Error, Result};
use crate::node::errors::thrown;

/// The value that a promise resolves to.
pub struct Settled(Box<dyn FnOnce(sys::napi_env) -> napi::Result<sys::napi_value> + Send>);

impl ToNapiValue for Settled {
    unsafe fn to_napi_value(env: sys::napi_env, settled: Self) -> napi::Result<sys::napi_value> {
        (settled.0)(env)
    }
}

type Work = Pin<Box<dyn Future<Output = napi::Result<Settled>> + Send>>;

/// Returns a promise for the result of the work. A failure becomes a `TbaError`.
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
            // SAFETY: called by `to_napi_value` with its own environment.
            unsafe { T::to_napi_value(env, value) }
        })))
    });
    env.spawn_future(work)
}
