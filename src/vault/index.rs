//! The index of saved tokens: its JSON form, read strictly or rescued from damage. No I/O, no secret.

pub(super) mod reading;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::account::AccountId;
use crate::base::time;
use crate::credentials::{AuthId, ConsumerFingerprint, RoleId};
use crate::vault::index::reading::{Element, Members, Whole};
use crate::vault::model::{Origin, SavedToken, StoreKind};
use crate::vault::rescue;

/// The version written; a file with a higher one is left alone.
pub const VERSION: u64 = 1;
/// No entry is longer than this, which bounds the search for entries in a damaged file.
const LONGEST_ENTRY: usize = 64 * 1024;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

    /// The entry that these members make, or nothing where one of them cannot be what it should.
    fn of(mut members: Members) -> Option<Self> {
        let text = |members: &mut Members, name: &str| match members.take(name) {
            Some(Value::String(text)) => Some(Some(text)),
            None | Some(Value::Null) => Some(None),
            Some(_) => None,
        };
        let auth_id = AuthId::from_existing(&text(&mut members, "authID")??)?;
        let account = AccountId::parse_strict(&text(&mut members, "account")??).ok()?;
        // The tokens of Oracle's file are not indexed: that file is its own index.
        let store = StoreKind::named(&text(&mut members, "store")??)
            .filter(|kind| *kind != StoreKind::Nstba)?;
        let id = SecretId::parse(&text(&mut members, "id")??)?;
        let origin =
            Origin { vm: text(&mut members, "vm")?, molecule: text(&mut members, "molecule")? };
        let consumer = text(&mut members, "consumer")?.map(ConsumerFingerprint);
        let saved = SavedToken {
            auth_id,
            account,
            role: role(&mut members),
            store,
            origin,
            consumer,
            created_at: date(&mut members, "createdAt"),
            last_used_at: date(&mut members, "lastUsedAt"),
        };
        Some(Self { saved, id, other: members.other })
    }

    fn to_value(&self) -> Value {
        let saved = &self.saved;
        let mut map = Map::new();
        map.insert("authID".into(), json!(saved.auth_id.as_str()));
        map.insert("account".into(), json!(saved.account.as_str()));
        let role = saved.role.as_ref().map(|role| json!(role.as_str()));
        let kept = || self.other.get("role").cloned().unwrap_or(Value::Null);
        map.insert("role".into(), role.unwrap_or_else(kept));
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
        for (key, value) in &self.other {
            map.entry(key.as_str()).or_insert_with(|| value.clone());
        }
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
        let Ok(Whole { tokens, other: mut map }) = serde_json::from_slice(bytes) else {
            return Parsed::Damaged(Self::rescue(bytes));
        };
        let version = map.shift_remove("version").and_then(|version| version.as_u64());
        if let Some(version) = version.filter(|version| *version > VERSION) {
            return Parsed::Newer(version);
        }
        let mut whole = version == Some(VERSION) && tokens.is_some();
        let pending = match map.shift_remove("pending") {
            Some(Value::Array(values)) => values,
            None => Vec::new(),
            Some(_) => {
                whole = false;
                Vec::new()
            }
        };
        let mut index = Self::default();
        for Element(members) in tokens.unwrap_or_default() {
            match members.and_then(Entry::of) {
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
        let mut known = HashSet::new();
        rescue::objects(bytes, LONGEST_ENTRY, |_, Element(members)| {
            let Some(entry) = members.and_then(Entry::of) else { return false };
            if known.insert((entry.saved.auth_id.clone(), entry.saved.origin.clone())) {
                index.entries.push(entry);
            }
            true
        });
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

    /// Drops the places in which an entry has its secret.
    pub fn retain_unneeded(&self, places: &mut Vec<SecretPlace>) {
        let needed: HashSet<(StoreKind, &SecretId)> =
            self.entries.iter().map(|entry| (entry.saved.store, &entry.id)).collect();
        places.retain(|place| !needed.contains(&(place.store, &place.id)));
    }

    /// Adds entries in place of those of their names and origins, whose places are returned.
    pub fn put(&mut self, new: Vec<Entry>) -> Vec<SecretPlace> {
        let names: HashSet<(AuthId, Origin)> = new
            .iter()
            .map(|entry| (entry.saved.auth_id.clone(), entry.saved.origin.clone()))
            .collect();
        let old = self.take(|known| {
            names.contains(&(known.saved.auth_id.clone(), known.saved.origin.clone()))
        });
        self.entries.extend(new);
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

/// The role of an entry. One that is no role ID stays in the file and costs nobody the token.
fn role(members: &mut Members) -> Option<RoleId> {
    let written = members.take("role")?;
    let text = written.as_str();
    let role = text.and_then(|text| RoleId::parse(text).ok().filter(|role| role.as_str() == text));
    if role.is_none() && !written.is_null() {
        members.other.insert("role".to_owned(), written);
    }
    role
}

/// A date only informs: one that is none stays in the file and costs nobody the token.
fn date(members: &mut Members, name: &str) -> Option<u64> {
    let written = members.take(name)?;
    let date = written.as_u64().filter(|at| time::is_date(*at));
    if date.is_none() && !written.is_null() {
        members.other.insert(name.to_owned(), written);
    }
    date
}

fn pending_place(value: &Value) -> Option<SecretPlace> {
    let store = StoreKind::named(value.get("store")?.as_str()?)?;
    Some(SecretPlace { store, id: SecretId::parse(value.get("id")?.as_str()?)? })
}

#[cfg(test)]
mod tests;
