//! Proxy and certificates.

use crate::base::environment::Environment;

/// The caller's settings for the network.
#[derive(Clone, Default)]
pub struct NetworkSettings {
    /// The address of `--proxy`. It overrides the environment.
    pub proxy: Option<String>,
    /// For `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    pub environment: Environment,
    /// Node's own root certificates and the contents of `NODE_EXTRA_CA_CERTS`, in PEM. They join
    /// those of the operating system.
    pub extra_roots_pem: Vec<String>,
}
