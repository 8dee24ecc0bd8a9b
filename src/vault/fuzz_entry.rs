//! What the fuzz targets of `fuzz/` call: the parsers of the vault's files and of `~/.nstba`.

use std::sync::OnceLock;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::account::AccountId;
use crate::credentials::{AuthId, Token};
use crate::error::Code;
use crate::vault::index::reading::NAMES;
use crate::vault::index::{Entry, Index, Parsed, VERSION};
use crate::vault::model::{NewToken, Origin, SavedToken, StoreKind};
use crate::vault::nstba::entries::{Entries, NstbaTokens};
use crate::vault::stores::encrypted::{Seal, cost_of};
use crate::vault::stores::file;

/// `tokens.json`: what is read is written and read again the same, and nothing of it is lost.
pub fn index(bytes: &[u8]) {
    let (index, whole) = match Index::parse(bytes) {
        Parsed::Newer(version) => return assert!(version > VERSION),
        Parsed::Damaged(index) => (index, false),
        Parsed::Whole(index) => (index, true),
    };
    let written = index.to_bytes();
    let Parsed::Whole(again) = Index::parse(&written) else { panic!("damaged by writing") };
    assert_eq!(index.entries(), again.entries());
    assert_eq!(index.pending, again.pending);
    assert_eq!(written, again.to_bytes());
    for entry in index.entries() {
        let found = again.find(&entry.saved.auth_id, &entry.saved.origin);
        let mut needed = vec![entry.place()];
        again.retain_unneeded(&mut needed);
        assert!(found.is_some() && needed.is_empty());
    }
    if whole {
        let before: Value = serde_json::from_slice(bytes).expect("it was read");
        let after: Value = serde_json::from_slice(&written).expect("it was read");
        assert_kept(&before, &after);
    }
    change(index);
}

/// Every value of `before` is in `after`, save that nothing may stand for null.
fn assert_kept(before: &Value, after: &Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            // A note of what is to be deleted is compared above; nothing else in it lasts.
            let lasts = |name: &str| name != "toldOfPlainFile" && name != "pending";
            for (name, value) in before.iter().filter(|(name, _)| lasts(name)) {
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                match after.get(name) {
                    Some(after) if name == "account" => {
                        let parsed = value.as_str().and_then(|id| AccountId::parse_strict(id).ok());
                        assert_eq!(parsed.as_ref().map(AccountId::as_str), after.as_str());
                    }
                    Some(after) => assert_kept(value, after),
                    None => assert!(empty, "{name} is lost"),
                }
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            assert_eq!(before.len(), after.len());
            before.iter().zip(after).for_each(|(before, after)| assert_kept(before, after));
        }
        _ => assert_eq!(before, after),
    }
}

/// A new token takes the place of its name and no other, and its secret stays out of the file.
fn change(mut index: Index) {
    let name = AuthId::from_existing("new-one").expect("a name");
    let saved = SavedToken {
        auth_id: name.clone(),
        account: AccountId::parse_strict("1234567").expect("an account"),
        role: None,
        store: StoreKind::File,
        origin: Origin::default(),
        consumer: None,
        created_at: Some(1),
        last_used_at: Some(2),
    };
    let others = |index: &Index| -> Vec<Entry> {
        let all = index.entries().iter();
        all.filter(|entry| !entry.is(&name, &Origin::default())).cloned().collect()
    };
    let before = others(&index);
    let id = crate::vault::index::SecretId::parse("0123456789abcdef").expect("an ID");
    index.put(vec![Entry::new(saved, id)]);
    let Parsed::Whole(again) = Index::parse(&index.to_bytes()) else { panic!("damaged") };
    assert_eq!(others(&again), before);
    assert!(again.find(&name, &Origin::default()).is_some());
    let written: Value = serde_json::from_slice(&index.to_bytes()).expect("it was read");
    let new = written["tokens"].as_array().and_then(|all| all.last()).and_then(Value::as_object);
    assert!(new.is_some_and(|new| new.keys().all(|name| NAMES.contains(&name.as_str()))));
}

/// `secrets.json`: what is read is written and read again the same; one changed byte costs one secret.
pub fn secrets(bytes: &[u8]) {
    file::read_for_fuzzing(bytes);
}

/// `~/.nstba`: whatever is done to one entry, the others keep every byte.
pub fn nstba(bytes: &[u8]) {
    let Ok(found) = NstbaTokens::parse(bytes) else {
        return assert!(Entries::parse(bytes).is_err());
    };
    let names: Vec<String> = found
        .tokens
        .iter()
        .map(|token| token.saved.auth_id.as_str().to_owned())
        .chain(found.unusable.iter().map(|one| one.name.clone()))
        .collect();
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
    for name in [first, last, "new one"] {
        put(bytes, name);
        remove(bytes, name);
        rename(bytes, name);
    }
}

