//! The redirected address, pasted by hand: what it is, and what is wrong with it. No I/O.

use url::Url;

use crate::consent::callback;
use crate::consent::callback::{ExpectedCallback, Flaw, Verdict};

/// What a pasted line is.
pub(super) enum Pasted {
    /// The answer that is waited for, or one that ends the wait.
    Final(Verdict),
    /// Not usable; this says why and what to paste instead.
    Wrong(&'static str),
    /// An empty line.
    Nothing,
}

/// Judges a pasted line by the same checks as a redirect.
pub(super) fn read(asked: &ExpectedCallback, line: &str) -> Pasted {
    let text = bare(line);
    if text.is_empty() {
        return Pasted::Nothing;
    }
    let query = match query_of(text) {
        Ok(query) => query,
        Err(wrong) => return Pasted::Wrong(wrong),
    };
    match asked.judge(&query) {
        Verdict::Ignored(flaw) => Pasted::Wrong(explain(flaw)),
        verdict => Pasted::Final(verdict),
    }
}

/// The state in a pasted line, or what is wrong with the line.
pub(super) fn state(line: &str) -> Result<String, &'static str> {
    callback::state_of(&query_of(bare(line))?).ok_or(NO_QUERY)
}

/// Without what mails and shells put around an address.
fn bare(line: &str) -> &str {
    line.trim().trim_matches(['"', '\'', '<', '>', '`']).trim()
}

/// The query of a whole address, or the text itself where it is a bare query.
fn query_of(text: &str) -> Result<String, &'static str> {
    if !text.contains("://") && (text.starts_with('?') || text.starts_with("oauth_")) {
        return Ok(text.trim_start_matches('?').to_owned());
    }
    let schemeless = ["localhost", "127.0.0.1", "[::1]"].iter().any(|host| text.starts_with(host));
    let address = if schemeless { format!("http://{text}") } else { text.to_owned() };
    let url = Url::parse(&address).map_err(|_| NO_ADDRESS)?;
    if url.path().ends_with("/authorizetoken.nl") {
        return Err(CONSENT_PAGE);
    }
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match (here, url.path(), url.query()) {
        (true, "/tba", Some(query)) => Ok(query.to_owned()),
        (true, "/tba" | "/tba/done", _) => Err(NO_QUERY),
        _ if url.host_str().is_some_and(|host| host.ends_with("netsuite.com")) => Err(CONSENT_PAGE),
        _ => Err(NO_ADDRESS),
    }
}

const NO_ADDRESS: &str = "That is not the address the browser ends on: after Allow it starts with http://localhost and holds oauth_verifier. Copy the whole address bar.";
const CONSENT_PAGE: &str = "That is the consent page itself. Open it in the browser, press Allow, and paste the address the browser ends on.";
const NO_QUERY: &str = "That address is cut off: everything after the question mark is needed. Copy the whole address bar.";
pub(super) const EARLIER: &str = "That address belongs to an earlier attempt. Use the consent page printed last, and paste where the browser ends then.";

fn explain(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::OtherState | Flaw::OtherRequestToken => EARLIER,
        Flaw::NoState { maybe_denied: true } => {
            "That address holds no answer. If you pressed Deny, stop with Ctrl-C; otherwise open the consent page again."
        }
        Flaw::NoState { maybe_denied: false } | Flaw::Company | Flaw::Verifier => {
            "That address is damaged or cut off. Copy the whole address bar."
        }
        Flaw::Twice => "That address holds something twice. Copy the whole address bar, once.",
    }
}

#[cfg(test)]
#[cfg(unix)]
mod terminal_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::callback::State;

    fn asked() -> ExpectedCallback {
        ExpectedCallback {
            state: State::fixed(&"S".repeat(32)),
            request_token: "rt1".to_owned(),
            account: None,
            role: None,
        }
    }

    fn query() -> String {
        format!("oauth_token=rt1&oauth_verifier=v1&company=1234567&role=3&state={}", "S".repeat(32))
    }

    fn wrong(line: &str) -> &'static str {
        match read(&asked(), line) {
            Pasted::Wrong(why) => why,
            Pasted::Final(_) => panic!("{line} was taken"),
            Pasted::Nothing => panic!("{line} is nothing"),
        }
    }

    #[test]
    fn a_whole_address_and_a_bare_query_are_both_taken() {
        let query = query();
        for line in [
            format!("http://localhost:7777/tba?{query}"),
            format!("  \"http://127.0.0.1:7777/tba?{query}\"\r\n"),
            format!("localhost:7777/tba?{query}"),
            format!("http://[::1]:9/tba?{query}"),
            format!("?{query}"),
            query.clone(),
        ] {
            let taken = matches!(read(&asked(), &line), Pasted::Final(Verdict::Allowed(_)));
            assert!(taken, "{line}");
        }
        let denied = query.replace("v1", "");
        assert!(matches!(read(&asked(), &denied), Pasted::Final(Verdict::Denied)));
        assert!(matches!(read(&asked(), " \t"), Pasted::Nothing));
    }

    #[test]
    fn a_wrong_paste_is_explained() {
        let host = "https://1234567.app.netsuite.com/app";
        let consent = format!("{host}/login/secure/authorizetoken.nl?oauth_token=rt1&state=S");
        assert_eq!(wrong(&consent), CONSENT_PAGE);
        assert_eq!(wrong(&format!("{host}/center/card.nl")), CONSENT_PAGE);
        assert_eq!(
            wrong("http://127.0.0.1:9090/app/login/secure/authorizetoken.nl?x"),
            CONSENT_PAGE
        );
        assert_eq!(wrong(&query().replace('S', "T")), EARLIER);
        assert_eq!(wrong(&query().replace("rt1", "rt0")), EARLIER);
        assert_eq!(wrong("http://localhost:7777/tba"), NO_QUERY);
        assert_eq!(wrong("http://localhost:7777/tba/done"), NO_QUERY);
        for line in ["y", "gulp deploy", "https://evil.example/tba?oauth_token=rt1", "\u{1b}[A"] {
            assert_eq!(wrong(line), NO_ADDRESS, "{line}");
        }
        assert!(wrong("?oauth_token=rt1&oauth_verifier=").contains("Deny"));
        assert!(wrong(&query()[..60]).contains("cut off"));
        assert!(wrong(&format!("{0}&{0}", query())).contains("twice"));
    }
}
