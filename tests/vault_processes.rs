//! Many processes at one vault, and processes that die in the middle of a write: nothing is lost,
//! nothing is torn. Each process is this test binary, run again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::{Child, Command, Stdio};

use netsuite_tba::AccountId;
use netsuite_tba::Code;
use netsuite_tba::{AuthId, Token};
use netsuite_tba::{NewToken, Origin, StoreChoice, Vault, VaultSettings};

const TASK: &str = "NETSUITE_TBA_TEST_TASK";
const HOME: &str = "NETSUITE_TBA_TEST_HOME";
const STORE: &str = "NETSUITE_TBA_TEST_STORE";
const PROCESSES: usize = 8;
const WRITES: usize = 100;

fn vault(home: &Path, store: &str) -> Vault {
    Vault::open(VaultSettings {
        home: home.join("vault"),
        user_home: Some(home.to_path_buf()),
        store: StoreChoice::parse(store).unwrap(),
        passphrase: None,
        asks_passphrase: None,
        keychain_service: "netsuite-tba-test".to_owned(),
        may_prompt: false,
        user_id: None,
    })
}

fn name(text: &str) -> AuthId {
    AuthId::from_existing(text).unwrap()
}

fn save(vault: &Vault, auth_id: &str, text: &str) {
    let token = Token::new(&format!("id-{text}"), &format!("secret-{text}")).unwrap();
    vault
        .save(NewToken {
            auth_id: name(auth_id),
            account: AccountId::parse("1234567_SB1").unwrap(),
            role: None,
            origin: Origin::default(),
            consumer: None,
            token,
        })
        .unwrap();
}

/// What is saved under a name, or nothing; anything but a whole token fails.
fn text_of(vault: &Vault, auth_id: &str) -> Option<String> {
    let saved = vault.find(&name(auth_id), &Origin::default()).unwrap()?;
    let token = vault.token(&saved).unwrap();
    let text = token.id.strip_prefix("id-").unwrap();
    assert_eq!(token.secret.expose(), format!("secret-{text}"));
    Some(text.to_owned())
}

fn start(home: &Path, store: &str, task: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "task_in_this_process", "--ignored", "--nocapture"])
        .env(HOME, home)
        .env(STORE, store)
        .env(TASK, task)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Runs the task of the environment variable.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn task_in_this_process() {
    let Ok(task) = std::env::var(TASK) else { return };
    let home = std::path::PathBuf::from(std::env::var_os(HOME).unwrap());
    let vault = vault(&home, &std::env::var(STORE).unwrap());
    let words: Vec<&str> = task.split(' ').collect();
    match words[0] {
        "save" => save(&vault, words[1], words[2]),
        "rename" => vault.rename(&name(words[1]), &name(words[2])).unwrap(),
        "remove" => assert!(vault.remove(&name(words[1]), None).unwrap()),
        "list" => drop(vault.list().unwrap()),
        "write" => write_a_lot(&vault, words[1]),
        "watch" => watch(&vault, &home),
        "look" => look(&vault),
        other => panic!("{other}"),
    }
}

fn write_a_lot(vault: &Vault, process: &str) {
    for n in 0..WRITES {
        let own = |n: usize| format!("{process}-{n}");
        match n % 5 {
            3 => vault.rename(&name(&own(n - 1)), &name(&format!("{}-new", own(n - 1)))).unwrap(),
            4 => assert!(vault.remove(&name(&own(n - 4)), None).unwrap()),
            1 => {
                // All processes fight for one name as well.
                save(vault, "shared", &format!("shared-{process}-{n}"));
                save(vault, &own(n), &own(n));
            }
            _ => save(vault, &own(n), &own(n)),
        }
    }
}

/// Reads all the time while others write: whatever is listed has its secret, unless it went meanwhile.
fn watch(vault: &Vault, home: &Path) {
    while !home.join("stop").exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
        let listed = vault.list().unwrap();
        for saved in listed.iter().rev().take(3) {
            match vault.token(saved) {
                Ok(token) => assert_eq!(
                    token.id.strip_prefix("id-").unwrap(),
                    token.secret.expose().strip_prefix("secret-").unwrap()
                ),
                Err(error) => {
                    let gone = [Code::TokenNotFound, Code::SecretMissing].contains(&error.code());
                    assert!(gone, "{error}");
                }
            }
        }
    }
}

/// Lists and signs, and says no to a write, as a user without rights to the folder.
fn look(vault: &Vault) {
    let listed = vault.list().unwrap();
    assert_eq!(text_of(vault, "a").as_deref(), Some("one"));
    for saved in &listed {
        vault.touch(saved);
    }
    let error = vault.remove(&name("a"), None).unwrap_err();
    assert_eq!(error.code(), Code::StoreUnwritable);
    assert_eq!(vault.sign_in_lock("me").unwrap_err().code(), Code::StoreUnwritable);
}

fn finish(child: Child) {
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(!errors.contains("damaged"), "{errors}");
}

#[test]
fn eight_processes_write_a_hundred_times_each_and_nothing_is_lost_or_torn() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let reader = start(home, "file", "watch").spawn().unwrap();
    let writers: Vec<Child> = (0..PROCESSES)
        .map(|process| start(home, "file", &format!("write p{process}")).spawn().unwrap())
        .collect();
    writers.into_iter().for_each(finish);
    std::fs::write(home.join("stop"), "").unwrap();
    finish(reader);

    let vault = vault(home, "file");
    for process in 0..PROCESSES {
        for n in (0..WRITES).step_by(5) {
            let own = |n: usize| format!("p{process}-{n}");
            assert_eq!(text_of(&vault, &own(n)), None);
            assert_eq!(text_of(&vault, &own(n + 1)), Some(own(n + 1)));
            assert_eq!(text_of(&vault, &format!("{}-new", own(n + 2))), Some(own(n + 2)));
        }
    }
    assert!(text_of(&vault, "shared").unwrap().starts_with("shared-p"));
    let left = PROCESSES * WRITES / 5 * 2 + 1;
    assert_eq!(vault.list().unwrap().len(), left);
    assert_tidy(home, left);
}

