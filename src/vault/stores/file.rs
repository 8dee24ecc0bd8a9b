//! Files of secrets: `secrets.json` for its owner only, and `secrets.enc` under a passphrase.
//!
//! Touches only these two files; the caller of a change holds the vault's lock.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::base::console;
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::fs::open::Links;
use crate::fs::private_file::{self, PrivateFiles};
use crate::vault::index::SecretId;
use crate::vault::rescue;
use crate::vault::stores::encrypted::Seal;
use crate::vault::stores::secret_store::{Named, Prompt, SecretStore};

const VERSION: u64 = 1;
/// No token is longer than this, which bounds the search for tokens in a damaged file.
const LONGEST_RECORD: usize = 8 * 1024;

/// The JSON form of one token.
#[derive(Serialize, Deserialize)]
struct Record {
    token: String,
    secret: String,
}

impl Drop for Record {
    fn drop(&mut self) {
        self.token.zeroize();
        self.secret.zeroize();
    }
}

impl Record {
    fn of(token: &Token) -> Self {
        Self { token: token.id.clone(), secret: token.secret.expose().to_owned() }
    }

    fn token(&self) -> Option<Token> {
        Token::new(&self.token, &self.secret).ok()
    }
}

/// The JSON form of a file.
#[derive(Serialize, Deserialize)]
struct Records {
    version: u64,
    secrets: BTreeMap<String, Record>,
}

/// What reading a file came to.
enum Found {
    /// As it was written.
    Whole(Records),
    /// Damaged; this much of it could be rescued.
    Damaged(Records),
    /// Written by a newer version.
    Newer,
}

impl Records {
    fn new() -> Self {
        Self { version: VERSION, secrets: BTreeMap::new() }
    }

    fn parse(bytes: &[u8]) -> Found {
        let version = serde_json::from_slice::<Versioned>(bytes).map_or(0, |file| file.version);
        if version > VERSION {
            return Found::Newer;
        }
        match serde_json::from_slice::<Self>(bytes) {
            Ok(records) if version == VERSION => Found::Whole(records),
            Ok(records) => Found::Damaged(records),
            Err(_) => Found::Damaged(Self::rescue(bytes)),
        }
    }

    /// Finds whatever still is `"id": {"token": …, "secret": …}` in a damaged file.
    fn rescue(bytes: &[u8]) -> Self {
        let mut records = Self::new();
        rescue::objects(bytes, LONGEST_RECORD, |at, record: Record| {
            if let Some(id) = id_before(&bytes[..at]) {
                records.secrets.insert(id.as_str().to_owned(), record);
            }
            // Without its closing brace it would seem to contain the next one.
            false
        });
        records
    }
}

/// The ID in `… "id": ` at the end of some bytes.
fn id_before(bytes: &[u8]) -> Option<SecretId> {
    let name = bytes.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
    let nearby = &name[name.len().saturating_sub(100)..];
    let start = nearby.iter().rposition(|byte| *byte == b'"')? + 1;
    SecretId::parse(std::str::from_utf8(&nearby[start..]).ok()?)
}

/// One token as the bytes of a keychain entry.
pub fn to_bytes(token: &Token) -> Result<Zeroizing<Vec<u8>>> {
    json(&Record::of(token))
}

/// The token in the bytes of a keychain entry.
pub fn from_bytes(bytes: &[u8]) -> Option<Token> {
    serde_json::from_slice::<Record>(bytes).ok()?.token()
}

/// The encrypted file of a vault's folder.
pub fn sealed_path(folder: &Path) -> PathBuf {
    folder.join("secrets.enc")
}

/// A file with the secrets of many tokens.
pub struct SecretFile {
    path: PathBuf,
    files: PrivateFiles,
    seal: Option<Seal>,
}

impl SecretStore for SecretFile {
    fn ready(&self, _prompt: Prompt) -> Result<()> {
        if self.seal.is_some() { self.read().map(|_| ()) } else { Ok(()) }
    }

    fn ready_for_new(&self, prompt: Prompt) -> Result<()> {
        self.ready(prompt)?;
        self.seal.as_ref().map_or(Ok(()), Seal::ready_for_new)
    }

