//! `~/.nstba`, the plaintext file of Oracle's tools: read in every form it comes in, written in theirs.
//!
//! Touches only that file and its lock.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};
use zeroize::Zeroize;

use crate::account::AccountId;
use crate::base::console;
use crate::base::json_edit;
use crate::base::json_edit::Document;
use crate::credentials::{AuthId, Token};
use crate::error::{Code, Error, Result};
use crate::fs::lock;
use crate::fs::permissions;
use crate::fs::private_file;
use crate::fs::private_file::{Links, Stamp};
use crate::vault::model::{NewToken, Origin, SavedToken, StoreKind};

/// One usable token of the file.
pub struct NstbaToken {
    /// What may be shown of it.
    pub saved: SavedToken,
    /// Token ID and secret.
    pub token: Token,
}

/// What the file holds.
#[derive(Default)]
pub struct NstbaTokens {
    /// The usable tokens.
    pub tokens: Vec<NstbaToken>,
    /// Names of entries that are no usable token, and why.
    pub unusable: Vec<(String, &'static str)>,
}

impl NstbaTokens {
    /// The token of this name and origin.
    pub fn find(&self, name: &AuthId, origin: &Origin) -> Option<&NstbaToken> {
        self.tokens.iter().find(|t| t.saved.auth_id == *name && t.saved.origin == *origin)
    }

    /// Reads the bytes of such a file; nothing where it is not a JSON object.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let entries = Entries::parse(bytes)?;
        let mut found = Self::default();
        for (name, entry) in &entries.map {
            match token_of(name, entry) {
                Ok(token) => found.tokens.push(token),
                Err(reason) => found.unusable.push((name.clone(), reason)),
            }
        }
        Some(found)
    }
}

/// The JSON object of the file, edited in place: what is not edited keeps every byte. All of it is
/// wiped when it is dropped.
pub(super) struct Entries {
    document: Document,
    /// As it was read.
    map: Map<String, Value>,
}

impl Entries {
    /// Reads the bytes of such a file; nothing where it is not a JSON object.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?;
        let (mark, json) = text.split_at(json_edit::start(text));
        if json.trim_ascii().is_empty() {
            let document = Document::known(format!("{mark}{{}}"));
            return Some(Self { document, map: Map::new() });
        }
        match serde_json::from_str(json) {
            Ok(Value::Object(map)) => {
                Some(Self { document: Document::known(text.to_owned()), map })
            }
            Ok(mut other) => {
                wipe(&mut other);
                None
            }
            Err(_) => None,
        }
    }

    /// A file without entries.
    fn none() -> Self {
        Self { document: Document::known("{}".to_owned()), map: Map::new() }
    }

    /// The text of the file as it is now.
    pub(super) fn text(&self) -> &str {
        self.document.text()
    }

    /// Adds a token in Oracle's shape; other fields of an entry of its name stay.
    pub(super) fn put(&mut self, new: &NewToken) -> Result<()> {
        let name = new.auth_id.as_str();
        let old = self.map.get(name);
        if old.is_some_and(|old| token_of(name, old).is_ok_and(|t| t.saved.origin != new.origin)) {
            let what = format!("\"{}\" is a token of another NetSuite.", new.auth_id);
            return Err(Error::new(Code::AuthIdTaken, what));
        }
        if !old.is_some_and(Value::is_object) {
            self.document.set_last(&[], name, &json!({}));
        }
        let account = new.account.hyphenated();
        let fields = [
            ("token", Some(new.token.id.as_str())),
            ("secret", Some(new.token.secret.expose())),
            ("account", Some(account.as_str())),
            ("vm", new.origin.vm.as_deref()),
            ("molecule", new.origin.molecule.as_deref()),
        ];
        for (field, text) in fields.into_iter().filter_map(|(field, text)| Some((field, text?))) {
            let mut value = Value::from(text);
            self.document.set_last(&[name], field, &value);
            wipe(&mut value);
        }
        Ok(())
    }

    /// Removes the entries `which` names; says whether there was one.
    pub(super) fn remove(&mut self, mut which: impl FnMut(&str, &Value) -> bool) -> bool {
        let gone = self.map.iter().filter(|(name, entry)| which(name, entry));
        gone.fold(false, |found, (name, _)| self.document.remove(&[], name) || found)
    }

    /// Gives an entry another name, in its place; says whether there was one.
    pub(super) fn rename(&mut self, from: &AuthId, to: &AuthId) -> Result<bool> {
        // Whatever has that name would be read instead of the token, so it is in the way.
        if from != to && self.map.contains_key(to.as_str()) {
            let what = format!("There already is an entry {to} in ~/.nstba.");
            return Err(Error::new(Code::AuthIdTaken, what));
        }
        Ok(self.document.rename(&[], from.as_str(), to.as_str()))
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        self.map.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        _ => {}
    }
}

fn token_of(name: &str, entry: &Value) -> std::result::Result<NstbaToken, &'static str> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let auth_id = AuthId::from_existing(name).ok_or("it has no name")?;
    let id = text("token").filter(|id| !id.is_empty()).ok_or("it has no token")?;
    let secret = text("secret").ok_or("it has no secret")?;
    let account = text("account").ok_or("it has no account")?;
    Ok(NstbaToken {
        saved: SavedToken {
            auth_id,
            account: AccountId::parse_strict(account.trim())
                .map_err(|_| "its account is not an account ID")?,
            role: text("role").map(str::to_owned),
            store: StoreKind::Nstba,
            origin: Origin {
                vm: text("vm").map(str::to_owned),
                molecule: text("molecule").map(str::to_owned),
            },
            consumer: None,
            created_at: None,
            last_used_at: None,
        },
        token: Token::new(id, secret).map_err(|_| "its token is not one NetSuite issues")?,
    })
}

