//! Damaged, foreign and read-only files: nothing is deleted, what parses stays usable.

use crate::vault::tests::stand_in::{House, auth_id, new_token};
use crate::vault::*;

/// A vault of three tokens in the file store whose index was then changed by `change`.
fn damaged(change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> (House, Vec<u8>) {
    let house = House::new("file");
    for name in ["a", "b", "c"] {
        house.vault().save(new_token(name, "1234567", name)).unwrap();
    }
    let path = house.home().join("tokens.json");
    let broken = change(std::fs::read(&path).unwrap());
    std::fs::write(path, &broken).unwrap();
    (house, broken)
}

/// The copies that were kept of a damaged file.
fn kept(house: &House, name: &str) -> Vec<Vec<u8>> {
    let prefix = format!("{name}.damaged-");
    let names = house.files().into_iter().filter(|known| known.starts_with(&prefix));
    names.map(|name| std::fs::read(house.home().join(name)).unwrap()).collect()
}

fn names(house: &House) -> Vec<String> {
    let listed = house.vault().list().unwrap();
    listed.iter().map(|token| token.auth_id.to_string()).collect()
}

fn replaced(from: &'static str, to: &'static str) -> impl FnOnce(Vec<u8>) -> Vec<u8> {
    move |bytes| {
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(from));
        text.replacen(from, to, 1).into_bytes()
    }
}

#[test]
fn what_still_parses_of_a_damaged_index_stays_usable_and_the_rest_is_kept_aside() {
    type Change = Box<dyn FnOnce(Vec<u8>) -> Vec<u8>>;
    let cut = |keep: f64| -> Change {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a length"
        )]
        #[expect(clippy::cast_precision_loss, reason = "a share of a length")]
        Box::new(move |bytes| bytes[..(bytes.len() as f64 * keep) as usize].to_vec())
    };
    let cases: Vec<(&str, Change, &[&str])> = vec![
        ("empty", Box::new(|_| Vec::new()), &[]),
        ("not JSON", Box::new(|_| b"hello".to_vec()), &[]),
        ("another JSON", Box::new(|_| b"[1,2]".to_vec()), &[]),
        ("NUL bytes", Box::new(|bytes| vec![0; bytes.len()]), &[]),
        ("cut in the last entry", cut(0.9), &["a", "b"]),
        ("cut in the middle", cut(0.6), &["a"]),
        (
            "NUL bytes at the end",
            Box::new(|bytes| [bytes, vec![0; 512]].concat()),
            &["a", "b", "c"],
        ),
        ("wrong type", Box::new(replaced("\"authID\": \"b\"", "\"authID\": 7")), &["a", "c"]),
        (
            "no account",
            Box::new(replaced("\"account\": \"1234567\"", "\"account\": \"../x\"")),
            &["b", "c"],
        ),
        (
            "no version",
            Box::new(replaced("\"version\": 1", "\"version\": \"1\"")),
            &["a", "b", "c"],
        ),
        ("a comma too few", Box::new(replaced("},", "}")), &["a", "b", "c"]),
    ];
    for (what, change, expected) in cases {
        let (house, broken) = damaged(change);
        assert_eq!(names(&house), expected, "{what}");
        assert_eq!(kept(&house, "tokens.json"), [broken], "{what}");
        // It is repaired: said and kept once, and what was kept signs on.
        assert_eq!(names(&house), expected, "{what}");
        assert_eq!(kept(&house, "tokens.json").len(), 1, "{what}");
        for token in house.vault().list().unwrap() {
            let secret = house.vault().token(&token).unwrap();
            assert_eq!(secret.id, format!("id-{}", token.auth_id));
        }
        house.vault().save(new_token("d", "1234567", "d")).unwrap();
        assert_eq!(names(&house).len(), expected.len() + 1, "{what}");
    }
}

#[test]
fn an_index_of_a_hundred_megabytes_is_kept_aside_unread() {
    let (house, _) = damaged(|bytes| bytes);
    let path = house.home().join("tokens.json");
    std::fs::File::create(path).unwrap().set_len(100 * 1024 * 1024).unwrap();
    assert!(names(&house).is_empty());
    house.vault().save(new_token("d", "1234567", "d")).unwrap();
    assert_eq!(house.files().iter().filter(|name| name.contains("damaged")).count(), 1);
}

