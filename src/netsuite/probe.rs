//! A request without credentials that shows whether NetSuite can be reached, and its time.

use crate::account::AccountId;
use crate::error::Result;
use crate::netsuite::client::Client;
use crate::netsuite::clock::{Skew, TOLERATED};
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::proxy;
use crate::netsuite::site::Site;

/// The result of a request without credentials.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The host that answered.
    pub host: String,
    /// This machine's clock minus NetSuite's, in seconds, if NetSuite sent its time.
    pub clock: Option<i64>,
}

impl Reached {
    /// Returns `15 minutes ahead of NetSuite's`, or `None` if the difference is under a minute.
    pub fn clock_in_words(&self) -> Option<String> {
        self.clock.and_then(|seconds| Skew::between(seconds, 0).in_words())
    }

    /// Whether NetSuite would refuse every timestamp of this machine.
    pub fn clock_is_wrong(&self) -> bool {
        self.clock.is_some_and(|seconds| seconds.saturating_abs() > TOLERATED)
    }
}

/// Sends a request without credentials to the account's host, or to the shared host. Any answer shows
/// that name, proxy, connection and certificate are right.
///
/// # Errors
/// Why NetSuite cannot be reached.
pub async fn reach(client: &Client, site: &Site, account: Option<&AccountId>) -> Result<Reached> {
    let url = format!("{}/rest/datacenterurls", site.request_token_base(account));
    let answer = client.send("GET", &url, "").await?;
    Ok(Reached { clock: answer.skew.map(Skew::seconds), host: answer.host })
}

/// Returns the proxy in use, as `host:port (HTTPS_PROXY)`.
///
/// # Errors
/// [`crate::error::Code::ProxyInvalid`].
pub fn proxy_in_use(settings: &NetworkSettings, site: &Site) -> Result<Option<String>> {
    if site.vm().is_some() {
        return Ok(None);
    }
    let choice = proxy::choose(settings)?;
    let applies = choice.filter(|choice| choice.applies_to("system.netsuite.com"));
    Ok(applies.map(|choice| format!("{} ({})", choice.shown(), choice.source())))
}
