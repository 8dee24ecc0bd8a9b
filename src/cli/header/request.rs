//! The request that a header is for.

use crate::account::AccountId;
use crate::error::{Code, Error, Result};
use crate::signer;
use crate::text::printable;

/// The request.
pub struct Request<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The URL.
    pub url: &'a str,
    /// The body, where it is known.
    pub body: Option<&'a str>,
}

/// The parts of a URL as they are written.
pub struct Parts<'a> {
    /// `https` or `http`.
    pub scheme: &'a str,
    /// The host.
    pub host: &'a str,
    /// The port, where one is written.
    pub port: Option<&'a str>,
    /// The path, up to the query.
    pub path: &'a str,
}

impl Request<'_> {
    /// Checks that it can be signed at all.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`].
    pub fn check(&self) -> Result<()> {
        if self.method.is_empty() || !self.method.bytes().all(|b| b.is_ascii_alphabetic()) {
            let shown = printable(self.method, 20);
            return Err(Error::new(
                Code::RequestInvalid,
                format!("\"{shown}\" is not an HTTP method."),
            ));
        }
        signer::request::check_url(self.url)
    }

    /// The account whose host the URL has, if it is one of NetSuite's.
    pub fn account(&self) -> Option<AccountId> {
        let host = self.parts().host;
        AccountId::parse(&format!("https://{host}/")).ok()
    }

    /// What stands between the account and `netsuite.com` in the host, as `restlets.api`.
    pub fn service(&self) -> Option<String> {
        let host = self.parts().host.to_ascii_lowercase();
        let (_, rest) = host.split_once('.')?;
        rest.strip_suffix(".netsuite.com").map(str::to_owned)
    }

    /// Takes the URL apart, up to its query.
    pub fn parts(&self) -> Parts<'_> {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("https", self.url));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // The colons of an IPv6 address stand in brackets.
        let name_end = authority.rfind(']').map_or(0, |end| end + 1);
        let (host, port) = match authority[name_end..].find(':') {
            Some(colon) => {
                (&authority[..name_end + colon], Some(&authority[name_end + colon + 1..]))
            }
            None => (authority, None),
        };
        Parts { scheme, host, port, path }
    }

    /// The query, without its question mark.
    pub fn query(&self) -> &str {
        let url = self.url.split('#').next().unwrap_or_default();
        url.split_once('?').map_or("", |(_, query)| query)
    }

    /// The names of the query's parameters, as they are written.
    pub fn query_names(&self) -> impl Iterator<Item = &str> {
        let pairs = self.query().split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split('=').next().unwrap_or_default())
    }

    /// What follows `#`, where there is one.
    pub fn fragment(&self) -> Option<&str> {
        self.url.split_once('#').map(|(_, fragment)| fragment)
    }

    /// Whether the body is a form, which is signed; JSON and everything else is not.
    pub fn has_form(&self) -> bool {
        self.body.is_some_and(|body| {
            let body = body.trim();
            let first = body.split('&').next().unwrap_or_default();
            first.contains('=') && !body.starts_with(['{', '[', '<', '"']) && !body.contains(' ')
        })
    }

    /// Whether it calls a RESTlet.
    pub fn is_restlet(&self) -> bool {
        self.parts().path.to_ascii_lowercase().contains("/app/site/hosting/restlet.nl")
    }
}
