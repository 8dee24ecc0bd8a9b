//! One HTTP client with every limit set: hosts, redirects, times, sizes, certificates.

use std::sync::Once;
use std::time::Duration;

use reqwest::{Certificate, ClientBuilder, Method};
use url::Url;

use crate::base::console;
use crate::error::{Code, Error, Result};
use crate::netsuite::dns;
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::proxy;
use crate::netsuite::proxy::ProxyChoice;
use crate::netsuite::response::Response;
use crate::netsuite::site;
use crate::netsuite::site::{Site, loopback_addresses};
use crate::netsuite::transport_error;
use crate::netsuite::transport_error::Destination;

const CONNECT: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(30);
/// The limit of one whole request, even if data keeps arriving.
const WHOLE: Duration = Duration::from_secs(60);
/// How long an idle connection is kept for the next request. Servers close idle connections too, and a
/// request that is sent at that moment is lost.
const KEPT: Duration = Duration::from_secs(10);

/// Sends requests to NetSuite only.
pub struct Client {
    http: reqwest::Client,
    site: Site,
    proxy: Option<ProxyChoice>,
}

impl Client {
    /// A client for this site. Loopback addresses bypass any proxy.
    ///
    /// # Errors
    /// [`Code::ProxyInvalid`] when the address of the proxy is invalid; [`Code::CertificateInvalid`] when
    /// there is no root certificate.
    pub fn new(settings: &NetworkSettings, site: &Site) -> Result<Self> {
        // An open connection would outlive the call.
        Self::build(settings, site, |builder| {
            builder.read_timeout(IDLE).timeout(WHOLE).pool_max_idle_per_host(0)
        })
    }

    /// A client that keeps its connections for the next request. Each request sets its own time limits.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn kept_alive(settings: &NetworkSettings, site: &Site) -> Result<Self> {
        Self::build(settings, site, |builder| builder.pool_idle_timeout(KEPT))
    }

    fn build(
        settings: &NetworkSettings,
        site: &Site,
        connections: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self> {
        install_crypto();
        let proxy = if site.vm().is_some() { None } else { proxy::choose(settings)? };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("netsuite-tba/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .dns_resolver(dns::OnAThread)
            .resolve_to_addrs("localhost", &loopback_addresses())
            .no_proxy();
        if site.needs_certificates() {
            builder =
                builder.https_only(true).tls_certs_merge(certificates(&settings.extra_roots_pem));
        } else {
            // Nothing is verified, so it also works where no root certificates are installed.
            builder = builder.tls_certs_only([]);
        }
        builder = connections(builder);
        if let Some(choice) = &proxy {
            builder = builder.proxy(choice.to_reqwest()?);
        }
        let http = builder.build().map_err(|error| transport_error::of_builder(&error))?;
        Ok(Self { http, site: site.clone(), proxy })
    }

    /// Sends one request without a body and reads the answer. An empty authorization is not sent.
    ///
    /// # Errors
    /// [`Code::HostRefused`] for a URL that does not belong to this site; otherwise the errors of
    /// [`transport_error`].
    pub(super) async fn send(
        &self,
        method: &'static str,
        address: &str,
        authorization: &str,
    ) -> Result<Response> {
        let url =
            Url::parse(address).ok().filter(|url| self.site.permits(url)).ok_or_else(|| {
                let shown = site::without_credentials(address);
                Error::new(Code::HostRefused, format!("{shown} is not an address of NetSuite."))
            })?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let path = url.path().to_owned();
        console::debug(|| format!("{method} {path} on {host}"));
        let method = if method == "GET" { Method::GET } else { Method::POST };
        let mut request = self.http.request(method.clone(), url).header("Accept", "*/*");
        if !authorization.is_empty() {
            request = request.header("Authorization", authorization);
        }
        if method == Method::POST {
            request = request.header("Content-Length", "0");
        }
        let to = self.destination(&host);
        let explain = |error: reqwest::Error| transport_error::explain(&error, &to);
        let response = request.send().await.map_err(explain)?;
        let response = Response::read(&host, response, explain).await?;
        console::debug(|| format!("{host}{path} answered {}", response.summary()));
        Ok(response)
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Returns the destination of a request, for messages.
    pub(super) fn destination<'a>(&'a self, host: &'a str) -> Destination<'a> {
        let proxy = self.proxy.as_ref().filter(|proxy| proxy.applies_to(host));
        Destination { host, vm: self.site.vm(), proxy }
    }
}

/// rustls is built without a provider. One that is already installed is kept.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// Returns every certificate that can be read. Others are skipped, as Node does with
/// `NODE_EXTRA_CA_CERTS`.
fn certificates(pem: &[String]) -> Vec<Certificate> {
    let mut found = Vec::new();
    for text in pem {
        match Certificate::from_pem_bundle(text.as_bytes()) {
            Ok(bundle) => found.extend(bundle),
            Err(_) => console::debug(|| "a root certificate could not be read".to_owned()),
        }
    }
    found
}
