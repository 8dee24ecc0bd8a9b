//! `~/.nstba`: read in every form it comes in, written in Oracle's, imported without loss.

use crate::vault::import::ImportOutcome;
use crate::vault::import::ImportReport;
use crate::vault::model::StoreChoice;
use crate::vault::model::StoreKind;
use crate::vault::tests::stand_in::{House, State, auth_id, new_token, origin};
use crate::vault::*;
use serde_json::json;

const FILE: &str = r#"{
  "sb1 dev": {
    "token": "t1",
    "secret": "s1",
    "account": "1234567-SB1"
  },
  "constructor": {
    "token": "t2",
    "secret": "s2",
    "account": "1234567_sb2",
    "note": "mine"
  },
  "__proto__": {
    "token": "t3",
    "secret": "s3",
    "account": "7654321"
  },
  "half": {
    "account": "1234567"
  }
}"#;

fn house(store: &str) -> House {
    let house = House::new(store);
    std::fs::write(house.nstba(), FILE).unwrap();
    house
}

fn text(house: &House) -> String {
    std::fs::read_to_string(house.nstba()).unwrap()
}

#[test]
fn its_tokens_are_listed_as_plaintext_and_usable_at_once() {
    let house = house("auto");
    let vault = house.vault();
    let listed = vault.list().unwrap();
    let rows: Vec<(&str, &str, &str)> = listed
        .iter()
        .map(|token| (token.auth_id.as_str(), token.account.as_str(), token.store.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            ("__proto__", "7654321", "nstba"),
            ("constructor", "1234567_SB2", "nstba"),
            ("sb1 dev", "1234567_SB1", "nstba"),
        ]
    );
    for (saved, id) in listed.iter().zip(["t3", "t2", "t1"]) {
        assert_eq!(vault.token(saved).unwrap().id, id);
    }
    // Not even the folder of the vault is made for that.
    assert!(!house.home().exists() && house.keychain.calls() == 0);
    // An entry without a token is as good as none, and so is a name nobody wrote.
    for name in ["half", "toString", "hasOwnProperty"] {
        assert!(vault.find(&auth_id(name), &Origin::default()).unwrap().is_none());
    }
}

#[test]
fn the_vault_wins_where_both_have_a_name() {
    let house = house("keychain");
    let vault = house.vault();
    vault.save(new_token("constructor", "1111111", "ours")).unwrap();
    let listed = vault.list().unwrap();
    assert_eq!(listed.len(), 3);
    let found = vault.find(&auth_id("constructor"), &Origin::default()).unwrap().unwrap();
    assert_eq!((found.store, found.account.as_str()), (StoreKind::Keychain, "1111111"));
    assert_eq!(vault.token(&found).unwrap().id, "id-ours");
    assert_eq!(text(&house), FILE);
}

#[test]
fn absent_and_empty_files_hold_no_tokens() {
    let house = House::new("auto");
    assert!(house.vault().list().unwrap().is_empty());
    for content in ["", "\n", "\u{feff}", "{}"] {
        std::fs::write(house.nstba(), content).unwrap();
        assert!(house.vault().list().unwrap().is_empty(), "{content:?}");
    }
    std::fs::write(house.nstba(), format!("\u{feff}{FILE}")).unwrap();
    assert_eq!(house.vault().list().unwrap().len(), 3);
}

