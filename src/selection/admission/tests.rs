use super::*;
use crate::selection::flags;
use std::path::Path;

const LOCK: &str =
    r#"{"netsuite-tba":{"accounts":{"deploy":["1234567_SB1"],"*":["*"]},"guard":true}}"#;

fn account(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

fn project(package: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("package.json"), package).unwrap();
    home
}

fn read(folder: &Path, line: &str, variables: &[(&str, &str)]) -> Result<Admission> {
    let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment = Environment::new(variables, folder.to_owned());
    Admission::read(&flags::parse(&words).unwrap(), &environment, &Project::find(&environment))
}

fn locked(package: &str, line: &str, id: &str) -> Option<Error> {
    let home = project(package);
    let admission = read(home.path(), line, &[]).unwrap();
    admission.check_lock(&account(id), "the token x belongs to", |_| None).err()
}

#[test]
fn the_lock_refuses_an_account_by_task_and_names_those_allowed() {
    let error = locked(LOCK, "extension:deploy", "1234567").unwrap();
    assert_eq!((error.code(), error.exit_code()), (Code::AccountLocked, 6));
    assert_eq!(
        error.message(),
        "package.json allows extension:deploy only for account 1234567_SB1, but the token x belongs to account 1234567."
    );
    assert!(error.next_step().contains("--account 1234567_SB1"), "{error}");
    for (line, id) in
        [("extension:deploy", "1234567-sb1"), ("extension:fetch", "1234567"), ("", "1234567")]
    {
        assert!(locked(LOCK, line, id).is_none(), "{line} {id}");
    }
}

#[test]
fn every_task_of_a_command_line_must_be_allowed() {
    for line in ["extension:fetch extension:deploy", "--account 1234567 reactivate theme:fetch"] {
        assert!(locked(LOCK, line, "1234567").is_some(), "{line}");
    }
}

#[test]
fn several_tasks_share_the_accounts_that_all_of_them_allow() {
    let package = r#"{"netsuite-tba":{"accounts":{"a":["1111111","2222222"],"b":["2222222","3333333"],"*":["*"]}}}"#;
    let home = project(package);
    let accounts = |line: &str| read(home.path(), line, &[]).unwrap().accounts();
    assert_eq!(accounts("a b").only_one(), Some(&account("2222222")));
    assert_eq!(accounts("b c").only_one(), None);
    assert_eq!(accounts("c"), Accounts::Any);
}

#[test]
fn a_saved_token_that_fits_is_named() {
    let home = project(LOCK);
    let admission = read(home.path(), "deploy", &[]).unwrap();
    let fitting = |accounts: &Accounts| {
        assert!(
            accounts.contain(&account("1234567_SB1")) && !accounts.contain(&account("1234567"))
        );
        AuthId::from_existing("sb1-dev")
    };
    let error = admission.check_lock(&account("1234567"), "the token x belongs to", fitting);
    assert!(error.unwrap_err().next_step().ends_with("--to sb1-dev"));
}

#[test]
fn the_guard_holds_for_deployments_to_accounts_that_may_be_production() {
    let home = project(LOCK);
    let asks = |line: &str, id: &str| {
        read(home.path(), line, &[]).unwrap().to_confirm(&account(id)).is_some()
    };
    for id in ["1234567", "ACME123", "1234567_XY1"] {
        for task in ["deploy", "extension:deploy", "theme:deploy", "reactivate"] {
            assert!(asks(task, id), "{task} {id}");
        }
        for task in ["extension:fetch", "theme:local", ""] {
            assert!(!asks(task, id), "{task} {id}");
        }
    }
    for id in ["1234567_SB1", "1234567-sb22", "1234567_RP1", "TSTDRV1234567", "TD1234567"] {
        assert!(!asks("extension:deploy", id), "{id}");
    }
}

#[test]
fn the_guard_is_off_unless_the_lock_or_the_variable_turns_it_on() {
    let (without, with) = (project("{}"), project(LOCK));
    let asks = |folder: &Path, value: Option<&str>| {
        let variables: Vec<_> =
            value.map(|value| ("NETSUITE_TBA_GUARD", value)).into_iter().collect();
        read(folder, "deploy", &variables).unwrap().to_confirm(&account("1234567")).is_some()
    };
    assert!(!asks(without.path(), None) && !asks(without.path(), Some("0")));
    assert!(asks(without.path(), Some("1")) && asks(without.path(), Some("true")));
    assert!(asks(with.path(), None) && asks(with.path(), Some("0")), "the lock cannot be undone");
}

#[test]
fn allow_production_lets_through_the_account_it_names_and_no_other() {
    let home = project(LOCK);
    let asks = |line: &str, variables: &[(&str, &str)], id: &str| {
        read(home.path(), line, variables).unwrap().to_confirm(&account(id)).is_some()
    };
    let variable = [("NETSUITE_TBA_ALLOW_PRODUCTION", "1234567")];
    assert!(!asks("deploy --allow-production 1234567", &[], "1234567"));
    assert!(!asks("deploy", &variable, "1234567"));
    assert!(asks("deploy --allow-production 1234567", &[], "7654321"));
    assert!(asks("deploy --allow-production 7654321", &variable, "1234567"), "the flag decides");
    let error = read(home.path(), "deploy --allow-production yes", &[]).unwrap_err();
    assert_eq!(error.code(), Code::AccountInvalid);
}

#[test]
fn the_refusal_says_what_to_pass() {
    let home = project(LOCK);
    let admission = read(home.path(), "deploy --allow-production 7654321", &[]).unwrap();
    let account = account("1234567");
    let error = admission.unconfirmed(admission.to_confirm(&account).unwrap(), &account);
    assert_eq!((error.code(), error.exit_code()), (Code::ProductionGuard, 6));
    assert!(error.message().contains("another account, 7654321"), "{error}");
    assert!(error.next_step().contains("--allow-production 1234567"), "{error}");
}
