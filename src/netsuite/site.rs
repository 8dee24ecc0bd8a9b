//! `Site`: where NetSuite is, and the hosts and URLs that follow from it.
//!
//! Sources: NetSuite help "URLs for Account-Specific Domains"; the `-m` and `--vm` switches of
//! Oracle's Commerce developer tools.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::account::AccountId;
use crate::error::{Code, Error, Result};
use crate::text::printable;

/// The path of the consent page (TBA step two).
const CONSENT_PATH: &str = "/app/login/secure/authorizetoken.nl";

/// The cloud, with an optional molecule, or an address on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site(Place);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    Cloud { molecule: Option<String> },
    Vm { base: String, authority: String },
}

impl Site {
    /// Parses `--vm` and `-m`. An address on this machine replaces every host, so the molecule has no
    /// effect with `--vm`.
    ///
    /// # Errors
    /// [`Code::VmInvalid`] unless the address is http or https on this machine;
    /// [`Code::MoleculeInvalid`] unless the molecule is one DNS label.
    pub fn parse(vm: Option<&str>, molecule: Option<&str>) -> Result<Self> {
        let molecule = molecule.map(parse_molecule).transpose()?;
        match vm {
            Some(vm) => parse_vm(vm).map(Self),
            None => Ok(Self(Place::Cloud { molecule })),
        }
    }

    /// The address of `--vm` in its canonical form, without a slash at the end.
    pub fn vm(&self) -> Option<&str> {
        match &self.0 {
            Place::Vm { base, .. } => Some(base),
            Place::Cloud { .. } => None,
        }
    }

    /// The molecule of `-m`.
    pub fn molecule(&self) -> Option<&str> {
        match &self.0 {
            Place::Cloud { molecule } => molecule.as_deref(),
            Place::Vm { .. } => None,
        }
    }

    /// Returns the host of an account's RESTlets and token endpoints.
    pub fn restlets_host(&self, account: &AccountId) -> String {
        self.host(&format!("{}.restlets.api", account.host_label()))
    }

    /// The same as an address: `https://…`, or the address of `--vm`.
    pub fn restlets_base(&self, account: &AccountId) -> String {
        self.base(&format!("{}.restlets.api", account.host_label()))
    }

    /// Returns the URL of step one: on the account's host, or on the shared host while the account is
    /// unknown (help section 156338994830: allowed since 2020.1).
    pub(crate) fn request_token_base(&self, account: Option<&AccountId>) -> String {
        account.map_or_else(|| self.base("system"), |account| self.restlets_base(account))
    }

    /// Returns the URL of the consent page for a request token (help section 156536698849).
    pub(crate) fn consent_url(
        &self,
        account: Option<&AccountId>,
        request_token: &str,
        state: &str,
    ) -> String {
        let host = account.map_or("system".to_owned(), |a| format!("{}.app", a.host_label()));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("oauth_token", request_token)
            .append_pair("state", state)
            .finish();
        format!("{}{CONSENT_PATH}?{query}", self.base(&host))
    }

    /// Checks whether a request to a URL is allowed at all: https on `*.netsuite.com`, or the address of
    /// `--vm`. Takes the parsed URL and not its text, so that both cannot differ.
    pub(crate) fn permits(&self, url: &Url) -> bool {
        let plain = url.username().is_empty() && url.password().is_none();
        let place = match &self.0 {
            Place::Vm { base, .. } => url.origin().ascii_serialization() == *base,
            Place::Cloud { .. } => {
                let netsuite = url.host_str().is_some_and(|host| host.ends_with(".netsuite.com"));
                url.scheme() == "https" && netsuite && url.port().is_none()
            }
        };
        plain && place
    }

    /// Checks whether there is a certificate to verify. A simulator may use plain http.
    pub(crate) fn needs_certificates(&self) -> bool {
        !self.vm().is_some_and(|vm| vm.starts_with("http://"))
    }

