//! What the vault promises as a whole, against a keychain of the tests' own.

mod damage;
mod foreign;
#[cfg(unix)]
mod kinds;
mod promises;
mod stand_in;
mod stores;

use crate::vault::model::StoreKind;
use crate::vault::*;
use stand_in::{House, State, auth_id, new_token, origin};

#[test]
fn a_saved_token_is_listed_found_and_read() {
    let house = House::new("auto");
    let vault = house.vault();
    assert!(vault.list().unwrap().is_empty());
    let saved = vault.save(new_token("sb1-dev", "1234567_SB1", "one")).unwrap();
    assert_eq!(saved.store, StoreKind::Keychain);
    // Another process sees the same.
    let other = house.vault();
    assert_eq!(other.list().unwrap(), std::slice::from_ref(&saved));
    let found = other.find(&auth_id("sb1-dev"), &Origin::default()).unwrap().unwrap();
    assert_eq!(found, saved);
    let token = other.token(&found).unwrap();
    assert_eq!((token.id.as_str(), token.secret.expose()), ("id-one", "secret-one"));
    assert!(other.find(&auth_id("sb1"), &Origin::default()).unwrap().is_none());
}

#[test]
fn listing_asks_no_keychain_and_reading_asks_once_per_process() {
    let house = House::new("keychain");
    let vault = house.vault();
    for n in 0..20 {
        vault.save(new_token(&format!("token-{n}"), "1234567", &n.to_string())).unwrap();
    }
    let other = house.vault();
    let before = house.keychain.calls();
    let listed = other.list().unwrap();
    assert_eq!((listed.len(), house.keychain.calls()), (20, before));
    for _ in 0..5 {
        other.token(&listed[3]).unwrap();
    }
    assert_eq!(house.keychain.calls(), before + 1);
}

#[test]
fn neither_token_id_nor_secret_is_in_the_index() {
    let house = House::new("keychain");
    house.vault().save(new_token("a", "1234567", "canary")).unwrap();
    let index = house.index();
    assert!(index.contains("\"a\"") && !index.contains("canary"), "{index}");
    assert!(!house.keychain.names().iter().any(|name| name.contains('a') && name.len() < 16));
}

#[test]
fn signing_in_again_replaces_the_token_and_leaves_no_orphan() {
    for store in ["keychain", "file", "encrypted-file"] {
        let house = House::new(store);
        let (vault, other) = (house.vault(), house.vault());
        let first = vault.save(new_token("a", "1234567", "one")).unwrap();
        assert_eq!(other.token(&first).unwrap().id, "id-one");
        vault.save(new_token("a", "1234567", "two")).unwrap();
        // Another process that had read the old one reads the new one.
        let listed = other.list().unwrap();
        assert_eq!((listed.len(), other.token(&first).unwrap().id.as_str()), (1, "id-two"));
        assert!(!house.index().contains("pending"), "{}", house.index());
        if store == "keychain" {
            assert_eq!(house.keychain.names().len(), 1);
        }
    }
}

#[test]
fn a_token_replaced_by_one_of_another_account_does_not_sign_for_the_old_one() {
    let house = House::new("file");
    let vault = house.vault();
    let old = vault.save(new_token("a", "1234567", "one")).unwrap();
    vault.save(new_token("a", "7654321", "two")).unwrap();
    let error = vault.token(&old).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::TokenNotFound);
}

#[test]
fn names_are_unique_per_origin() {
    let house = House::new("file");
    let vault = house.vault();
    let mut molecule = new_token("a", "1234567", "molecule");
    molecule.origin = origin(None, Some("f"));
    vault.save(new_token("a", "1234567", "plain")).unwrap();
    vault.save(molecule).unwrap();
    assert_eq!(vault.list().unwrap().len(), 2);
    let found = vault.find(&auth_id("a"), &origin(None, Some("f"))).unwrap().unwrap();
    assert_eq!(vault.token(&found).unwrap().id, "id-molecule");
    assert!(
        vault.find(&auth_id("a"), &origin(Some("http://127.0.0.1:1"), None)).unwrap().is_none()
    );

    vault.rename(&auth_id("a"), &auth_id("b")).unwrap();
    assert!(vault.list().unwrap().iter().all(|token| token.auth_id == auth_id("b")));
    assert!(vault.remove(&auth_id("b"), Some(&Origin::default())).unwrap());
    assert_eq!(vault.list().unwrap().len(), 1);
    assert!(vault.remove(&auth_id("b"), None).unwrap());
    assert!(!vault.remove(&auth_id("b"), None).unwrap());
    assert!(vault.list().unwrap().is_empty());
}