/// The file, read through a cache.
pub struct NstbaFile {
    path: PathBuf,
    user: Option<u32>,
    cached: Mutex<Option<(Stamp, Arc<NstbaTokens>)>>,
}

impl NstbaFile {
    /// The file at this path; reads nothing yet.
    pub fn new(path: PathBuf, user: Option<u32>) -> Self {
        Self { path, user, cached: Mutex::new(None) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds now. A link is followed: people link their dotfiles.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`] when it is not a JSON object, which nothing here changes.
    pub fn read(&self) -> Result<Arc<NstbaTokens>> {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(now) = private_file::stamp(&self.path)? else { return Ok(Arc::default()) };
        if let Some((then, tokens)) = cached.as_ref()
            && now == *then
        {
            return Ok(Arc::clone(tokens));
        }
        *cached = None;
        let Some(content) = self.content(Links::Followed)? else {
            return Ok(Arc::default());
        };
        let tokens =
            Arc::new(NstbaTokens::parse(&content.bytes).ok_or_else(|| damaged(&self.path))?);
        console::debug(|| {
            let (usable, unusable) = (tokens.tokens.len(), tokens.unusable.len());
            format!(
                "{} has {usable} tokens and {unusable} entries without one",
                self.path.display()
            )
        });
        if content.stamp.is_settled() {
            *cached = Some((content.stamp, Arc::clone(&tokens)));
        }
        Ok(tokens)
    }

    /// Adds a token in Oracle's shape; other fields of an entry of its name stay.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`] when the name belongs to a token of another NetSuite: the file has room
    /// for one of each name.
    pub fn put(&self, new: &NewToken) -> Result<SavedToken> {
        self.change(|entries| entries.put(new).map(|()| true))?;
        let tokens = self.read()?;
        let written = tokens.find(&new.auth_id, &new.origin).filter(|written| {
            written.token.id == new.token.id
                && written.token.secret.expose() == new.token.secret.expose()
        });
        let written = written.ok_or_else(|| {
            let what = format!("{} does not hold what was just written.", self.path.display());
            Error::new(Code::StoreUnwritable, what)
        })?;
        Ok(written.saved.clone())
    }

    /// Removes the entries `which` names; says whether there was one.
    pub fn remove(&self, which: impl FnMut(&str, &Value) -> bool) -> Result<bool> {
        self.change(|entries| Ok(entries.remove(which)))
    }

    /// Gives an entry another name, in its place; says whether there was one.
    pub fn rename(&self, from: &AuthId, to: &AuthId) -> Result<bool> {
        self.change(|entries| entries.rename(from, to))
    }

    fn content(&self, links: Links) -> Result<Option<private_file::Content>> {
        let read = || private_file::read(&self.path, self.user, links);
        let outcome = match read() {
            Err(error)
                if error.code() == Code::StoreUnreadable
                    && permissions::let_owner_read(&self.path, self.user) =>
            {
                read()
            }
            outcome => outcome,
        };
        outcome.map_err(|error| match error.code() {
            Code::StoreUnsafe => error.with_next_step(
                "Replace it by a plain file of your own; until then it can only be read.",
            ),
            _ => error,
        })
    }

    /// Changes the file under its lock, if `change` says that there is something to write. A damaged
    /// file is kept under another name before it is replaced.
    fn change(&self, change: impl FnOnce(&mut Entries) -> Result<bool>) -> Result<bool> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let _lock = lock::take(folder, &name, lock::PATIENCE)?;
        private_file::clean_up(&self.path);
        let content = self.content(Links::Refused)?;
        let parsed = content.map_or_else(|| Some(Entries::none()), |c| Entries::parse(&c.bytes));
        let mut entries = if let Some(entries) = parsed {
            entries
        } else {
            let aside = private_file::keep_copy(&self.path)?;
            console::warn(&format!(
                "{} was damaged. It is kept as {}.",
                self.path.display(),
                aside.display()
            ));
            Entries::none()
        };
        let changed = change(&mut entries)?;
        if changed {
            private_file::replace(&self.path, entries.text().as_bytes(), self.user, "nstba")?;
        }
        Ok(changed)
    }
}

/// Whether an entry of the file is a token of this origin, or no token at all.
pub fn is_of_origin(name: &str, entry: &Value, origin: Option<&Origin>) -> bool {
    origin.is_none_or(|origin| {
        token_of(name, entry).map_or(*origin == Origin::default(), |t| t.saved.origin == *origin)
    })
}

/// The account of an entry that is a usable token.
pub fn account_of(name: &str, entry: &Value) -> Option<AccountId> {
    token_of(name, entry).ok().map(|token| token.saved.account)
}

fn damaged(path: &Path) -> Error {
    let what = format!("{} is damaged: it is not a JSON object.", path.display());
    Error::new(Code::StoreDamaged, what)
        .with_next_step("Repair it or move it away; it was left as it is.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = NstbaTokens::parse(&bytes);
        }

        #[test]
        fn whatever_an_entry_holds_only_whole_tokens_are_usable(
            token in ".{0,6}", secret in ".{0,6}", account in "[0-9]{0,7}[-_]?[A-Za-z]{0,3}"
        ) {
            let file = json!({ "a": { "token": token, "secret": secret, "account": account } });
            let found = NstbaTokens::parse(file.to_string().as_bytes()).unwrap();
            prop_assert_eq!(found.tokens.len() + found.unusable.len(), 1);
            let whole = Token::new(&token, &secret).is_ok() && AccountId::parse_strict(&account).is_ok();
            prop_assert_eq!(found.tokens.len() == 1, whole);
        }
    }
}