    pub(super) fn host(&self, labels: &str) -> String {
        match &self.0 {
            Place::Vm { authority, .. } => authority.clone(),
            Place::Cloud { molecule: Some(molecule) } => {
                format!("{labels}.{molecule}.netsuite.com")
            }
            Place::Cloud { molecule: None } => format!("{labels}.netsuite.com"),
        }
    }

    pub(super) fn base(&self, labels: &str) -> String {
        match &self.0 {
            Place::Vm { base, .. } => base.clone(),
            Place::Cloud { .. } => format!("https://{}", self.host(labels)),
        }
    }
}

/// Accepts only an origin on this machine, because another host could collect signed requests.
fn parse_vm(typed: &str) -> Result<Place> {
    let refuse = || {
        let shown = without_credentials(typed);
        Error::new(Code::VmInvalid, format!("{shown} is not an address on this machine."))
    };
    let url = Url::parse(typed.trim()).map_err(|_| refuse())?;
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let web = matches!(url.scheme(), "http" | "https");
    let origin_only = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !(here && web && origin_only && anonymous) {
        return Err(refuse());
    }
    let base = url.origin().ascii_serialization();
    let authority = base.split_once("://").map_or(base.as_str(), |(_, rest)| rest).to_owned();
    Ok(Place::Vm { base, authority })
}

fn parse_molecule(typed: &str) -> Result<String> {
    let label = typed.trim().to_ascii_lowercase();
    let right = !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if right {
        return Ok(label);
    }
    // Repeats only text that looks like a mistyped name. Anything else may be a misplaced secret.
    let harmless = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let shown = if label.chars().count() <= 20 && label.chars().all(harmless) {
        format!("\"{}\"", printable(&label, 20))
    } else {
        "The value of -m".to_owned()
    };
    Err(Error::new(Code::MoleculeInvalid, format!("{shown} is not a molecule.")))
}

/// Returns the part of an address that a message may repeat: scheme, host and port. If the text contains
/// an @ or a backslash, part of a password may be in the host's place, so nothing is repeated.
pub(crate) fn without_credentials(typed: &str) -> String {
    let url = Url::parse(typed.trim())
        .ok()
        .filter(|url| url.has_host() && !typed.contains(['@', '\\']) && url.password().is_none());
    let origin = url.and_then(|url| {
        let port = url.port().map_or(String::new(), |port| format!(":{port}"));
        Some(format!("{}://{}{port}", url.scheme(), url.host_str()?))
    });
    origin.map_or("The address given".to_owned(), |origin| printable(&origin, 80))
}