#[test]
fn a_rename_never_overwrites_and_needs_a_token() {
    let house = House::new("keychain");
    let vault = house.vault();
    let code =
        |from: &str, to: &str| vault.rename(&auth_id(from), &auth_id(to)).unwrap_err().code();
    assert_eq!(code("a", "b"), Code::TokenNotFound);
    vault.save(new_token("a", "1234567", "one")).unwrap();
    vault.save(new_token("b", "1234567", "two")).unwrap();
    assert_eq!(code("a", "b"), Code::AuthIdTaken);
    let calls = house.keychain.calls();
    vault.rename(&auth_id("a"), &auth_id("c")).unwrap();
    vault.rename(&auth_id("b"), &auth_id("b")).unwrap();
    // The secret stays under its random name: nothing to move, nothing to lose.
    assert_eq!(house.keychain.calls(), calls);
    let found = vault.find(&auth_id("c"), &Origin::default()).unwrap().unwrap();
    assert_eq!(vault.token(&found).unwrap().id, "id-one");
}

#[test]
fn last_used_is_written_at_most_once_a_day_and_never_fails() {
    let house = House::new("file");
    let vault = house.vault();
    let saved = vault.save(new_token("a", "1234567", "one")).unwrap();
    let fresh = house.index();
    vault.touch(&saved);
    assert_eq!(house.index(), fresh);
    let old = fresh.replace(&saved.last_used_at.unwrap().to_string(), "1000");
    std::fs::write(house.home().join("tokens.json"), old).unwrap();
    let saved = vault.list().unwrap().remove(0);
    assert_eq!(saved.last_used_at, Some(1000));
    vault.touch(&saved);
    let touched = house.vault().list().unwrap().remove(0).last_used_at.unwrap();
    assert!(touched > 1000);
    std::fs::remove_dir_all(house.home()).unwrap();
    std::fs::write(house.home(), "in the way").unwrap();
    vault.touch(&saved);
}

#[test]
fn one_signs_in_at_a_time_and_the_vault_stays_usable_meanwhile() {
    let house = House::new("file");
    let (vault, other) = (house.vault(), house.vault());
    let SignInLock::Held(guard) = vault.sign_in_lock("gulp extension:fetch, process 7").unwrap()
    else {
        panic!("nobody else holds it");
    };
    let SignInLock::Busy(holder) = other.sign_in_lock("me").unwrap() else {
        panic!("it is held");
    };
    assert_eq!(holder, "gulp extension:fetch, process 7");
    other.save(new_token("a", "1234567", "one")).unwrap();
    drop(guard);
    assert!(matches!(other.sign_in_lock("me").unwrap(), SignInLock::Held(_)));
}

#[test]
fn finding_one_of_ten_thousand_reads_the_index_once() {
    let house = House::new("file");
    house.fill(10_000);
    let vault = house.vault();
    let first = vault.0.index.read().unwrap();
    assert!(vault.find(&auth_id("token-5000"), &Origin::default()).unwrap().is_some());
    assert!(Arc::ptr_eq(&first, &vault.0.index.read().unwrap()), "parsed again for nothing");
    house.vault().save(new_token("new", "1234567", "one")).unwrap();
    assert!(vault.find(&auth_id("new"), &Origin::default()).unwrap().is_some());
}

#[test]
fn a_write_that_fails_leaves_the_old_token_and_no_orphan() {
    let house = House::new("keychain");
    let vault = house.vault();
    let saved = vault.save(new_token("a", "1234567", "one")).unwrap();
    for state in [State::Locked, State::Slow, State::Denied, State::Forgetful] {
        house.keychain.set_state(state);
        assert!(vault.save(new_token("a", "1234567", "two")).is_err(), "{state:?}");
        house.keychain.set_state(State::Open);
        let other = house.vault();
        assert_eq!(other.list().unwrap(), std::slice::from_ref(&saved));
        assert_eq!(other.token(&saved).unwrap().id, "id-one");
        assert_eq!(house.keychain.names().len(), 1, "{state:?}");
    }
}

#[test]
fn callers_that_waited_for_a_prompt_that_failed_share_its_failure() {
    let house = House::new("keychain");
    let saved = house.vault().save(new_token("a", "1234567", "one")).unwrap();
    house.keychain.set_state(State::SlowlyLocked);
    let vault = house.vault();
    let before = house.keychain.calls();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let error = vault.token(&saved).map(|_| ()).unwrap_err();
                assert_eq!(error.code(), Code::KeychainLocked);
            });
        }
    });
    // At most the ones that came too late to have waited for the first.
    assert!(house.keychain.calls() - before < 8);
    house.keychain.set_state(State::Open);
    assert_eq!(vault.token(&saved).unwrap().id, "id-one");
}
