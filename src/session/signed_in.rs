//! What is said after a sign-in: which account, which role, under which name.

use crate::account::{AccountId, AccountType};
use crate::credentials::{AuthId, RoleId};

/// `Signed in to 1234567 (PRODUCTION) with role 3; saved as live.`
pub fn sentence(auth_id: &AuthId, account: &AccountId, role: Option<&RoleId>) -> String {
    let kind = account.account_type().as_str().to_uppercase();
    let role = role.map_or(String::new(), |role| format!(" with role {role}"));
    format!("Signed in to {account} ({kind}){role}; saved as {auth_id}.")
}

/// A warning if the name says one type of account and the token is for another.
pub fn contradiction(auth_id: &AuthId, account: &AccountId) -> Option<String> {
    let said = said_by(auth_id.as_str())?;
    let kind = account.account_type();
    let fits = said == kind
        || !matches!(
            kind,
            AccountType::Production | AccountType::Sandbox | AccountType::ReleasePreview
        );
    (!fits).then(|| {
        let (said, kind) = (said.as_str(), kind.as_str());
        format!(
            "The name {auth_id} suggests a {said} account, but {account} is a {kind} account. If that \
             is a mistake, remove the token: npx netsuite-tba remove {auth_id}"
        )
    })
}

/// The type of account a name suggests: `sb1-dev`, `mySandbox`, `live_2`.
fn said_by(name: &str) -> Option<AccountType> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.collect();
    let is = |some: &[&str]| words.iter().any(|word| some.contains(word));
    if lower.contains("sandbox") || is(&["sb", "sbx"]) {
        Some(AccountType::Sandbox)
    } else if is(&["rp", "releasepreview"]) {
        Some(AccountType::ReleasePreview)
    } else if lower.contains("production") || is(&["prod", "live"]) {
        Some(AccountType::Production)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warned(name: &str, account: &str) -> bool {
        let name = AuthId::from_existing(name).unwrap();
        contradiction(&name, &AccountId::parse(account).unwrap()).is_some()
    }

    #[test]
    fn account_type_role_and_name_are_said() {
        let name = AuthId::parse_new("sb1-dev").unwrap();
        let said = |account: &str, role: Option<RoleId>| {
            sentence(&name, &AccountId::parse(account).unwrap(), role.as_ref())
        };
        assert_eq!(
            said("1234567", RoleId::parse("3").ok()),
            "Signed in to 1234567 (PRODUCTION) with role 3; saved as sb1-dev."
        );
        assert_eq!(
            said("1234567_SB1", None),
            "Signed in to 1234567_SB1 (SANDBOX); saved as sb1-dev."
        );
    }

    #[test]
    fn a_name_that_contradicts_the_account_is_warned_of() {
        for (name, account) in [
            ("sb1-dev", "1234567"),
            ("my sandbox", "1234567"),
            ("AcmeSandbox2", "1234567"),
            ("acme_sbx", "1234567"),
            ("live", "1234567_SB1"),
            ("acme-prod", "1234567_SB2"),
            ("rp", "1234567"),
        ] {
            assert!(warned(name, account), "{name} for {account}");
        }
    }

    #[test]
    fn other_names_say_nothing() {
        for (name, account) in [
            ("sb1-dev", "1234567_SB1"),
            ("dev", "1234567"),
            ("sbarro", "1234567"),
            ("delivery", "1234567_SB1"),
            ("product-page", "1234567_SB1"),
            ("live", "1234567"),
            ("live", "TSTDRV1234567"),
        ] {
            assert!(!warned(name, account), "{name} for {account}");
        }
    }
}
