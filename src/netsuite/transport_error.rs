//! Describes in plain words why a request got no answer.
//!
//! Causes are distinguished by their types. A library's text is shown only if no type says more, and
//! never with a link in it.

use std::error::Error as StdError;
use std::io;

use rustls::{CertificateError, Error as TlsError, OtherError};

use crate::error::{Code, Error};
use crate::netsuite::proxy::ProxyChoice;
use crate::text::printable;

/// Where a request was sent, for the message.
pub(super) struct Destination<'a> {
    pub(super) host: &'a str,
    /// The address of `--vm`, if that is the destination.
    pub(super) vm: Option<&'a str>,
    pub(super) proxy: Option<&'a ProxyChoice>,
}

/// The error for a client that could not be built. The usual cause is that there are no root
/// certificates.
pub(super) fn of_builder(error: &reqwest::Error) -> Error {
    Error::new(Code::CertificateInvalid, format!("TLS could not be set up: {}.", reason(error)))
        .with_next_step("Install root certificates (the package ca-certificates), or set SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.")
}

/// Returns the error for a failed request. Its text leaves out the URL, whose query may contain secrets.
pub(super) fn explain(error: &reqwest::Error, to: &Destination<'_>) -> Error {
    if let Some(refused) = to.proxy.and_then(|proxy| proxy_refusal(error, proxy)) {
        return refused;
    }
    // No thread could be started to resolve the name.
    if let Some(ours) = find::<Error>(error) {
        return Error::new(ours.code(), ours.message()).with_next_step(ours.next_step());
    }
    let place = to.vm.unwrap_or(to.host);
    if let Some(TlsError::InvalidCertificate(certificate)) = find::<TlsError>(error) {
        let reason = certificate_reason(certificate);
        let text = format!("The certificate of {place} is not trusted: {reason}.");
        return Error::new(Code::CertificateInvalid, text);
    }
    let failed = if error.is_timeout() {
        let what = if error.is_connect() { "could not be reached" } else { "did not answer" };
        Error::new(Code::NetworkTimeout, format!("{place} {what} in time."))
    } else if !error.is_connect() {
        let reason = reason(error);
        let text =
            format!("The connection to {place} broke before the answer was complete: {reason}.");
        Error::new(Code::NetworkUnreachable, text)
    } else if to.vm.is_some() && find::<TlsError>(error).is_none() {
        let text = format!("Nothing answers at {place}. Is the simulator running?");
        Error::new(Code::NetworkUnreachable, text)
    } else {
        let reason = if error.is_dns() {
            "its name could not be resolved".to_owned()
        } else {
            reason(error)
        };
        Error::new(Code::NetworkUnreachable, format!("{place} cannot be reached: {reason}."))
    };
    // A company's proxy is never in front of this machine itself.
    if to.vm.is_some() { failed.with_next_step(START_THE_SIMULATOR) } else { failed }
}

const START_THE_SIMULATOR: &str =
    "Start it with npx netsuite-tba simulator, correct --vm, or leave --vm out to use NetSuite.";

/// Recognises these errors by their text, because the HTTP library does not export their type.
fn proxy_refusal(error: &reqwest::Error, proxy: &ProxyChoice) -> Option<Error> {
    let told =
        sources(error).map(ToString::to_string).find(|text| text.contains("tunnel error"))?;
    let what = if told.contains("proxy authorization required") {
        "wants a user and password (407), or does not accept the ones given"
    } else if told.contains("failed to create underlying connection") {
        "cannot be reached"
    } else {
        "did not open a connection to NetSuite"
    };
    let place = format!("The proxy {} (from {})", proxy.shown(), proxy.source());
    Some(Error::new(Code::ProxyRefused, format!("{place} {what}.")))
}

/// Describes the errors of rustls in words that users can act on.
fn certificate_reason(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it belongs to another host"
        }
        CertificateError::UnknownIssuer => {
            "it was issued by an authority this machine does not know, or it is self-signed"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet (or the clock of this machine is behind)"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired (or the clock of this machine is ahead)"
        }
        CertificateError::Revoked => "it was revoked",
        CertificateError::Other(OtherError(other)) if is_ca_as_end_entity(other.as_ref()) => {
            "it is self-signed, so no authority vouches for it"
        }
        _ => "it is not a valid certificate",
    }
}

/// Checks for a host's certificate that is marked as an authority. By default, tools mark a self-signed
/// certificate like that.
fn is_ca_as_end_entity(error: &(dyn StdError + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}

/// Returns the causes of an error, the outermost first.
fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |error| below(*error))
}

/// `io::Error::source` skips the error that it wraps, so `get_ref` is used.
fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn find<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    sources(error).find_map(|source| source.downcast_ref())
}

/// Describes why a connection failed, for the end of a sentence.
fn reason(error: &reqwest::Error) -> String {
    if let Some(tls) = find::<TlsError>(error) {
        return match tls {
            TlsError::InvalidMessage(_) => "what answers there does not speak TLS".to_owned(),
            other => without_links(&other.to_string()),
        };
    }
    if let Some(known) = find::<io::Error>(error).and_then(|error| words_for(error.kind())) {
        return known.to_owned();
    }
    let innermost = sources(error).last().map(ToString::to_string);
    without_links(innermost.as_deref().unwrap_or("no reason was given"))
}

fn words_for(kind: io::ErrorKind) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    Some(match kind {
        Kind::ConnectionRefused => "the connection was refused",
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
            "the other side closed the connection"
        }
        Kind::UnexpectedEof => "the other side closed the connection too early",
        Kind::HostUnreachable | Kind::NetworkUnreachable => "there is no route to it",
        Kind::NetworkDown => "the network is down",
        _ => return None,
    })
}

/// Removes links from a library's text. They lead to documentation for programmers.
fn without_links(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|word| !word.contains("://")).collect();
    printable(words.join(" ").trim_end_matches(['.', ':', ' ']), 160)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_librarys_text_is_shown_without_its_links() {
        for (text, shown) in [
            (
                "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof",
                "peer closed connection without sending TLS close_notify",
            ),
            ("see http://a.example/ for more", "see for more"),
            ("broken.", "broken"),
        ] {
            assert_eq!(without_links(text), shown);
        }
    }

    #[test]
    fn a_certificate_is_described_by_the_type_of_its_error() {
        let other = |error| CertificateError::Other(OtherError(std::sync::Arc::new(error)));
        let self_signed = other(webpki::Error::CaUsedAsEndEntity);
        assert!(certificate_reason(&self_signed).starts_with("it is self-signed"));
        for (error, words) in [
            (CertificateError::UnknownIssuer, "does not know"),
            (CertificateError::NotValidForName, "another host"),
            (CertificateError::Expired, "expired"),
            (CertificateError::Revoked, "revoked"),
            (other(webpki::Error::BadDer), "not a valid certificate"),
        ] {
            assert!(certificate_reason(&error).contains(words), "{error:?}");
        }
    }
}
