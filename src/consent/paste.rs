//! The address of a redirect, pasted by hand: what it is, and what is wrong with it. No I/O.

use std::fmt;

use url::Url;

use crate::consent::callback;
use crate::consent::callback::{ExpectedCallback, Flaw, Verdict};

/// What a pasted line is.
pub(super) enum Pasted {
    /// The answer that is waited for, or one that ends the wait.
    Final(Verdict),
    /// Not usable.
    Wrong(Problem),
    /// An empty line.
    Nothing,
}

/// Why a pasted line is of no use, and what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) what: &'static str,
    pub(super) next_step: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.next_step)
    }
}

/// Judges a pasted line by the same checks as a redirect.
pub(super) fn read(expected: &ExpectedCallback, line: &str) -> Pasted {
    let text = bare(line);
    if text.is_empty() {
        return Pasted::Nothing;
    }
    let query = match query_of(text) {
        Ok(query) => query,
        Err(problem) => return Pasted::Wrong(problem),
    };
    match expected.judge(&query) {
        Verdict::Ignored(flaw) => Pasted::Wrong(explain(flaw)),
        verdict => Pasted::Final(verdict),
    }
}

/// The state in a pasted line, or what is wrong with the line.
pub(super) fn state(line: &str) -> Result<String, Problem> {
    callback::state_of(&query_of(bare(line))?).ok_or(NO_QUERY)
}

/// Without the quotes and brackets that mails and shells put around an address.
fn bare(line: &str) -> &str {
    line.trim().trim_matches(['"', '\'', '<', '>', '`']).trim()
}

/// The query of a whole address, or the text itself where it is a bare query.
fn query_of(text: &str) -> Result<String, Problem> {
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
        (true, path, _) if path == "/tba" || path.starts_with("/tba/done") => Err(NO_QUERY),
        _ if url.host_str().is_some_and(|host| host.ends_with("netsuite.com")) => Err(CONSENT_PAGE),
        _ => Err(NO_ADDRESS),
    }
}

const WHOLE_ADDRESS_BAR: &str = "Copy the whole address bar.";
const NO_ADDRESS: Problem = Problem {
    what: "That is not the address the browser ends on: after Allow it starts with http://localhost and contains oauth_verifier.",
    next_step: WHOLE_ADDRESS_BAR,
};
const CONSENT_PAGE: Problem = Problem {
    what: "That is the consent page itself.",
    next_step: "Open it in the browser, press Allow, and paste the address the browser ends on.",
};
const NO_QUERY: Problem = Problem {
    what: "That address is cut off: everything after the question mark is needed.",
    next_step: WHOLE_ADDRESS_BAR,
};
pub(super) const OTHER_SIGN_IN: Problem = Problem {
    what: "That address belongs to another sign-in.",
    next_step: "Use the consent page printed last, and paste the address the browser ends on then.",
};
const MAYBE_DENIED: Problem = Problem {
    what: "That address contains no answer.",
    next_step: "If you pressed Deny, stop with Ctrl-C; otherwise open the consent page again.",
};
const DAMAGED: Problem =
    Problem { what: "That address is damaged or cut off.", next_step: WHOLE_ADDRESS_BAR };
const TWICE: Problem = Problem {
    what: "That address contains a parameter twice.",
    next_step: "Copy the whole address bar, once.",
};

fn explain(flaw: Flaw) -> Problem {
    match flaw {
        Flaw::OtherState | Flaw::OtherRequestToken => OTHER_SIGN_IN,
        Flaw::NoState { maybe_denied: true } => MAYBE_DENIED,
        Flaw::NoState { maybe_denied: false } | Flaw::Company | Flaw::Verifier => DAMAGED,
        Flaw::Twice => TWICE,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod terminal_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::callback::State;

    fn expected() -> ExpectedCallback {
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

    fn wrong(line: &str) -> Problem {
        match read(&expected(), line) {
            Pasted::Wrong(problem) => problem,
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
            let taken = matches!(read(&expected(), &line), Pasted::Final(Verdict::Allowed(_)));
            assert!(taken, "{line}");
        }
        let denied = query.replace("v1", "");
        assert!(matches!(read(&expected(), &denied), Pasted::Final(Verdict::Denied)));
        assert!(matches!(read(&expected(), " \t"), Pasted::Nothing));
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
        assert_eq!(wrong(&query().replace('S', "T")), OTHER_SIGN_IN);
        assert_eq!(wrong(&query().replace("rt1", "rt0")), OTHER_SIGN_IN);
        assert_eq!(wrong("http://localhost:7777/tba"), NO_QUERY);
        assert_eq!(wrong("http://localhost:7777/tba/done/a1"), NO_QUERY);
        for line in ["y", "gulp deploy", "https://evil.example/tba?oauth_token=rt1", "\u{1b}[A"] {
            assert_eq!(wrong(line), NO_ADDRESS, "{line}");
        }
        assert_eq!(wrong("?oauth_token=rt1&oauth_verifier="), MAYBE_DENIED);
        assert_eq!(wrong(&query()[..60]), DAMAGED);
        assert_eq!(wrong(&format!("{0}&{0}", query())), TWICE);
    }
}
