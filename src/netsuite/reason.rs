//! Why a request of a signed-in task was refused, read from any answer of NetSuite.

use crate::error::Code;
use crate::netsuite::oauth_error::OauthError;

/// Longer bodies are results, not refusals.
const LONGEST: usize = 64 * 1024;

/// NetSuite's reason, as far as it gave one.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The code of this package, if NetSuite documents the reason.
    pub code: Option<Code>,
    /// What NetSuite said, safe to print.
    pub shown: String,
}

impl Reason {
    /// Finds the reason in a body, or else in a `WWW-Authenticate` header.
    pub fn find(body: &[u8], challenge: &str) -> Option<Self> {
        let body = &body[..body.len().min(LONGEST)];
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let text = String::from_utf8_lossy(body);
        let error = OauthError::in_body(&text).or_else(|| OauthError::in_header(challenge))?;
        Some(Self { code: error.known(), shown: error.shown() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> Option<Code> {
        Reason::find(body.as_bytes(), "").and_then(|reason| reason.code)
    }

    #[test]
    fn a_busy_account_is_recognised_by_its_code_whatever_the_message_says() {
        for body in [
            r#"{"error" : {"code" : "SSS_REQUEST_LIMIT_EXCEEDED","message" : "Request Limit Exceeded"}}"#,
            r#"{"error" : {"code" : "SSS_REQUEST_LIMIT_EXCEEDED","message" : "Limite dépassée"}}"#,
            "error code: SSS_REQUEST_LIMIT_EXCEEDED\nerror message: Request Limit Exceeded\n",
            r#"{"title":"Too Many Requests","status":429,"o:errorDetails":[{"detail":"d","o:errorCode":"CONCURRENCY_LIMIT_EXCEEDED"}]}"#,
        ] {
            assert_eq!(code(body), Some(Code::RateLimited), "{body}");
        }
        assert_eq!(code(r#"{"error":{"code":"USER_ERROR","message":"SSS"}}"#), None);
    }
}
