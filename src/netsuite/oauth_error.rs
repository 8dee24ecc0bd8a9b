//! NetSuite's own error codes, in every format they come in.
//!
//! Sources: NetSuite help "Error Messages for the TBA Authorization Flow" (subsection
//! 156934879823), "Error Messages for RESTlets …" (156935170194), "Error Handling in REST Web
//! Services" (156570709583). Messages are translated into the user's language, codes are not:
//! codes decide, messages are only shown.

use std::borrow::Cow;

use serde_json::Value;

use crate::error::Code;
use crate::netsuite::response::Response;
use crate::text::printable;

/// The reason NetSuite gave for a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OauthError {
    pub(super) code: String,
    pub(super) message: String,
}

impl OauthError {
    /// Finds the reason in an answer's body, or else in its `WWW-Authenticate` header.
    pub(super) fn find(response: &Response) -> Option<Self> {
        Self::in_body(&response.text()).or_else(|| Self::in_header(&response.www_authenticate))
    }

    /// Finds the reason in a body: JSON of three shapes, JSON with stray backslashes or cut off, or
    /// plain text.
    pub(super) fn in_body(body: &str) -> Option<Self> {
        let body = body.trim();
        if body.starts_with(['{', '"']) {
            let parsed = serde_json::from_str(body)
                .or_else(|_| serde_json::from_str::<Value>(&body.replace('\\', "")));
            return match parsed {
                Ok(value) => Self::in_json(&value, 3),
                Err(_) => Self::in_broken_json(body),
            };
        }
        Self::in_plain_text(body)
    }

    /// `error` may hold JSON as a string, so this looks into strings too, to a limited depth.
    fn in_json(value: &Value, depth: u8) -> Option<Self> {
        match value {
            Value::String(text) if depth > 0 => {
                let inner = serde_json::from_str::<Value>(text.trim()).ok();
                inner
                    .and_then(|inner| Self::in_json(&inner, depth - 1))
                    .or_else(|| Self::in_plain_text(text).or_else(|| Self::named("", text)))
            }
            Value::Object(object) => {
                if let Some(error) = object.get("error").filter(|_| depth > 0) {
                    let description = object.get("error_description").and_then(Value::as_str);
                    return match (error, description) {
                        (Value::String(code), Some(text)) => Self::named(code, text),
                        _ => Self::in_json(error, depth - 1),
                    };
                }
                if let Some(Value::Array(details)) = object.get("o:errorDetails") {
                    return details.iter().find_map(|detail| Self::in_json(detail, 0));
                }
                let text = |names: &[&str]| {
                    names.iter().find_map(|name| object.get(*name)?.as_str()).unwrap_or_default()
                };
                let code = text(&["code", "o:errorCode", "name", "type"]);
                Self::named(code, text(&["message", "details", "detail", "title"]))
            }
            _ => None,
        }
    }

    /// The values of `code` and `message` in text that is not valid JSON.
    fn in_broken_json(body: &str) -> Option<Self> {
        let field = |name: &str| {
            let (_, after) = body.split_once(&format!("{name}\""))?;
            let after = after.trim_start().strip_prefix(':')?.trim_start();
            let after = after.trim_start_matches(['"', '\\']);
            Some(after.split(['"', '\\', '}', '\n']).next().unwrap_or_default().trim())
        };
        // The end of a broken message is unclear, so it is shown only if there is no code.
        match field("code").filter(|code| !code.is_empty()) {
            Some(code) => Self::named(code, ""),
            None => Self::named("", field("message").unwrap_or_default()),
        }
    }

    /// `error code: X`, then `error message: …`; or the form encoding of `SuiteSignOn`.
    fn in_plain_text(body: &str) -> Option<Self> {
        let line = |name: &str| {
            body.lines().find_map(|line| {
                let (start, rest) = line.trim().split_at_checked(name.len())?;
                start.eq_ignore_ascii_case(name).then(|| rest.trim())
            })
        };
        if let Some(code) = line("error code:") {
            return Self::named(code, line("error message:").unwrap_or_default());
        }
        url::form_urlencoded::parse(body.as_bytes())
            .find(|(name, _)| name == "oauth_problem")
            .and_then(|(_, code)| Self::named(&code, ""))
    }

    /// `OAuth realm="…", error="token_rejected", error_description="…"`.
    pub(super) fn in_header(header: &str) -> Option<Self> {
        let value = |name: &str| {
            let (_, after) = header.split_once(&format!("{name}=\""))?;
            after.split('"').next()
        };
        let code = value(" error").or_else(|| value(",error")).or_else(|| value("oauth_problem"));
        Self::named(code?, value("error_description").unwrap_or_default())
    }

