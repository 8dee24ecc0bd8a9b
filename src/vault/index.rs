//! The index of saved tokens: its JSON form, read strictly or rescued from damage. No I/O, no secret.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::account::AccountId;
use crate::credentials::{AuthId, ConsumerFingerprint};
use crate::vault::model::{Origin, SavedToken, StoreKind};

/// The version written; a file with a higher one is left alone.
pub const VERSION: u64 = 1;
/// No entry is longer than this, which bounds the search for entries in a damaged file.
const LONGEST_ENTRY: usize = 64 * 1024;
/// How often the search may start in vain before it gives up.
const MAX_VAIN: usize = 10_000;

/// The random name of a secret within its store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretId(String);

impl SecretId {
    /// A name nobody can guess, so two vaults or two tokens of one name never meet.
    pub fn random() -> crate::error::Result<Self> {
        use base64::Engine as _;
        let mut bytes = [0_u8; 18];
        getrandom::fill(&mut bytes).map_err(|error| {
            let what = format!("The system gave no random numbers: {error}.");
            crate::error::Error::new(crate::error::Code::Internal, what)
        })?;
        Ok(Self(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A name as an index holds it: at least 16 plain characters.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        ((16..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where one secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    /// The store.
    pub store: StoreKind,
    /// Its name there.
    pub id: SecretId,
}

/// One token of the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What may be shown of it.
    pub saved: SavedToken,
    /// The name of its secret.
    pub id: SecretId,
    /// Fields of other versions, kept as they are.
    other: Map<String, Value>,
}

impl Entry {
    /// A new entry.
    pub fn new(saved: SavedToken, id: SecretId) -> Self {
        Self { saved, id, other: Map::new() }
    }

    /// Where its secret is.
    pub fn place(&self) -> SecretPlace {
        SecretPlace { store: self.saved.store, id: self.id.clone() }
    }

    /// Whether it has this name and origin.
    pub fn is(&self, name: &AuthId, origin: &Origin) -> bool {
        self.saved.auth_id == *name && self.saved.origin == *origin
    }

    fn parse(value: Value) -> Option<Self> {
        let Value::Object(mut map) = value else { return None };
        let text = |map: &mut Map<String, Value>, key: &str| match map.shift_remove(key) {
            Some(Value::String(text)) => Some(Some(text)),
            None | Some(Value::Null) => Some(None),
            Some(_) => None,
        };
        let seconds = |map: &mut Map<String, Value>, key: &str| {
            map.shift_remove(key)
                .filter(|value| !value.is_null())
                .map_or(Some(None), |value| value.as_u64().map(Some))
        };
        let saved = SavedToken {
            auth_id: AuthId::from_existing(&text(&mut map, "authID")??)?,
            account: AccountId::parse_strict(&text(&mut map, "account")??).ok()?,
            role: text(&mut map, "role")?,
            // The tokens of Oracle's file are not indexed: that file is its own index.
            store: StoreKind::named(&text(&mut map, "store")??)
                .filter(|kind| *kind != StoreKind::Nstba)?,
            origin: Origin { vm: text(&mut map, "vm")?, molecule: text(&mut map, "molecule")? },
            consumer: text(&mut map, "consumer")?.map(ConsumerFingerprint),
            created_at: seconds(&mut map, "createdAt")?,
            last_used_at: seconds(&mut map, "lastUsedAt")?,
        };
        let id = SecretId::parse(&text(&mut map, "id")??)?;
        Some(Self { saved, id, other: map })
    }

    fn to_value(&self) -> Value {
        let saved = &self.saved;
        let mut map = Map::new();
        map.insert("authID".into(), json!(saved.auth_id.as_str()));
        map.insert("account".into(), json!(saved.account.as_str()));
        map.insert("role".into(), json!(saved.role));
        map.insert("store".into(), json!(saved.store.as_str()));
        map.insert("id".into(), json!(self.id.as_str()));
        let optional = [
            ("vm", saved.origin.vm.as_ref().map(|text| json!(text))),
            ("molecule", saved.origin.molecule.as_ref().map(|text| json!(text))),
            ("consumer", saved.consumer.as_ref().map(|print| json!(print.0))),
            ("createdAt", saved.created_at.map(|seconds| json!(seconds))),
            ("lastUsedAt", saved.last_used_at.map(|seconds| json!(seconds))),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                map.insert(key.into(), value);
            }
        }
        map.extend(self.other.clone());
        Value::Object(map)
    }
}

/// The whole index.
#[derive(Clone, Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    by_name: HashMap<AuthId, Vec<usize>>,
    /// Secrets that may exist though no token needs them: written ahead, or not yet deleted.
    pub pending: Vec<SecretPlace>,
    /// The person was told that tokens are kept in a plain file.
    pub told_of_plain_file: bool,
    other: Map<String, Value>,
}

/// What reading an index came to.
#[derive(Debug)]
pub enum Parsed {
    /// As it was written.
    Whole(Index),
    /// Damaged; this much of it could be rescued.
    Damaged(Index),
    /// Written by a newer version.
    Newer(u64),
}

impl Index {
    /// Reads the bytes of an index file.
    pub fn parse(bytes: &[u8]) -> Parsed {
        let Ok(Value::Object(mut map)) = serde_json::from_slice(bytes) else {
            return Parsed::Damaged(Self::rescue(bytes));
        };
        let version = map.shift_remove("version").and_then(|version| version.as_u64());
        if let Some(version) = version.filter(|version| *version > VERSION) {
            return Parsed::Newer(version);
        }
        let mut whole = version == Some(VERSION);
        let mut list = |key: &str, needed: bool| match map.shift_remove(key) {
            Some(Value::Array(values)) => values,
            None if !needed => Vec::new(),
            _ => {
                whole = false;
                Vec::new()
            }
        };
        let (tokens, pending) = (list("tokens", true), list("pending", false));
        let mut index = Self::default();
        for value in tokens {
            match Entry::parse(value) {
                Some(entry) => index.entries.push(entry),
                None => whole = false,
            }
        }
        for value in &pending {
            match pending_place(value) {
                Some(place) => index.pending.push(place),
                None => whole = false,
            }
        }
        index.told_of_plain_file = map.shift_remove("toldOfPlainFile") == Some(Value::Bool(true));
        index.other = map;
        if !whole {
            // The damage may be in what leads to the entries, not in them.
            let rescued = Self::rescue(bytes).entries;
            if rescued.len() > index.entries.len() {
                index.entries = rescued;
            }
        }
        index.renumber();
        if whole { Parsed::Whole(index) } else { Parsed::Damaged(index) }
    }

    /// Finds whatever still is an entry in a damaged file. The first of a name wins.
    fn rescue(bytes: &[u8]) -> Self {
        let mut index = Self::default();
        let (mut at, mut vain) = (0, 0);
        while let Some(offset) = bytes[at..].iter().position(|byte| *byte == b'{') {
            at += offset;
            let window = &bytes[at..bytes.len().min(at + LONGEST_ENTRY)];
            let mut values = serde_json::Deserializer::from_slice(window).into_iter::<Value>();
            let entry = values.next().and_then(std::result::Result::ok).and_then(Entry::parse);
            if let Some(entry) = entry {
                at += values.byte_offset().max(1);
                let known = |old: &Entry| old.is(&entry.saved.auth_id, &entry.saved.origin);
                if !index.entries.iter().any(known) {
                    index.entries.push(entry);
                }
            } else {
                at += 1;
                vain += 1;
                if vain > MAX_VAIN {
                    break;
                }
            }
        }
        index.renumber();
        index
    }

    /// The bytes of an index file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let tokens: Vec<Value> = self.entries.iter().map(Entry::to_value).collect();
        let mut map = Map::new();
        map.insert("version".into(), json!(VERSION));
        map.insert("tokens".into(), Value::Array(tokens));
        if !self.pending.is_empty() {
            let pending = self
                .pending
                .iter()
                .map(|place| json!({ "store": place.store.as_str(), "id": place.id.as_str() }));
            map.insert("pending".into(), Value::Array(pending.collect()));
        }
        if self.told_of_plain_file {
            map.insert("toldOfPlainFile".into(), Value::Bool(true));
        }
        map.extend(self.other.clone());
        let mut bytes = serde_json::to_vec_pretty(&Value::Object(map)).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Every entry, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of this name and origin.
    pub fn find(&self, name: &AuthId, origin: &Origin) -> Option<&Entry> {
        let places = self.by_name.get(name)?;
        places.iter().filter_map(|at| self.entries.get(*at)).find(|e| e.saved.origin == *origin)
    }

    /// Whether any origin has a token of this name.
    pub fn has(&self, name: &AuthId) -> bool {
        self.by_name.contains_key(name)
    }

    /// Whether an entry has its secret in this place.
    pub fn needs(&self, place: &SecretPlace) -> bool {
        self.entries.iter().any(|entry| entry.id == place.id && entry.saved.store == place.store)
    }

    /// Adds an entry in place of those of its name and origin, whose places are returned.
    pub fn put(&mut self, entry: Entry) -> Vec<SecretPlace> {
        let name = entry.saved.auth_id.clone();
        let origin = entry.saved.origin.clone();
        let old = self.take(|known| known.is(&name, &origin));
        self.entries.push(entry);
        self.renumber();
        old
    }

    /// Adds entries whose names are new.
    #[cfg(test)]
    pub fn extend(&mut self, entries: impl Iterator<Item = Entry>) {
        self.entries.extend(entries);
        self.renumber();
    }

    /// Removes entries; the places of their secrets are returned.
    pub fn take(&mut self, which: impl Fn(&Entry) -> bool) -> Vec<SecretPlace> {
        let places = self.entries.iter().filter(|entry| which(entry)).map(Entry::place).collect();
        self.entries.retain(|entry| !which(entry));
        self.renumber();
        places
    }

    /// Changes every entry for which `change` returns true; says whether there was one.
    pub fn change(&mut self, mut change: impl FnMut(&mut SavedToken) -> bool) -> bool {
        let mut changed = false;
        for entry in &mut self.entries {
            changed |= change(&mut entry.saved);
        }
        self.renumber();
        changed
    }

    fn renumber(&mut self) {
        self.by_name.clear();
        for (at, entry) in self.entries.iter().enumerate() {
            self.by_name.entry(entry.saved.auth_id.clone()).or_default().push(at);
        }
    }
}

fn pending_place(value: &Value) -> Option<SecretPlace> {
    let store = StoreKind::named(value.get("store")?.as_str()?)?;
    Some(SecretPlace { store, id: SecretId::parse(value.get("id")?.as_str()?)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENTRY: &str =
        r#"{"authID":"a","account":"1234567","store":"file","id":"0123456789abcdef"}"#;

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
}