/// The addresses of `localhost`. The hosts file is ignored, so that `--vm` never leaves this machine.
pub(crate) fn loopback_addresses() -> [std::net::SocketAddr; 2] {
    [(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> AccountId {
        AccountId::parse_strict(id).unwrap()
    }

    #[test]
    fn the_cloud_has_one_host_per_account() {
        let site = Site::parse(None, None).unwrap();
        let sandbox = account("1234567_SB1");
        assert_eq!(site.restlets_host(&sandbox), "1234567-sb1.restlets.api.netsuite.com");
        assert_eq!(site.restlets_base(&sandbox), "https://1234567-sb1.restlets.api.netsuite.com");
        assert_eq!(site.request_token_base(None), "https://system.netsuite.com");
        assert_eq!(
            site.consent_url(Some(&sandbox), "a1", "s1"),
            "https://1234567-sb1.app.netsuite.com/app/login/secure/authorizetoken.nl?oauth_token=a1&state=s1"
        );
        assert_eq!((site.vm(), site.molecule()), (None, None));
    }

    #[test]
    fn a_molecule_goes_before_netsuite_com() {
        let site = Site::parse(None, Some("F1 ")).unwrap();
        assert_eq!(site.restlets_host(&account("1234567")), "1234567.restlets.api.f1.netsuite.com");
        assert_eq!(site.request_token_base(None), "https://system.f1.netsuite.com");
        let url = site.consent_url(Some(&account("1234567")), "t", "s");
        assert!(url.starts_with("https://1234567.app.f1.netsuite.com/app/"), "{url}");
        assert_eq!(site.molecule(), Some("f1"));
        for typed in ["", "a.b", "evil.example/", "a b", "-a", "a-", "a#", "ü", &"a".repeat(64)] {
            let refused = Site::parse(None, Some(typed)).unwrap_err();
            assert_eq!(refused.code(), Code::MoleculeInvalid, "{typed}");
        }
    }

    #[test]
    fn a_vm_is_on_this_machine_and_replaces_every_host() {
        for (typed, base, host) in [
            ("http://127.0.0.1:9090", "http://127.0.0.1:9090", "127.0.0.1:9090"),
            (" https://LOCALHOST:9443/ ", "https://localhost:9443", "localhost:9443"),
            ("http://[::1]:80/", "http://[::1]", "[::1]"),
        ] {
            let site = Site::parse(Some(typed), None).unwrap();
            assert_eq!(site.vm(), Some(base));
            assert_eq!(site.restlets_host(&account("1")), host);
            assert_eq!(site.request_token_base(None), base);
        }
        for typed in [
            "",
            "127.0.0.1:9090",
            "http://10.0.0.1:9090",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://user@127.0.0.1",
            "http://127.0.0.1/path",
            "http://127.0.0.1/?a",
            "ftp://127.0.0.1",
            "https://x;cmd",
            "https://system.netsuite.com",
        ] {
            let refused = Site::parse(Some(typed), None).unwrap_err();
            assert_eq!(refused.code(), Code::VmInvalid, "{typed}");
        }
    }

    #[test]
    fn nothing_that_may_be_a_password_is_repeated() {
        for typed in [
            "http://joe:hunter2@127.0.0.1:9090",
            "http://joe:p@hunter2#1@127.0.0.1:9090",
            "http://CORP\\joe:hunter2@127.0.0.1",
            "http://joe:hunter2/x@127.0.0.1",
            "joe:hunter2@10.0.0.1",
            "http://10.0.0.1/?password=hunter2",
            "http://10.0.0.1/#hunter2",
            "hunter2",
        ] {
            let refused = Site::parse(Some(typed), None).unwrap_err();
            assert_eq!(refused.code(), Code::VmInvalid, "{typed}");
            assert!(!refused.to_string().contains("hunter2"), "{refused}");
        }
        let refused = Site::parse(Some("http://10.0.0.1:9090/x"), None).unwrap_err();
        assert_eq!(refused.message(), "http://10.0.0.1:9090 is not an address on this machine.");
        for typed in ["id:hunter2", "joe@hunter2", "hunter2hunter2hunter2/"] {
            let refused = Site::parse(None, Some(typed)).unwrap_err();
            assert!(!refused.to_string().contains("hunter2"), "{refused}");
        }
        let refused = Site::parse(None, Some("f.1")).unwrap_err();
        assert_eq!(refused.message(), "\"f.1\" is not a molecule.");
    }

    #[test]
    fn only_netsuite_over_https_or_the_vm_itself_is_asked() {
        let cloud = Site::parse(None, None).unwrap();
        let permits = |site: &Site, url: &str| site.permits(&Url::parse(url).unwrap());
        assert!(permits(&cloud, "https://system.netsuite.com/rest/requesttoken"));
        for url in [
            "http://system.netsuite.com/",
            "https://netsuite.com.evil.example/",
            "https://evilnetsuite.com/",
            "https://system.netsuite.com:8443/",
            "https://a@system.netsuite.com/",
            "https://127.0.0.1/",
        ] {
            assert!(!permits(&cloud, url), "{url}");
        }
        let vm = Site::parse(Some("http://127.0.0.1:9090"), None).unwrap();
        assert!(permits(&vm, "http://127.0.0.1:9090/rest/requesttoken"));
        assert!(!permits(&vm, "http://127.0.0.1:9091/rest/requesttoken"));
        assert!(!permits(&vm, "https://system.netsuite.com/"));
    }
}
