//! Which store a token goes to, and what each store does when it cannot be used.

use crate::vault::batch_reader::BatchReader;
use crate::vault::model::StoreKind;
use crate::vault::tests::stand_in::{House, State, auth_id, new_token};
use crate::vault::*;

#[test]
fn where_there_is_no_keychain_new_tokens_go_to_the_file_and_it_is_said_once() {
    let house = House::new("auto");
    house.keychain.set_state(State::Missing);
    let vault = house.vault();
    let saved = vault.save(new_token("a", "1234567", "one")).unwrap();
    assert_eq!(saved.store, StoreKind::File);
    assert!(house.index().contains("toldOfPlainFile"));
    assert_eq!(house.vault().token(&saved).unwrap().id, "id-one");
    // Once there is a keychain, new tokens go there and the old one stays usable.
    house.keychain.set_state(State::Open);
    assert_eq!(vault.save(new_token("b", "1", "two")).unwrap().store, StoreKind::Keychain);
    assert_eq!(house.vault().token(&saved).unwrap().id, "id-one");
    // Signing in again moves the token and takes its plaintext away.
    assert_eq!(vault.save(new_token("a", "1234567", "three")).unwrap().store, StoreKind::Keychain);
    let plain = std::fs::read_to_string(house.home().join("secrets.json")).unwrap();
    assert!(!plain.contains("secret-one"), "{plain}");
}

#[test]
fn a_store_that_cannot_be_used_is_asked_once_for_all_its_tokens() {
    let house = House::new("keychain");
    let mut saved = Vec::new();
    for name in ["a", "b", "c"] {
        saved.push(house.vault().save(new_token(name, "1234567", name)).unwrap());
    }
    house.keychain.set_state(State::Slow);
    let (vault, before) = (house.vault(), house.keychain.calls());
    let mut reading = BatchReader::new(&vault);
    for token in &saved {
        let error = reading.token(token).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::KeychainTimeout);
    }
    assert_eq!(vault.prunable().unwrap().unreadable.len(), 3);
    assert_eq!(house.keychain.calls() - before, 2, "once each");
    // What is missing of one says nothing of the others.
    house.keychain.set_state(State::Open);
    house.keychain.clear();
    assert_eq!(house.vault().prunable().unwrap().tokens.len(), 3);
}

#[test]
fn a_keychain_that_is_there_but_closed_is_an_error_and_never_a_downgrade() {
    for store in ["auto", "keychain"] {
        let house = House::new(store);
        for (state, code) in [
            (State::Locked, Code::KeychainLocked),
            (State::Denied, Code::KeychainDenied),
            (State::Slow, Code::KeychainTimeout),
        ] {
            house.keychain.set_state(state);
            let error = house.vault().save(new_token("a", "1234567", "one")).unwrap_err();
            assert_eq!(error.code(), code, "{store}");
            assert!(!house.home().join("secrets.json").exists());
        }
    }
    let house = House::new("keychain");
    house.keychain.set_state(State::Missing);
    let error = house.vault().save(new_token("a", "1234567", "one")).unwrap_err();
    assert_eq!(error.code(), Code::KeychainMissing);
}

#[test]
fn a_token_in_the_keychain_is_looked_for_nowhere_else() {
    let house = House::new("auto");
    let saved = house.vault().save(new_token("a", "1234567", "one")).unwrap();
    std::fs::write(
        house.nstba(),
        r#"{"a":{"token":"other","secret":"other","account":"1234567"}}"#,
    )
    .unwrap();
    for (state, code) in [
        (State::Missing, Code::KeychainMissing),
        (State::Locked, Code::KeychainLocked),
        (State::Denied, Code::KeychainDenied),
        (State::Slow, Code::KeychainTimeout),
    ] {
        house.keychain.set_state(state);
        let vault = house.vault();
        let found = vault.find(&auth_id("a"), &Origin::default()).unwrap().unwrap();
        assert_eq!(found, saved);
        assert_eq!(vault.token(&found).map(|_| ()).unwrap_err().code(), code);
    }
    house.keychain.set_state(State::Open);
    house.keychain.clear();
    let error = house.vault().token(&saved).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::SecretMissing);
}

#[test]
fn removing_needs_the_store_unless_the_store_is_gone_for_good() {
    let house = House::new("keychain");
    let saved = house.vault().save(new_token("a", "1234567", "one")).unwrap();
    house.keychain.set_state(State::Locked);
    let error = house.vault().remove(&saved.auth_id, None).unwrap_err();
    assert_eq!(error.code(), Code::KeychainLocked);
    assert_eq!(house.vault().list().unwrap().len(), 1);
    house.keychain.set_state(State::Missing);
    assert!(house.vault().remove(&saved.auth_id, None).unwrap());
    assert!(house.vault().list().unwrap().is_empty());
    assert!(house.index().contains("pending"));
    // The journal remembers: the entry goes with the next change made where it can be reached.
    house.keychain.set_state(State::Open);
    house.vault().save(new_token("b", "1234567", "two")).unwrap();
    assert_eq!(house.keychain.names().len(), 1);
    assert!(!house.index().contains("pending"));
}

