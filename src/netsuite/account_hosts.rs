//! The hosts of one account: which host serves a path, and which URLs belong to the account.

use url::Url;

use crate::account::AccountId;
use crate::netsuite::site::Site;

/// The services of an account that have their own host.
const SERVICES: [&str; 5] = ["restlets.api", "suitetalk.api", "app", "extforms", "secure"];

impl Site {
    /// Returns the URL of a path that starts with `/`, on the host of the account that serves it.
    pub(crate) fn address_of_path(&self, account: &AccountId, path: &str) -> String {
        let service = if path.starts_with("/services/") {
            "suitetalk.api"
        } else if path.starts_with("/app/site/hosting/restlet.nl") || path.starts_with("/rest/") {
            "restlets.api"
        } else {
            "app"
        };
        format!("{}{path}", self.base(&format!("{}.{service}", account.host_label())))
    }

    /// Checks whether a URL belongs to this account: https on one of its hosts, or the address of `--vm`.
    /// Takes the parsed URL and not its text, so that both cannot differ.
    pub(crate) fn belongs_to(&self, account: &AccountId, url: &Url) -> bool {
        if !self.permits(url) {
            return false;
        }
        if self.vm().is_some() {
            return true;
        }
        let host = url.host_str().unwrap_or_default();
        let label = account.host_label();
        SERVICES.iter().any(|service| host == self.host(&format!("{label}.{service}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    #[test]
    fn each_path_goes_to_the_host_that_serves_it() {
        let site = Site::parse(None, None).unwrap();
        let sandbox = account("1234567_SB1");
        for (path, host) in [
            ("/app/site/hosting/restlet.nl?script=1", "1234567-sb1.restlets.api.netsuite.com"),
            ("/services/rest/record/v1/customer", "1234567-sb1.suitetalk.api.netsuite.com"),
            ("/services/NetSuitePort_2020_2", "1234567-sb1.suitetalk.api.netsuite.com"),
            ("/rest/tokeninfo", "1234567-sb1.restlets.api.netsuite.com"),
            ("/app/site/hosting/scriptlet.nl", "1234567-sb1.app.netsuite.com"),
            ("/core/media/media.nl?id=1", "1234567-sb1.app.netsuite.com"),
        ] {
            assert_eq!(site.address_of_path(&sandbox, path), format!("https://{host}{path}"));
        }
        let vm = Site::parse(Some("http://127.0.0.1:8080"), None).unwrap();
        assert_eq!(vm.address_of_path(&sandbox, "/services/x"), "http://127.0.0.1:8080/services/x");
    }

    #[test]
    fn only_the_accounts_own_hosts_belong_to_it() {
        let site = Site::parse(None, None).unwrap();
        let own = account("1234567_SB1");
        let belongs = |url: &str| site.belongs_to(&own, &Url::parse(url).unwrap());
        assert!(belongs("https://1234567-sb1.restlets.api.netsuite.com/x"));
        assert!(belongs("https://1234567-SB1.SuiteTalk.api.netsuite.com:443/x"));
        for url in [
            "https://1234567.restlets.api.netsuite.com/",
            "https://7654321-sb1.restlets.api.netsuite.com/",
            "https://system.netsuite.com/",
            "https://x.1234567-sb1.app.netsuite.com/",
            "https://1234567-sb1.app.netsuite.com.evil.example/",
            "https://1234567-sb1.app.f1.netsuite.com/",
            "https://user@1234567-sb1.app.netsuite.com/",
            "https://1234567-sb1.app.netsuite.com:8443/",
            "http://1234567-sb1.app.netsuite.com/",
        ] {
            assert!(!belongs(url), "{url}");
        }
    }

    #[test]
    fn with_a_vm_nothing_but_its_address_belongs_to_the_account() {
        let site = Site::parse(Some("http://127.0.0.1:8080"), None).unwrap();
        let belongs = |url: &str| site.belongs_to(&account("1234567"), &Url::parse(url).unwrap());
        assert!(belongs("http://127.0.0.1:8080/app/x"));
        assert!(!belongs("http://127.0.0.1:8081/app/x"));
        assert!(!belongs("https://1234567.app.netsuite.com/app/x"));
    }
}
