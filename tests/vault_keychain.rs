//! The vault against a real Secret Service (gnome-keyring) on a bus of its own: what works, and every
//! way in which it can be missing, closed or deaf.
#![cfg(all(unix, not(target_os = "macos")))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use netsuite_tba::AccountId;
use netsuite_tba::{AuthId, Secret, Token};
use netsuite_tba::{Error, Result};
use netsuite_tba::{NewToken, Origin, StoreChoice, Vault, VaultSettings};

#[path = "vault_keychain/desk.rs"]
mod desk;

use desk::{Desk, PROMPT, Provider, STEPS, STORE};

const SERVICE: &str = "netsuite-tba-test";

/// Runs the steps of the environment variable, as `save NAME TEXT`, `read NAME`, … with ` ; ` between.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn steps_in_this_process() {
    let Ok(steps) = std::env::var(STEPS) else { return };
    let home = PathBuf::from(std::env::var_os("HOME").unwrap());
    let vault = Vault::open(VaultSettings {
        home: home.join("vault"),
        user_home: Some(home),
        store: StoreChoice::parse(&std::env::var(STORE).unwrap()).unwrap(),
        passphrase: None::<Secret>,
        asks_passphrase: None,
        keychain_service: SERVICE.to_owned(),
        may_prompt: std::env::var(PROMPT).unwrap() == "1",
        user_id: None,
    });
    println!();
    for step in steps.split(" ; ") {
        let words: Vec<&str> = step.split(' ').collect();
        let start = Instant::now();
        match run_step(&vault, &words) {
            Ok(said) => println!("> {said}"),
            Err(error) => println!("> {} {}", error.code().row().name, seconds(start)),
        }
    }
}

/// Takes the name of the program that shows unlock prompts, and never answers.
#[test]
#[ignore = "run by another test, in a process of its own"]
fn own_the_prompter() {
    let bus = dbus::blocking::Connection::new_session().unwrap();
    bus.request_name("org.gnome.keyring.SystemPrompter", false, true, false).unwrap();
    std::thread::sleep(Duration::from_secs(60));
}

/// Whole seconds, so that tests can compare them.
fn seconds(start: Instant) -> u64 {
    start.elapsed().as_secs()
}

fn run_step(vault: &Vault, words: &[&str]) -> Result<String> {
    let name = |at: usize| AuthId::from_existing(words[at]).unwrap();
    match words[0] {
        "save" => {
            let token = Token::new(&format!("id-{}", words[2]), &format!("secret-{}", words[2]))?;
            let saved = vault.save(NewToken {
                auth_id: name(1),
                account: AccountId::parse("1234567_SB1")?,
                role: None,
                origin: Origin::default(),
                consumer: None,
                token,
            })?;
            Ok(format!("saved in {}", saved.store.as_str()))
        }
        "read" => {
            let found = vault.find(&name(1), &Origin::default())?;
            let Some(found) = found else { return Ok("no such token".to_owned()) };
            let token = vault.token(&found)?;
            Ok(format!("{} {}", token.id, token.secret.expose()))
        }
        "list" => {
            let names = vault.list()?.into_iter().map(|token| token.auth_id.to_string());
            Ok(names.collect::<Vec<_>>().join(","))
        }
        "rename" => vault.rename(&name(1), &name(2)).map(|()| "renamed".to_owned()),
        "remove" => vault.remove(&name(1), None).map(|found| format!("removed {found}")),
        "items" => Ok(items()),
        #[cfg(feature = "failpoints")]
        "die" => die_at_every_step(vault, words),
        other => Err(Error::new(netsuite_tba::Code::Internal, other)),
    }
}

