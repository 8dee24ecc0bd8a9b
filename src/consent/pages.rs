//! What the browser shows: pages without scripts, and the headers that keep them harmless.
//!
//! Nothing of a request is ever part of a page. Only the page of success names anything: the saved
//! token and its account. Details of failures are in the terminal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Exit};

const STYLE: &str = include_str!("page.css");

/// One of the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// The token is saved.
    SignedIn {
        /// The name it is saved under.
        name: String,
        /// Its account.
        account: String,
    },
    /// Deny was pressed.
    Denied,
    /// Allowed for another account than the one asked for.
    OtherAccount,
    /// Allowed for another role than the one asked for.
    OtherRole,
    /// NetSuite no longer took the request token.
    Expired,
    /// The token could not be saved.
    NotSaved,
    /// Anything else went wrong after Allow.
    Failed,
    /// A redirect that does not answer this sign-in.
    OtherSignIn,
    /// A request with more headers than are read.
    TooManyHeaders,
    /// A request that is no redirect at all, with its status.
    Refused(u16),
}

struct Text {
    status: &'static str,
    heading: &'static str,
    paragraphs: Vec<String>,
}

impl Page {
    /// The page for a sign-in that failed.
    pub(super) fn of_failure(error: &Error) -> Self {
        match error.code() {
            Code::SignInDenied => Self::Denied,
            Code::CallbackAccount => Self::OtherAccount,
            Code::CallbackRole => Self::OtherRole,
            Code::RequestTokenExpired => Self::Expired,
            code if code.row().exit == Exit::Store => Self::NotSaved,
            _ => Self::Failed,
        }
    }

    /// Whether it says that the token is saved.
    pub(super) fn is_success(&self) -> bool {
        matches!(self, Self::SignedIn { .. })
    }

    /// The whole response, head and body.
    pub(super) fn response(&self) -> Vec<u8> {
        let text = self.text();
        let body = html(text.heading, &text.paragraphs, self.is_success());
        let allow = if *self == Self::Refused(405) { ALLOW } else { "" };
        let headers = headers();
        let length = body.len();
        format!(
            "HTTP/1.1 {}\r\n{allow}{headers}Content-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n\r\n{body}",
            text.status
        )
        .into_bytes()
    }

    fn text(&self) -> Text {
        let (status, heading, paragraphs): (_, _, &[&str]) = match self {
            Self::SignedIn { name, account } => {
                let (name, account) = (escaped(name), escaped(account));
                return Text {
                    status: "200 OK",
                    heading: "You are signed in",
                    paragraphs: vec![
                        format!(
                            "The token for account {account} is saved as {name}. The task continues in the terminal."
                        ),
                        "You can close this window.".to_owned(),
                    ],
                };
            }
            Self::OtherSignIn => (
                "400 Bad Request",
                "This does not answer the current sign-in",
                &[
                    "The address belongs to another sign-in, or it is not complete. Nothing was changed, and the sign-in still waits.",
                    "Use the consent page that was opened last; its address is in the terminal.",
                ],
            ),
            Self::Refused(431) => (
                "431 Request Header Fields Too Large",
                "The request is too large",
                &[
                    "The browser sent more than 64 KiB of headers. The usual reason is cookies that other programs on this machine set for localhost. The sign-in still waits.",
                    "Delete the cookies of localhost, or open the consent page in a private window; its address is in the terminal.",
                ],
            ),
            Self::TooManyHeaders => (
                "431 Request Header Fields Too Large",
                "The request has too many headers",
                &[
                    "The browser sent more than 128 headers. The usual reason is an extension or a proxy that adds them. The sign-in still waits.",
                    "Open the consent page in a private window; its address is in the terminal.",
                ],
            ),
            Self::Refused(status) => (
                match status {
                    404 => "404 Not Found",
                    405 => "405 Method Not Allowed",
                    421 => "421 Misdirected Request",
                    503 => "503 Service Unavailable",
                    _ => "400 Bad Request",
                },
                "There is nothing here",
                &["This address only receives the answer of NetSuite's consent page."],
            ),
            failure => return failure.failure_text(),
        };
        Text::of(status, heading, paragraphs)
    }

    fn failure_text(&self) -> Text {
        let (status, heading, paragraphs): (_, _, &[&str]) = match self {
            Self::Denied => (
                "403 Forbidden",
                "Access was denied",
                &[
                    "Deny was pressed on the consent page, so nothing was saved.",
                    "To sign in after all, run the task again and press Allow. You can close this window.",
                ],
            ),
            Self::OtherAccount => (
                "403 Forbidden",
                "This is another account",
                &[
                    "Access was allowed for another account than the one the task asked for, so nothing was saved.",
                    "Run the task again and choose the right account before pressing Allow; the terminal names both.",
                ],
            ),
            Self::OtherRole => (
                "403 Forbidden",
                "This is another role",
                &[
                    "Access was allowed for another role than the one the task asked for, so nothing was saved.",
                    "Run the task again and use Change Role on the consent page before pressing Allow; the terminal names the role.",
                ],
            ),
            Self::Expired => (
                "410 Gone",
                "This sign-in has expired",
                &[
                    "NetSuite no longer accepts this attempt, so nothing was saved.",
                    "Run the task again and press Allow without delay.",
                ],
            ),
            Self::NotSaved => (
                "500 Internal Server Error",
                "The token could not be saved",
                &[
                    "NetSuite allowed access, but the token could not be kept on this machine.",
                    "The terminal says why and what to do.",
                ],
            ),
            _ => (
                "502 Bad Gateway",
                "The sign-in did not succeed",
                &["Nothing was saved.", "The terminal says why and what to do."],
            ),
        };
        Text::of(status, heading, paragraphs)
    }
}