#[test]
fn cleaning_up_touches_only_entries_this_index_knows() {
    let house = House::new("keychain");
    let mut other = House::new("keychain");
    other.keychain = std::sync::Arc::clone(&house.keychain);
    let saved = other.vault().save(new_token("a", "1234567", "theirs")).unwrap();
    house.vault().save(new_token("a", "1234567", "one")).unwrap();
    house.vault().save(new_token("a", "1234567", "two")).unwrap();
    house.vault().remove(&auth_id("a"), None).unwrap();
    assert_eq!(other.vault().token(&saved).unwrap().id, "id-theirs");
}

#[test]
fn the_encrypted_file_opens_with_its_passphrase_and_no_other() {
    let house = House::new("encrypted-file");
    let saved = house.vault().save(new_token("a", "1234567", "canary")).unwrap();
    let path = house.home().join("secrets.enc");
    let before = std::fs::read(&path).unwrap();
    assert!(!before.windows(6).any(|bytes| bytes == b"canary"));
    assert_eq!(house.vault().token(&saved).unwrap().id, "id-canary");

    let wrong = house.vault_with("battery staple");
    assert_eq!(wrong.token(&saved).map(|_| ()).unwrap_err().code(), Code::PassphraseWrong);
    let code = |outcome: Result<()>| outcome.unwrap_err().code();
    let save = wrong.save(new_token("b", "1234567", "two")).map(|_| ());
    assert_eq!(code(save), Code::PassphraseWrong);
    assert_eq!(code(wrong.remove(&auth_id("a"), None).map(|_| ())), Code::PassphraseWrong);
    let none = Vault::open(house.settings.clone());
    assert_eq!(code(none.token(&saved).map(|_| ())), Code::PassphraseMissing);
    assert_eq!(code(none.save(new_token("b", "1", "x")).map(|_| ())), Code::PassphraseMissing);
    // Nothing moved, and listing never needed the passphrase.
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(none.list().unwrap().len(), 1);
    assert_eq!(house.files(), ["secrets.enc", "tokens.json"]);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_only_whatever_they_were() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new("file");
    house.vault().save(new_token("a", "1234567", "one")).unwrap();
    let set = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&house.home(), 0o755);
    for name in ["tokens.json", "secrets.json"] {
        set(&house.home().join(name), 0o644);
    }
    house.vault().save(new_token("b", "1234567", "two")).unwrap();
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&house.home()), 0o700);
    for name in ["tokens.json", "secrets.json", "tokens.lock"] {
        assert_eq!(mode(&house.home().join(name)), 0o600, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_place_of_our_files_are_refused() {
    for name in ["tokens.json", "secrets.json"] {
        let house = House::new("file");
        let saved = house.vault().save(new_token("a", "1234567", "one")).unwrap();
        let (path, target) = (house.home().join(name), house.folder.path().join("target"));
        std::fs::rename(&path, &target).unwrap();
        std::os::unix::fs::symlink(&target, &path).unwrap();
        let before = std::fs::read(&target).unwrap();
        let vault = house.vault();
        let save = vault.save(new_token("b", "1234567", "two")).map(|_| ()).unwrap_err();
        assert_eq!(save.code(), Code::StoreUnsafe);
        assert_eq!(vault.token(&saved).map(|_| ()).unwrap_err().code(), Code::StoreUnsafe);
        assert_eq!(std::fs::read(&target).unwrap(), before);
    }
}

#[cfg(unix)]
#[test]
fn a_vault_of_another_user_is_refused() {
    use std::os::unix::fs::MetadataExt;
    let mut house = House::new("file");
    house.vault().save(new_token("a", "1234567", "one")).unwrap();
    house.settings.user_id = Some(std::fs::metadata(house.home()).unwrap().uid() + 1);
    assert_eq!(house.vault().list().unwrap_err().code(), Code::StoreUnsafe);
    let save = house.vault().save(new_token("b", "1234567", "two")).unwrap_err();
    assert_eq!(save.code(), Code::StoreUnsafe);
}

#[test]
fn a_vault_without_any_home_says_what_to_set() {
    let env = crate::base::environment::Environment::default();
    let vault = Vault::open(VaultSettings::from(&env, None, None).unwrap());
    let error = vault.list().unwrap_err();
    assert!(error.next_step().contains("NETSUITE_TBA_HOME"), "{error}");
    assert!(vault.save(new_token("a", "1234567", "one")).is_err());
}
