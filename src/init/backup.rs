//! What init replaced, kept so that it can be undone: in the vault's folder, for its owner only, one
//! folder for each project and each run. The record is written last: without it nothing was begun.

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

/// What one run of init did to the project.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Of this file.
    format: u32,
    /// The project, for people who look at it.
    project: String,
    /// The files, in the order they were written.
    pub files: Vec<Kept>,
}

/// One file of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// Its way from the project's folder.
    pub name: String,
    /// [`crate::init::plan::Part`].
    pub part: String,
    /// Checksum of what it was; nothing when there was none.
    pub before: Option<String>,
    /// Its mode then.
    pub mode: Option<u32>,
    /// Checksum of what init made of it.
    pub after: String,
    /// The file outside the project that a link leads to, if the person agreed to that.
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
    /// Those of a project. Nothing is read or written yet.
    ///
    /// # Errors
    /// [`Code::StoreUnreadable`] where there is no folder for a vault.
    pub fn of(project: &Path, settings: &VaultSettings) -> Result<Self> {
        let project = fs::canonicalize(project).unwrap_or_else(|_| project.to_owned());
        let home = settings.folder()?.to_owned();
        let name = &hash(project.as_os_str().as_encoded_bytes())[..32];
        let folder = home.join("init").join(name);
        Ok(Self { home, folder, project, files: settings.files(), user: settings.user_id })
    }

    /// The user whose they are.
    pub fn user(&self) -> Option<u32> {
        self.user
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps others from changing the same project meanwhile.
    ///
    /// # Errors
    /// [`Code::StoreBusy`], and when the folder cannot be written.
    pub fn lock(&self) -> Result<LockGuard> {
        self.files.prepare_folder(&self.home)?;
        lock::take(&self.home, "init", PATIENCE)
    }

    /// Keeps what is about to be replaced, and what it is replaced by.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`] and its kin.
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
    /// [`Code::StoreUnwritable`] and its kin.
    pub fn rewrite(&self, number: u32, record: &Record) -> Result<()> {
        let text = serde_json::to_vec_pretty(record).unwrap_or_default();
        self.write(&self.folder.join(format!("{number:04}")).join(RECORD), &text)
    }

    /// The runs that were not undone, the last one first.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`] when one cannot be understood.
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
                .with_next_step("The files beside it, *.before, are the project's as they were.")
        })
    }

    /// A file as it was before, or as init left it; it must be what the record says.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`] when it is not.
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
                format!("{} is not what was kept there.", path.display()),
            )
            .with_next_step("Undo the change by hand, or with git.")
        })
    }

    /// Removes what one run kept: record first, so that half of it is never taken for a whole.
    pub fn forget(&self, number: u32) {
        let folder = self.folder.join(format!("{number:04}"));
        let _ = fs::remove_file(folder.join(RECORD));
        let _ = fs::remove_dir_all(folder);
        // Only when it is empty.
        let _ = fs::remove_dir(&self.folder);
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        self.files.replace(path, bytes, "init")
    }

    /// Numbers of runs with a record, in order.
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

/// SHA-256, as hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
