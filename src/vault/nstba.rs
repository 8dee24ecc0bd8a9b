//! `~/.nstba`, the plaintext file of Oracle's tools: read in every form it comes in, written in theirs.
//!
//! Touches only that file and its lock.

pub mod entries;

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::base::console;
use crate::credentials::{AuthId, Token};
use crate::error::{Code, Error, Result};
use crate::fs::lock;
use crate::fs::open::{Content, Links, Stamp};
use crate::fs::permissions;
use crate::fs::private_file::{self, PrivateFiles};
use crate::text::printable;
use crate::vault::model::{NewToken, SavedToken};
use entries::{Entries, NstbaTokens};

/// What a change does about a file that is not JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Damage {
    /// It is an error.
    Refused,
    /// It is kept under another name, and a new file takes its place.
    Replaced,
}

/// The file, read through a cache.
pub struct NstbaFile {
    path: PathBuf,
    files: PrivateFiles,
    cached: Mutex<Option<(Stamp, Arc<NstbaTokens>)>>,
}

impl NstbaFile {
    /// The file at this path; reads nothing yet.
    pub fn new(path: PathBuf, user: Option<u32>) -> Self {
        Self { path, files: PrivateFiles::of_oracle(user), cached: Mutex::new(None) }
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
        let Some(now) = self.files.stamp(&self.path)? else { return Ok(Arc::default()) };
        if let Some((then, tokens)) = cached.as_ref()
            && now == *then
        {
            return Ok(Arc::clone(tokens));
        }
        *cached = None;
        let Some(content) = self.content(Links::Followed)? else {
            return Ok(Arc::default());
        };
        let parsed = NstbaTokens::parse(&content.bytes);
        let tokens = Arc::new(parsed.map_err(|why| self.damaged(&why))?);
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

    /// Says once per process which entries are no usable tokens: nothing else would tell why they are
    /// not listed.
    pub fn tell_of_unusable(&self, tokens: &NstbaTokens) {
        const SHOWN: usize = 5;
        if tokens.unusable.is_empty() {
            return;
        }
        let each = tokens.unusable.iter().take(SHOWN);
        let mut named: Vec<String> =
            each.map(|one| format!("\"{}\" ({})", printable(&one.name, 80), one.reason)).collect();
        if let Some(more) = tokens.unusable.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            named.push(format!("{more} more"));
        }
        let what = match tokens.unusable.len() {
            1 => "1 entry cannot be used and is not listed".to_owned(),
            count => format!("{count} entries cannot be used and are not listed"),
        };
        let path = self.path.display();
        console::warn_once(&format!("{path}: {what}: {}.", named.join(", ")));
    }

    /// Adds a token in Oracle's shape; other fields of an entry of its name stay.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`] when the name belongs to a token of another NetSuite: the file has room
    /// for one of each name.
    pub fn put(&self, new: &NewToken) -> Result<SavedToken> {
        self.change(Damage::Replaced, |entries| entries.put(new).map(|()| (true, ())))?;
        let tokens = self.read()?;
        let written = tokens.find(&new.auth_id, &new.origin);
        let written = written.filter(|written| is_same(&written.token, &new.token));
        let written = written.ok_or_else(|| {
            let what = format!("{} does not hold what was just written.", self.path.display());
            Error::new(Code::StoreUnwritable, what)
        })?;
        Ok(written.saved.clone())
    }

    /// Removes the entries `which` names; returns their names.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is then as it was.
    pub fn remove(&self, which: impl FnMut(&str, &Value) -> bool) -> Result<HashSet<String>> {
        self.change(Damage::Refused, |entries| {
            let gone = entries.remove(which);
            Ok((!gone.is_empty(), gone))
        })
    }

    /// Gives an entry another name, in its place; says whether there was one.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`], and when the file cannot be read or written.
    pub fn rename(&self, from: &AuthId, to: &AuthId) -> Result<bool> {
        self.change(Damage::Refused, |entries| {
            entries.rename(from, to).map(|renamed| (renamed, renamed))
        })
    }

    fn content(&self, links: Links) -> Result<Option<Content>> {
        let read = || self.files.read(&self.path, links);
        match read() {
            Err(error)
                if error.code() == Code::StoreUnreadable
                    && permissions::let_owner_read(&self.path, self.files.user) =>
            {
                read()
            }
            outcome => outcome,
        }
    }

    /// Checks that the file can be locked for a change. Another process may hold the lock meanwhile.
    ///
    /// # Errors
    /// A store error when it cannot.
    pub fn check_lock(&self) -> Result<()> {
        let (folder, name) = self.lock();
        lock::check(folder, &name)
    }

    /// The folder and the name of the lock.
    fn lock(&self) -> (&Path, Cow<'_, str>) {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        (folder, self.path.file_name().unwrap_or_default().to_string_lossy())
    }

    /// Changes the file under its lock, if `change` says that there is something to write.
    fn change<T>(
        &self,
        damage: Damage,
        change: impl FnOnce(&mut Entries) -> Result<(bool, T)>,
    ) -> Result<T> {
        let (folder, name) = self.lock();
        let _lock = lock::take(folder, &name, lock::PATIENCE)?;
        private_file::clean_up(&self.path);
        let content = self.content(Links::Refused)?;
        let parsed = content.map_or_else(|| Ok(Entries::none()), |c| Entries::parse(&c.bytes));
        let mut entries = match parsed {
            Ok(entries) => entries,
            Err(why) if damage == Damage::Refused => return Err(self.damaged(&why)),
            Err(_) => {
                let aside = self.files.keep_copy(&self.path)?;
                let (path, aside) = (self.path.display(), aside.display());
                console::warn(&format!("{path} was damaged. It is kept as {aside}."));
                Entries::none()
            }
        };
        let (changed, outcome) = change(&mut entries)?;
        if changed {
            self.files.replace(&self.path, entries.text().as_bytes(), "nstba")?;
        }
        Ok(outcome)
    }

    fn damaged(&self, why: &str) -> Error {
        let what = format!("{} is damaged: {why}.", self.path.display());
        Error::new(Code::StoreDamaged, what)
            .with_next_step("Repair it or move it away; it was left as it is.")
    }
}

/// Whether two tokens are the same, in a time that does not depend on where they differ.
pub fn is_same(one: &Token, other: &Token) -> bool {
    use subtle::ConstantTimeEq as _;
    let ids = one.id.as_bytes().ct_eq(other.id.as_bytes());
    let secrets = one.secret.expose().as_bytes().ct_eq(other.secret.expose().as_bytes());
    bool::from(ids & secrets)
}
