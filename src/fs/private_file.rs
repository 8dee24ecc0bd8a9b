//! Files of one owner, in the vault's folder or `~/.nstba`: read completely, replaced atomically, kept
//! when damaged. Its [`Error`]s say what went wrong and what to do about it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::{Code, Error, Result};
use crate::fs::atomic_write::{self, Durability, Rights, Write};
use crate::fs::cause::{Cause, Elsewhere};
use crate::fs::open::{self, Accept, Content, Links, Refusal, Stamp, is_absent};
use crate::fs::permissions;

/// Larger than any file that this package writes. A larger one is refused without reading it.
pub const MAX_SIZE: u64 = 16 * 1024 * 1024;
/// More than one token needs.
const ROOM_FOR_A_TOKEN: u64 = 16 * 1024;
/// The names of our files and folders in the vault's folder, up to the first dot.
const OWN_NAMES: [&str; 7] =
    ["tokens", "secrets", "sign-ins", "sign-in", "init", "room", "consumers"];

/// The private files of one user.
#[derive(Clone, Copy, Debug)]
pub struct PrivateFiles {
    /// The user's numeric ID. Files of other users are refused.
    pub user: Option<u32>,
    /// Where else these files can be kept.
    pub elsewhere: Elsewhere,
}

impl PrivateFiles {
    /// The files of the vault's folder.
    pub fn of_vault(user: Option<u32>) -> Self {
        Self { user, elsewhere: Elsewhere::VaultHome }
    }

    /// `~/.nstba` and similar files.
    pub fn of_oracle(user: Option<u32>) -> Self {
        Self { user, elsewhere: Elsewhere::OtherStore }
    }

    /// The stamp of a file, or none where there is no file.
    ///
    /// # Errors
    /// [`Code::StoreUnreadable`].
    pub fn stamp(&self, path: &Path) -> Result<Option<Stamp>> {
        open::stamp(path).map_err(|error| self.unreadable(path, &error))
    }

    /// Reads a whole file, or returns `None` if there is none.
    ///
    /// # Errors
    /// [`Code::StoreUnsafe`] for anything but a regular file of the user, [`Code::StoreDamaged`] for a file
    /// larger than [`MAX_SIZE`], [`Code::StoreUnreadable`] for everything else.
    pub fn read(&self, path: &Path, links: Links) -> Result<Option<Content>> {
        let accept = Accept { most: MAX_SIZE, links, user: self.user, pipe: None };
        open::read(path, &accept).map_err(|refusal| self.refused(path, &refusal))
    }

    /// Replaces a whole file. The caller holds the lock of the folder.
    ///
    /// # Errors
    /// [`Code::StoreUnsafe`] when the name belongs to something that is not a file, [`Code::StoreUnwritable`].
    pub fn replace(&self, path: &Path, bytes: &[u8], point: &str) -> Result<()> {
        let accept = Accept { most: u64::MAX, links: Links::Refused, user: self.user, pipe: None };
        match fs::symlink_metadata(path) {
            Ok(found) => {
                open::check(&found, &accept).map_err(|refusal| self.refused(path, &refusal))?;
            }
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(self.unwritable(path, &error)),
        }
        let how = Write {
            temporary: &atomic_write::beside(path),
            rights: Rights::OwnerOnly,
            durability: Durability::Disk,
            point,
        };
        atomic_write::replace(path, bytes, &how).map_err(|error| self.unwritable(path, &error))
    }

    /// Makes sure that the vault's folder exists and that only its owner can change what is in it.
    ///
    /// A folder keeps its rights unless it was created here or contains only our files. The user named it,
    /// and other programs may need it.
    ///
    /// # Errors
    /// [`Code::StoreUnsafe`] for a folder of another user, or one that others can write to;
    /// [`Code::StoreUnwritable`].
    pub fn prepare_folder(&self, folder: &Path) -> Result<()> {
        let failed = |error: io::Error| self.unwritable(folder, &error);
        let made = make_folder(folder).map_err(failed)?;
        let found = fs::metadata(folder).map_err(failed)?;
        if !found.is_dir() {
            let what = format!("{} is not a folder.", folder.display());
            return Err(Error::new(Code::StoreUnsafe, what)
                .with_next_step("Set NETSUITE_TBA_HOME to a folder of your own."));
        }
        if !permissions::belongs_to(&found, self.user) {
            return Err(self.other_owner(folder));
        }
        if made || !permissions::is_open_to_others(&found) {
            return Ok(());
        }
        if !permissions::is_sticky(&found) && is_ours_alone(folder).map_err(failed)? {
            return permissions::restrict(folder, &found, 0o700).map_err(failed);
        }
        if permissions::is_shared(&found) {
            let what = format!(
                "{} is shared with other users, who could replace the saved tokens in it.",
                folder.display()
            );
            let inner = folder.join("netsuite-tba");
            let next = format!(
                "Set NETSUITE_TBA_HOME to a folder of its own, such as {}.",
                inner.display()
            );
            return Err(Error::new(Code::StoreUnsafe, what).with_next_step(next));
        }
        Ok(())
    }

    /// The same for a folder inside the vault's folder, which is always ours.
    ///
    /// # Errors
    /// As [`Self::prepare_folder`].
    pub fn prepare_inner_folder(&self, folder: &Path) -> Result<()> {
        let failed = |error: io::Error| self.unwritable(folder, &error);
        make_folder(folder).map_err(failed)?;
        let found = fs::symlink_metadata(folder).map_err(failed)?;
        if !found.is_dir() {
            let what = format!("{} is not a folder.", folder.display());
            return Err(Error::new(Code::StoreUnsafe, what).with_next_step("Move it away."));
        }
        if !permissions::belongs_to(&found, self.user) {
            return Err(self.other_owner(folder));
        }
        permissions::restrict(folder, &found, 0o700).map_err(failed)
    }