/// No journal, no temporary file, no secret without its token.
fn assert_tidy(home: &Path, tokens: usize) {
    let folder = home.join("vault");
    let index = std::fs::read_to_string(folder.join("tokens.json")).unwrap();
    assert!(!index.contains("pending"), "{index}");
    let secrets = std::fs::read(folder.join("secrets.json")).unwrap_or(b"{}".to_vec());
    let secrets: serde_json::Value = serde_json::from_slice(&secrets).unwrap();
    assert_eq!(secrets["secrets"].as_object().map_or(0, serde_json::Map::len), tokens);
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        assert!(!file.contains("tmp") && !file.contains("damaged"), "{file}");
    }
}

/// Dropping the superuser's rights needs the superuser; for anyone else the modes are enough.
#[cfg(unix)]
#[test]
fn a_read_only_vault_lists_and_signs_and_refuses_to_write() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    save(&vault(home, "file"), "a", "one");
    let set = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    std::fs::remove_file(home.join("vault/tokens.lock")).unwrap();
    let mut command = start(home, "file", "look");
    let superuser = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(home).unwrap()) == 0;
    if superuser {
        set(home, 0o755);
        for file in ["tokens.json", "secrets.json"] {
            set(&home.join("vault").join(file), 0o444);
        }
        set(&home.join("vault"), 0o555);
        let binary = home.join("binary");
        std::fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
        let mut other = Command::new(binary);
        other.args(command.get_args());
        other.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
        other.stdout(Stdio::null()).stderr(Stdio::piped()).uid(65534).current_dir("/");
        command = other;
    } else {
        set(&home.join("vault"), 0o500);
    }
    let outcome = command.spawn().unwrap();
    finish(outcome);
    set(&home.join("vault"), 0o700);
}

#[cfg(feature = "failpoints")]
mod crashes {
    use super::*;

    /// Runs a task that dies at its n-th step, for every n; `check` looks at what is left each time.
    fn die_at_every_step(
        task: &str,
        store: &str,
        prepare: fn(&Vault, &Path),
        check: fn(&Vault) -> bool,
    ) {
        let mut done = 0;
        for step in 1..1000 {
            let folder = tempfile::tempdir().unwrap();
            let home = folder.path();
            prepare(&vault(home, store), home);
            let mut command = start(home, store, task);
            let output =
                command.env("NETSUITE_TBA_FAILPOINT", format!("#{step}")).output().unwrap();
            // A new process needs no help: it reads, and its next write tidies up.
            let next = vault(home, store);
            let is_done = check(&next);
            assert!(is_done || done == 0, "{task} came undone at step {step}");
            done += usize::from(is_done);
            save(&next, "next", "next");
            assert!(check(&vault(home, store)) == is_done, "{task} at step {step}");
            if store == "file" {
                let left = vault(home, store).list().unwrap().len();
                assert_tidy_but_for_damage(home, left);
            }
            if output.status.success() {
                assert!(is_done && step > 5, "{task} has {step} steps");
                println!(
                    "{task}, store {store}: right after a stop at each of {} points",
                    step - 1
                );
                return;
            }
        }
        panic!("{task} never ended");
    }

    fn assert_tidy_but_for_damage(home: &Path, tokens: usize) {
        let folder = home.join("vault");
        for entry in std::fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name().to_string_lossy().contains("damaged") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
        assert_tidy(home, tokens);
    }

    #[test]
    fn a_new_token_is_saved_or_not() {
        die_at_every_step(
            "save a one",
            "file",
            |_, _| (),
            |vault| {
                let text = text_of(vault, "a");
                assert!(text.is_none() || text.as_deref() == Some("one"));
                text.is_some()
            },
        );
    }

    #[test]
    fn a_token_replaced_is_the_old_one_or_the_new_one() {
        for store in ["file", "nstba"] {
            let prepare = |vault: &Vault, _: &Path| save(vault, "a", "old");
            die_at_every_step("save a new", store, prepare, |vault| {
                let text = text_of(vault, "a").expect("never neither");
                assert!(["old", "new"].contains(&text.as_str()), "{text}");
                text == "new"
            });
        }
    }

    #[test]
    fn a_token_renamed_has_one_name_or_the_other() {
        let prepare = |vault: &Vault, _: &Path| save(vault, "a", "one");
        die_at_every_step("rename a b", "file", prepare, |vault| {
            let texts = [text_of(vault, "a"), text_of(vault, "b")];
            assert_eq!(texts.iter().flatten().collect::<Vec<_>>(), ["one"]);
            texts[1].is_some()
        });
    }

    #[test]
    fn a_token_removed_is_whole_or_gone() {
        let prepare = |vault: &Vault, _: &Path| {
            save(vault, "a", "one");
            save(vault, "b", "two");
        };
        die_at_every_step("remove a", "file", prepare, |vault| {
            assert_eq!(text_of(vault, "b").as_deref(), Some("two"));
            text_of(vault, "a").is_none()
        });
    }

    #[test]
    fn a_damaged_index_is_repaired_or_still_there() {
        let prepare = |vault: &Vault, home: &Path| {
            save(vault, "a", "one");
            let path = home.join("vault/tokens.json");
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.extend([0; 64]);
            std::fs::write(path, bytes).unwrap();
        };
        die_at_every_step("list", "file", prepare, |vault| {
            assert_eq!(text_of(vault, "a").as_deref(), Some("one"));
            true
        });
    }
}
