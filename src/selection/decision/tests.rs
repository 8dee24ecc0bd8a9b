//! The decision table, row by row.

mod accounts;

use std::cell::RefCell;
use std::path::PathBuf;

use crate::account::AccountId;
use crate::base::environment::Environment;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::project::account_lock::Accounts;
use crate::project::nsdeploy::Deployment;
use crate::selection::decision::{Chosen, Decision, NewSignIn, Tokens, decide};
use crate::selection::flags;
use crate::selection::person::{Choice, Person};
use crate::selection::request::TokenRequest;
use crate::vault::model::{Origin, SavedToken, StoreKind};

struct Saved(Vec<SavedToken>);

impl Tokens for Saved {
    fn list(&self) -> Result<Vec<SavedToken>> {
        Ok(self.0.clone())
    }

    fn find(&self, name: &AuthId, origin: &Origin) -> Result<Option<SavedToken>> {
        Ok(self.0.iter().find(|token| token.auth_id == *name && token.origin == *origin).cloned())
    }
}

/// Answers from a script, and keeps what it was asked.
#[derive(Default)]
struct Scripted {
    choice: Option<&'static str>,
    names: RefCell<Vec<&'static str>>,
    replace: bool,
    asked: RefCell<Vec<String>>,
}

impl Person for Scripted {
    fn choose(&self, saved: &[SavedToken], start: Option<usize>) -> Result<Choice> {
        let names: Vec<_> = saved.iter().map(|token| token.auth_id.as_str()).collect();
        let start = start.map_or("New token", |index| names[index]);
        self.asked.borrow_mut().push(format!("choose {} from {}", start, names.join(" ")));
        let at = |choice: &str| names.iter().position(|name| *name == choice).unwrap();
        Ok(self.choice.map_or(Choice::New, |choice| Choice::Saved(at(choice))))
    }

    fn name(&self) -> Result<AuthId> {
        self.asked.borrow_mut().push("name".to_owned());
        AuthId::parse_new(self.names.borrow_mut().remove(0))
    }

    fn replace(&self, saved: &SavedToken) -> Result<bool> {
        self.asked.borrow_mut().push(format!("replace {}", saved.auth_id));
        Ok(self.replace)
    }
}

fn token(name: &str, account: &str) -> SavedToken {
    SavedToken {
        auth_id: AuthId::from_existing(name).unwrap(),
        account: AccountId::parse(account).unwrap(),
        role: None,
        store: StoreKind::File,
        origin: Origin::default(),
        consumer: None,
        created_at: None,
        last_used_at: None,
    }
}

fn three() -> Saved {
    Saved(vec![token("dev", "1234567_SB1"), token("live", "1234567"), token("other", "7654321")])
}

fn asked(line: &str) -> TokenRequest {
    let arguments: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
    let environment = Environment::new([], PathBuf::from("/nowhere"));
    TokenRequest::read(&flags::parse(&arguments).unwrap(), &environment).unwrap()
}

fn deployed(name: &str) -> Deployment {
    Deployment { auth_id: Some(name.to_owned()), ..Deployment::default() }
}

fn decided(
    line: &str,
    deployment: Deployment,
    saved: &Saved,
    person: Option<&Scripted>,
) -> Result<String> {
    let person = person.map(|person| person as &dyn Person);
    decide(&asked(line), || Ok(deployment), saved, person).map(|decision| match decision {
        Decision::Saved(Chosen { saved, remember, .. }) => {
            format!("use {}{}", saved.auth_id, if remember { ", remember" } else { "" })
        }
        Decision::SignIn(NewSignIn { auth_id, replaces, account, reason }) => {
            let replaces = if replaces.is_some() { ", replace" } else { "" };
            let announced = if reason.is_some() { ", announced" } else { "" };
            let account = account.map_or(String::new(), |account| format!(", for {account}"));
            format!("sign in as {auth_id}{replaces}{account}{announced}")
        }
    })
}

fn nobody(line: &str, deployment: Deployment, saved: &Saved) -> Result<String> {
    decided(line, deployment, saved, None)
}