    fn named(code: &str, message: &str) -> Option<Self> {
        let (code, message) = (code.trim(), message.trim());
        (!code.is_empty() || !message.is_empty())
            .then(|| Self { code: code.to_owned(), message: message.to_owned() })
    }

    /// The code of this package, if the reason is one of those NetSuite documents.
    pub(super) fn known(&self) -> Option<Code> {
        let head = |text: &str| {
            text.split(|c: char| c.is_whitespace() || c == '<')
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        // `USER_ERROR` has no fixed meaning. With this message the account has the feature off.
        let feature_is_off =
            self.message.to_ascii_lowercase().contains("token-based authentication");
        if self.code == "USER_ERROR" && feature_is_off {
            return Some(Code::FeatureDisabled);
        }
        known_code(&head(&self.code))
            .or_else(|| known_code(&self.message))
            .or_else(|| known_code(&head(&self.message)))
    }

    /// NetSuite's words, for the end of a sentence: `InvalidSignature`, or `X: message`.
    pub(super) fn shown(&self) -> String {
        let said = |text: &str, limit| printable(&without_echo(text), limit);
        let (code, message) = (said(&self.code, 100), said(&self.message, 300));
        if !code.is_empty() && message.starts_with(&code) {
            return message;
        }
        match (code.is_empty(), message.is_empty()) {
            (true, _) => message,
            (false, true) => code,
            (false, false) => format!("{code}: {message}"),
        }
    }
}

/// Returns a text up to the place where it repeats our request. Some gateways put the request into
/// their errors, and signatures and verifiers must not be shown.
fn without_echo(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let is_value = |(at, _): &(usize, &str)| {
        let name = lower[*at..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let after = name.trim_start_matches(['"', '\'', '\\']).trim_start();
        after.starts_with(['=', ':']) || after.starts_with("%3d")
    };
    let parameter = lower.match_indices("oauth_").find(is_value);
    let header = lower.match_indices("authorization").find(is_value);
    match parameter.into_iter().chain(header).map(|(at, _)| at).min() {
        Some(at) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// NetSuite's codes, in both spellings (`nonce_used`, `NonceUsed`).
fn known_code(code: &str) -> Option<Code> {
    let key: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    Some(match key.as_str() {
        "unknownintegration" | "consumerkeyunknown" | "consumerkeyrejected" => {
            Code::UnknownIntegration
        }
        "integrationblocked" | "consumerkeyrefused" => Code::IntegrationBlocked,
        "authorizationflowrequired" => Code::AuthorizationFlowRequired,
        "invalidtimestamp" | "timestamprefused" => Code::InvalidTimestamp,
        "invalidsignature" | "signatureinvalid" => Code::InvalidSignature,
        "invalidcallback" => Code::InvalidCallback,
        "missingrequiredparameter" | "missingtokenpassportrequiredfields" | "parameterabsent" => {
            Code::MissingParameter
        }
        "noncerejected" | "nonceused" => Code::NonceRejected,
        "featuredisabled" => Code::FeatureDisabled,
        "invalidloginattempt" | "invalidlogin" | "invalidlogincredentials" | "tokenrejected" => {
            Code::InvalidLogin
        }
        "insufficientpermission" => Code::PermissionMissing,
        "sssrequestlimitexceeded"
        | "concurrencylimitexceeded"
        | "wsrequestblocked"
        | "wsconcursessiondisallwd" => Code::RateLimited,
        "invalidurl" => Code::WrongDataCenter,
        "unexpectederror" => Code::ServerError,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(body: &str) -> Option<Code> {
        OauthError::in_body(body).and_then(|error| error.known())
    }

    #[test]
    fn every_documented_code_has_its_own() {
        for (sent, code) in [
            ("UnknownIntegration", Code::UnknownIntegration),
            ("consumer_key_unknown", Code::UnknownIntegration),
            ("IntegrationBlocked", Code::IntegrationBlocked),
            ("consumer_key_refused", Code::IntegrationBlocked),
            ("AuthorizationFlowRequired", Code::AuthorizationFlowRequired),
            ("InvalidTimestamp", Code::InvalidTimestamp),
            ("InvalidSignature", Code::InvalidSignature),
            ("InvalidCallback <<http://localhost:7778/tba>>", Code::InvalidCallback),
            ("MissingRequiredParameter", Code::MissingParameter),
            ("MissingTokenPassportRequiredFields", Code::MissingParameter),
            ("NonceRejected", Code::NonceRejected),
            ("nonce_used", Code::NonceRejected),
            ("FeatureDisabled", Code::FeatureDisabled),
            ("INVALID_LOGIN_ATTEMPT", Code::InvalidLogin),
            ("INVALID_LOGIN", Code::InvalidLogin),
            ("INVALID_LOGIN_CREDENTIALS", Code::InvalidLogin),
            ("INSUFFICIENT_PERMISSION", Code::PermissionMissing),
            ("SSS_REQUEST_LIMIT_EXCEEDED", Code::RateLimited),
            ("UNEXPECTED_ERROR", Code::ServerError),
        ] {
            let body = format!("{{\"error\" : {{\"code\" : \"{sent}\",\"message\" : \"Größe\"}}}}");
            assert_eq!(code_of(&body), Some(code), "{sent}");
        }
        assert_eq!(code_of(r#"{"error":{"code":"SOMETHING_NEW","message":"m"}}"#), None);
        let feature = "The feature 'Token-based Authentication' is not enabled.";
        let off = format!(r#"{{"error":{{"code":"USER_ERROR","message":"{feature}"}}}}"#);
        assert_eq!(code_of(&off), Some(Code::FeatureDisabled));
        assert_eq!(code_of(&off.replace("Token", "Other")), None);
    }

    #[test]
    fn the_reason_is_found_in_every_format() {
        for body in [
            r#"{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}"#,
            r#"{"error":{"message":"Invalid login attempt."}}"#,
            r#"{"error":"{\"code\":\"INVALID_LOGIN_ATTEMPT\",\"details\":\"d\"}"}"#,
            r#"{"error":"{\"error\":{\"code\":\"INVALID_LOGIN_ATTEMPT\"}}"}"#,
            r#"{"error":"INVALID_LOGIN_ATTEMPT"}"#,
            r#"{"error":"token_rejected","error_description":"x"}"#,
            r#"{\"error\":{\"code\":\"INVALID_LOGIN_ATTEMPT\",\"message\":\"m\"}}"#,
            r#"{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"cut o"#,
            r#"{"error" : {"code" : "INVALID_LOGIN_ATTEMPT" "message" : oops}}"#,
            r#"{"type":"https://x","title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"d","o:errorCode":"INVALID_LOGIN"}]}"#,
            "error code: INVALID_LOGIN_ATTEMPT\r\nerror message: Invalid login attempt.",
            "oauth_problem=token_rejected",
        ] {
            assert_eq!(code_of(body), Some(Code::InvalidLogin), "{body}");
        }
        let header = r#"OAuth realm="1234567_SB1", error="token_rejected", error_description="Invalid login attempt.""#;
        assert_eq!(OauthError::in_header(header).unwrap().known(), Some(Code::InvalidLogin));
    }

    #[test]
    fn a_body_without_a_reason_gives_none() {
        for body in [
            "",
            "<html>error</html>",
            "oauth_token=a&oauth_token_secret=b",
            "{}",
            "null",
            "{",
            "\"\"",
        ] {
            assert_eq!(OauthError::in_body(body), None, "{body}");
        }
    }

    #[test]
    fn a_request_that_comes_back_in_an_error_is_not_shown() {
        let shown = |message: &str| {
            OauthError { code: "E".to_owned(), message: message.to_owned() }.shown()
        };
        for echo in [
            "Authorization: OAuth oauth_consumer_key=\"k\", oauth_signature=\"hunter2\"",
            "OAUTH_SIGNATURE = hunter2",
            "{\"oauth_verifier\": \"hunter2\"}",
            "{\\\"oauth_token\\\":\\\"hunter2\\\"}",
            "POST&u&oauth_verifier%3Dhunter2",
        ] {
            let text = shown(&format!("Größe, refused: {echo}"));
            assert!(text.starts_with("E: Größe, refused: ") && text.ends_with('…'), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
        let code =
            OauthError { code: "oauth_signature=hunter2".to_owned(), message: String::new() };
        assert!(!code.shown().contains("hunter2"));
        for said in ["The parameter oauth_token is missing", "Missing 'oauth_verifier'."] {
            assert_eq!(shown(said), format!("E: {said}"));
        }
    }

    #[test]
    fn what_netsuite_says_cannot_steer_the_terminal() {
        let error =
            OauthError::in_body("{\"error\":{\"code\":\"A\\u001b[2J\",\"message\":\"b\\r\\nc\"}}")
                .unwrap();
        assert_eq!(error.shown(), "A?[2J: b??c");
    }
}
