//! A request of Oracle's tools on its way to a signature: its host put right, and what it was given.

use crate::account::AccountId;
use crate::error::{Code, Error, Result};
use crate::session::commerce_tools::wording;
use crate::text::printable;

/// The domain RESTlets answer on, after the account's label.
const RESTLETS: &str = ".restlets.api.";

/// What the tools want a header for.
#[derive(Clone, Default)]
pub struct ToolsRequest {
    /// The HTTP method.
    pub method: String,
    /// The address.
    pub url: String,
    /// What the RESTlet client sends instead of `url`; the deployer has none.
    pub path: Option<String>,
    /// What tells two bodies apart. Bodies are not signed.
    pub body: Option<String>,
}

/// A request that can be signed.
#[derive(Debug, PartialEq, Eq)]
pub struct RightRequest {
    /// The address that is sent, and so the one to sign.
    pub signed: String,
    /// The right `url`, where the one given was wrong.
    pub url: Option<String>,
    /// The right `path`, where the one given was wrong.
    pub path: Option<String>,
}

impl ToolsRequest {
    /// Puts the host right: with `--token` the tools build it from the account as it was typed, and
    /// the underscore of a sandbox cannot be part of a host name.
    ///
    /// # Errors
    /// [`Code::OptionInvalid`] for a request without method or address; [`Code::AccountInvalid`]
    /// where the host is wrong and the tools would send it all the same.
    pub fn put_right(&self) -> Result<RightRequest> {
        if self.method.is_empty() || self.url.is_empty() {
            return Err(wording::usage("Missing request method or URL."));
        }
        let url = with_right_host(&self.url);
        let path = self.path.as_deref().and_then(with_right_host);
        if url.is_some() && self.path.is_none() {
            // The deployer keeps its address to itself: what is put right here is never sent.
            return Err(unusable_account(label(&self.url).unwrap_or_default()));
        }
        let sent_path = path.as_deref().or(self.path.as_deref()).filter(|path| is_address(path));
        let signed = sent_path.or(url.as_deref()).unwrap_or(&self.url).to_owned();
        Ok(RightRequest { signed, url, path })
    }
}

/// The error for an account that the tools put into a host name as it was typed.
pub fn unusable_account(typed: &str) -> Error {
    let shown = printable(typed, 40);
    let message = format!(
        "--account {shown} cannot be part of a host name, and Oracle's deployer puts it into one."
    );
    let error = Error::new(Code::AccountInvalid, message);
    match AccountId::parse(typed) {
        Ok(account) => {
            error.with_next_step(format!("Write --account {} instead.", account.host_label()))
        }
        Err(_) => error,
    }
}

/// The address with a label that can be in a host name; nothing where it is right already.
fn with_right_host(address: &str) -> Option<String> {
    let label = label(address).filter(|label| label.contains('_'))?;
    let account = AccountId::parse(label).ok()?;
    let start = address.find(label)?;
    let (before, rest) = (&address[..start], &address[start + label.len()..]);
    Some([before, &account.host_label(), rest].concat())
}

/// The account's label in the address of a RESTlet.
fn label(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let (label, domain) = rest.split_at_checked(rest.find('.')?)?;
    let restlets = domain.get(..RESTLETS.len())?.eq_ignore_ascii_case(RESTLETS);
    (scheme.eq_ignore_ascii_case("https") && restlets).then_some(label)
}

fn is_address(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, path: Option<&str>) -> ToolsRequest {
        let path = path.map(str::to_owned);
        ToolsRequest { method: "GET".to_owned(), url: url.to_owned(), path, body: None }
    }

    #[test]
    fn every_spelling_of_a_sandbox_becomes_a_host_and_the_address_sent_is_signed() {
        let right = "https://1234567-sb1.restlets.api.netsuite.com/x?t=1";
        for label in ["1234567_SB1", "1234567_sb1", "1234567_Sb1"] {
            let wrong = format!("https://{label}.restlets.api.netsuite.com/x?t=1");
            let whole = request(&wrong, Some(&wrong)).put_right().unwrap();
            assert_eq!((whole.signed.as_str(), whole.path.as_deref()), (right, Some(right)));
            let relative = request(&wrong, Some("/x?t=1")).put_right().unwrap();
            assert_eq!((relative.signed.as_str(), relative.url.as_deref()), (right, Some(right)));
            assert_eq!(relative.path, None);
        }
    }

    #[test]
    fn what_is_right_or_not_of_an_account_stays_as_it_is() {
        for url in [
            "https://1234567-sb1.restlets.api.netsuite.com/a_b",
            "https://1234567-SB1.RESTLETS.api.netsuite.com/",
            "https://my_host.example/1234567_SB1.restlets.api.netsuite.com",
            "http://127.0.0.1:9090/x_y",
        ] {
            let kept = request(url, None).put_right().unwrap();
            assert_eq!(kept, RightRequest { signed: url.to_owned(), url: None, path: None });
        }
    }

    #[test]
    fn a_wrong_host_that_would_be_sent_all_the_same_is_refused_with_the_spelling_to_write() {
        let wrong = "https://1234567_SB2.restlets.api.debugger.netsuite.com/x";
        let error = request(wrong, None).put_right().unwrap_err();
        assert!(error.next_step().contains("--account 1234567-sb2"), "{error}");
        for (method, url) in [("", "https://h/x"), ("GET", "")] {
            let method = method.to_owned();
            let request = ToolsRequest { method, url: url.to_owned(), ..ToolsRequest::default() };
            assert_eq!(
                request.put_right().unwrap_err().message(),
                "Missing request method or URL."
            );
        }
    }
}