fn code(result: Result<String>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn row_3_a_saved_name_is_used_and_remembered() {
    for line in ["--authID dev", "--to dev", "--to=dev", "--to --authID dev"] {
        assert_eq!(
            nobody(line, deployed("live"), &three()).unwrap(),
            "use dev, remember",
            "{line}"
        );
    }
}

#[test]
fn row_3_an_unknown_auth_id_starts_a_sign_in_that_is_announced() {
    assert_eq!(
        nobody("--authID new", Deployment::default(), &three()).unwrap(),
        "sign in as new, announced"
    );
    assert_eq!(
        code(nobody("--authID bad.name", Deployment::default(), &three())),
        Code::AuthIdInvalid
    );
}

#[test]
fn row_3_an_unknown_to_offers_the_list_or_fails_naming_the_saved_ones() {
    let error = nobody("--to new", Deployment::default(), &three()).unwrap_err();
    assert_eq!(error.code(), Code::TokenNotFound);
    assert!(error.message().contains("dev, live, other"), "{error}");
    let person = Scripted { choice: Some("live"), ..Scripted::default() };
    assert_eq!(
        decided("--to new", deployed("dev"), &three(), Some(&person)).unwrap(),
        "use live, remember"
    );
}

#[test]
fn where_nothing_fits_the_message_says_what_is_saved_instead() {
    let message = |line: &str, saved: &Saved| {
        let error = nobody(line, Deployment::default(), saved).unwrap_err();
        assert_eq!(error.code(), Code::ChoiceNeeded);
        error.message().to_owned()
    };
    assert!(message("", &Saved(Vec::new())).ends_with("No token is saved on this machine."));
    let of = |vm: Option<&str>, molecule: Option<&str>| {
        let origin = Origin { vm: vm.map(str::to_owned), molecule: molecule.map(str::to_owned) };
        SavedToken { origin, ..token("trial", "1234567") }
    };
    let simulated = Saved(vec![of(Some("http://127.0.0.1:9090"), None)]);
    assert!(message("", &simulated).ends_with(
        "The saved tokens belong to another NetSuite: trial (--vm http://127.0.0.1:9090)."
    ));
    let elsewhere = Saved(vec![of(None, Some("debugger"))]);
    assert!(message("", &elsewhere).contains("trial (-m debugger)"));
    assert!(message("--account 7777777", &three()).contains("other accounts: dev, live, other"));
}

#[test]
fn row_4_bare_to_asks_and_starts_on_the_projects_last_one() {
    let person = Scripted { choice: Some("other"), ..Scripted::default() };
    assert_eq!(
        decided("--to", deployed("live"), &three(), Some(&person)).unwrap(),
        "use other, remember"
    );
    assert_eq!(*person.asked.borrow(), ["choose live from dev live other"]);
}

#[test]
fn row_4_with_no_saved_token_only_the_name_is_asked() {
    let person = Scripted { names: vec!["first"].into(), ..Scripted::default() };
    let nothing = Saved(Vec::new());
    assert_eq!(
        decided("--to", Deployment::default(), &nothing, Some(&person)).unwrap(),
        "sign in as first"
    );
    assert_eq!(*person.asked.borrow(), ["name"]);
}

#[test]
fn row_4_a_damaged_nsdeploy_does_not_stand_in_the_way() {
    let person = Scripted { choice: Some("dev"), ..Scripted::default() };
    let damaged = || Err(Error::new(Code::ProjectFile, "damaged"));
    assert!(decide(&asked("--to"), damaged, &three(), Some(&person)).is_ok());
    assert!(decide(&asked(""), damaged, &three(), Some(&person)).is_err());
}

#[test]
fn row_4_without_a_terminal_it_fails_naming_the_flag_and_the_choices() {
    for line in ["--to", ""] {
        let error = nobody(line, Deployment::default(), &three()).unwrap_err();
        assert_eq!(error.code(), Code::ChoiceNeeded);
        assert!(
            error.to_string().contains("--authID") && error.message().contains("dev, live, other")
        );
    }
}

#[test]
fn row_6_the_name_in_nsdeploy_is_used_without_a_question() {
    assert_eq!(nobody("", deployed("dev"), &three()).unwrap(), "use dev");
}

#[test]
fn row_6_a_name_that_is_gone_starts_a_sign_in_that_is_announced() {
    assert_eq!(
        nobody("", deployed("my old token"), &three()).unwrap(),
        "sign in as my old token, announced"
    );
}

#[test]
fn row_6_a_sign_in_for_the_project_is_for_the_account_of_its_hostname() {
    let hostname = Some("1234567-sb1.app.netsuite.com".to_owned());
    let deployment = Deployment { hostname, ..deployed("shared") };
    assert_eq!(
        nobody("", deployment, &three()).unwrap(),
        "sign in as shared, for 1234567_SB1, announced"
    );
}

#[test]
fn row_6_a_foreign_token_of_the_same_name_is_not_picked_silently() {
    let with_host =
        |hostname: &str| Deployment { hostname: Some(hostname.to_owned()), ..deployed("dev") };
    for fine in [
        "1234567-sb1.app.netsuite.com",
        "system.netsuite.com",
        "1234567-SB1.restlets.api.netsuite.com",
    ] {
        assert_eq!(nobody("", with_host(fine), &three()).unwrap(), "use dev", "{fine}");
    }
    let foreign = || with_host("7654321.app.netsuite.com");
    assert_eq!(code(nobody("", foreign(), &three())), Code::AccountMismatch);
    let person = Scripted { choice: Some("other"), ..Scripted::default() };
    assert_eq!(decided("", foreign(), &three(), Some(&person)).unwrap(), "use other, remember");
}

#[test]
fn row_7_nothing_given_asks() {
    let person = Scripted { choice: Some("dev"), ..Scripted::default() };
    assert_eq!(
        decided("", Deployment::default(), &three(), Some(&person)).unwrap(),
        "use dev, remember"
    );
}

#[test]
fn account_narrows_every_row() {
    for line in ["--authID dev --account 7654321", "--account 7654321"] {
        let error = nobody(line, deployed("dev"), &three()).unwrap_err();
        assert_eq!(error.code(), Code::AccountMismatch);
        assert!(
            error.message().contains("1234567_SB1") && error.message().contains("7654321"),
            "{error}"
        );
    }
    let person = Scripted { choice: Some("other"), ..Scripted::default() };
    decided("--to --account 7654321", Deployment::default(), &three(), Some(&person)).unwrap();
    assert_eq!(*person.asked.borrow(), ["choose other from other"]);
}

#[test]
fn without_a_terminal_account_alone_chooses_its_only_token() {
    for (account, name) in
        [("1234567_SB1", "dev"), ("1234567-sb1", "dev"), ("1234567", "live"), ("7654321", "other")]
    {
        for line in [format!("--account {account}"), format!("--to --account {account}")] {
            let used = nobody(&line, Deployment::default(), &three()).unwrap();
            assert_eq!(used, format!("use {name}"), "{line}");
        }
    }
    let mut two = three();
    two.0.push(token("dev2", "1234567_SB1"));
    let error = nobody("--account 1234567_SB1", Deployment::default(), &two).unwrap_err();
    assert_eq!(error.code(), Code::ChoiceNeeded);
    assert!(error.message().contains("dev, dev2") && !error.message().contains("live"), "{error}");
    assert_eq!(code(nobody("--account 1111111", Deployment::default(), &two)), Code::ChoiceNeeded);
}

fn one() -> Saved {
    Saved(vec![token("dev", "1234567_SB1")])
}

#[test]
fn without_a_terminal_the_only_saved_token_is_used_unless_bare_to_asks_for_a_choice() {
    assert_eq!(nobody("", Deployment::default(), &one()).unwrap(), "use dev");
    assert_eq!(code(nobody("--to", Deployment::default(), &one())), Code::ChoiceNeeded);
    assert_eq!(code(nobody("", Deployment::default(), &three())), Code::ChoiceNeeded);
    let mut allowing = asked("");
    allowing.allowed = Accounts::Only(vec![AccountId::parse("7654321").unwrap()]);
    let decision = decide(&allowing, || Ok(Deployment::default()), &three(), None).unwrap();
    assert!(
        decision.to_string().contains("other of account 7654321 (the only one that package.json")
    );
}

#[test]
fn in_a_terminal_the_only_saved_token_is_preselected() {
    let start = |line: &str, deployment: Deployment| {
        let person = Scripted { choice: Some("dev"), ..Scripted::default() };
        decided(line, deployment, &one(), Some(&person)).unwrap();
        person.asked.take()
    };
    assert_eq!(start("", Deployment::default()), ["choose dev from dev"]);
    assert_eq!(start("--to", deployed("gone")), ["choose dev from dev"]);
    // Enter must not use a token that is not the one that was named.
    assert_eq!(start("--to live", Deployment::default()), ["choose New token from dev"]);
}

#[test]
fn in_a_terminal_account_alone_uses_its_only_token() {
    let person = Scripted::default();
    let line = "--account 1234567-sb1";
    assert_eq!(
        decided(line, Deployment::default(), &three(), Some(&person)).unwrap(),
        "use dev, remember"
    );
    assert!(person.asked.borrow().is_empty());
}

#[test]
fn a_decision_is_traced_in_plain_words() {
    let traced = |line: &str| {
        decide(&asked(line), || Ok(Deployment::default()), &three(), None).unwrap().to_string()
    };
    assert_eq!(
        traced("--authID dev"),
        "use the saved token dev of account 1234567_SB1 (from --authID; store file)"
    );
    assert_eq!(traced("--authID new"), "sign in as new");
}

#[test]
fn a_new_name_that_exists_asks_whether_to_replace_or_to_name_another() {
    let other = Scripted { names: vec!["dev", "dev2"].into(), ..Scripted::default() };
    assert_eq!(
        decided("--to", Deployment::default(), &three(), Some(&other)).unwrap(),
        "sign in as dev2"
    );
    let same = Scripted { names: vec!["dev"].into(), replace: true, ..Scripted::default() };
    assert_eq!(
        decided("--to", Deployment::default(), &three(), Some(&same)).unwrap(),
        "sign in as dev, replace"
    );
}

#[test]
fn tokens_of_a_simulator_are_used_and_offered_only_there() {
    let mut simulated = token("dev", "1234567");
    simulated.origin.vm = Some("http://127.0.0.1:9090".to_owned());
    let mut saved = three();
    saved.0.push(simulated);
    let there = "--vm http://127.0.0.1:9090/";
    let person = Scripted { choice: Some("dev"), ..Scripted::default() };
    decided(&format!("--to {there}"), Deployment::default(), &saved, Some(&person)).unwrap();
    assert_eq!(*person.asked.borrow(), ["choose dev from dev"]);
    assert_eq!(
        nobody(&format!("--authID live {there}"), Deployment::default(), &saved).unwrap(),
        "sign in as live, announced"
    );
}