#[test]
fn a_damaged_file_is_left_alone_and_holds_nobody_up() {
    let house = House::new("file");
    for content in ["{\"a\": {\"tok", "[]", "null", "\0\0", "{\"a\": 1, \"b\": {\"token\": 1}}"] {
        std::fs::write(house.nstba(), content).unwrap();
        let vault = house.vault();
        assert!(vault.list().unwrap().is_empty(), "{content:?}");
        assert!(vault.find(&auth_id("a"), &Origin::default()).unwrap().is_none());
        assert_eq!(text(&house), content);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_said_with_the_command_that_helps() {
    use std::os::unix::fs::PermissionsExt;
    let mut house = house("file");
    let path = house.nstba();
    let set = |mode| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o700);
    assert_eq!(house.vault().list().unwrap().len(), 3);
    set(0o200);
    // SAFETY: it cannot fail.
    if unsafe { libc::geteuid() } == 0 {
        house.settings.user_id = Some(NOBODY);
    }
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    without_rights(house.folder.path(), || {
        // Old tools of Oracle's made it so, and could not read it themselves.
        assert_eq!(house.vault().list().unwrap().len(), 3);
        assert_eq!(mode(), 0o600);
        // A file that others have rights to was closed on purpose.
        set(0o040);
        let ours = house.vault().save(new_token("ours", "1234567", "one")).unwrap();
        let vault = house.vault();
        assert_eq!(vault.list().unwrap(), [ours]);
        assert!(vault.find(&auth_id("ours"), &Origin::default()).unwrap().is_some());
        // "There is none" might be wrong, and would start a sign-in.
        let error = vault.find(&auth_id("sb1 dev"), &Origin::default()).unwrap_err();
        assert_eq!(error.code(), Code::StoreUnreadable);
        assert!(error.next_step().contains(": chmod 600 "), "{error}");
    });
}

#[test]
fn a_token_hidden_behind_another_accounts_is_neither_removed_nor_renamed() {
    let house = house("file");
    let hidden = || house.vault().find(&auth_id("sb1 dev"), &Origin::default()).unwrap();
    let account = hidden().unwrap().account;
    for rename in [false, true] {
        house.vault().save(new_token("sb1 dev", "7654321", "ours")).unwrap();
        let bytes = std::fs::read(house.nstba()).unwrap();
        assert_eq!(hidden().unwrap().account.as_str(), "7654321");
        if rename {
            house.vault().rename(&auth_id("sb1 dev"), &auth_id("another")).unwrap();
        } else {
            assert!(house.vault().remove(&auth_id("sb1 dev"), None).unwrap());
        }
        assert_eq!(std::fs::read(house.nstba()).unwrap(), bytes);
        assert_eq!(hidden().unwrap().account, account, "it is listed now");
    }
    // A copy of the token that is removed goes with it.
    house.vault().save(new_token("sb1 dev", account.as_str(), "ours")).unwrap();
    assert!(house.vault().remove(&auth_id("sb1 dev"), None).unwrap());
    assert!(hidden().is_none());
}

#[test]
fn of_imports_at_once_one_wins_and_the_others_keep_their_plaintext() {
    let house = house("file");
    let (count, file) = (6, |n: usize| house.folder.path().join(format!("{n}.json")));
    for n in 0..count {
        let one = json!({ "race": { "account": "1234567", "token": format!("t{n}"), "secret": format!("s{n}") } });
        std::fs::write(file(n), one.to_string()).unwrap();
    }
    let reports: Vec<_> = std::thread::scope(|scope| {
        let import = |n| house.vault().import(Some(&file(n)), true).unwrap();
        let running: Vec<_> = (0..count).map(|n| scope.spawn(move || import(n))).collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let imported = |n: usize| matches!(reports[n].tokens[0].outcome, ImportOutcome::Imported(_));
    let winners: Vec<usize> = (0..count).filter(|n| imported(*n)).collect();
    assert_eq!(winners.len(), 1);
    let race = house.vault().find(&auth_id("race"), &Origin::default()).unwrap().unwrap();
    assert_eq!(house.vault().token(&race).unwrap().id, format!("t{}", winners[0]));
    for n in 0..count {
        let plain = std::fs::read_to_string(file(n)).unwrap();
        assert_eq!(plain.contains("race"), n != winners[0], "{plain}");
    }
}

#[cfg(unix)]
const NOBODY: libc::uid_t = 65534;

/// Runs a part of a test without the rights of the superuser, who can read everything.
#[cfg(unix)]
fn without_rights(folder: &std::path::Path, part: impl FnOnce()) {
    /// Gives this thread its rights back.
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            become_user(0);
        }
    }
    #[cfg(target_os = "linux")]
    fn become_user(user: libc::uid_t) {
        // SAFETY: it changes nothing but what files this thread may reach.
        unsafe { libc::setfsuid(user) };
    }
    #[cfg(not(target_os = "linux"))]
    fn become_user(_: libc::uid_t) {}

    // SAFETY: it cannot fail.
    let root = cfg!(target_os = "linux") && unsafe { libc::geteuid() } == 0;
    let _back = root.then(|| {
        let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for path in inside.chain([folder.to_path_buf()]) {
            std::os::unix::fs::chown(path, Some(NOBODY), None).unwrap();
        }
        become_user(NOBODY);
        Back
    });
    part();
}

#[test]
fn the_store_nstba_writes_what_oracles_tools_write() {
    let house = house("nstba");
    let vault = house.vault();
    let saved = vault.save(new_token("new one", "1234567_SB1", "four")).unwrap();
    assert_eq!(saved.store, StoreKind::Nstba);
    vault.save(new_token("constructor", "1234567_SB3", "five")).unwrap();
    let expected = FILE
        .replace("\"t2\"", "\"id-five\"")
        .replace("\"s2\"", "\"secret-five\"")
        .replace("1234567_sb2", "1234567-SB3")
        .strip_suffix("\n}")
        .unwrap()
        .to_owned()
        + ",\n  \"new one\": {\n    \"token\": \"id-four\",\n    \"secret\": \"secret-four\",\n    \
           \"account\": \"1234567-SB1\"\n  }\n}";
    assert_eq!(text(&house), expected);
    assert_eq!(vault.token(&saved).unwrap().id, "id-four");
    assert!(!house.home().exists());
    vault.save(new_token("__proto__", "7654321", "six")).unwrap();
    vault.rename(&auth_id("__proto__"), &auth_id("proto")).unwrap();
    assert!(vault.remove(&auth_id("proto"), None).unwrap());
    let error = vault.rename(&auth_id("sb1 dev"), &auth_id("new one")).unwrap_err();
    assert_eq!(error.code(), Code::AuthIdTaken);
    assert_eq!(vault.list().unwrap().len(), 3);
    assert!(text(&house).contains("\"half\"") && text(&house).contains("\"note\": \"mine\""));
}

#[test]
fn the_store_nstba_has_room_for_one_origin_of_a_name() {
    let house = house("nstba");
    let vault = house.vault();
    let mut new = new_token("sb1 dev", "1234567_SB1", "molecule");
    new.origin = origin(None, Some("f"));
    assert_eq!(vault.save(new).unwrap_err().code(), Code::AuthIdTaken);
    assert_eq!(text(&house), FILE);
    let mut new = new_token("other", "1234567_SB1", "molecule");
    new.origin = origin(None, Some("f"));
    let saved = vault.save(new).unwrap();
    assert_eq!(house.vault().token(&saved).unwrap().id, "id-molecule");
    assert!(vault.find(&auth_id("other"), &Origin::default()).unwrap().is_none());
}

#[test]
fn a_token_saved_to_nstba_takes_the_place_of_the_vaults() {
    let mut house = house("file");
    house.vault().save(new_token("a", "1234567", "one")).unwrap();
    house.settings.store = StoreChoice::Only(StoreKind::Nstba);
    let saved = house.vault().save(new_token("a", "1234567", "two")).unwrap();
    let found = house.vault().find(&auth_id("a"), &Origin::default()).unwrap().unwrap();
    assert_eq!(found, saved);
    assert_eq!(house.vault().token(&found).unwrap().id, "id-two");
}

#[test]
fn a_damaged_file_is_kept_aside_when_the_store_nstba_writes() {
    let house = House::new("nstba");
    std::fs::write(house.nstba(), "{\"a\": {\"tok").unwrap();
    let saved = house.vault().save(new_token("a", "1234567", "one")).unwrap();
    assert_eq!(house.vault().list().unwrap(), [saved]);
    let names = std::fs::read_dir(house.folder.path()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.starts_with(".nstba.damaged-")).count(), 1);
}