/// Saves over a token in processes that die at their n-th step, for every n: `die NAME`.
#[cfg(feature = "failpoints")]
fn die_at_every_step(vault: &Vault, words: &[&str]) -> Result<String> {
    for step in 1..1000 {
        let old = run_step(vault, &["read", words[1]])?;
        let text = format!("text{step}");
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "steps_in_this_process", "--ignored", "--nocapture"])
            .env("NETSUITE_TBA_FAILPOINT", format!("#{step}"))
            .env(STEPS, format!("save {} {text}", words[1]))
            .output()
            .unwrap();
        let now = run_step(vault, &["read", words[1]])?;
        let new = format!("id-{text} secret-{text}");
        assert!(now == old || now == new, "step {step}: {now}");
        // The next write leaves one item for each token, whatever the dead process left.
        run_step(vault, &["save", "other", "x"])?;
        assert!(items().starts_with("2: "), "step {step}: {}", items());
        if output.status.success() {
            assert!(now == new && step > 5, "{step} steps");
            return Ok("old or new at every step".to_owned());
        }
    }
    Ok("it never ended".to_owned())
}

/// What `secret-tool` sees: user names and secrets, sorted.
fn items() -> String {
    let mut command = Command::new("secret-tool");
    let output = command.args(["search", "--all", "service", SERVICE]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let mut secrets: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("secret = ")).collect();
    secrets.sort_unstable();
    format!("{}: {}", secrets.len(), secrets.join(" "))
}

#[test]
fn a_token_is_saved_read_renamed_and_removed_and_others_see_its_item() {
    let Some(desk) = Desk::new("keychain") else { return };
    let said = desk.run(
        Provider::Unlocked,
        "save a one ; save b two ; items ; rename a c ; list ; save b three ; items",
    );
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "saved in keychain",
            "saved in keychain",
            r#"2: {"token":"id-one","secret":"secret-one"} {"token":"id-two","secret":"secret-two"}"#,
            "renamed",
            "b,c",
            "saved in keychain",
            r#"2: {"token":"id-one","secret":"secret-one"} {"token":"id-three","secret":"secret-three"}"#,
        ]
    );
    // The name of an item is the random one of the index, not the token's.
    let id = desk.index()["tokens"][0]["id"].as_str().unwrap().to_owned();
    assert!(id.len() >= 16, "{id}");
    let lookup = format!(
        "{} echo; echo \"> $(secret-tool lookup service {SERVICE} username {id})\"",
        Provider::Unlocked.script()
    );
    let found = desk.command(Provider::Unlocked, &lookup, "");
    assert_eq!(found, r#"{"token":"id-one","secret":"secret-one"}"#);
    let said =
        desk.run(Provider::Unlocked, "read b ; read c ; remove b ; remove b ; read b ; items");
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        [
            "id-three secret-three",
            "id-one secret-one",
            "removed true",
            "removed false",
            "no such token",
            r#"1: {"token":"id-one","secret":"secret-one"}"#,
        ]
    );
}

#[test]
fn an_item_deleted_by_someone_else_is_a_missing_secret() {
    let Some(desk) = Desk::new("keychain") else { return };
    desk.run(Provider::Unlocked, "save a one");
    let clear = format!("{} secret-tool clear service {SERVICE}", Provider::Unlocked.script());
    desk.command(Provider::Unlocked, &clear, "");
    assert_eq!(desk.run(Provider::Unlocked, "read a ; list"), "SECRET_MISSING 0\na");
}

#[test]
fn a_locked_keyring_is_an_error_at_once_and_never_a_downgrade() {
    for store in ["auto", "keychain"] {
        let Some(desk) = Desk::new(store) else { return };
        desk.run(Provider::Unlocked, "save a one");
        let said = desk.run(Provider::AsFound, "read a ; save b two ; remove a ; list ; read b");
        assert_eq!(
            said,
            "KEYCHAIN_LOCKED 0\nKEYCHAIN_LOCKED 0\nKEYCHAIN_LOCKED 0\na\nno such token"
        );
        assert!(!desk.path().join("vault/secrets.json").exists());
        assert_eq!(desk.run(Provider::Unlocked, "read a"), "id-one secret-one");
    }
}

#[test]
fn an_unlock_prompt_that_is_dismissed_is_denied() {
    let Some(mut desk) = Desk::new("auto") else { return };
    desk.run(Provider::Unlocked, "save a one");
    desk.prompt = true;
    // Without a display the provider dismisses its own prompt.
    assert_eq!(desk.run(Provider::AsFound, "read a ; list"), "KEYCHAIN_DENIED 0\na");
}