    /// [`Code::StoreDamaged`] when it is not in what is left of a damaged file.
    fn get(&self, id: &SecretId) -> Result<Option<Token>> {
        let (records, whole) = self.read()?;
        match records.secrets.get(id.as_str()).and_then(Record::token) {
            None if !whole => Err(self.damaged()),
            found => Ok(found),
        }
    }

    fn get_all(&self) -> Result<Option<HashMap<SecretId, Token>>> {
        let (records, _) = self.read()?;
        let token =
            |(id, record): (&String, &Record)| Some((SecretId::parse(id)?, record.token()?));
        Ok(Some(records.secrets.iter().filter_map(token).collect()))
    }

    /// One write for all of them.
    fn put(&self, secrets: &[Named<'_>]) -> Vec<Result<()>> {
        let written = self.read_for_change().and_then(|mut records| {
            let new = secrets.iter().map(|(id, token)| (id.as_str().to_owned(), Record::of(token)));
            records.secrets.extend(new);
            self.write(&records)
        });
        secrets.iter().map(|_| written.clone()).collect()
    }

    fn delete(&self, ids: &[&SecretId]) -> Result<()> {
        if self.seal.as_ref().is_some_and(|seal| !seal.is_known()) {
            return Err(Error::new(Code::PassphraseMissing, "Nobody is asked for that."));
        }
        let mut records = self.read_for_change()?;
        let before = records.secrets.len();
        for id in ids {
            records.secrets.remove(id.as_str());
        }
        if records.secrets.len() == before { Ok(()) } else { self.write(&records) }
    }

    fn clean_up(&self) {
        private_file::clean_up(&self.path);
    }
}

impl SecretFile {
    /// `secrets.json` in this folder.
    pub fn plain(folder: &Path, files: PrivateFiles) -> Self {
        Self { path: folder.join("secrets.json"), files, seal: None }
    }

    /// `secrets.enc` in this folder.
    pub fn sealed(folder: &Path, files: PrivateFiles, seal: Seal) -> Self {
        Self { path: sealed_path(folder), files, seal: Some(seal) }
    }

    /// The secrets, and whether the file is whole.
    fn read(&self) -> Result<(Records, bool)> {
        let content = match self.files.read(&self.path, Links::Refused) {
            Ok(Some(content)) => content,
            Ok(None) => return Ok((Records::new(), true)),
            // Too large to be one of ours: nothing in it is worth reading.
            Err(error) if error.code() == Code::StoreDamaged && self.seal.is_none() => {
                return Ok((Records::new(), false));
            }
            Err(error) => return Err(error),
        };
        let name = self.path.display();
        let plain = match &self.seal {
            Some(seal) => seal.open(&content.bytes, &name.to_string())?,
            None => content.bytes,
        };
        match Records::parse(&plain) {
            Found::Newer => {
                let what = format!("{name} was written by a newer version of netsuite-tba.");
                Err(Error::new(Code::StoreNewer, what))
            }
            Found::Whole(records) => Ok((records, true)),
            // What was sealed and opens was not damaged by chance.
            Found::Damaged(_) if self.seal.is_some() => Err(self.damaged()),
            Found::Damaged(rescued) => Ok((rescued, false)),
        }
    }

    /// The secrets to be changed. A damaged file is kept aside first.
    fn read_for_change(&self) -> Result<Records> {
        let (records, whole) = self.read()?;
        if !whole {
            let aside = self.files.keep_copy(&self.path)?;
            console::warn(&format!(
                "{} was damaged and is kept as {}; the secrets of {} tokens could be read from it, \
                 others need a new sign-in.",
                self.path.display(),
                aside.display(),
                records.secrets.len()
            ));
        }
        Ok(records)
    }

    fn damaged(&self) -> Error {
        let what = format!("{} is damaged and does not hold this secret.", self.path.display());
        Error::new(Code::StoreDamaged, what)
            .with_next_step("Restore the file, or sign in again with --to and New token.")
    }

