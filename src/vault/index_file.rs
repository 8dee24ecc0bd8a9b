//! `tokens.json`: read through a cache, changed under the vault's lock, rescued when damaged.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::console;
use crate::error::{Code, Error, Result};
use crate::fs::lock;
use crate::fs::lock::LockGuard;
use crate::fs::open::{Content, Links, Stamp};
use crate::fs::private_file;
use crate::vault::index::{Index, Parsed};
use crate::vault::settings::VaultSettings;

const NAME: &str = "tokens.json";
/// Name of the lock that every write to the vault's folder holds.
const LOCK: &str = "tokens";

/// The index on disk.
pub struct IndexFile {
    settings: VaultSettings,
    cached: Mutex<Option<(Stamp, Arc<Index>)>>,
}

/// The index, locked for a change. What is changed counts only once it is written.
pub struct Edit<'a> {
    file: &'a IndexFile,
    path: PathBuf,
    /// The index to change.
    pub index: Index,
    _lock: LockGuard,
}

impl IndexFile {
    /// The index of a vault; reads nothing yet.
    pub fn new(settings: VaultSettings) -> Self {
        Self { settings, cached: Mutex::new(None) }
    }

    /// The index as it is now; read and parsed again only when the file changed.
    pub fn read(&self) -> Result<Arc<Index>> {
        let path = self.settings.folder()?.join(NAME);
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.settings.files().stamp(&path)?;
        if let (Some(now), Some((then, index))) = (stamp, cached.as_ref())
            && now == *then
        {
            return Ok(Arc::clone(index));
        }
        *cached = None;
        let (content, parsed) = self.parse(&path)?;
        console::debug(|| match content {
            Some(_) => format!("saved tokens are listed in {}", path.display()),
            None => format!("no token is saved yet: there is no {}", path.display()),
        });
        let index = Arc::new(match parsed {
            Parsed::Whole(index) => index,
            Parsed::Damaged(rescued) => return self.repair(&path, rescued).map(Arc::new),
            Parsed::Newer(version) => return Err(newer(&path, version)),
        });
        // A file that was only just written may change again without its stamp changing.
        if let Some(stamp) = content.map(|content| content.stamp).filter(Stamp::is_settled) {
            *cached = Some((stamp, Arc::clone(&index)));
        }
        Ok(index)
    }

    /// Locks the vault for a change, waiting up to `patience` for other processes.
    pub fn edit(&self, patience: Duration) -> Result<Edit<'_>> {
        let folder = self.settings.folder()?;
        let files = self.settings.files();
        files.prepare_folder(folder)?;
        let lock = lock::take(folder, LOCK, patience)?;
        let path = folder.join(NAME);
        private_file::clean_up(&path);
        let index = match self.parse(&path)?.1 {
            Parsed::Whole(index) => index,
            Parsed::Damaged(rescued) => self.replace_damaged(&path, rescued)?,
            Parsed::Newer(version) => return Err(newer(&path, version)),
        };
        Ok(Edit { file: self, path, index, _lock: lock })
    }

    /// Checks that the vault can be locked for a change. Another process may hold the lock meanwhile.
    pub fn check_lock(&self) -> Result<()> {
        lock::check(self.settings.folder()?, LOCK)
    }

    fn parse(&self, path: &Path) -> Result<(Option<Content>, Parsed)> {
        match self.settings.files().read(path, Links::Refused) {
            Ok(None) => Ok((None, Parsed::Whole(Index::default()))),
            Ok(Some(content)) => {
                let parsed = Index::parse(&content.bytes);
                Ok((Some(content), parsed))
            }
            // Too large to be one of ours: nothing in it is worth reading.
            Err(error) if error.code() == Code::StoreDamaged => {
                Ok((None, Parsed::Damaged(Index::default())))
            }
            Err(error) => Err(error),
        }
    }

    /// Repairs at first sight, so that the person is told once. Where that cannot be done (another
    /// process is at it, the folder is read-only) what was rescued is used as it is.
    fn repair(&self, path: &Path, rescued: Index) -> Result<Index> {
        match self.edit(Duration::from_secs(2)) {
            Ok(edit) => Ok(edit.index),
            Err(error) if error.code() == Code::StoreNewer => Err(error),
            Err(error) => {
                console::debug(|| format!("the damaged index stays as it is: {}", error.message()));
                console::warn(&format!(
                    "{} is damaged; {} could be read from it.",
                    path.display(),
                    count(&rescued)
                ));
                Ok(rescued)
            }
        }
    }

    /// The damaged file keeps existing under another name before anything replaces it.
    fn replace_damaged(&self, path: &Path, rescued: Index) -> Result<Index> {
        let files = self.settings.files();
        let aside = files.keep_copy(path)?;
        files.replace(path, &rescued.to_bytes(), "repair")?;
        console::warn(&format!(
            "{} was damaged. It is kept as {}; {} could be read from it and stay usable.",
            path.display(),
            aside.display(),
            count(&rescued)
        ));
        Ok(rescued)
    }
}

impl Edit<'_> {
    /// Writes the index as it is now.
    pub fn write(&self, point: &str) -> Result<()> {
        self.file.settings.files().replace(&self.path, &self.index.to_bytes(), point)
    }
}

fn count(index: &Index) -> String {
    match index.entries().len() {
        1 => "1 token".to_owned(),
        n => format!("{n} tokens"),
    }
}

fn newer(path: &Path, version: u64) -> Error {
    let what = format!("{} has format {version}, which is newer than this.", path.display());
    Error::new(Code::StoreNewer, what)
}
