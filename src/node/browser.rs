//! `openBrowser`.

use napi_derive::napi;

use crate::consent;
use crate::environment::Environment;

use super::errors::thrown;
use super::surroundings::Surroundings;

/// Opens an http or https address in the browser; no shell ever sees it.
#[napi(catch_unwind)]
pub fn open_browser(url: String, surroundings: Surroundings) -> napi::Result<()> {
    consent::open_browser(&url, &Environment::from(surroundings)).map_err(|error| thrown(&error))
}
