//! Files of a project: read whole, replaced as a whole or not at all, their mode kept.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

/// The text of a file, or nothing where there is none.
///
/// # Errors
/// [`Code::ProjectFile`] when it cannot be read, is larger than `most` bytes or is not UTF-8.
pub fn read(path: &Path, most: u64) -> Result<Option<Zeroizing<String>>> {
    let unreadable = |error: io::Error| unusable(path, &error.to_string());
    let found = match fs::metadata(path) {
        Err(error) if is_absent(&error) => return Ok(None),
        outcome => outcome.map_err(unreadable)?,
    };
    if !found.is_file() {
        return Err(unusable(path, "it is not a file"));
    }
    if found.len() > most {
        return Err(unusable(path, "it is too large"));
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(unreadable)?);
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
        Err(_) => Err(unusable(path, "it is not UTF-8")),
    }
}

/// Writes beside the file and renames over it. Without a `mode` it keeps its own, a new one gets
/// 0644. A link is followed, so that a linked file stays one.
///
/// # Errors
/// What the system says; the file is then as it was.
pub fn replace(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".netsuite-tba-");
    let permissions = permissions(&path, mode);
    if let Some(permissions) = &permissions {
        builder.permissions(permissions.clone());
    }
    let mut fresh = builder.tempfile_in(folder)?;
    fresh.write_all(bytes)?;
    if let Some(permissions) = permissions {
        fresh.as_file().set_permissions(permissions)?;
    }
    fresh.as_file().sync_all()?;
    fresh.persist(&path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// Removes a file; one that is gone already is no error.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !is_absent(&error) => return Err(error),
        _ => {}
    }
    sync_folder(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// The mode of a file, where the platform has modes.
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

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn permissions(path: &Path, mode: Option<u32>) -> Option<Permissions> {
    let own = fs::metadata(path).ok().map(|found| found.permissions());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        mode.map(Permissions::from_mode).or(own).or_else(|| Some(Permissions::from_mode(0o644)))
    }
    #[cfg(not(unix))]
    {
        let _ = mode;
        own
    }
}

/// A folder that cannot be synced (some network file systems) is no reason to fail.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = fs::File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_lies_about() {
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
}
