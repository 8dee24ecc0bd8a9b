use crate::consent::callback::*;
use proptest::prelude::*;

fn expected(account: Option<&str>, role: Option<&str>) -> ExpectedCallback {
    ExpectedCallback {
        state: State("S".repeat(32)),
        request_token: "rt1".to_owned(),
        account: account.map(|id| AccountId::parse_strict(id).unwrap()),
        role: role.map(|id| RoleId::parse(id).unwrap()),
    }
}

fn good() -> String {
    format!(
        "oauth_token=rt1&oauth_verifier=v1&company=1234567_SB1&role=3&entity=38&state={}",
        "S".repeat(32)
    )
}

#[test]
fn a_state_is_32_letters_and_digits_and_never_the_same() {
    let (one, two) = (State::random().unwrap(), State::random().unwrap());
    assert_eq!(one.as_str().len(), 32);
    assert!(one.as_str().bytes().all(|b| b.is_ascii_alphanumeric()));
    assert_ne!(one.as_str(), two.as_str());
}

#[test]
fn the_true_redirect_is_accepted_in_any_order_and_with_unknown_parameters() {
    let reversed: Vec<_> = good().split('&').rev().map(str::to_owned).collect();
    for query in [good(), reversed.join("&"), format!("callbackRequest&{}&x=1&x=2", good())] {
        let Verdict::Allowed(grant) = expected(Some("1234567-sb1"), Some("3")).judge(&query) else {
            panic!("{query}")
        };
        assert_eq!(grant.account.as_str(), "1234567_SB1");
        assert_eq!(grant.role.as_ref().map(RoleId::as_str), Some("3"));
    }
}

#[test]
fn state_and_request_token_are_checked_first() {
    let query = good().replace("rt1", "rt2").replace("v1", "");
    assert!(matches!(
        expected(None, None).judge(&query),
        Verdict::Ignored(Flaw::OtherRequestToken)
    ));
    let query = good().replace(&"S".repeat(32), &"T".repeat(32)).replace("1234567_SB1", "9");
    assert!(matches!(expected(Some("1"), None).judge(&query), Verdict::Ignored(Flaw::OtherState)));
}

#[test]
fn a_deny_without_state_does_not_end_the_wait() {
    let maybe = |query| match expected(None, None).judge(query) {
        Verdict::Ignored(Flaw::NoState { maybe_denied }) => maybe_denied,
        _ => panic!("{query}"),
    };
    assert!(maybe("oauth_token=rt1&oauth_verifier=&company=1"));
    assert!(maybe("oauth_token=rt1"));
    assert!(!maybe("oauth_token=rt2&oauth_verifier="));
    assert!(!maybe("oauth_token=rt1&oauth_verifier=v1"));
}

#[test]
fn an_empty_or_missing_verifier_is_a_deny() {
    for query in [good().replace("v1", ""), good().replace("oauth_verifier=v1&", "")] {
        assert!(matches!(expected(None, None).judge(&query), Verdict::Denied), "{query}");
    }
}

#[test]
fn another_account_or_role_than_asked_for_is_final() {
    assert!(matches!(expected(Some("1234567"), None).judge(&good()), Verdict::OtherAccount(_)));
    assert!(matches!(expected(None, Some("1000")).judge(&good()), Verdict::OtherRole(Some(_))));
    let silent = good().replace("role=3&", "");
    assert!(matches!(expected(None, Some("3")).judge(&silent), Verdict::OtherRole(None)));
    assert!(matches!(expected(None, None).judge(&silent), Verdict::Allowed(_)));
}

proptest! {
    #[test]
    fn no_query_without_the_state_is_accepted(query in "(oauth_token=rt1&|state=[A-Z]{0,40}&|oauth_verifier=[a-z0-9]*&|company=[0-9_%A-F]*&|\\PC{0,20}&)*") {
        prop_assume!(!query.contains(&"S".repeat(32)));
        prop_assert!(matches!(expected(None, None).judge(&query), Verdict::Ignored(_)));
    }
}