#[test]
fn an_unlock_prompt_nobody_answers_ends_after_half_a_minute() {
    if std::env::var_os("NETSUITE_TBA_TEST_ALL").is_none() {
        println!("skipped: takes half a minute; NETSUITE_TBA_TEST_ALL=1 runs it");
        return;
    }
    let Some(mut desk) = Desk::new("auto") else { return };
    desk.run(Provider::Unlocked, "save a one");
    desk.prompt = true;
    let start = Instant::now();
    let said = desk.run(Provider::LockedWithSilentPrompter, "read a");
    assert!(said.starts_with("KEYCHAIN_TIMEOUT"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(35), "{:?}", start.elapsed());
}

#[test]
fn a_provider_that_does_not_answer_is_a_timeout_within_five_seconds() {
    let Some(desk) = Desk::new("auto") else { return };
    desk.run(Provider::Unlocked, "save a one");
    let said = desk.run(Provider::Deaf, "list ; read a");
    let (list, read) = said.split_once('\n').unwrap();
    assert_eq!(list, "a");
    let waited: u64 = read.strip_prefix("KEYCHAIN_TIMEOUT ").unwrap().parse().unwrap();
    assert!(waited <= 5, "{read}");
    assert!(desk.run(Provider::Deaf, "save b two").starts_with("KEYCHAIN_TIMEOUT"));
    assert!(!desk.path().join("vault/secrets.json").exists());
}

/// Every way in which there is no keychain at all.
fn without_keychain(desk: &Desk, steps: &str) -> Vec<String> {
    vec![
        desk.run_without_bus(None, steps),
        desk.run_without_bus(Some("unix:path=/nonexistent/bus"), steps),
        desk.run(Provider::None, steps),
    ]
}

#[test]
fn without_a_keychain_new_tokens_go_to_the_file_said_once_and_indexed_ones_stay_put() {
    let Some(desk) = Desk::new("auto") else { return };
    desk.run(Provider::Unlocked, "save old one");
    for (at, said) in
        without_keychain(&desk, "read old ; save new two ; read new ; list").into_iter().enumerate()
    {
        let (lines, warned) = said.split_once("\nWarning").unwrap_or((&said, ""));
        assert_eq!(lines, "KEYCHAIN_MISSING 0\nsaved in file\nid-two secret-two\nnew,old");
        assert_eq!(at == 0, warned.contains("not encrypted"), "{said}");
    }
    assert_eq!(
        desk.run(Provider::Unlocked, "read old ; read new"),
        "id-one secret-one\nid-two secret-two"
    );
}

#[test]
fn where_the_keychain_is_asked_for_and_missing_it_is_an_error() {
    let Some(desk) = Desk::new("keychain") else { return };
    for said in without_keychain(&desk, "save a one ; list") {
        assert_eq!(said, "KEYCHAIN_MISSING 0\n");
    }
}

#[test]
fn a_provider_without_a_default_collection_is_no_keychain() {
    let Some(desk) = Desk::new("auto") else { return };
    let said = desk.run(Provider::AsFound, "save a one ; read a");
    assert!(said.starts_with("saved in file\nid-one secret-one"), "{said}");
    let Some(desk) = Desk::new("keychain") else { return };
    assert_eq!(desk.run(Provider::AsFound, "save a one"), "KEYCHAIN_MISSING 0");
    // Even for a token that was saved when there was one: it is not "absent".
    desk.run(Provider::Unlocked, "save a one");
    std::fs::remove_dir_all(desk.path().join("data")).unwrap();
    assert_eq!(desk.run(Provider::AsFound, "read a ; list"), "KEYCHAIN_MISSING 0\na");
}

#[cfg(feature = "failpoints")]
#[test]
fn a_process_that_dies_while_it_saves_leaves_the_old_token_or_the_new_one() {
    let Some(desk) = Desk::new("keychain") else { return };
    let said = desk.run(Provider::Unlocked, "save a first ; save other x ; die a");
    assert_eq!(said.lines().last(), Some("old or new at every step"), "{said}");
}
