//! Files of secrets: `secrets.json` for its owner only, and `secrets.enc` under a passphrase.
//!
//! Touches only these two files; the caller of a change holds the vault's lock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::disk::{self, Links};
use super::index::SecretId;
use super::seal::Seal;
use crate::credentials::Token;
use crate::error::{Code, Error, Result};
use crate::talk;

const VERSION: u64 = 1;

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

/// One token as the bytes of a keychain entry.
pub fn to_bytes(token: &Token) -> Result<Zeroizing<Vec<u8>>> {
    json(&Record::of(token))
}

/// The token in the bytes of a keychain entry.
pub fn from_bytes(bytes: &[u8]) -> Option<Token> {
    serde_json::from_slice::<Record>(bytes).ok()?.token()
}

/// A file with the secrets of many tokens.
pub struct SecretFile {
    path: PathBuf,
    user: Option<u32>,
    seal: Option<Seal>,
}

impl SecretFile {
    /// `secrets.json` in this folder.
    pub fn plain(folder: &Path, user: Option<u32>) -> Self {
        Self { path: folder.join("secrets.json"), user, seal: None }
    }

    /// `secrets.enc` in this folder.
    pub fn sealed(folder: &Path, user: Option<u32>, seal: Seal) -> Self {
        Self { path: folder.join("secrets.enc"), user, seal: Some(seal) }
    }

    /// Whether a secret could be kept here, before anything is written.
    pub fn ready(&self) -> Result<()> {
        let Some(seal) = &self.seal else { return Ok(()) };
        seal.check()?;
        self.read().map(|_| ())
    }

    /// The token of this ID.
    pub fn get(&self, id: &SecretId) -> Result<Option<Token>> {
        Ok(self.read()?.secrets.get(id.as_str()).and_then(Record::token))
    }

    /// Adds a token.
    pub fn put(&self, id: &SecretId, token: &Token) -> Result<()> {
        let mut records = self.read_or_set_aside()?;
        records.secrets.insert(id.as_str().to_owned(), Record::of(token));
        self.write(&records)
    }

    /// Removes tokens; absent ones are no error.
    pub fn delete(&self, ids: &[&SecretId]) -> Result<()> {
        let mut records = self.read_or_set_aside()?;
        let before = records.secrets.len();
        for id in ids {
            records.secrets.remove(id.as_str());
        }
        if records.secrets.len() == before { Ok(()) } else { self.write(&records) }
    }

    /// Removes what an interrupted write left.
    pub fn clean_up(&self) {
        disk::clean_up(&self.path);
    }

    fn read(&self) -> Result<Records> {
        let Some(content) = disk::read(&self.path, self.user, Links::Refused)? else {
            return Ok(Records { version: VERSION, secrets: BTreeMap::new() });
        };
        let name = self.path.display();
        let plain = match &self.seal {
            Some(seal) => seal.open(&content.bytes, &name.to_string())?,
            None => content.bytes,
        };
        let version = serde_json::from_slice::<Versioned>(&plain).map_or(0, |file| file.version);
        if version > VERSION {
            let what = format!("{name} was written by a newer version of netsuite-tba.");
            return Err(Error::new(Code::StoreNewer, what));
        }
        serde_json::from_slice(&plain)
            .map_err(|_| Error::new(Code::StoreDamaged, format!("{name} is damaged.")))
    }

    /// Only a plain file is ever moved: a sealed one that opened cannot be damaged.
    fn read_or_set_aside(&self) -> Result<Records> {
        match self.read() {
            Err(error) if error.code() == Code::StoreDamaged && self.seal.is_none() => {
                let aside = disk::keep_copy(&self.path)?;
                talk::warn(&format!(
                    "{} was damaged and is kept as {}; tokens whose secrets were in it need a new sign-in.",
                    self.path.display(),
                    aside.display()
                ));
                Ok(Records { version: VERSION, secrets: BTreeMap::new() })
            }
            outcome => outcome,
        }
    }

    fn write(&self, records: &Records) -> Result<()> {
        let plain = json(records)?;
        match &self.seal {
            Some(seal) => disk::replace(&self.path, &seal.close(&plain)?, self.user, "secrets"),
            None => disk::replace(&self.path, &plain, self.user, "secrets"),
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
