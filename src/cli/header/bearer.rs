//! A header with a Bearer token of OAuth 2.0: whose it is, and why NetSuite may refuse it. The token
//! itself is never printed.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::account::AccountId;
use crate::base::time;
use crate::cli::header::findings::{in_words, to_json};
use crate::cli::header::parse::without_name;
use crate::cli::header::request::Request;
use crate::cli::header::{Finding, examine_request};
use crate::cli::output::Report;
use crate::credentials::RoleId;
use crate::error::Exit;
use crate::netsuite::jwt::Claims;

/// The token of a header whose scheme is Bearer; `Authorization:` in front of it is no harm.
pub fn token_of(text: &str) -> Option<&str> {
    let (scheme, token) = without_name(text).split_once(char::is_whitespace)?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

/// Reports on a token for a request at a moment in Unix seconds.
pub fn report(token: &str, request: &Request<'_>, now: u64) -> Report {
    let claims = Claims::read(token);
    let findings = findings(claims.as_ref(), request, now);
    let mut text =
        "The header has a Bearer token (OAuth 2.0). Only NetSuite can check its signature.\n"
            .to_owned();
    if let Some(claims) = &claims {
        text.push_str(&in_lines(claims));
    }
    text.push_str(&in_words(&findings));
    let json = json!({
        "authId": null,
        "checked": false,
        "signature": "unchecked",
        "findings": to_json(&findings),
        "unchecked": null,
        "accessToken": claims.as_ref().map(to_value),
    });
    let has_error = findings.iter().any(|finding| finding.is_error);
    Report::new(text, json).exiting(if has_error { Exit::Failure } else { Exit::Done })
}

fn in_lines(claims: &Claims) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  {name:<10} {value}");
        }
    };
    line("Account", claims.account.as_ref().map(|id| id.as_str().to_owned()));
    line("Role", claims.role.as_ref().map(|id| id.as_str().to_owned()));
    line("User", claims.entity.clone());
    line("Client ID", claims.client_id.clone());
    line("Scope", claims.scope.as_ref().map(|all| all.join(", ")));
    line("Signed in", claims.granted.map(time::iso));
    line("Expires", claims.expires.map(time::iso));
    text
}

fn to_value(claims: &Claims) -> Value {
    json!({
        "account": claims.account.as_ref().map(AccountId::as_str),
        "role": claims.role.as_ref().map(RoleId::as_str),
        "entity": claims.entity,
        "clientId": claims.client_id,
        "scope": claims.scope,
        "grantedAt": claims.granted.map(time::iso),
        "expiresAt": claims.expires.map(time::iso),
    })
}

fn findings(claims: Option<&Claims>, request: &Request<'_>, now: u64) -> Vec<Finding> {
    let account = claims.and_then(|claims| claims.account.as_ref());
    let mut all: Vec<Finding> = of_place(request).into_iter().collect();
    match claims {
        Some(claims) => all.extend(of_claims(claims, request, now)),
        None => all.push(error(
            "bearer-form",
            "What follows Bearer is not an access token of NetSuite.",
            "Send the access_token of the token endpoint's answer as it is: three parts with two dots, without quotes or line breaks.",
        )),
    }
    let of_request = examine_request(request, account);
    // The same cause, told once.
    all.extend(of_request.into_iter().filter(|finding| finding.problem != "plain-http"));
    all
}

fn error(problem: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { problem, is_error: true, what: what.into(), fix: fix.into() }
}

/// A signature is of no use to whoever reads it; a Bearer token is. So the wrong host is an error here.
fn of_place(request: &Request<'_>) -> Option<Finding> {
    let parts = request.parts();
    if matches!(parts.host, "localhost" | "127.0.0.1" | "[::1]") {
        return None;
    }
    if request.account().is_some() {
        return (!parts.scheme.eq_ignore_ascii_case("https")).then(|| {
            error(
                "bearer-http",
                "The URL starts with http://: everybody on the way can read the token and use it until it expires.",
                "Request the https:// URL. If the token was sent already, revoke it.",
            )
        });
    }
    Some(error(
        "bearer-host",
        "The URL is not on the host of a NetSuite account: whoever runs that host can use the token until it expires.",
        "Send it to hosts such as 1234567.restlets.api.netsuite.com only. If it was sent already, revoke it.",
    ))
}

