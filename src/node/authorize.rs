//! `Session.authorize`, written without napi-derive because it is called for every request.
//!
//! The generated code costs as much as half a signature: it checks and unwraps `this`, and makes a
//! `String` of each argument. Here the session is bound to the function itself, so `this` does not
//! matter, and the arguments are read onto the stack. Everything else about a session goes through
//! napi-derive (`session.rs`).

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;
use std::slice;
use std::sync::Arc;

use napi::bindgen_prelude::{Env, Object};
use napi::{JsError, sys};

use crate::error::{Code, Error};
use crate::node::errors::{thrown, wrong_option};
use crate::session::Session;
use crate::signer::base_uri::MAX_URL;
use crate::signer::request::Request;

/// Arguments up to this many bytes stay on the stack.
const ON_STACK: usize = 4096;
/// A longer method or URL is refused before it is copied.
const LONGEST: usize = MAX_URL;
/// The largest size of a character in bytes. A buffer with this much space left holds the whole text.
const CHARACTER: usize = 4;

/// A JavaScript function `(method, url) => header` for a session.
pub fn function(env: &Env, session: Arc<Session>) -> napi::Result<Object<'_>> {
    let data = Arc::into_raw(session).cast_mut().cast::<c_void>();
    let mut function = null_mut();
    // SAFETY: `env` belongs to the running call. The name is passed with its length, and `data` is
    // what `authorize` expects: an `Arc<Session>` that lives until `release`.
    let status = unsafe {
        let name = "authorize";
        let length = isize::try_from(name.len()).unwrap_or_default();
        let created = sys::napi_create_function(
            env.raw(),
            name.as_ptr().cast(),
            length,
            Some(authorize),
            data,
            &raw mut function,
        );
        if created == sys::Status::napi_ok {
            let hint = null_mut();
            sys::napi_add_finalizer(env.raw(), function, data, Some(release), hint, null_mut())
        } else {
            created
        }
    };
    if status == sys::Status::napi_ok {
        return Ok(Object::from_raw(env.raw(), function));
    }
    // SAFETY: `release` will not be called with it, and nobody has received the function.
    unsafe { release(env.raw(), data, null_mut()) };
    Err(thrown(&Error::new(Code::Internal, format!("Node-API answered {status}."))))
}

/// Runs when the function is collected, or when its environment ends.
unsafe extern "C" fn release(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: `function` made it from an `Arc<Session>`, and it is released once.
    drop(unsafe { Arc::from_raw(data.cast_const().cast::<Session>()) });
}

unsafe extern "C" fn authorize(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    // A panic must not reach V8.
    // SAFETY: Node passed both for this call.
    let outcome = catch_unwind(AssertUnwindSafe(|| unsafe { header(env, info) }));
    let failure = match outcome {
        Ok(Ok(header)) => return header,
        Ok(Err(failure)) => failure,
        Err(_) => thrown(&Error::new(Code::Internal, "The signer failed.")),
    };
    // SAFETY: Node passed `env` for this call.
    unsafe { JsError::from(failure).throw_into(env) };
    null_mut()
}

/// # Safety
/// Node must have passed both for the running call of a function that [`function`] made.
unsafe fn header(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> napi::Result<sys::napi_value> {
    let mut given = [null_mut(); 2];
    let mut count = given.len();
    let mut data = null_mut();
    // SAFETY: there is space for `count` values. Missing arguments become `undefined`.
    check(unsafe {
        let (count, given) = (&raw mut count, given.as_mut_ptr());
        sys::napi_get_cb_info(env, info, count, given, null_mut(), &raw mut data)
    })?;
    // SAFETY: the session lives as long as the function, and the function is running.
    let session = unsafe { &*data.cast_const().cast::<Session>() };
    let (mut method, mut url) = (Text::<64>::new(), Text::<ON_STACK>::new());
    // SAFETY: the values belong to this call.
    let (method, url) = unsafe { (method.read(env, given[0])?, url.read(env, given[1])?) };
    let method = method.ok_or_else(|| wrong("the HTTP method as a string"))?;
    let url = url.ok_or_else(|| wrong("the URL as a string or URL"))?;
    let request = Request::new(method, url);
    let write = |header: &str| {
        let mut value = null_mut();
        let length = isize::try_from(header.len()).unwrap_or_default();
        // SAFETY: a header is ASCII, which is Latin-1, and is copied.
        let status = unsafe {
            sys::napi_create_string_latin1(env, header.as_ptr().cast(), length, &raw mut value)
        };
        check(status).map(|()| value)
    };
    let written = session.identity.with_signer(|signer| signer.with_authorization(&request, write));
    written.map_err(|error| thrown(&error))?
}

/// An argument, on the stack unless it is long.
struct Text<const ROOM: usize> {
    stack: [MaybeUninit<u8>; ROOM],
    heap: Vec<u8>,
}

impl<const ROOM: usize> Text<ROOM> {
    fn new() -> Self {
        Self { stack: [MaybeUninit::uninit(); ROOM], heap: Vec::new() }
    }

    /// Returns the text of a string, with lone surrogates as U+FFFD, or `None` if the value is not a string.
    ///
    /// # Safety
    /// The value must belong to the running call.
    unsafe fn read(
        &mut self,
        env: sys::napi_env,
        value: sys::napi_value,
    ) -> napi::Result<Option<&str>> {
        let mut length = 0;
        // SAFETY: the buffer has ROOM bytes, and the last one is for the zero.
        let status = unsafe {
            let start = self.stack.as_mut_ptr().cast();
            sys::napi_get_value_string_utf8(env, value, start, ROOM, &raw mut length)
        };
        if status == sys::Status::napi_string_expected {
            return Ok(None);
        }
        check(status)?;
        if length + CHARACTER < ROOM {
            // SAFETY: Node wrote this many bytes.
            let bytes = unsafe { slice::from_raw_parts(self.stack.as_ptr().cast(), length) };
            return Ok(str::from_utf8(bytes).ok());
        }
        // SAFETY: without a buffer, only the length is returned.
        check(unsafe {
            sys::napi_get_value_string_utf8(env, value, null_mut(), 0, &raw mut length)
        })?;
        if length > LONGEST {
            let message = format!("An argument has {length} bytes, more than {LONGEST}.");
            return Err(thrown(&Error::new(Code::RequestInvalid, message)));
        }
        self.heap = vec![0; length + 1];
        // SAFETY: the buffer has space for the text and a zero.
        check(unsafe {
            let start = self.heap.as_mut_ptr().cast();
            sys::napi_get_value_string_utf8(env, value, start, length + 1, &raw mut length)
        })?;
        self.heap.truncate(length);
        Ok(str::from_utf8(&self.heap).ok())
    }
}

fn wrong(what: &str) -> napi::Error {
    wrong_option(format!("authorize() takes {what}."))
}

fn check(status: sys::napi_status) -> napi::Result<()> {
    if status == sys::Status::napi_ok {
        return Ok(());
    }
    Err(thrown(&Error::new(Code::Internal, format!("Node-API answered {status}."))))
}