    fn write(&self, records: &Records) -> Result<()> {
        let plain = json(records)?;
        match &self.seal {
            Some(seal) => self.files.replace(&self.path, &seal.close(&plain)?, "secrets"),
            None => self.files.replace(&self.path, &plain, "secrets"),
        }
    }
}

#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

/// Measured first, so that the buffer never grows: growing would leave copies of secrets behind.
fn json(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let failed = |_| Error::new(Code::Internal, "The secrets could not be written as JSON.");
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).map_err(failed)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(count.0));
    serde_json::to_writer(&mut *bytes, value).map_err(failed)?;
    Ok(bytes)
}

/// What is read is written and read again the same; and of secrets that were written here, one changed
/// byte costs no more than the one it is in.
#[cfg(fuzzing)]
pub fn read_for_fuzzing(bytes: &[u8]) {
    let all = |records: &Records| -> Vec<(String, String, String)> {
        let each = records.secrets.iter();
        each.map(|(id, r)| (id.clone(), r.token.clone(), r.secret.clone())).collect()
    };
    if let Found::Whole(records) | Found::Damaged(records) = Records::parse(bytes) {
        let Ok(written) = json(&records) else { return assert!(records.secrets.is_empty()) };
        let Found::Whole(again) = Records::parse(&written) else {
            return assert!(records.version != VERSION, "damaged by writing");
        };
        assert_eq!(all(&records), all(&again));
    }
    let [high, low, byte, texts @ ..] = bytes else { return };
    let mut records = Records::new();
    for (n, text) in texts.chunks(16).enumerate().take(20) {
        let text: String = text.iter().map(|byte| char::from(b'#' + byte % 90)).collect();
        let text = text.replace('\'', "-");
        if let Ok(token) = Token::new(&text, &text) {
            records.secrets.insert(format!("{n:02}").repeat(8), Record::of(&token));
        }
    }
    let Ok(mut written) = json(&records) else { return };
    let at = usize::from(u16::from_be_bytes([*high, *low])) % written.len();
    written[at] = *byte;
    let rescued = match Records::parse(&written) {
        Found::Whole(rescued) | Found::Damaged(rescued) => all(&rescued),
        Found::Newer => return,
    };
    let lost = all(&records).into_iter().filter(|secret| !rescued.contains(secret)).count();
    assert!(lost <= 1, "{lost} lost by one byte");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_survives_its_json_and_nothing_else_is_one() {
        let token = Token::new("id", "a\\b/c").unwrap();
        let read = from_bytes(&to_bytes(&token).unwrap()).unwrap();
        assert_eq!((read.id.as_str(), read.secret.expose()), ("id", "a\\b/c"));
        for text in
            ["", "{}", "null", r#"{"token":"","secret":"x"}"#, r#"{"token":"a b","secret":"x"}"#]
        {
            assert!(from_bytes(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn the_search_in_a_hostile_file_ends_soon() {
        let id = "\"aaaaaaaaaaaaaaaa\":{\"token\":\"";
        for piece in [id, "\"aaaaaaaaaaaaaaaa\":{", "\"aaaaaaaaaaaaaaaa\":{\"x\":[1,2,3],"] {
            let hostile = piece.repeat(15 * 1024 * 1024 / piece.len());
            let began = std::time::Instant::now();
            assert!(Records::rescue(hostile.as_bytes()).secrets.is_empty());
            // Unoptimised, on a machine that does other things as well.
            assert!(began.elapsed() < std::time::Duration::from_secs(30), "{piece}");
        }
    }

    proptest! {
        #[test]
        fn one_damaged_byte_costs_at_most_one_secret(at in 0_usize..300, byte in any::<u8>()) {
            let mut records = Records::new();
            for id in ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"] {
                let token = Token::new("token", "secret").unwrap();
                records.secrets.insert(id.to_owned(), Record::of(&token));
            }
            let mut bytes = json(&records).unwrap();
            let at = at % bytes.len();
            bytes[at] = byte;
            prop_assert!(Records::rescue(&bytes).secrets.len() >= 2);
        }

        #[test]
        fn no_bytes_make_the_rescue_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Records::rescue(&bytes);
        }
    }
}