    /// Checks that files as large as these, and a little larger, can be written into their folder now.
    /// Nobody should press Allow for a token that cannot be saved.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`].
    pub fn has_room(&self, paths: &[PathBuf]) -> Result<()> {
        let Some(trial) = paths.first().map(|path| path.with_file_name("room.tmp")) else {
            return Ok(());
        };
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |found| found.len().min(MAX_SIZE));
        let most = paths.iter().map(size).sum::<u64>() + ROOM_FOR_A_TOKEN;
        let bytes = vec![0; usize::try_from(most).unwrap_or_default()];
        atomic_write::try_room(&trial, &bytes).map_err(|error| self.unwritable(&trial, &error))
    }

    /// Keeps a copy of a damaged file under a name that contains the time, and returns that name. The file
    /// itself stays until it is replaced, so that a crash in between loses nothing.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`].
    pub fn keep_copy(&self, path: &Path) -> Result<PathBuf> {
        let aside = copy_aside(path).map_err(|error| self.unwritable(path, &error))?;
        if let Ok(found) = fs::symlink_metadata(&aside) {
            let _ = permissions::restrict(&aside, &found, 0o600);
        }
        Ok(aside)
    }

    /// The error for a file that cannot be written.
    pub fn unwritable(&self, path: &Path, error: &io::Error) -> Error {
        let what = format!("{} cannot be written: {error}.", path.display());
        self.explained(Error::new(Code::StoreUnwritable, what), path, error)
    }

    /// The error for a file that was not read.
    pub fn refused(&self, path: &Path, refusal: &Refusal) -> Error {
        match refusal {
            Refusal::System(error) => self.unreadable(path, error),
            Refusal::OtherOwner => self.other_owner(path),
            Refusal::TooLarge(_) => {
                let what = format!("{} is too large: {refusal}.", path.display());
                Error::new(Code::StoreDamaged, what)
                    .with_next_step("Move the file away and run the task again.")
            }
            Refusal::Link | Refusal::NotAFile(_) | Refusal::Silent(_) => {
                let what = format!("{} cannot be used: {refusal}.", path.display());
                let failure = Error::new(Code::StoreUnsafe, what);
                match self.elsewhere {
                    Elsewhere::VaultHome => failure,
                    Elsewhere::OtherStore | Elsewhere::Nowhere => {
                        failure.with_next_step("Replace it with a plain file of your own.")
                    }
                }
            }
        }
    }

    fn unreadable(&self, path: &Path, error: &io::Error) -> Error {
        let what = format!("{} cannot be read: {error}.", path.display());
        self.explained(Error::new(Code::StoreUnreadable, what), path, error)
    }

    fn other_owner(&self, path: &Path) -> Error {
        let what = format!("{} belongs to another user.", path.display());
        let failure = Error::new(Code::StoreUnsafe, what);
        match Cause::OtherOwner.next_step(path, self.user, self.elsewhere) {
            Some(next) => failure.with_next_step(next),
            None => failure,
        }
    }

    fn explained(&self, failure: Error, path: &Path, error: &io::Error) -> Error {
        match Cause::of(path, error, self.user).next_step(path, self.user, self.elsewhere) {
            Some(next) => failure.with_next_step(next),
            None => failure,
        }
    }
}

/// Removes what an interrupted [`PrivateFiles::replace`] of this file left behind. The caller holds the
/// lock.
pub fn clean_up(path: &Path) {
    let _ = atomic_write::remove(&atomic_write::beside(path));
}

/// Creates a folder and its parents, for their owner only. Returns whether the folder is new.
fn make_folder(folder: &Path) -> io::Result<bool> {
    match permissions::create_private_folder(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let Some(above) = folder.parent() else { return Err(error) };
            make_folder(above)?;
            make_folder(folder)
        }
        // The folder exists although its parent is not writable.
        Err(_) if folder.is_dir() => Ok(false),
        Err(error) => Err(error),
    }
}

fn is_ours_alone(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        if !OWN_NAMES.contains(&stem) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn copy_aside(path: &Path) -> io::Result<PathBuf> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    for n in 0..1000 {
        let more = if n == 0 { String::new() } else { format!("-{n}") };
        let aside = path.with_file_name(format!("{name}.damaged-{seconds}{more}"));
        // A link takes no space and never replaces anything.
        match fs::hard_link(path, &aside) {
            Ok(()) => return Ok(aside),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(_) if fs::symlink_metadata(&aside).is_ok() => {}
            // Some file systems have no links.
            Err(_) => return copy_without_link(path, &aside).map(|()| aside),
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

fn copy_without_link(path: &Path, aside: &Path) -> io::Result<()> {
    let accept = Accept { most: MAX_SIZE, links: Links::Refused, user: None, pipe: None };
    let how = Write {
        temporary: &atomic_write::beside(aside),
        rights: Rights::OwnerOnly,
        durability: Durability::Disk,
        point: "aside",
    };
    match open::read(path, &accept) {
        Ok(Some(content)) => atomic_write::replace(aside, &content.bytes, &how),
        Ok(None) => Ok(()),
        // Nothing in it is ours, and a copy might fill the disk.
        Err(Refusal::TooLarge(_)) => fs::rename(path, aside),
        Err(Refusal::System(error)) => Err(error),
        Err(other) => Err(io::Error::other(other.to_string())),
    }
}

#[cfg(test)]
mod tests;
