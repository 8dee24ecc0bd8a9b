//! The request itself: NetSuite refuses it, or may, although the signature is right.

use super::row::{Mistake, Severity, Sign};
use crate::account::AccountId;
use crate::cli::header::request::Request;
use crate::text::printable;

const fn seen(
    id: &'static str,
    look: fn(&Request<'_>, Option<&AccountId>) -> Option<String>,
    what: &'static str,
    fix: &'static str,
) -> Mistake {
    Mistake { id, severity: Severity::Warning, sign: Sign::Request(look), what, fix }
}

pub const ROWS: &[Mistake] = &[
    seen(
        "host-underscore",
        host_underscore,
        "The host name has an underscore.",
        "Write {}: in a host the account has a hyphen, in the realm an underscore.",
    ),
    seen(
        "host-account",
        host_account,
        "The URL is on the host of another account than the token's: {}.",
        "Use the host of the token's account, or a token of that account.",
    ),
    seen(
        "host-shared",
        host_shared,
        "The host {} is shared by all accounts.",
        "Use the account's own host, for example 1234567.restlets.api.netsuite.com.",
    ),
    seen(
        "plain-http",
        plain_http,
        "The URL starts with http://, which NetSuite does not serve.",
        "Request and sign the https:// URL.",
    ),
    seen(
        "restlet-on-suitetalk",
        |request, _| (request.is_restlet() && serves(request, "suitetalk.api")).then(String::new),
        "RESTlets are not served by suitetalk.api.netsuite.com.",
        "Use the account's host under restlets.api.netsuite.com.",
    ),
    seen(
        "restlet-on-app",
        |request, _| (request.is_restlet() && serves(request, "app")).then(String::new),
        "app.netsuite.com is the host for browsers; RESTlets are called on another one.",
        "Use the account's host under restlets.api.netsuite.com.",
    ),
    seen(
        "rest-on-restlets",
        rest_on_restlets,
        "{} is not served by restlets.api.netsuite.com.",
        "Use the account's host under suitetalk.api.netsuite.com.",
    ),
    seen(
        "script-missing",
        script_missing,
        "The RESTlet's URL does not have the parameter {}.",
        "Add it: ?script=ID&deploy=ID, as the deployment's External URL shows it.",
    ),
    seen(
        "url-has-fragment",
        |request, _| request.fragment().map(|_| String::new()),
        "The URL has a #. It and what follows are neither sent nor signed.",
        "Leave it out, or write it as %23 where it belongs to a value.",
    ),
    seen(
        "get-with-body",
        get_with_body,
        "NetSuite answers 400 to a {} request with a body.",
        "Send values of a GET or DELETE request as parameters of the URL.",
    ),
    seen(
        "form-to-restlet",
        |request, _| (request.is_restlet() && request.has_form()).then(String::new),
        "RESTlets do not accept form bodies.",
        "Send JSON with Content-Type: application/json. It is not signed.",
    ),
];

fn serves(request: &Request<'_>, service: &str) -> bool {
    request.service().as_deref() == Some(service)
}

fn host_underscore(request: &Request<'_>, _: Option<&AccountId>) -> Option<String> {
    let host = request.parts().host.to_ascii_lowercase();
    (request.service().is_some() && host.contains('_'))
        .then(|| printable(&host.replace('_', "-"), 120))
}

fn host_account(request: &Request<'_>, token: Option<&AccountId>) -> Option<String> {
    let (of_url, of_token) = (request.account()?, token?);
    (of_url != *of_token).then(|| format!("{of_url} instead of {of_token}"))
}

fn host_shared(request: &Request<'_>, _: Option<&AccountId>) -> Option<String> {
    // Step one of a sign-in, and asking for an account's hosts, are what these are for.
    let discovers = ["/rest/requesttoken", "/rest/datacenterurls", "/rest/roles"];
    let parts = request.parts();
    let host = parts.host.to_ascii_lowercase();
    let shared = ["rest.netsuite.com", "system.netsuite.com", "webservices.netsuite.com"];
    (shared.contains(&host.as_str()) && !discovers.contains(&parts.path)).then_some(host)
}

fn plain_http(request: &Request<'_>, _: Option<&AccountId>) -> Option<String> {
    let is_netsuite = request.service().is_some() || host_shared(request, None).is_some();
    (is_netsuite && request.parts().scheme.eq_ignore_ascii_case("http")).then(String::new)
}

fn rest_on_restlets(request: &Request<'_>, _: Option<&AccountId>) -> Option<String> {
    let path = request.parts().path;
    let is_web_service = path.starts_with("/services/");
    (is_web_service && serves(request, "restlets.api")).then(|| printable(path, 60))
}

fn script_missing(request: &Request<'_>, _: Option<&AccountId>) -> Option<String> {
    if !request.is_restlet() {
        return None;
    }
    let missing = ["script", "deploy"].into_iter();
    let missing: Vec<&str> =
        missing.filter(|name| request.query_names().all(|known| known != *name)).collect();
    (!missing.is_empty()).then(|| missing.join(" and "))
}

fn get_with_body(request: &Request<'_>, _: Option<&AccountId>) -> Option<String> {
    let method = request.method.to_ascii_uppercase();
    let has_body = request.body.is_some_and(|body| !body.trim().is_empty());
    (has_body && (method == "GET" || method == "DELETE")).then_some(method)
}