#[test]
fn an_index_of_a_newer_version_is_left_alone() {
    let (house, newer) = damaged(replaced("\"version\": 1", "\"version\": 2"));
    let vault = house.vault();
    assert_eq!(vault.list().unwrap_err().code(), Code::StoreNewer);
    let save = vault.save(new_token("d", "1234567", "d")).unwrap_err();
    assert_eq!(save.code(), Code::StoreNewer);
    assert_eq!(std::fs::read(house.home().join("tokens.json")).unwrap(), newer);
    assert!(kept(&house, "tokens.json").is_empty());
}

#[test]
fn fields_of_other_versions_survive_a_change() {
    let (house, _) = damaged(|bytes| {
        let text = String::from_utf8(bytes).unwrap();
        let text =
            text.replacen("\"version\": 1,", "\"version\": 1, \"colour\": [1, {\"x\": 2}],", 1);
        text.replacen("\"role\"", "\"note\": {\"by\": \"hand\"}, \"role\"", 1).into_bytes()
    });
    house.vault().rename(&auth_id("a"), &auth_id("z")).unwrap();
    house.vault().save(new_token("b", "1234567", "again")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&house.index()).unwrap();
    assert_eq!(index["colour"][1]["x"], 2);
    assert_eq!(index["tokens"][0]["note"]["by"], "hand");
    assert_eq!(index["tokens"][0]["authID"], "z");
    assert!(kept(&house, "tokens.json").is_empty());
}

#[test]
fn what_still_parses_of_a_damaged_secrets_file_signs_on_and_the_next_write_keeps_a_copy() {
    let house = House::new("file");
    let mut saved = Vec::new();
    for name in ["a", "b", "c"] {
        saved.push(house.vault().save(new_token(name, "1234567", name)).unwrap());
    }
    let path = house.home().join("secrets.json");
    let text = std::fs::read_to_string(&path).unwrap().replace("secret-b\"", "secret-b");
    std::fs::write(&path, &text).unwrap();
    let code = |saved| house.vault().token(saved).map(|_| ()).map_err(|error| error.code());
    assert_eq!(code(&saved[1]), Err(Code::StoreDamaged));
    assert_eq!((code(&saved[0]), code(&saved[2])), (Ok(()), Ok(())));
    assert!(kept(&house, "secrets.json").is_empty());
    house.vault().save(new_token("b", "1234567", "again")).unwrap();
    assert_eq!([code(&saved[0]), code(&saved[1]), code(&saved[2])], [Ok(()), Ok(()), Ok(())]);
    assert_eq!(kept(&house, "secrets.json"), [text.into_bytes()]);
}

#[test]
fn every_single_byte_of_the_encrypted_file_matters_and_damage_moves_nothing() {
    let house = House::new("encrypted-file");
    let saved = house.vault().save(new_token("a", "1234567", "one")).unwrap();
    let path = house.home().join("secrets.enc");
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        // The parameters of the key derivation: a large number there costs time, not truth.
        let bit = if (9..21).contains(&at) { 1 } else { 0x80 };
        let mut broken = whole.clone();
        broken[at] ^= bit;
        std::fs::write(&path, &broken).unwrap();
        let code = house.vault().token(&saved).map(|_| ()).unwrap_err().code();
        let expected = match at {
            0..8 => Code::StoreDamaged,
            8 => Code::StoreNewer,
            _ => Code::PassphraseWrong,
        };
        assert_eq!(code, expected, "byte {at}");
        assert!(house.vault().save(new_token("b", "1234567", "two")).is_err(), "byte {at}");
        assert_eq!(std::fs::read(&path).unwrap(), broken, "byte {at}");
    }
    for length in [0, 1, 8, 40, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(house.vault().token(&saved).is_err(), "{length} bytes");
    }
    assert_eq!(house.files(), ["secrets.enc", "tokens.json"]);
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(house.vault().token(&saved).unwrap().id, "id-one");
}
