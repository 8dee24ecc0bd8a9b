//! The one way a file is written: a new file beside it is written and synced to the disk, then renamed
//! over the old one. A reader sees either the old or the new content, also after a crash.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::fs::failpoint;
use crate::fs::open::is_absent;
use crate::fs::patience::patiently;
use crate::fs::permissions;

/// Who can use the new file.
#[derive(Clone, Copy, Debug)]
pub enum Rights {
    /// Only its owner.
    OwnerOnly,
    /// Those who could use the file that it replaces, unless a mode is given; 0644 for a new file.
    Project {
        /// The mode, if it has to change.
        mode: Option<u32>,
    },
}

/// What a write has to survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A crash of the machine.
    Disk,
    /// The end of this process. For files that only inform others.
    Process,
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// Where the new content is written first.
    pub temporary: &'a Path,
    /// Who can use it.
    pub rights: Rights,
    /// What it has to survive.
    pub durability: Durability,
    /// Its name in the crash tests.
    pub point: &'a str,
}

/// Replaces the whole file, or leaves it as it was.
///
/// # Errors
/// The system's error. If only the sync of the folder failed, the file is replaced, but the change may
/// not survive a crash.
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

/// Checks that this many bytes could be written now. The trial file is removed again.
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

/// Removes a file. A file that does not exist is not an error.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match patiently(|| fs::remove_file(path)) {
        Err(error) if !is_absent(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Removes a file durably: it does not come back after a crash.
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

/// The temporary path beside a file. It is always the same one, so the caller must hold a lock.
pub fn beside(path: &Path) -> PathBuf {
    with_suffix(path, ".tmp")
}

/// A temporary path beside a file that nobody else uses.
///
/// # Errors
/// The system's error if it gives no random numbers.
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
