//! The claims of an OAuth 2.0 access token. NetSuite issues JSON Web Tokens (RFC 7519), whose claims
//! anybody can read; only NetSuite can check the signature, so nothing here proves anything.
//!
//! Source: NetSuite help section 158255317571: `sub` is "role;entity", `aud` holds "app;COMPANY" and
//! the client ID, `oit` is the start of the grant, `iss` is `https://system.netsuite.com`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::account::AccountId;
use crate::credentials::RoleId;
use crate::text::printable;

/// NetSuite's own have about 1 KiB.
const LONGEST_TOKEN: usize = 16 * 1024;
/// Most characters of a claim that are kept.
const LONGEST_CLAIM: usize = 200;
const MOST_SCOPES: usize = 20;
/// What stands before the account in the audience of an access token.
const ACCESS_PREFIX: &str = "app;";

/// What an access token says about itself. Every text is safe to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The account, if this is an access token of NetSuite.
    pub account: Option<AccountId>,
    /// The role's internal ID.
    pub role: Option<RoleId>,
    /// The user's internal ID.
    pub entity: Option<String>,
    /// The client ID of the integration record, which is the consumer key of TBA.
    pub client_id: Option<String>,
    /// `restlets`, `rest_webservices`, `suite_analytics`. `None` if the token does not say.
    pub scope: Option<Vec<String>>,
    /// When it expires, in seconds since 1970.
    pub expires: Option<u64>,
    /// When the grant began, in seconds since 1970.
    pub granted: Option<u64>,
}

impl Claims {
    /// Reads the claims. `None` for anything that is not a JSON Web Token.
    pub fn read(token: &str) -> Option<Self> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let mut parts = token.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || signature.is_empty() {
            return None;
        }
        object(header)?.get("alg")?.as_str()?;
        Some(Self::of(&object(claims)?))
    }

    fn of(claims: &Value) -> Self {
        let audience = texts(&claims["aud"], |_| false).unwrap_or_default();
        let account = audience.iter().find_map(|entry| entry.strip_prefix(ACCESS_PREFIX));
        let subject = claims["sub"].as_str().unwrap_or_default();
        let (role, entity) = subject.split_once(';').unwrap_or_default();
        let client_id = audience.iter().find(|entry| !entry.contains(';'));
        Self {
            account: account.and_then(|id| AccountId::parse_strict(id).ok()),
            role: RoleId::parse(role).ok(),
            entity: (!entity.is_empty()).then(|| printable(entity, LONGEST_CLAIM)),
            client_id: client_id.map(|id| printable(id, LONGEST_CLAIM)),
            // Oracle documents no form: an array is seen, OAuth 2.0 itself has spaces.
            scope: texts(&claims["scope"], |c| c == ' ' || c == ',')
                .map(|all| all.iter().map(|one| printable(one, LONGEST_CLAIM)).collect()),
            expires: claims["exp"].as_u64(),
            granted: claims["oit"].as_u64(),
        }
    }
}

fn object(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// The texts of an array, or those of one text between separators.
fn texts(value: &Value, separates: fn(char) -> bool) -> Option<Vec<&str>> {
    let all: Vec<&str> = match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => text.split(separates).filter(|one| !one.is_empty()).collect(),
        _ => return None,
    };
    Some(all.into_iter().take(MOST_SCOPES).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.c2ln", part(&json!({"alg": "RS256", "typ": "JWT"})), part(claims))
    }

    #[test]
    fn the_claims_of_netsuite_are_read() {
        let claims = Claims::read(&token(&json!({
            "sub": "1000;38", "aud": ["app;1234567_SB1", "client"], "scope": ["restlets"],
            "iss": "https://system.netsuite.com", "oit": 1_700_000_000, "exp": 1_700_003_600,
        })))
        .unwrap();
        assert_eq!(claims.account.unwrap().as_str(), "1234567_SB1");
        assert_eq!(claims.role.unwrap().as_str(), "1000");
        assert_eq!(claims.entity.as_deref(), Some("38"));
        assert_eq!(claims.client_id.as_deref(), Some("client"));
        assert_eq!(claims.scope.unwrap(), ["restlets"]);
        assert_eq!((claims.granted, claims.expires), (Some(1_700_000_000), Some(1_700_003_600)));
    }

    #[test]
    fn a_scope_may_be_an_array_or_a_text_with_spaces_or_commas() {
        let wanted = Some(vec!["restlets".to_owned(), "rest_webservices".to_owned()]);
        for scope in [
            json!(["restlets", "rest_webservices"]),
            json!("restlets rest_webservices"),
            json!("restlets,rest_webservices"),
        ] {
            assert_eq!(Claims::read(&token(&json!({ "scope": scope }))).unwrap().scope, wanted);
        }
        assert_eq!(Claims::read(&token(&json!({}))).unwrap().scope, None);
    }

    #[test]
    fn claims_of_other_forms_are_left_out_and_texts_are_safe_to_print() {
        let claims = Claims::read(&token(&json!({
            "sub": "3;\u{1b}[31m38", "aud": "app;evil.example/", "exp": "soon", "oit": -1,
        })))
        .unwrap();
        assert_eq!((claims.account, claims.client_id), (None, None));
        assert_eq!(claims.entity.as_deref(), Some("?[31m38"));
        assert_eq!((claims.expires, claims.granted), (None, None));
    }

    #[test]
    fn anything_else_is_no_token() {
        let good = token(&json!({}));
        assert!(Claims::read(&good).is_some());
        for text in [
            String::new(),
            "a.b.c".to_owned(),
            good.replace(".c2ln", ""),
            good.replace(".c2ln", "."),
            format!("{good}.x"),
            format!("{good} x").replace('.', " "),
            format!("e30.{}", good.split_once('.').unwrap().1),
            format!("{good}{}", "A".repeat(LONGEST_TOKEN)),
        ] {
            assert_eq!(Claims::read(&text), None, "{}", printable(&text, 80));
        }
    }
}