fn put(bytes: &[u8], name: &str) {
    let Some(auth_id) = AuthId::from_existing(name) else { return };
    let new = NewToken {
        auth_id,
        account: AccountId::parse_strict("1234567_SB1").expect("an account"),
        role: None,
        origin: Origin::default(),
        consumer: None,
        token: Token::new("new-id", "new-secret").expect("a token"),
    };
    let mut entries = Entries::parse(bytes).expect("it was read");
    if let Err(error) = entries.put(&new) {
        assert_eq!(error.code(), Code::AuthIdTaken);
        assert_eq!(entries.text().as_bytes(), bytes);
        return;
    }
    assert_others_stay(bytes, entries.text(), &[name]);
    let after = NstbaTokens::parse(entries.text().as_bytes()).expect("it stays valid");
    let put = after.tokens.iter().find(|t| t.saved.auth_id == new.auth_id).expect("it is there");
    assert_eq!((put.token.id.as_str(), put.token.secret.expose()), ("new-id", "new-secret"));
}

fn remove(bytes: &[u8], name: &str) {
    let mut entries = Entries::parse(bytes).expect("it was read");
    entries.remove(|known, _| known == name);
    assert_others_stay(bytes, entries.text(), &[name]);
    let after = NstbaTokens::parse(entries.text().as_bytes()).expect("it stays valid");
    assert!(!after.tokens.iter().any(|token| token.saved.auth_id.as_str() == name));
}

fn rename(bytes: &[u8], name: &str) {
    let Some(from) = AuthId::from_existing(name) else { return };
    let to = AuthId::from_existing("another").expect("a name");
    let mut entries = Entries::parse(bytes).expect("it was read");
    let before = NstbaTokens::parse(bytes).expect("it was read");
    match entries.rename(&from, &to) {
        Err(error) => assert_eq!(error.code(), Code::AuthIdTaken),
        Ok(false) => assert_eq!(entries.text().trim_start_matches('\u{feff}'), shown(bytes)),
        Ok(true) => {
            assert_others_stay(bytes, entries.text(), &[name, "another"]);
            let after = NstbaTokens::parse(entries.text().as_bytes()).expect("it stays valid");
            let id = |all: &NstbaTokens, name: &AuthId| {
                let found = all.tokens.iter().find(|token| token.saved.auth_id == *name);
                found.map(|token| token.token.id.clone())
            };
            assert_eq!(id(&before, &from), id(&after, &to));
        }
    }
}

/// The text of a file; that of an empty one is an empty object.
fn shown(bytes: &[u8]) -> &str {
    let text = str::from_utf8(bytes).expect("it was read").trim_start_matches('\u{feff}');
    if text.trim().is_empty() { "{}" } else { text }
}

/// Every entry but those named has the bytes it had, in the order it had.
fn assert_others_stay(before: &[u8], after: &str, named: &[&str]) {
    let others = |text: &str| -> Vec<(String, String)> {
        let all: Raw = serde_json::from_str(text).expect("it stays valid");
        all.0.into_iter().filter(|(name, _)| !named.contains(&name.as_str())).collect()
    };
    assert_eq!(others(shown(before)), others(after.trim_start_matches('\u{feff}')));
}

/// The members of an object as they are written.
struct Raw(Vec<(String, String)>);

impl<'de> serde::Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> serde::de::Visitor<'de> for Members {
            type Value = Raw;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
                let mut all = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    all.push((name, value.get().to_owned()));
                }
                Ok(Raw(all))
            }
        }
        from.deserialize_map(Members)
    }
}

/// `secrets.enc`: opens as it was closed; any changed byte is refused, and what opening may cost is
/// bounded whatever the file asks for.
pub fn sealed(bytes: &[u8]) {
    static SEALED: OnceLock<(Seal, Vec<u8>)> = OnceLock::new();
    let (seal, whole) = SEALED.get_or_init(|| {
        let seal = Seal::cheap("correct horse");
        let whole = seal.close(b"{\"version\":1}").expect("it closes");
        (seal, whole)
    });
    refused(seal, bytes);
    let closed = seal.close(bytes).expect("it closes");
    assert_eq!(&**seal.open(&closed, "f").expect("it opens"), bytes);

    // Two bytes for the place, and one for the change; what is left is put at the end.
    let [high, low, change, tail @ ..] = bytes else { return };
    let mut broken = whole.clone();
    let at = usize::from(u16::from_be_bytes([*high, *low])) % whole.len();
    broken[at] ^= change;
    broken.extend_from_slice(tail);
    if broken != *whole {
        refused(seal, &broken);
    }
    refused(seal, &whole[..at]);
}

fn refused(seal: &Seal, bytes: &[u8]) {
    let cost = cost_of(bytes);
    assert!(cost.is_none_or(|cost| cost <= 64 * 1024 * 3), "{cost:?}");
    // Expensive ones are bounded too, but there is no time for them here.
    if cost.is_some_and(|cost| cost > 1024) {
        return;
    }
    let error = seal.open(bytes, "f").map(|_| ()).expect_err("nobody sealed that");
    let codes = [Code::StoreDamaged, Code::StoreNewer, Code::PassphraseWrong];
    assert!(codes.contains(&error.code()), "{error}");
}
