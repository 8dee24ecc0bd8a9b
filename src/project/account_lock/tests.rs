use super::*;
use std::fs;

fn lock(member: &str) -> std::result::Result<AccountLock, String> {
    AccountLock::parse(&format!(r#"{{"name":"p","netsuite-tba":{member}}}"#))
}

fn allows(lock: &AccountLock, task: Option<&str>, account: &str) -> bool {
    let task = task.map(Task::new);
    lock.accounts_for(task.as_ref()).contain(&AccountId::parse(account).unwrap())
}

#[test]
fn a_project_without_the_member_locks_nothing() {
    let none = AccountLock::parse(r#"{"dependencies":{"netsuite-tba":"^0.1.0"}}"#).unwrap();
    assert_eq!(none, AccountLock::default());
    assert!(allows(&none, Some("deploy"), "1234567"));
}

#[test]
fn a_row_holds_for_the_tasks_of_its_name_and_the_star_for_all_others() {
    let lock = lock(r#"{"accounts":{"deploy":["1234567_SB1"],"*":["*"]}}"#).unwrap();
    for task in ["deploy", "extension:deploy", "theme:deploy", "reactivate"] {
        assert!(allows(&lock, Some(task), "1234567-sb1"), "{task}");
        assert!(!allows(&lock, Some(task), "1234567"), "{task}");
    }
    for task in [Some("extension:fetch"), None] {
        assert!(allows(&lock, task, "1234567"), "{task:?}");
    }
}

#[test]
fn the_most_exact_row_decides() {
    let lock = lock(
        r#"{"accounts":{"theme:deploy":["1111111"],"deploy":["2222222"],"reactivate":["3333333"],"fetch":["4444444"],"*":["5555555"]}}"#,
    )
    .unwrap();
    for (task, account) in [
        (Some("theme:deploy"), "1111111"),
        (Some("extension:deploy"), "2222222"),
        (Some("reactivate"), "3333333"),
        (Some("extension:fetch"), "4444444"),
        (Some("other"), "5555555"),
        (None, "5555555"),
    ] {
        assert!(allows(&lock, task, account), "{task:?}");
        assert!(!allows(&lock, task, "9999999"), "{task:?}");
    }
}

#[test]
fn tasks_without_a_row_are_free() {
    let lock = lock(r#"{"accounts":{"deploy":["1234567_SB1"]}}"#).unwrap();
    assert!(allows(&lock, Some("extension:fetch"), "1234567"));
    assert!(allows(&lock, None, "1234567"));
}

#[test]
fn accounts_are_read_in_every_spelling() {
    for account in [
        r#"["1234567_SB1"]"#,
        r#"["1234567-sb1"]"#,
        r#"[" 1234567-SB1 "]"#,
        r#"["1234567-sb1.app.netsuite.com"]"#,
        r#"["https://1234567-sb1.app.netsuite.com/app/center"]"#,
        r#""1234567_SB1""#,
    ] {
        let lock = lock(&format!(r#"{{"accounts":{{"deploy":{account}}}}}"#)).unwrap();
        assert!(allows(&lock, Some("deploy"), "1234567_SB1"), "{account}");
        assert!(!allows(&lock, Some("deploy"), "1234567_SB2"), "{account}");
    }
    let number = lock(r#"{"accounts":{"deploy":[1234567]}}"#).unwrap();
    assert!(allows(&number, Some("deploy"), "1234567"));
}

#[test]
fn an_empty_list_allows_no_account() {
    let lock = lock(r#"{"accounts":{"deploy":[]}}"#).unwrap();
    assert!(!allows(&lock, Some("deploy"), "1234567"));
}

#[test]
fn a_lock_that_cannot_be_understood_is_an_error() {
    for member in [
        "true",
        "[]",
        r#"{"acounts":{}}"#,
        r#"{"accounts":[]}"#,
        r#"{"accounts":{"deploy":null}}"#,
        r#"{"accounts":{"deploy":{}}}"#,
        r#"{"accounts":{"deploy":["sb1"]}}"#,
        r#"{"accounts":{"deploy":[""]}}"#,
        r#"{"accounts":{"deploy":[1.5]}}"#,
        r#"{"accounts":{"deploy":[null]}}"#,
        r#"{"guard":"yes"}"#,
        r#"{"guard":1}"#,
    ] {
        assert!(lock(member).is_err(), "{member}");
    }
    assert!(lock(r#"{"guard":true}"#).unwrap().has_guard());
    assert!(!lock("{}").unwrap().has_guard());
}

#[test]
fn a_package_json_that_is_damaged_is_no_open_lock() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("package.json");
    assert_eq!(AccountLock::read(home.path()).unwrap(), AccountLock::default());
    for text in [
        r#"{"netsuite-tba":{"accounts":"#,
        r#"{"netsuite-tba":{"guard":"no"}}"#,
        r#"{"netsuite\u002dtba":{"guard":1}}"#,
    ] {
        fs::write(&path, text).unwrap();
        let error = AccountLock::read(home.path()).unwrap_err();
        assert_eq!(error.code(), Code::ProjectFile, "{text}");
        assert!(error.message().contains("package.json"), "{error}");
    }
    fs::write(&path, "\u{feff}{\"netsuite-tba\":{\"guard\":true}}").unwrap();
    assert!(AccountLock::read(home.path()).unwrap().has_guard());
}
