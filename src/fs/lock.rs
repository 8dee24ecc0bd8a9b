//! Advisory locks that die with their owner, and who the owner is. Touches only the lock's files.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Code, Error, Result};
use crate::text::printable;

/// How long a writer waits for another one; a write takes milliseconds, an unlock prompt 30 s.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// How often a waiting writer looks again.
const PAUSE: Duration = Duration::from_millis(3);
/// Longest description of an owner that is read back.
const MAX_OWNER: u64 = 200;

/// A lock that is held until this is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct LockGuard {
    file: File,
    owner: PathBuf,
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.owner);
        let _ = self.file.unlock();
    }
}

/// Takes the lock `name` in `folder` at once, or says who has it.
///
/// # Errors
/// [`Code::StoreUnwritable`] when the lock file cannot be made.
pub fn try_take(
    folder: &Path,
    name: &str,
    who: &str,
) -> Result<std::result::Result<LockGuard, String>> {
    let path = folder.join(format!("{name}.lock"));
    // Windows lets nobody read a locked file, so the owner is written beside it.
    let owner = folder.join(format!("{name}.owner"));
    let file = open(&path).map_err(|error| cannot_lock(&path, &error))?;
    match file.try_lock() {
        Ok(()) => {
            let _ = write_owner(&owner, who);
            Ok(Ok(LockGuard { file, owner }))
        }
        Err(TryLockError::WouldBlock) => Ok(Err(read_owner(&owner))),
        Err(TryLockError::Error(error)) => Err(cannot_lock(&path, &error)),
    }
}

/// Takes the lock, waiting for others until the deadline.
///
/// # Errors
/// [`Code::StoreBusy`] when another holds it for longer than `patience`.
pub fn take(folder: &Path, name: &str, patience: Duration) -> Result<LockGuard> {
    let who = format!("process {}", std::process::id());
    let deadline = Instant::now() + patience;
    loop {
        match try_take(folder, name, &who)? {
            Ok(guard) => return Ok(guard),
            Err(holder) if Instant::now() >= deadline => {
                let path = folder.join(format!("{name}.lock"));
                return Err(Error::new(
                    Code::StoreBusy,
                    format!("{} is held by {holder}.", path.display()),
                ));
            }
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    private(&mut options);
    options.open(path)
}

/// The owner's file only informs, so a failure to write it is no failure.
fn write_owner(path: &Path, who: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    private(&mut options);
    options.open(path)?.write_all(who.as_bytes())
}

fn read_owner(path: &Path) -> String {
    use std::io::Read as _;
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_OWNER).read_to_string(&mut text));
    let text = printable(text.trim(), 120);
    if read.is_err() || text.is_empty() { "another process".to_owned() } else { text }
}

/// A new file only its owner can use, and never through a symbolic link.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
}

#[cfg(not(unix))]
fn private(_options: &mut OpenOptions) {}

fn cannot_lock(path: &Path, error: &io::Error) -> Error {
    Error::new(Code::StoreUnwritable, format!("{} cannot be locked: {error}.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_has_one_owner_and_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = try_take(folder.path(), "a", "gulp extension:fetch, process 7").unwrap();
        assert!(first.is_ok());
        let holder = try_take(folder.path(), "a", "me").unwrap().unwrap_err();
        assert_eq!(holder, "gulp extension:fetch, process 7");
        assert!(try_take(folder.path(), "b", "me").unwrap().is_ok());
        drop(first);
        assert!(try_take(folder.path(), "a", "me").unwrap().is_ok());
    }

    #[test]
    fn waiting_ends_at_the_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let _held = try_take(folder.path(), "a", "x\u{1b}[2J").unwrap().unwrap();
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
        assert_eq!(
            take(folder.path(), "a", Duration::ZERO).unwrap_err().code(),
            Code::StoreUnwritable
        );
        assert!(!folder.path().join("x").exists());
    }
}
