//! Requests that got no answer: what stood in the way, in plain words.

use std::error::Error as _;
use std::fmt::Write as _;

use crate::error::{Code, Error};
use crate::netsuite::proxy::ProxyChoice;
use crate::text::printable;

/// A client that could not be built: nearly always no root certificates.
pub(super) fn of_builder(error: &reqwest::Error) -> Error {
    Error::new(Code::CertificateInvalid, format!("TLS could not be set up: {}.", cause(error)))
        .with_next_step("Install root certificates (the package ca-certificates), or set SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.")
}

/// What a failed request means. The address is left out of the text: its query could hold more
/// than people should see.
pub(super) fn explain(error: &reqwest::Error, host: &str, proxy: Option<&ProxyChoice>) -> Error {
    let chain = chain(error);
    if let Some(refused) = proxy.and_then(|proxy| proxy_refusal(&chain, proxy)) {
        return refused;
    }
    if let Some(reason) = certificate_reason(&chain) {
        return Error::new(
            Code::CertificateInvalid,
            format!("The certificate of {host} is not trusted: {reason}."),
        );
    }
    if error.is_timeout() {
        let what = if error.is_connect() { "could not be reached" } else { "did not answer" };
        return Error::new(Code::NetworkTimeout, format!("{host} {what} in time."));
    }
    if error.is_connect() {
        let reason =
            if error.is_dns() { "its name could not be resolved".to_owned() } else { cause(error) };
        return Error::new(
            Code::NetworkUnreachable,
            format!("{host} cannot be reached: {reason}."),
        );
    }
    Error::new(
        Code::NetworkUnreachable,
        format!("The connection to {host} broke before the answer was complete: {}.", cause(error)),
    )
}

fn proxy_refusal(chain: &str, proxy: &ProxyChoice) -> Option<Error> {
    let place = format!("The proxy {} (from {})", proxy.shown(), proxy.source());
    let error = |what: &str| Some(Error::new(Code::ProxyRefused, format!("{place} {what}.")));
    if chain.contains("proxy authorization required") {
        return error("wants a user and password (407), or does not accept the ones given");
    }
    if chain.contains("tunnel error: failed to create underlying connection") {
        return error("cannot be reached");
    }
    chain.contains("tunnel error").then(|| error("did not open a connection to NetSuite")).flatten()
}

/// The reasons of rustls, in words people can act on.
fn certificate_reason(chain: &str) -> Option<&'static str> {
    let lower = chain.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if !is(&["certificate", "unknownissuer"]) {
        return None;
    }
    Some(if is(&["not valid for name", "notvalidforname", "not valid for any names"]) {
        "it belongs to another host"
    } else if is(&["unknownissuer", "unknown issuer", "selfsigned", "self-signed", "not trusted"]) {
        "it was issued by an authority this machine does not know, or by itself"
    } else if is(&["not valid yet", "notvalidyet"]) {
        "it is not valid yet (or the clock of this machine is behind)"
    } else if is(&["expired"]) {
        "it has expired (or the clock of this machine is ahead)"
    } else if is(&["revoked"]) {
        "it was revoked"
    } else if is(&["causedasendentity", "ca used as end entity"]) {
        "it is an authority's certificate, not a host's"
    } else {
        "it is not a valid certificate"
    })
}

/// Every message from the outside in, for telling causes apart.
fn chain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(inner) = next {
        let _ = write!(text, "{inner} | {inner:?} | ");
        next = inner.source();
    }
    text
}

/// The innermost message: `Connection refused (os error 111)`.
fn cause(error: &reqwest::Error) -> String {
    let mut last: Option<String> = None;
    let mut next: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(inner) = next {
        last = Some(inner.to_string());
        next = inner.source();
    }
    printable(last.as_deref().unwrap_or("no reason was given").trim_end_matches('.'), 160)
}
