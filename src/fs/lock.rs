//! Advisory locks that are released when their owner ends, and who the owner is. Touches only the lock's
//! files.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Code, Error, Result};
use crate::fs::atomic_write::{self, Durability, Rights, Write};
use crate::fs::cause::{Cause, Elsewhere};
use crate::fs::open::{self, Accept, Links, Refusal};
use crate::fs::permissions;
use crate::text::printable;

/// How long a writer waits for another one; a write takes milliseconds, an unlock prompt 30 s.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// How often a waiting writer looks again.
const PAUSE: Duration = Duration::from_millis(3);
/// The longest description of an owner that is read.
const MAX_OWNER: u64 = 200;
/// How often the lock file may be replaced while it is being locked.
const REPLACED: usize = 100;

/// A lock that is held until this is dropped or the process ends.
#[derive(Debug)]
pub struct LockGuard {
    file: File,
    owner: PathBuf,
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.owner);
        let _ = self.file.unlock();
    }
}

/// The result of an attempt to take a lock.
#[derive(Debug)]
pub enum Taken {
    /// Taken. It is held until the guard is dropped.
    Held(LockGuard),
    /// Another process holds it. The text says which.
    By(String),
}

/// Takes the lock `name` in `folder` without waiting, or says who holds it.
///
/// # Errors
/// [`Code::StoreUnwritable`] when the lock file cannot be created or locked, [`Code::StoreUnsafe`] when it
/// is not a regular file.
pub fn try_take(folder: &Path, name: &str, who: &str) -> Result<Taken> {
    let path = folder.join(format!("{name}.lock"));
    // On Windows a locked file cannot be read, so the owner is written beside it.
    let owner = folder.join(format!("{name}.owner"));
    for _ in 0..REPLACED {
        let file = open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Taken::By(read_owner(&owner))),
            Err(TryLockError::Error(error)) => return Err(cannot_lock(&path, &error)),
        }
        // The file may have been deleted since it was opened. A lock on a deleted file protects nothing,
        // because the next process creates a new file.
        if permissions::is_at(&file, &path).map_err(|error| cannot_lock(&path, &error))? {
            write_owner(&owner, who);
            return Ok(Taken::Held(LockGuard { file, owner }));
        }
    }
    let what = format!("{} is deleted again and again.", path.display());
    Err(Error::new(Code::StoreBusy, what))
}

/// Checks that the lock can be taken, now or after another process has released it.
///
/// # Errors
/// As [`try_take`].
pub fn check(folder: &Path, name: &str) -> Result<()> {
    try_take(folder, name, &process()).map(drop)
}

fn process() -> String {
    format!("process {}", std::process::id())
}

/// Takes the lock, waiting for others until the deadline.
///
/// # Errors
/// [`Code::StoreBusy`] when another holds it for longer than `patience`.
pub fn take(folder: &Path, name: &str, patience: Duration) -> Result<LockGuard> {
    let who = process();
    let deadline = Instant::now() + patience;
    loop {
        match try_take(folder, name, &who)? {
            Taken::Held(guard) => return Ok(guard),
            Taken::By(holder) if Instant::now() >= deadline => {
                let path = folder.join(format!("{name}.lock"));
                return Err(Error::new(
                    Code::StoreBusy,
                    format!("{} is held by {holder}.", path.display()),
                ));
            }
            Taken::By(_) => thread::sleep(PAUSE),
        }
    }
}

fn open_lock(path: &Path) -> Result<File> {
    let accept = Accept { most: u64::MAX, links: Links::Refused, user: None, pipe: None };
    let fit = |found: &fs::Metadata| open::check(found, &accept).map_err(|why| unfit(path, &why));
    match fs::symlink_metadata(path) {
        Ok(found) => fit(&found)?,
        Err(error) if open::is_absent(&error) => {}
        Err(error) => return Err(cannot_lock(path, &error)),
    }
    let file = permissions::open_lock_file(path).map_err(|error| cannot_lock(path, &error))?;
    fit(&file.metadata().map_err(|error| cannot_lock(path, &error))?)?;
    Ok(file)
}

/// The owner's file only informs, so a failure to write it is ignored.
fn write_owner(path: &Path, who: &str) {
    let how = Write {
        temporary: &atomic_write::beside(path),
        rights: Rights::OwnerOnly,
        durability: Durability::Process,
        point: "owner",
    };
    let _ = atomic_write::replace(path, who.as_bytes(), &how);
}

