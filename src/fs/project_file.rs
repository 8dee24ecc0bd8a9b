//! Files of a project: read completely, replaced completely or not at all. They keep their mode and
//! owner.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::fs::atomic_write::{self, Durability, Rights, Write};
use crate::fs::cause::{Cause, Elsewhere};
use crate::fs::open::{self, Accept, Links, Refusal};

/// The text of a file, or `None` if there is no file.
///
/// # Errors
/// [`Code::ProjectFile`] when it is not a regular file, cannot be read, is larger than `most` bytes or is
/// not UTF-8.
pub fn read(path: &Path, most: u64) -> Result<Option<Zeroizing<String>>> {
    let Some(bytes) = read_bytes(path, most, None)? else { return Ok(None) };
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
        Err(_) => Err(unusable(path, "it is not UTF-8")),
    }
}

/// The bytes of a file, or `None` if there is no file. With `pipe` it may be a named pipe, which has that
/// long to send everything.
///
/// # Errors
/// [`Code::ProjectFile`].
pub fn read_bytes(
    path: &Path,
    most: u64,
    pipe: Option<Duration>,
) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let accept = Accept { most, links: Links::Followed, user: None, pipe };
    let content = open::read(path, &accept).map_err(|refusal| match &refusal {
        Refusal::System(error) => explained(path, unusable(path, &error.to_string()), error),
        other => unusable(path, &other.to_string()),
    })?;
    Ok(content.map(|content| content.bytes))
}

/// Replaces a file. Without a `mode` it keeps its own; a new file gets 0644. A link is followed, so that
/// it stays a link.
///
/// # Errors
/// The system's error. The file is then as it was.
pub fn replace(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let path = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if open::is_absent(&error) => path.to_owned(),
        Err(error) => return Err(error),
    };
    let how = Write {
        temporary: &atomic_write::beside_at_random(&path)?,
        rights: Rights::Project { mode },
        durability: Durability::Disk,
        point: "project",
    };
    atomic_write::replace(&path, bytes, &how)
}

/// Removes a file; one that is gone already is no error.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    atomic_write::remove_durably(path)
}

/// The mode of a file, if the platform has modes.
pub fn mode(path: &Path) -> Option<u32> {
    let found = fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(found.permissions().mode() & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        None
    }
}

/// An error that names the file.
pub fn unusable(path: &Path, why: &str) -> Error {
    Error::new(Code::ProjectFile, format!("{} cannot be used: {why}.", path.display()))
}

/// The error for a file that cannot be written, with a next step that fits its cause.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    let what = format!("{} cannot be written: {error}.", path.display());
    explained(path, Error::new(Code::ProjectFile, what), error)
}

fn explained(path: &Path, failure: Error, error: &io::Error) -> Error {
    match Cause::of(path, error, None).next_step(path, None, Elsewhere::Nowhere) {
        Some(next) => failure.with_next_step(next),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert!(read(&path, 9).unwrap().is_none());
        replace(&path, b"one", None).unwrap();
        replace(&path, b"two", None).unwrap();
        assert_eq!(read(&path, 9).unwrap().unwrap().as_str(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_no_text_of_reasonable_size_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"\xff").unwrap();
        assert_eq!(read(&path, 9).unwrap_err().code(), Code::ProjectFile);
        fs::write(&path, b"0123456789").unwrap();
        assert_eq!(read(&path, 9).unwrap_err().code(), Code::ProjectFile);
        assert_eq!(read(folder.path(), 9).unwrap_err().code(), Code::ProjectFile);
    }

    #[cfg(unix)]
    #[test]
    fn modes_and_links_are_kept_unless_a_mode_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        replace(&path, b"one", None).unwrap();
        assert_eq!(mode(&path), Some(0o644));
        replace(&path, b"two", Some(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, b"three", None).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!((mode(&path), fs::read(&path).unwrap()), (Some(0o640), b"three".to_vec()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_root_replaces_keeps_its_owner() {
        use std::os::unix::fs::{MetadataExt, chown};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "one").unwrap();
        let own = fs::metadata(&path).unwrap().uid();
        let owner = if own == 0 { 65534 } else { own };
        chown(&path, Some(owner), None).unwrap();
        replace(&path, b"two", None).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().uid(), owner);
    }
}
