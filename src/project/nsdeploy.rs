//! `.nsdeploy`, the project file of Oracle's tools. Its `authID` is read and replaced; every other
//! byte is kept.

use serde_json::Value;

use crate::account::AccountId;
use crate::base::json_edit;
use crate::base::json_edit::{Document, Object, splice};

/// The values that are read from the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// `credentials.authID`.
    pub auth_id: Option<String>,
    /// `credentials.hostname`.
    pub hostname: Option<String>,
    /// `credentials.account`, which Oracle's tools write after a deployment.
    pub account_member: Option<String>,
    /// `credentials.domain`: the website that Oracle's tools deploy to.
    pub domain: Option<String>,
    /// `credentials.vm`.
    pub vm: Option<String>,
    /// `credentials.molecule`.
    pub molecule: Option<String>,
    /// Names of members of `credentials` that should not be in a shared file.
    pub secrets: Vec<String>,
}

impl Deployment {
    /// Returns the account of the host name. `system.netsuite.com` belongs to no account.
    pub fn account(&self) -> Option<AccountId> {
        let hostname = self.hostname.as_deref()?;
        AccountId::parse(&format!("https://{hostname}/")).ok()
    }
}

/// Members that belong to a website of one account. Oracle's tools ask for them again after a
/// change of account.
const OF_A_WEBSITE: [&str; 8] = [
    "website",
    "domain",
    "webapp_id",
    "ssp_folder",
    "is_scis",
    "subsidiary",
    "location",
    "target_folder",
];

/// How a file was corrected for another account.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled {
    /// The previous account.
    pub from: AccountId,
    /// The new host name.
    pub hostname: Option<String>,
    /// The members of `credentials` that were removed.
    pub removed: Vec<&'static str>,
}

/// Returns the text with the values of another account corrected for this one, as Oracle's tools do
/// after a change of account. Returns `None` if nothing needs correction. `replaced` is the account
/// of the token that the file named before, because a file need not name its account itself.
pub fn settled(
    text: &str,
    account: &AccountId,
    replaced: Option<AccountId>,
) -> Option<(String, Settled)> {
    let before = parse(text).ok()?;
    let member = before.account_member.as_deref().and_then(|text| AccountId::parse(text).ok());
    let written = before.account().or(member.clone());
    let replaced = replaced.filter(|_| written.is_none());
    let from =
        [before.account(), member, replaced].into_iter().flatten().find(|of| of != account)?;
    let mut document = Document::parse(text).ok()?;
    let path = &["credentials"];
    let hostname = before
        .hostname
        .as_deref()
        .and_then(|host| host.split_once('.'))
        .map(|(_, rest)| format!("{}.{rest}", account.host_label()));
    let hostname = hostname.filter(|_| before.account().is_some_and(|of| of != *account));
    if let Some(hostname) = &hostname {
        document.set(path, "hostname", &Value::from(hostname.as_str()));
    }
    if before.account_member.is_some() {
        document.set(path, "account", &Value::from(account.hyphenated()));
    }
    let names = document.names(path);
    let removed: Vec<_> =
        OF_A_WEBSITE.into_iter().filter(|name| names.iter().any(|has| has == name)).collect();
    for name in &removed {
        document.remove(path, name);
    }
    let is_changed = hostname.is_some() || before.account_member.is_some() || !removed.is_empty();
    is_changed.then(|| (document.into_text(), Settled { from, hostname, removed }))
}

/// Parses the text of the file. An empty file counts as an empty object.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn parse(text: &str) -> Result<Deployment, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Ok(Deployment::default());
    }
    let value: Value = serde_json::from_str(text).map_err(|error| json_edit::not_json(&error))?;
    let Value::Object(root) = value else { return Err("it is not a JSON object".to_owned()) };
    let credentials = match root.get("credentials") {
        None | Some(Value::Null) => return Ok(Deployment::default()),
        Some(Value::Object(credentials)) => credentials,
        Some(_) => return Err("its credentials are not a JSON object".to_owned()),
    };
    let member = |name: &str| match credentials.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let secrets = ["key", "secret", "token"].into_iter().filter(|name| member(name).is_some());
    Ok(Deployment {
        auth_id: member("authID"),
        hostname: member("hostname"),
        account_member: member("account"),
        domain: member("domain"),
        vm: member("vm"),
        molecule: member("molecule"),
        secrets: secrets.map(str::to_owned).collect(),
    })
}

