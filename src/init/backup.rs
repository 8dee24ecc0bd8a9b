//! Copies of the files that init replaced, so that its changes can be undone. They are kept in the
//! vault's folder, readable by its owner only, in one folder per project and run. The record is
//! written last: a run without a record never started to change the project.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::fs::lock;
use crate::fs::lock::LockGuard;
use crate::fs::open::Links;
use crate::fs::private_file::PrivateFiles;
use crate::fs::project_file;
use crate::init::plan::Change;
use crate::vault::settings::VaultSettings;

const RECORD: &str = "record.json";
const FORMAT: u32 = 1;
const PATIENCE: Duration = Duration::from_secs(5);

/// The record of what one run of init did to the project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The format version of this file.
    format: u32,
    /// The project's folder, for people who read the file.
    project: String,
    /// The files, in the order in which they were written.
    pub files: Vec<Kept>,
}

/// One file of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its path relative to the project's folder.
    pub name: String,
    /// [`crate::init::plan::Part`].
    pub part: String,
    /// The checksum of the original file, or `None` if the file did not exist.
    pub before: Option<String>,
    /// The original mode.
    pub mode: Option<u32>,
    /// The checksum of the file as init wrote it.
    pub after: String,
    /// The file outside the project that a link leads to, if the user agreed to change it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<String>,
}

/// The backups of one project.
pub struct Backups {
    home: PathBuf,
    folder: PathBuf,
    project: PathBuf,
    files: PrivateFiles,
    user: Option<u32>,
}

impl Backups {
    /// Returns the backups of a project. Reads and writes nothing yet.
    ///
    /// # Errors
    /// [`Code::StoreUnreadable`] when there is no folder for a vault.
    pub fn of(project: &Path, settings: &VaultSettings) -> Result<Self> {
        let project = fs::canonicalize(project).unwrap_or_else(|_| project.to_owned());
        let home = settings.folder()?.to_owned();
        let name = &hash(project.as_os_str().as_encoded_bytes())[..32];
        let folder = home.join("init").join(name);
        Ok(Self { home, folder, project, files: settings.files(), user: settings.user_id })
    }

    /// Returns the ID of the user who owns the backups.
    pub fn user(&self) -> Option<u32> {
        self.user
    }

    /// Returns the folder of the backups.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Locks the project, so that no other process changes it at the same time.
    ///
    /// # Errors
    /// [`Code::StoreBusy`], or another code when the folder cannot be written.
    pub fn lock(&self) -> Result<LockGuard> {
        self.files.prepare_folder(&self.home)?;
        lock::take(&self.home, "init", PATIENCE)
    }

    /// Saves the originals of the files that will be replaced, and the record of their
    /// replacements.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`] or a related code.
    pub fn keep(&self, changes: &[&Change]) -> Result<()> {
        let number = self.numbers().last().map_or(1, |last| last + 1);
        let folder = self.folder.join(format!("{number:04}"));
        for folder in [&self.home.join("init"), &self.folder, &folder] {
            self.files.prepare_inner_folder(folder)?;
        }
        let mut files = Vec::new();
        for (index, change) in changes.iter().enumerate() {
            if let Some(before) = &change.before {
                self.write(&folder.join(format!("{index}.before")), before.as_bytes())?;
            }
            self.write(&folder.join(format!("{index}.after")), change.after.as_bytes())?;
            files.push(Kept {
                name: change.name.to_owned(),
                part: change.part.as_str().to_owned(),
                before: change.before.as_ref().map(|text| hash(text.as_bytes())),
                mode: project_file::mode(&self.project.join(change.name)),
                after: hash(change.after.as_bytes()),
                leads_to: change.leads_to.as_ref().map(|real| real.to_string_lossy().into_owned()),
            });
        }
        let project = self.project.to_string_lossy().into_owned();
        self.rewrite(number, &Record { format: FORMAT, project, files })
    }

    /// Writes a record.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`] or a related code.
    pub fn rewrite(&self, number: u32, record: &Record) -> Result<()> {
        let text = serde_json::to_vec_pretty(record).unwrap_or_default();
        self.write(&self.folder.join(format!("{number:04}")).join(RECORD), &text)
    }

    /// Returns the runs that were not undone, the most recent one first.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`] when a record cannot be read.
    pub fn records(&self) -> Result<Vec<(u32, Record)>> {
        let read = |number: &u32| Ok((*number, self.record(*number)?));
        self.numbers().iter().rev().map(read).collect()
    }

    fn record(&self, number: u32) -> Result<Record> {
        let path = self.folder.join(format!("{number:04}")).join(RECORD);
        let read = self.files.read(&path, Links::Refused)?;
        let record = read.and_then(|read| serde_json::from_slice::<Record>(&read.bytes).ok());
        let inside = |kept: &Kept| !kept.name.starts_with('/') && !kept.name.contains("..");
        let valid = |record: &Record| record.format == FORMAT && record.files.iter().all(inside);
        record.filter(valid).ok_or_else(|| {
            let what = format!("{} is damaged or of a newer version.", path.display());
            Error::new(Code::StoreDamaged, what)
                .with_next_step("The *.before files beside it are copies of the project's files.")
        })
    }

    /// Returns a file as it was before init, or as init left it. Checks it against the checksum in
    /// the record.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`] when the checksum does not match.
    pub fn text(
        &self,
        number: u32,
        index: usize,
        which: &str,
        sum: &str,
    ) -> Result<Zeroizing<String>> {
        let path = self.folder.join(format!("{number:04}")).join(format!("{index}.{which}"));
        let read = self.files.read(&path, Links::Refused)?;
        let bytes = read.map(|read| read.bytes).filter(|bytes| hash(bytes) == sum);
        let text =
            bytes.and_then(|bytes| Some(Zeroizing::new(str::from_utf8(&bytes).ok()?.to_owned())));
        text.ok_or_else(|| {
            Error::new(
                Code::StoreDamaged,
                format!("{} does not match its checksum.", path.display()),
            )
            .with_next_step("Undo the change by hand, or with git.")
        })
    }

    /// Removes the copies of one run. The record goes first, so that a partly removed backup is
    /// never used.
    pub fn forget(&self, number: u32) {
        let folder = self.folder.join(format!("{number:04}"));
        let _ = fs::remove_file(folder.join(RECORD));
        let _ = fs::remove_dir_all(folder);
        // This succeeds only if the folder is empty.
        let _ = fs::remove_dir(&self.folder);
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.files.replace(path, bytes, "init")
    }

    /// Returns the numbers of the runs that have a record, in order.
    fn numbers(&self) -> Vec<u32> {
        let all = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let number = |entry: fs::DirEntry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            entry.path().join(RECORD).is_file().then_some(number)
        };
        let mut numbers: Vec<u32> = all.filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }
}

/// Returns the SHA-256 hash in hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
