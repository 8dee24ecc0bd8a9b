//! `--to` with an account, and with a name and an account.

use super::*;

#[test]
fn to_takes_an_account_in_every_spelling() {
    for text in ["1234567_SB1", "1234567-sb1", "1234567_sb1", "1234567-sb1.app.netsuite.com"] {
        assert_eq!(
            nobody(&format!("--to {text}"), deployed("live"), &three()).unwrap(),
            "use dev, remember",
            "{text}"
        );
    }
    assert_eq!(nobody("--to 1234567", deployed("dev"), &three()).unwrap(), "use live, remember");
}

#[test]
fn a_token_whose_name_is_an_account_wins_over_the_account() {
    let mut saved = three();
    saved.0.push(token("1234567", "7654321"));
    assert_eq!(
        nobody("--to 1234567", Deployment::default(), &saved).unwrap(),
        "use 1234567, remember"
    );
}

#[test]
fn to_with_an_account_of_several_tokens_asks_among_them_or_names_them() {
    let mut saved = three();
    saved.0.push(token("dev2", "1234567_SB1"));
    let error = nobody("--to 1234567-sb1", Deployment::default(), &saved).unwrap_err();
    assert_eq!(error.code(), Code::ChoiceNeeded);
    assert!(error.message().ends_with("several saved tokens: dev, dev2."), "{error}");
    assert!(error.next_step().contains("--to dev"), "{error}");
    let person = Scripted { choice: Some("dev2"), ..Scripted::default() };
    assert_eq!(
        decided("--to 1234567-sb1", Deployment::default(), &saved, Some(&person)).unwrap(),
        "use dev2, remember"
    );
    assert_eq!(*person.asked.borrow(), ["choose New token from dev dev2"]);
}

#[test]
fn to_with_an_account_without_tokens_signs_in_to_that_account_or_says_how() {
    let error = nobody("--to 7777777", Deployment::default(), &three()).unwrap_err();
    assert_eq!(error.code(), Code::TokenNotFound);
    assert!(error.message().starts_with("There is no saved token of account 7777777."), "{error}");
    assert!(error.next_step().contains("--authID NAME --account 7777777"), "{error}");
    let person = Scripted { names: vec!["new"].into(), ..Scripted::default() };
    assert_eq!(
        decided("--to 7777777", Deployment::default(), &three(), Some(&person)).unwrap(),
        "sign in as new, for 7777777"
    );
    // A name that has the form of an account ID is a name.
    let error = nobody("--to dev1", Deployment::default(), &three()).unwrap_err();
    assert!(error.message().starts_with("There is no saved token dev1."), "{error}");
}

#[test]
fn to_with_a_name_and_an_account_checks_both() {
    assert_eq!(
        nobody("--to dev@1234567-sb1", deployed("live"), &three()).unwrap(),
        "use dev, remember"
    );
    for (text, refusal) in [
        ("dev@1234567", Code::AccountMismatch),
        ("new@1234567", Code::TokenNotFound),
        ("dev@sb1", Code::AccountInvalid),
        ("dev@1234567-sb1 --account 1234567", Code::FlagConflict),
        ("1234567-sb1 --account 1234567", Code::FlagConflict),
    ] {
        let line = format!("--to {text}");
        assert_eq!(code(nobody(&line, Deployment::default(), &three())), refusal, "{text}");
    }
}

#[test]
fn to_with_an_account_that_is_locked_goes_to_the_lock_without_a_question() {
    let mut asked = asked("--to 1234567_SB1");
    asked.allowed = Accounts::Only(vec![AccountId::parse("1234567").unwrap()]);
    let mut saved = three();
    saved.0.push(token("dev2", "1234567_SB1"));
    let decision = decide(&asked, || Ok(Deployment::default()), &saved, None).unwrap();
    assert!(decision.to_string().contains("of account 1234567_SB1"), "the lock refuses it later");
}