/// Returns the text with `credentials.authID` set to `name`. Indentation, order, newline style and
/// byte order mark stay.
///
/// # Errors
/// As [`parse`].
pub fn with_auth_id(text: &str, name: &str) -> Result<String, String> {
    let before = parse(text)?;
    if before.auth_id.as_deref() == Some(name) {
        return Ok(text.to_owned());
    }
    let quoted = Value::from(name).to_string();
    let start = json_edit::start(text);
    if text[start..].trim().is_empty() {
        let fresh = format!("{{\n  \"credentials\": {{\n    \"authID\": {quoted}\n  }}\n}}\n");
        return Ok(format!("{}{fresh}", &text[..start]));
    }
    let root = Object::scan(text, start).ok_or("it is not a JSON object")?;
    let edited = match root.value_of("credentials") {
        Some(value) if text[value.clone()].starts_with('{') => {
            let credentials =
                Object::scan(text, value.start).ok_or("its credentials cannot be read")?;
            match credentials.value_of("authID") {
                Some(old) => splice(text, &old, &quoted),
                None => credentials.with_member("authID", &quoted),
            }
        }
        Some(null) => splice(text, &null, &format!("{{\"authID\":{quoted}}}")),
        None => root.with_member("credentials", &format!("{{\"authID\": {quoted}}}")),
    };
    match parse(&edited) {
        Ok(after)
            if after.auth_id.as_deref() == Some(name) && after.hostname == before.hostname =>
        {
            Ok(edited)
        }
        _ => Err("its authID cannot be replaced".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> String {
        let edited = with_auth_id(text, "new").unwrap();
        assert_eq!(parse(&edited).unwrap().auth_id.as_deref(), Some("new"), "{edited}");
        edited
    }

    #[test]
    fn only_the_name_changes() {
        let text = "\u{feff}{\r\n\t\"x\": [1, {\"authID\":\"no\"}],\r\n\t\"credentials\": {\r\n\t\t\"domain\": \"a\\\"b}\",\r\n\t\t\"authID\" : \"old\",\r\n\t\t\"is_scis\": false\r\n\t}\r\n}\r\n";
        assert_eq!(named(text), text.replace("\"old\"", "\"new\""));
        assert_eq!(with_auth_id(text, "old").unwrap(), text);
    }

    #[test]
    fn a_missing_name_is_put_in_front_in_the_style_of_the_file() {
        let text = "{\n  \"credentials\": {\n    \"domain\": \"a\"\n  }\n}";
        let expected =
            "{\n  \"credentials\": {\n    \"authID\": \"new\",\n    \"domain\": \"a\"\n  }\n}";
        assert_eq!(named(text), expected);
        assert_eq!(
            named("{\"credentials\":{\"a\":1}}"),
            "{\"credentials\":{\"authID\":\"new\",\"a\":1}}"
        );
        named("{\"credentials\":{}}");
        named("{\"credentials\":null,\"x\":1}");
        named("{\"x\":1}");
        named("{}");
        named("");
        named("\u{feff} \n");
    }

    #[test]
    fn the_last_of_two_names_is_the_one_that_counts() {
        assert_eq!(
            named("{\"credentials\":{\"authID\":\"a\",\"authID\":\"b\"}}"),
            "{\"credentials\":{\"authID\":\"a\",\"authID\":\"new\"}}"
        );
        named("{\"credentials\":{\"auth\\u0049D\":\"a\"}}");
    }

    #[test]
    fn a_name_is_quoted_as_json_wants_it() {
        let edited = with_auth_id("{}", "a\"b\\c\nd").unwrap();
        assert_eq!(parse(&edited).unwrap().auth_id.as_deref(), Some("a\"b\\c\nd"));
    }

    #[test]
    fn what_is_not_a_deployment_file_is_left_alone() {
        for text in ["[]", "{", "{\"credentials\":[]}", "nonsense", "{\"a\":1}}"] {
            assert!(with_auth_id(text, "new").is_err(), "{text}");
        }
    }

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    #[test]
    fn what_belongs_to_another_account_is_put_right_and_all_else_is_kept() {
        let text = "{\n  \"credentials\": {\n    \"user_agent\": \"x\",\n    \"authID\": \"live\",\n    \"hostname\": \"1234567-sb1.app.netsuite.com\",\n    \"website\": \"2\",\n    \"domain\": \"shop.example\",\n    \"ssp_folder\": 5,\n    \"nsVersion\": \"2020_2\"\n  },\n  \"mine\": [1]\n}\n";
        let (after, settled) = settled(text, &account("7654321"), None).unwrap();
        assert_eq!(
            after,
            "{\n  \"credentials\": {\n    \"user_agent\": \"x\",\n    \"authID\": \"live\",\n    \"hostname\": \"7654321.app.netsuite.com\",\n    \"nsVersion\": \"2020_2\"\n  },\n  \"mine\": [1]\n}\n"
        );
        assert_eq!(settled.from, account("1234567_SB1"));
        assert_eq!(settled.removed, ["website", "domain", "ssp_folder"]);
    }

    #[test]
    fn every_form_of_another_account_is_seen_and_the_right_one_or_none_is_left_alone() {
        for (credentials, hostname) in [
            (
                r#""hostname":"1234567.restlets.api.netsuite.com""#,
                Some("7654321-sb2.restlets.api.netsuite.com"),
            ),
            (
                r#""hostname":"1234567-SB1.app.f1.netsuite.com","account":"1234567-SB1""#,
                Some("7654321-sb2.app.f1.netsuite.com"),
            ),
            (r#""account":"1234567_sb1","website":"2""#, None),
        ] {
            let text = format!("{{\"credentials\":{{{credentials}}}}}");
            let (after, settled) = settled(&text, &account("7654321_SB2"), None).unwrap();
            assert_eq!(settled.hostname.as_deref(), hostname, "{text}");
            assert!(!after.contains("1234567") && !after.contains("website"), "{after}");
        }
        for right in [
            r#"{"credentials":{"hostname":"7654321-sb2.app.netsuite.com","website":"2"}}"#,
            r#"{"credentials":{"hostname":"system.netsuite.com","website":"2"}}"#,
            r#"{"credentials":{"website":"2"}}"#,
            "{}",
            "",
            "nonsense",
        ] {
            assert_eq!(settled(right, &account("7654321_SB2"), None), None, "{right}");
        }
    }

    #[test]
    fn secrets_in_the_file_are_seen() {
        let read =
            parse("{\"credentials\":{\"key\":\"k\",\"secret\":\"s\",\"hostname\":\"h\"}}").unwrap();
        assert_eq!(read.secrets, ["key", "secret"]);
        assert_eq!(read.hostname.as_deref(), Some("h"));
    }
}