#[cfg(unix)]
#[test]
fn a_linked_file_is_read_and_never_written_through() {
    let house = house("nstba");
    let target = house.folder.path().join("dotfiles");
    std::fs::rename(house.nstba(), &target).unwrap();
    std::os::unix::fs::symlink(&target, house.nstba()).unwrap();
    let vault = house.vault();
    assert_eq!(vault.list().unwrap().len(), 3);
    let error = vault.save(new_token("a", "1234567", "one")).unwrap_err();
    assert_eq!(error.code(), Code::StoreUnsafe);
    assert_eq!(std::fs::read_to_string(target).unwrap(), FILE);
}

fn outcomes(report: &ImportReport) -> Vec<(&str, &ImportOutcome, bool)> {
    report.tokens.iter().map(|t| (t.name.as_str(), &t.outcome, t.plaintext_removed)).collect()
}

#[test]
fn an_import_moves_what_is_usable_reports_each_and_takes_nothing_away() {
    let house = house("keychain");
    let vault = house.vault();
    vault.save(new_token("constructor", "1111111", "ours")).unwrap();
    let imported = ImportOutcome::Imported(StoreKind::Keychain);
    let skipped = ImportOutcome::Skipped("it has no token".to_owned());
    let report = vault.import(None, false).unwrap();
    assert_eq!(report.file, house.nstba());
    assert_eq!(
        outcomes(&report),
        [
            ("sb1 dev", &imported, false),
            ("constructor", &ImportOutcome::Kept, false),
            ("__proto__", &imported, false),
            ("half", &skipped, false),
        ]
    );
    assert_eq!(text(&house), FILE);
    let other = house.vault();
    for saved in other.list().unwrap() {
        assert_eq!(saved.store, StoreKind::Keychain);
        other.token(&saved).unwrap();
    }
    // Once more: everything is there already.
    let report = vault.import(None, false).unwrap();
    assert!(report.tokens[..3].iter().all(|token| token.outcome == ImportOutcome::Kept));
}

