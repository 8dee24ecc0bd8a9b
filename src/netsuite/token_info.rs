//! `/rest/tokeninfo`: account, user and role of a token. A cheap check that a token works.
//!
//! The member names of its answer are not documented, so several spellings are accepted.

use serde_json::Value;

use crate::account::AccountId;
use crate::credentials::{Consumer, Token};
use crate::error::Result;
use crate::netsuite::client::Client;
use crate::netsuite::oauth_error::OauthError;
use crate::netsuite::refused;
use crate::netsuite::refused::Endpoint;
use crate::netsuite::site::Site;
use crate::netsuite::token_endpoints::ask;
use crate::signer::request::{Request, Signer};
use crate::text::printable;

/// What NetSuite reports about a token. Missing values are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenInfo {
    /// The account ID.
    pub company: Option<String>,
    /// The company's name.
    pub company_name: Option<String>,
    /// The user's entity ID.
    pub entity: Option<String>,
    /// The user's name or e-mail address.
    pub user: Option<String>,
    /// The role's internal ID.
    pub role: Option<String>,
    /// The role's name.
    pub role_name: Option<String>,
}

/// Asks NetSuite for account, user and role of a token.
///
/// # Errors
/// The codes of NetSuite's refusals; [`Code::UnexpectedAnswer`] for an answer that is not JSON.
pub async fn token_info(
    client: &Client,
    site: &Site,
    account: &AccountId,
    consumer: &Consumer,
    token: &Token,
) -> Result<TokenInfo> {
    let signer = Signer::new(consumer, Some(token), Some(account.realm()));
    ask_whose(client, site, account, &signer).await
}

/// Asks NetSuite whether the token of a signer works.
///
/// # Errors
/// As [`token_info`].
pub async fn check_token(
    client: &Client,
    site: &Site,
    account: &AccountId,
    signer: &Signer,
) -> Result<()> {
    ask_whose(client, site, account, signer).await.map(|_| ())
}

async fn ask_whose(
    client: &Client,
    site: &Site,
    account: &AccountId,
    signer: &Signer,
) -> Result<TokenInfo> {
    let url = format!("{}/rest/tokeninfo", site.restlets_base(account));
    let request = Request { method: "GET", url: &url, parameters: &[], form: &[] };
    let response = ask(client, signer, &request).await?;
    let refused = OauthError::find(&response).is_some_and(|error| error.known().is_some());
    let info = (response.status == 200 && !refused)
        .then(|| serde_json::from_str(response.text().trim()).ok().as_ref().and_then(read))
        .flatten();
    info.ok_or_else(|| refused::error_of(&response, Endpoint::TokenInfo))
}

/// Reads the members by any of their possible names.
fn read(value: &Value) -> Option<TokenInfo> {
    let mut flat = Vec::new();
    flatten(value.as_object()?, "", &mut flat);
    let find = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| flat.iter().find(|(key, _)| key == name))
            .map(|(_, text)| text.clone())
    };
    Some(TokenInfo {
        company: find(&[
            "companyid",
            "accountid",
            "companyinternalid",
            "accountinternalid",
            "company",
            "account",
        ]),
        company_name: find(&["companyname", "accountname"]),
        entity: find(&["entityid", "entityinternalid", "entity", "userid", "userinternalid"]),
        user: find(&["username", "entityname", "useremail", "email", "user"]),
        role: find(&["roleid", "roleinternalid", "role"]),
        role_name: find(&["rolename"]),
    })
}

/// `{"role":{"internalId":3}}` and `{"role_id":"3"}` become `roleinternalid` and `roleid`.
fn flatten(object: &serde_json::Map<String, Value>, prefix: &str, out: &mut Vec<(String, String)>) {
    for (name, value) in object {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let key = format!("{prefix}{}", plain.to_ascii_lowercase());
        match value {
            Value::String(text) if !text.is_empty() => out.push((key, printable(text, 200))),
            Value::Number(number) => out.push((key, number.to_string())),
            Value::Object(inner) if prefix.is_empty() => flatten(inner, &key, out),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_in_any_spelling() {
        for json in [
            r#"{"companyId":"1234567","companyName":"Acme","entityId":38,"userName":"Ann","roleId":3,"roleName":"Administrator"}"#,
            r#"{"company_id":1234567,"COMPANYNAME":"Acme","entity":"38","email":"Ann","role":"3","role-name":"Administrator"}"#,
            r#"{"company":{"id":"1234567","name":"Acme"},"entity":{"internalId":38},"user":{"name":"Ann"},"role":{"internalId":3,"name":"Administrator"}}"#,
        ] {
            let info = read(&serde_json::from_str(json).unwrap()).unwrap();
            let some = |text: &str| Some(text.to_owned());
            assert_eq!(
                info,
                TokenInfo {
                    company: some("1234567"),
                    company_name: some("Acme"),
                    entity: some("38"),
                    user: some("Ann"),
                    role: some("3"),
                    role_name: some("Administrator"),
                },
                "{json}"
            );
        }
        assert_eq!(read(&serde_json::json!({})), Some(TokenInfo::default()));
        assert_eq!(read(&serde_json::json!([])), None);
    }
}