fn read_owner(path: &Path) -> String {
    let accept = Accept { most: MAX_OWNER, links: Links::Refused, user: None, pipe: None };
    let content = open::read(path, &accept).ok().flatten();
    let text = content.map(|content| String::from_utf8_lossy(&content.bytes).trim().to_owned());
    let text = printable(&text.unwrap_or_default(), 120);
    if text.is_empty() { "another process".to_owned() } else { text }
}

fn unfit(path: &Path, why: &Refusal) -> Error {
    Error::new(Code::StoreUnsafe, format!("{} cannot be locked: {why}.", path.display()))
        .with_next_step("Move it away and run the task again.")
}

fn cannot_lock(path: &Path, error: &io::Error) -> Error {
    let what = format!("{} cannot be locked: {error}.", path.display());
    let failure = Error::new(Code::StoreUnwritable, what);
    let is_oracles = path.file_name().is_some_and(|name| name == ".nstba.lock");
    let elsewhere = if is_oracles { Elsewhere::OtherStore } else { Elsewhere::VaultHome };
    match Cause::of(path, error, None).next_step(path, None, elsewhere) {
        Some(next) => failure.with_next_step(next),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_has_one_owner_and_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = try_take(folder.path(), "a", "gulp extension:fetch, process 7").unwrap();
        assert!(matches!(first, Taken::Held(_)));
        let holder = try_take(folder.path(), "a", "me").unwrap();
        assert!(matches!(holder, Taken::By(who) if who == "gulp extension:fetch, process 7"));
        assert!(matches!(try_take(folder.path(), "b", "me").unwrap(), Taken::Held(_)));
        drop(first);
        assert!(matches!(try_take(folder.path(), "a", "me").unwrap(), Taken::Held(_)));
    }

    #[test]
    fn waiting_ends_at_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let _held = try_take(folder.path(), "a", "x\u{1b}[2J").unwrap();
        let error = take(folder.path(), "a", Duration::from_millis(20)).unwrap_err();
        assert_eq!(error.code(), Code::StoreBusy);
        assert!(error.message().contains("held by x?[2J"), "{error}");
    }

    #[test]
    fn a_lock_left_by_a_dead_process_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.lock"), "").unwrap();
        std::fs::write(folder.path().join("a.owner"), "process 1").unwrap();
        assert!(take(folder.path(), "a", Duration::ZERO).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_file_that_is_a_symbolic_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path().join("x"), folder.path().join("a.lock")).unwrap();
        assert_eq!(take(folder.path(), "a", Duration::ZERO).unwrap_err().code(), Code::StoreUnsafe);
        assert!(!folder.path().join("x").exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_neither_blocks_nor_is_locked() {
        for name in ["a.lock", "a.owner"] {
            let folder = tempfile::tempdir().unwrap();
            crate::fs::open::tests::make_pipe(&folder.path().join(name));
            let outcome = try_take(folder.path(), "a", "me");
            if name == "a.lock" {
                assert_eq!(outcome.unwrap_err().code(), Code::StoreUnsafe);
                continue;
            }
            let _held = outcome.unwrap();
            // A pipe that was put there meanwhile is not waited for either.
            std::fs::remove_file(folder.path().join(name)).unwrap();
            crate::fs::open::tests::make_pipe(&folder.path().join(name));
            let other = try_take(folder.path(), "a", "me").unwrap();
            assert!(matches!(other, Taken::By(who) if who == "another process"));
        }
    }

    #[test]
    fn a_lock_file_that_is_deleted_while_held_still_keeps_others_out_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        // Deleted by another process between opening and locking.
                        let _ = std::fs::remove_file(&path);
                        let guard = take(folder.path(), "a", PATIENCE).unwrap();
                        assert!(permissions::is_at(&guard.file, &path).is_ok());
                        inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        drop(guard);
                    }
                });
            }
        });
        assert_eq!(inside.into_inner(), 200);
    }

    #[test]
    fn a_file_that_lost_its_name_is_not_taken_for_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let file = open_lock(&path).unwrap();
        assert!(permissions::is_at(&file, &path).unwrap());
        std::fs::remove_file(&path).unwrap();
        assert!(!permissions::is_at(&file, &path).unwrap());
        let other = open_lock(&path).unwrap();
        assert!(!permissions::is_at(&file, &path).unwrap());
        assert!(permissions::is_at(&other, &path).unwrap());
    }
}
