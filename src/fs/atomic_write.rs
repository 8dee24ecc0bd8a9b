//! The one way a file is written: beside its place, to the disk, then renamed over what was there. Whoever
//! reads the file, at whatever moment and also after a crash, sees the old or the new content.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::fs::failpoint;
use crate::fs::open::is_absent;
use crate::fs::patience::patiently;
use crate::fs::permissions;

/// Who may use the new file.
#[derive(Clone, Copy, Debug)]
pub enum Rights {
    /// Its owner alone.
    OwnerOnly,
    /// Whoever could use the one it replaces, unless a mode is named; 0644 for a new one.
    Project {
        /// The mode, where it is to be another one.
        mode: Option<u32>,
    },
}

/// How much a write has to survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A crash of the machine.
    Disk,
    /// The end of this process: for notes that others only look at.
    Process,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// Where the new content is put first.
    pub temporary: &'a Path,
    /// Who may use it.
    pub rights: Rights,
    /// What it has to survive.
    pub durability: Durability,
    /// Its name in the crash tests.
    pub point: &'a str,
}

/// Replaces a file as a whole, or leaves it as it was.
///
/// # Errors
/// What the system says. Where only the sync of the folder failed, the file is replaced and that may not
/// outlast a crash.
pub fn replace(path: &Path, bytes: &[u8], how: &Write) -> io::Result<()> {
    let before = patiently(|| fs::metadata(path)).ok();
    let give_up = |error: io::Error| {
        let _ = fs::remove_file(how.temporary);
        error
    };
    failpoint::reached(how.point, "before");
    write_new(bytes, before.as_ref(), how).map_err(give_up)?;
    failpoint::reached(how.point, "synced");
    patiently(|| fs::rename(how.temporary, path)).map_err(give_up)?;
    failpoint::reached(how.point, "renamed");
    if how.durability == Durability::Disk {
        permissions::sync_folder(folder_of(path))?;
    }
    failpoint::reached(how.point, "after");
    Ok(())
}

/// Whether so many bytes could be written now; what was written for that is removed again.
///
/// # Errors
/// What the system says.
pub fn try_room(trial: &Path, bytes: &[u8]) -> io::Result<()> {
    let how = Write {
        temporary: trial,
        rights: Rights::OwnerOnly,
        durability: Durability::Disk,
        point: "room",
    };
    let outcome = write_new(bytes, None, &how);
    let removed = remove(trial);
    outcome.and(removed)
}

/// Removes a file; one that is gone already is no error.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match patiently(|| fs::remove_file(path)) {
        Err(error) if !is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Removes a file for good: also after a crash it does not come back.
///
/// # Errors
/// What the system says.
pub fn remove_durably(path: &Path) -> io::Result<()> {
    remove(path)?;
    permissions::sync_folder(folder_of(path))
}

/// The folder a file is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The place beside a file where its next content goes: always the same one, for whoever holds a lock.
pub fn beside(path: &Path) -> PathBuf {
    with_suffix(path, ".tmp")
}

/// A place beside a file that nobody else uses.
///
/// # Errors
/// When the system gives no random numbers.
pub fn beside_at_random(path: &Path) -> io::Result<PathBuf> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let number = u64::from_le_bytes(bytes);
    Ok(folder_of(path).join(format!(".netsuite-tba-{number:016x}")))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.file_name().unwrap_or_default().to_os_string();
    name.push(suffix);
    path.with_file_name(name)
}

fn write_new(bytes: &[u8], before: Option<&Metadata>, how: &Write) -> io::Result<()> {
    remove(how.temporary)?;
    let mut file: File = match how.rights {
        Rights::OwnerOnly => permissions::create_private_file(how.temporary)?,
        Rights::Project { mode } => permissions::create_project_file(how.temporary, before, mode)?,
    };
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    failpoint::reached(how.point, "half");
    file.write_all(rest)?;
    match how.durability {
        Durability::Disk => file.sync_all(),
        Durability::Process => Ok(()),
    }
}
