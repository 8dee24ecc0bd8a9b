//! The index is read strictly, rescued from damage, and never grows costly.

use super::*;
use proptest::prelude::*;

const ENTRY: &str = r#"{"authID":"a","account":"1234567","store":"file","id":"0123456789abcdef"}"#;

fn rescued(bytes: &[u8]) -> usize {
    match Index::parse(bytes) {
        Parsed::Damaged(index) => index.entries().len(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_written_is_read_back_the_same() {
    let text = format!(
        r#"{{"version":1,"tokens":[{ENTRY}],"pending":[{{"store":"keychain","id":"fedcba9876543210"}}],"toldOfPlainFile":true,"x":1,"y":2,"z":3}}"#
    );
    let Parsed::Whole(index) = Index::parse(text.as_bytes()) else { panic!("it is whole") };
    let Parsed::Whole(again) = Index::parse(&index.to_bytes()) else { panic!("it is whole") };
    assert_eq!(index.to_bytes(), again.to_bytes(), "fields of other versions keep their order");
    assert_eq!(index.entries(), again.entries());
    assert_eq!((index.pending.len(), index.told_of_plain_file), (1, true));
}

#[test]
fn an_id_that_could_be_a_name_or_a_path_is_refused() {
    for id in ["", "short", "../../../../etc/passwd", "0123456789abcde ", &"a".repeat(65)] {
        assert!(SecretId::parse(id).is_none(), "{id}");
    }
    let one = SecretId::random().unwrap();
    assert!(one != SecretId::random().unwrap());
    assert_eq!(SecretId::parse(one.as_str()), Some(one));
}

#[test]
fn entries_are_found_wherever_they_are_in_a_damaged_file() {
    let twice = format!("{ENTRY}{ENTRY}");
    assert_eq!(rescued(twice.as_bytes()), 1, "the first of a name wins");
    let other = ENTRY.replace("\"a\"", "\"b\"");
    let mixed = format!("\0\0{{{{\"x\":[{ENTRY}, ,,{{\"y\":{other}\u{1}");
    assert_eq!(rescued(mixed.as_bytes()), 2);
    assert_eq!(rescued(&[b"\xff\xfe", ENTRY.as_bytes(), b"\xff"].concat()), 1);
}

#[test]
fn the_search_in_a_hostile_file_ends() {
    for piece in ["{", "{\"", "{\"a\":", "{\"a\":[", "{}"] {
        let hostile = piece.repeat(1024 * 1024 / piece.len());
        assert_eq!(rescued(hostile.as_bytes()), 0);
    }
    // As many names as fit: each is compared with those before it in constant time.
    let many: String = (0..40_000).map(|n| ENTRY.replace("\"a\"", &format!("\"{n}\""))).collect();
    let began = std::time::Instant::now();
    assert_eq!(rescued(many.as_bytes()), 40_000);
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_date_that_is_none_costs_nobody_a_token_and_stays_in_the_file() {
    for date in
        ["1e300", "18446744073709551615", "8640000000001", "-1", "\"yesterday\"", "1.5", "[]"]
    {
        let entry = ENTRY.replace("\"a\",", &format!("\"a\",\"createdAt\":{date},"));
        let text = format!(r#"{{"version":1,"tokens":[{entry}]}}"#);
        let Parsed::Whole(index) = Index::parse(text.as_bytes()) else { panic!("{date}") };
        assert_eq!(index.entries()[0].saved.created_at, None, "{date}");
        let written: Value = serde_json::from_slice(&index.to_bytes()).unwrap();
        assert_eq!(written["tokens"][0]["createdAt"], serde_json::from_str::<Value>(date).unwrap());
    }
    let absurd = ENTRY.replace("\"a\",", "\"a\",\"lastUsedAt\":99999999999999,");
    let text = format!(r#"{{"version":1,"tokens":[{absurd}]}}"#);
    let Parsed::Whole(mut index) = Index::parse(text.as_bytes()) else { panic!("it is whole") };
    index.change(|token| {
        token.last_used_at = Some(1000);
        true
    });
    let Parsed::Whole(again) = Index::parse(&index.to_bytes()) else { panic!("it is whole") };
    assert_eq!(again.entries()[0].saved.last_used_at, Some(1000));
}

#[test]
fn a_role_that_is_none_costs_nobody_a_token_and_stays_in_the_file() {
    for role in ["\"Administrator (all)\"", "\"\\u001b[2J\"", "\" 3\"", "3", "[]", "true"] {
        let entry = ENTRY.replace("\"a\",", &format!("\"a\",\"role\":{role},"));
        let text = format!(r#"{{"version":1,"tokens":[{entry}]}}"#);
        let Parsed::Whole(index) = Index::parse(text.as_bytes()) else { panic!("{role}") };
        assert_eq!(index.entries()[0].saved.role, None, "{role}");
        let written: Value = serde_json::from_slice(&index.to_bytes()).unwrap();
        assert_eq!(written["tokens"][0]["role"], serde_json::from_str::<Value>(role).unwrap());
    }
    for role in ["3", "1000", "customrole_sc_developer"] {
        let entry = ENTRY.replace("\"a\",", &format!("\"a\",\"role\":\"{role}\","));
        let text = format!(r#"{{"version":1,"tokens":[{entry}]}}"#);
        let Parsed::Whole(index) = Index::parse(text.as_bytes()) else { panic!("{role}") };
        assert_eq!(index.entries()[0].saved.role.as_ref().map(RoleId::as_str), Some(role));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Index::parse(&bytes);
    }

    #[test]
    fn any_damage_of_one_byte_is_survived(at in 0_usize..300, byte in any::<u8>()) {
        let text = format!(r#"{{"version":1,"tokens":[{ENTRY},{}]}}"#, ENTRY.replace("\"a\"", "\"b\""));
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let kept = match Index::parse(&bytes) {
            Parsed::Whole(index) | Parsed::Damaged(index) => index.entries().len(),
            Parsed::Newer(_) => 2,
        };
        prop_assert!(kept >= 1, "one byte costs at most one entry");
    }
}