#[test]
fn plaintext_goes_only_when_told_and_only_what_the_vault_holds_exactly() {
    let house = house("keychain");
    let vault = house.vault();
    vault.save(new_token("constructor", "1111111", "ours")).unwrap();
    vault.import(None, false).unwrap();
    let report = vault.import(None, true).unwrap();
    let removed: Vec<bool> = report.tokens.iter().map(|token| token.plaintext_removed).collect();
    assert_eq!(removed, [true, false, true, false]);
    let left = text(&house);
    for (word, stays) in [("t1", false), ("s3", false), ("s2", true), ("half", true)] {
        assert_eq!(left.contains(word), stays, "{left}");
    }
    assert!(left.starts_with("{\n  \"constructor\"") && left.ends_with('}'));
    assert_eq!(vault.list().unwrap().len(), 3);
}

#[test]
fn an_import_that_cannot_save_changes_nothing() {
    let house = house("keychain");
    house.keychain.set_state(State::Locked);
    let error = house.vault().import(None, true).unwrap_err();
    assert_eq!(error.code(), Code::KeychainLocked);
    assert_eq!(text(&house), FILE);
    assert_eq!(house.vault().list().unwrap().len(), 3);
}

#[test]
fn an_import_needs_a_file_that_can_be_one() {
    let house = House::new("file");
    assert!(house.vault().import(None, false).unwrap().tokens.is_empty());
    let missing = house.folder.path().join("missing");
    let error = house.vault().import(Some(&missing), false).unwrap_err();
    assert_eq!(error.code(), Code::StoreUnreadable);
    std::fs::write(&missing, "{").unwrap();
    let error = house.vault().import(Some(&missing), false).unwrap_err();
    assert_eq!(error.code(), Code::StoreDamaged);
    std::fs::write(&missing, FILE).unwrap();
    assert_eq!(house.vault().import(Some(&missing), true).unwrap().tokens.len(), 4);
    assert_eq!(house.vault().list().unwrap().len(), 3);
    let error = House::new("nstba").vault().import(None, false).unwrap_err();
    assert_eq!(error.code(), Code::StoreInvalid);
}