fn of_claims(claims: &Claims, request: &Request<'_>, now: u64) -> Vec<Finding> {
    let mut all = Vec::new();
    if claims.account.is_none() {
        all.push(error(
            "bearer-audience",
            "The token names no account: it may be a refresh token, or one of another service.",
            "Send the access_token of the token endpoint's answer.",
        ));
    }
    if let Some(expired) = claims.expires.filter(|expires| *expires <= now) {
        let minutes = (now - expired) / 60;
        all.push(error(
            "bearer-expired",
            format!("The token expired {minutes} min ago by the clock of this machine. NetSuite answers invalid_token."),
            "Get a new access token with the refresh token or the certificate. An access token is valid for 60 minutes.",
        ));
    }
    all.extend(of_service(claims, request));
    all
}

/// What the service of the URL takes (help chapter 157769826287).
fn of_service(claims: &Claims, request: &Request<'_>) -> Option<Finding> {
    let path = request.parts().path.to_ascii_lowercase();
    if path.starts_with("/services/netsuiteport") {
        return Some(error(
            "bearer-soap",
            "SOAP web services do not accept OAuth 2.0.",
            "Sign SOAP requests with Token-Based Authentication, or call REST web services or a RESTlet instead.",
        ));
    }
    if path.starts_with("/rest/") {
        return Some(error(
            "bearer-tba",
            "The endpoints under /rest/ belong to Token-Based Authentication.",
            "Send the Bearer token to RESTlets and REST web services only.",
        ));
    }
    let needed = if request.is_restlet() {
        "restlets"
    } else if path.starts_with("/services/rest/") {
        "rest_webservices"
    } else {
        return None;
    };
    let has = claims.scope.as_ref()?;
    (!has.iter().any(|scope| scope == needed)).then(|| {
        error(
            "bearer-scope",
            format!("The token does not have the scope {needed}, which this URL needs."),
            format!("Tick the scope on the integration record, ask for {needed} when signing in, and sign in again: a refresh keeps the old scope."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_header_of_the_scheme_bearer_has_such_a_token() {
        for (text, token) in [
            ("Bearer a.b.c", Some("a.b.c")),
            (" authorization:  bearer\ta.b.c \n", Some("a.b.c")),
            ("Bearer", None),
            ("Bearera.b.c", None),
            ("OAuth realm=\"1234567\", oauth_token=\"Bearer x\"", None),
            ("Proxy-Authorization: Bearer a", None),
        ] {
            assert_eq!(token_of(text), token, "{text}");
        }
    }

    #[test]
    fn only_a_host_of_an_account_gets_a_token_and_only_encrypted() {
        let problem = |url: &str| {
            let request = Request { method: "GET", url, body: None };
            of_place(&request).map(|finding| finding.problem)
        };
        for url in ["http://127.0.0.1:9090/x", "http://localhost/x", "http://[::1]:1/x"] {
            assert_eq!(problem(url), None, "{url}");
        }
        for url in [
            "https://evil.example/x",
            "https://127.0.0.1.evil.example/x",
            "https://1234567.restlets.api.netsuite.com.evil.example/x",
            "https://1234567.restlets.api.netsuite.com@evil.example/x",
        ] {
            assert_eq!(problem(url), Some("bearer-host"), "{url}");
        }
        let host = "1234567.restlets.api.netsuite.com";
        assert_eq!(problem(&format!("https://{host}/x")), None);
        assert_eq!(problem(&format!("http://{host}/x")), Some("bearer-http"));
    }
}
