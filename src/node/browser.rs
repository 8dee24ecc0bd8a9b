//! `openBrowser`.

use napi_derive::napi;

use crate::base::environment::Environment;
use crate::consent;
use crate::node::errors::thrown;
use crate::node::process_snapshot::ProcessSnapshot;

/// Opens an http or https address in the browser, without a shell.
#[napi(catch_unwind)]
pub fn open_browser(url: String, surroundings: ProcessSnapshot) -> napi::Result<()> {
    consent::browser::open_browser(&url, &Environment::from(surroundings))
        .map_err(|error| thrown(&error))
}
