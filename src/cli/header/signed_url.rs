//! The URL in the base string of code with certain mistakes.

use crate::account::AccountId;
use crate::cli::header::parse::{Header, decode_bytes};
use crate::cli::header::recipe::{Host, Path, Port, Scheme, Tail, Times, UrlRecipe};
use crate::cli::header::request::Request;
use crate::signer::base_uri::write_base_uri;
use crate::signer::encode::encoded;
use crate::signer::reusable_buffer::ReusableBuffer;

/// The URL that code with this recipe signs, encoded.
pub fn signed_url(request: &Request<'_>, header: &Header, recipe: &UrlRecipe) -> String {
    if *recipe == UrlRecipe::default() {
        let mut out = ReusableBuffer::default();
        if write_base_uri(&mut out, request.url).is_ok() {
            return String::from_utf8_lossy(out.text()).into_owned();
        }
    }
    let parts = request.parts();
    let secure = parts.scheme.eq_ignore_ascii_case("https") != (recipe.scheme == Scheme::Other);
    let scheme = match (recipe.scheme, secure) {
        _ if recipe.host == Host::LeftOut => "",
        (Scheme::LeftOut, _) => "",
        (Scheme::UpperCase, true) => "HTTPS://",
        (Scheme::UpperCase, false) => "HTTP://",
        (_, true) => "https://",
        (_, false) => "http://",
    };
    let default = if secure { "443" } else { "80" };
    let written = parts.port.filter(|port| !port.is_empty());
    let port = match recipe.port {
        _ if recipe.host == Host::LeftOut => None,
        Port::Never => None,
        Port::Always => Some(written.unwrap_or(default)),
        Port::UnlessDefault => written.filter(|port| *port != default),
    };
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let tail = match recipe.tail {
        Tail::Nothing => String::new(),
        Tail::Query => format!("?{}", request.query()),
        Tail::QuestionMark => "?".to_owned(),
        Tail::Fragment => format!("#{}", request.fragment().unwrap_or_default()),
    };
    let whole = format!(
        "{scheme}{}{port}{}{tail}",
        host(request, header, recipe.host),
        path(parts.path, recipe.path)
    );
    match recipe.encoded {
        Times::Never => whole,
        Times::Once => encoded(&whole),
        Times::Twice => encoded(&encoded(&whole)),
    }
}

fn host(request: &Request<'_>, header: &Header, rule: Host) -> String {
    let written = request.parts().host;
    let lower = written.to_ascii_lowercase();
    let realm = || AccountId::parse(&header.value("realm").unwrap_or_default()).ok();
    let account = request.account().or_else(realm);
    let of_account = |label: &dyn Fn(&AccountId) -> String, service: Option<String>| {
        let (account, service) = (account.as_ref()?, service?);
        Some(format!("{}.{service}.netsuite.com", label(account)))
    };
    let other = match rule {
        Host::LowerCase => None,
        Host::AsWritten => Some(written.to_owned()),
        Host::UpperCase => Some(written.to_ascii_uppercase()),
        Host::LeftOut => Some(String::new()),
        Host::Shared(shared) => Some(shared.to_owned()),
        Host::Service(service) => of_account(&AccountId::host_label, Some(service.to_owned())),
        Host::Underscore => {
            of_account(&|account| account.as_str().to_ascii_lowercase(), request.service())
        }
        Host::UpperCaseUnderscore => {
            of_account(&|account| account.as_str().to_owned(), request.service())
        }
        Host::OfProduction => of_account(
            &|account| account.host_label().split('-').next().unwrap_or_default().to_owned(),
            request.service(),
        ),
    };
    other.unwrap_or(lower)
}

fn path(written: &str, rule: Path) -> String {
    let sent = if written.is_empty() { "/" } else { written };
    match rule {
        Path::AsSent => sent.to_owned(),
        Path::Decoded => String::from_utf8_lossy(&decode_bytes(sent)).into_owned(),
        Path::EncodedAgain => sent.replace('%', "%25"),
        Path::LowerCase => sent.to_ascii_lowercase(),
        Path::NoSlash => sent.trim_end_matches('/').to_owned(),
        Path::ExtraSlash => format!("{}/", sent.trim_end_matches('/')),
        Path::LeftOut => String::new(),
    }
}
