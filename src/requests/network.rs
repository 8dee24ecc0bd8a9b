//! The HTTP clients: built at the first request, one per process for each proxy and set of certificates.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::error::Result;
use crate::netsuite::client::Client;
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;

/// Fetches Node's trust roots. That is too slow to do if no request is made.
pub type Roots = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<String>> + Send>> + Send + Sync>;

/// How the requests of a session reach NetSuite.
pub struct Network {
    /// Leaves out Node's trust roots.
    settings: NetworkSettings,
    site: Site,
    roots: Roots,
}

/// Identifies proxy and certificates. It is a hash because the address of a proxy may contain a
/// password.
type Way = [u8; 32];
type Clients = HashMap<Way, Arc<OnceCell<Arc<Client>>>>;

/// The variables that a client is built from.
const VARIABLES: [&str; 8] = [
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
];

impl Network {
    /// Prepares a client; nothing is built yet.
    pub fn new(settings: NetworkSettings, site: Site, roots: Roots) -> Self {
        Self { settings, site, roots }
    }

    /// Returns the client. The first caller builds it.
    pub(super) async fn client(&self) -> Result<Arc<Client>> {
        static CLIENTS: LazyLock<Mutex<Clients>> = LazyLock::new(Mutex::default);
        let way = self.way();
        let cell = {
            let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(clients.entry(way).or_default())
        };
        let client = cell
            .get_or_try_init(|| async {
                let mut settings = self.settings.clone();
                if self.site.needs_certificates() {
                    settings.extra_roots_pem = (self.roots)().await;
                }
                Client::kept_alive(&settings, &self.site).map(Arc::new)
            })
            .await?;
        Ok(Arc::clone(client))
    }

    fn way(&self) -> Way {
        let mut hash = Sha256::new();
        let mut add = |text: Option<&str>| {
            hash.update([u8::from(text.is_some())]);
            hash.update((text.unwrap_or_default().len() as u64).to_le_bytes());
            hash.update(text.unwrap_or_default());
        };
        add(self.site.vm());
        add(self.site.molecule());
        add(self.settings.proxy.as_deref());
        for name in VARIABLES {
            add(self.settings.environment.var(name));
        }
        hash.finalize().into()
    }
}
