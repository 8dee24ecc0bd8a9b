//! The HTTP client: built at the first request, one per process for each way out of it.

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

/// Fetches Node's own trust roots, which cost too much to fetch when no request is made.
pub type Roots = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Vec<String>> + Send>> + Send + Sync>;

/// How the requests of a session reach NetSuite.
pub struct Network {
    /// Without the trust roots of Node.
    settings: NetworkSettings,
    site: Site,
    roots: Roots,
}

/// What decides over which proxy and with which certificates a request goes. A hash, since the
/// address of a proxy may hold a password.
type Way = [u8; 32];
type Clients = HashMap<Way, Arc<OnceCell<Arc<Client>>>>;

/// The variables a client is built from.
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
    /// A way to NetSuite; nothing is built yet.
    pub fn new(settings: NetworkSettings, site: Site, roots: Roots) -> Self {
        Self { settings, site, roots }
    }

    /// The client, built by whoever needs it first.
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