impl Text {
    fn of(status: &'static str, heading: &'static str, paragraphs: &[&str]) -> Self {
        let paragraphs = paragraphs.iter().map(|text| (*text).to_owned()).collect();
        Self { status, heading, paragraphs }
    }
}

const ALLOW: &str = "Allow: GET, HEAD, OPTIONS\r\n";

/// The answer to `HEAD`.
pub(super) fn without_body() -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{}Content-Type: text/html; charset=utf-8\r\n\r\n", headers())
        .into_bytes()
}

/// The answer to `OPTIONS`. An origin given here may send the redirect; none may read what it gets.
pub(super) fn preflight(origin: Option<&str>) -> Vec<u8> {
    let granted = origin.map_or(String::new(), |origin| {
        format!(
            "Access-Control-Allow-Origin: {origin}\r\n\
             Access-Control-Allow-Methods: GET\r\n\
             Access-Control-Allow-Private-Network: true\r\n\
             Access-Control-Allow-Local-Network: true\r\n\
             Vary: Origin\r\n"
        )
    });
    format!("HTTP/1.1 204 No Content\r\n{ALLOW}{granted}{}\r\n", headers()).into_bytes()
}

/// Sends the browser to a page whose address holds no verifier.
pub(super) fn redirect_to(address: &str) -> Vec<u8> {
    let headers = headers();
    format!("HTTP/1.1 303 See Other\r\nLocation: {address}\r\n{headers}Content-Length: 0\r\n\r\n")
        .into_bytes()
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}

fn headers() -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "Connection: close\r\n\
         Cache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\
         X-Frame-Options: DENY\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\n"
    )
}

fn html(heading: &str, paragraphs: &[String], good: bool) -> String {
    let class = if good { " class=\"good\"" } else { "" };
    let text = paragraphs.join("</p>\n<p>");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>{heading} - netsuite-tba</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main{class}>\n<h1>{heading}</h1>\n<p>{text}</p>\n</main>\n</body>\n</html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_in(name: &str) -> Page {
        Page::SignedIn { name: name.to_owned(), account: "1234567_SB1".to_owned() }
    }

    const FIXED: [Page; 12] = [
        Page::Denied,
        Page::OtherAccount,
        Page::OtherRole,
        Page::Expired,
        Page::NotSaved,
        Page::Failed,
        Page::OtherSignIn,
        Page::Refused(404),
        Page::Refused(405),
        Page::Refused(431),
        Page::TooManyHeaders,
        Page::Refused(503),
    ];

    #[test]
    fn every_page_is_whole_small_and_without_scripts() {
        for page in FIXED.into_iter().chain([signed_in("sb1-dev")]) {
            let response = String::from_utf8(page.response()).unwrap();
            let (head, body) = response.split_once("\r\n\r\n").unwrap();
            assert!(head.contains(&format!("Content-Length: {}", body.len())), "{page:?}");
            for header in [
                "Connection: close",
                "Cache-Control: no-store",
                "Referrer-Policy: no-referrer",
                "Content-Security-Policy: default-src 'none'; style-src 'sha256-",
                "Content-Type: text/html; charset=utf-8",
            ] {
                assert!(head.contains(header), "{page:?}: {header}");
            }
            for part in [
                "<html lang=\"en\">",
                "<title>",
                "<main",
                "<h1>",
                "name=\"viewport\"",
                "prefers-color-scheme",
            ] {
                assert!(body.contains(part), "{page:?}: {part}");
            }
            assert!(!body.contains("<script") && !body.contains("http") && body.len() < 4096);
        }
    }

    #[test]
    fn the_style_is_the_one_the_policy_allows() {
        let response = String::from_utf8(signed_in("a").response()).unwrap();
        let style = response.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
        assert!(response.contains(&format!("'sha256-{hash}'")));
    }

    #[test]
    fn the_page_of_success_names_token_and_account_and_cannot_be_injected_into() {
        let body = |name: &str| String::from_utf8(signed_in(name).response()).unwrap();
        assert!(body("sb1-dev").contains("account 1234567_SB1 is saved as sb1-dev"));
        for (name, shown) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a\" onload='x", "a&quot; onload=&#39;x"),
            ("R&D", "R&amp;D"),
        ] {
            assert!(body(name).contains(shown), "{name}");
            assert!(!body(name).contains(name), "{name}");
        }
    }

    #[test]
    fn a_preflight_never_lets_a_page_read_an_answer() {
        let granted = String::from_utf8(preflight(Some("https://system.netsuite.com"))).unwrap();
        assert!(granted.starts_with("HTTP/1.1 204"), "{granted}");
        assert!(granted.contains("Access-Control-Allow-Private-Network: true"), "{granted}");
        let plain = String::from_utf8(preflight(None)).unwrap();
        assert!(!plain.contains("Access-Control"), "{plain}");
        for page in FIXED {
            let response = String::from_utf8(page.response()).unwrap();
            assert!(!response.contains("Access-Control"), "{page:?}");
        }
    }

    #[test]
    fn each_failure_has_a_page_that_says_what_to_do() {
        for (code, page) in [
            (Code::SignInDenied, Page::Denied),
            (Code::CallbackAccount, Page::OtherAccount),
            (Code::CallbackRole, Page::OtherRole),
            (Code::RequestTokenExpired, Page::Expired),
            (Code::StoreUnwritable, Page::NotSaved),
            (Code::InvalidSignature, Page::Failed),
        ] {
            assert_eq!(Page::of_failure(&Error::new(code, "x")), page);
        }
    }
}
