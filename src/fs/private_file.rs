//! Files of one owner: read whole, replaced atomically, kept when damaged. The only code that writes them.

use std::fs::{self, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::fs::failpoint;
use crate::fs::permissions::{
    belongs_to, create_private, inode_and_change, never_wait, owner_only, restrict, sync_folder,
};

/// Larger than any honest file here; what is larger is refused unread.
pub const MAX_SIZE: u64 = 16 * 1024 * 1024;
/// More than the entries of one token.
const ROOM_FOR_A_TOKEN: u64 = 16 * 1024;
/// Clocks of file systems tick this coarsely: a younger file may change without looking changed.
const TICK: Duration = Duration::from_millis(100);

/// What tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    number: (u64, i64, i64),
}

impl Stamp {
    /// The stamp of a file's metadata.
    fn of(metadata: &Metadata) -> Self {
        Self {
            modified: metadata.modified().ok(),
            size: metadata.len(),
            number: inode_and_change(metadata),
        }
    }

    /// Whether the same stamp later means the same content: the file was not just written.
    pub fn is_settled(&self) -> bool {
        self.modified.is_some_and(|time| time.elapsed().is_ok_and(|age| age > TICK))
    }
}

/// The content of a file and what it looked like when it was read. The bytes are wiped when dropped.
pub struct Content {
    /// The whole file.
    pub bytes: Zeroizing<Vec<u8>>,
    /// What it looked like.
    pub stamp: Stamp,
}

/// Whether a symbolic link in place of the file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Refused: our own files are never links.
    Refused,
    /// Followed: people link their dotfiles. Never when writing.
    Followed,
}

/// The stamp of a file, or none where there is no file.
pub fn stamp(path: &Path) -> Result<Option<Stamp>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(Stamp::of(&metadata))),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Reads a whole file, or nothing where there is none.
///
/// # Errors
/// [`Code::StoreUnsafe`] for a link or another's file, [`Code::StoreDamaged`] for one larger than
/// [`MAX_SIZE`], [`Code::StoreUnreadable`] for the rest.
pub fn read(path: &Path, user: Option<u32>, links: Links) -> Result<Option<Content>> {
    if links == Links::Refused {
        refuse_links(path)?;
    }
    let mut options = OpenOptions::new();
    options.read(true);
    never_wait(&mut options);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(unreadable(path, &error)),
    };
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    check(path, &metadata, user)?;
    if metadata.len() > MAX_SIZE {
        return Err(too_large(path));
    }
    let room = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_SIZE {
        return Err(too_large(path));
    }
    Ok(Some(Content { bytes, stamp: Stamp::of(&metadata) }))
}

/// Makes the vault's folder, for its owner only.
pub fn prepare_folder(folder: &Path, user: Option<u32>) -> Result<()> {
    let failed = |error: &io::Error| unwritable(folder, error);
    create_private(folder).map_err(|error| failed(&error))?;
    let metadata = fs::metadata(folder).map_err(|error| failed(&error))?;
    if !belongs_to(&metadata, user) {
        return Err(foreign(folder));
    }
    restrict(folder, &metadata, 0o700).map_err(|error| failed(&error))
}

/// Replaces a file as a whole: whoever reads it, at whatever moment, sees the old or the new content,
/// also after a crash. The caller holds the lock of the folder.
pub fn replace(path: &Path, bytes: &[u8], user: Option<u32>, point: &str) -> Result<()> {
    refuse_links(path)?;
    if let Ok(metadata) = fs::symlink_metadata(path) {
        check(path, &metadata, user)?;
    }
    let temporary = temporary(path);
    let failed = |error: io::Error| {
        let _ = fs::remove_file(&temporary);
        unwritable(path, &error)
    };
    failpoint::reached(&format!("{point}:before"));
    write_new(&temporary, bytes, point).map_err(failed)?;
    failpoint::reached(&format!("{point}:synced"));
    rename(&temporary, path).map_err(failed)?;
    failpoint::reached(&format!("{point}:renamed"));
    // A folder that cannot be synced (some network file systems) is no reason to fail.
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    failpoint::reached(&format!("{point}:after"));
    Ok(())
}

/// Whether files as large as these, and a little more, could be written into their folder now. Nobody
/// should press Allow for a token that cannot be kept.
pub fn has_room(paths: &[PathBuf]) -> Result<()> {
    let Some(trial) = paths.first().map(|path| path.with_file_name("room.tmp")) else {
        return Ok(());
    };
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |found| found.len().min(MAX_SIZE));
    let most = paths.iter().map(size).sum::<u64>() + ROOM_FOR_A_TOKEN;
    let bytes = vec![0; usize::try_from(most).unwrap_or_default()];
    let outcome = write_new(&trial, &bytes, "room");
    let _ = fs::remove_file(&trial);
    outcome.map_err(|error| unwritable(&trial, &error))
}

/// Removes what an interrupted [`replace`] of this file left. The caller holds the lock.
pub fn clean_up(path: &Path) {
    let _ = fs::remove_file(temporary(path));
}

/// Keeps a damaged file under a name with the time in it, and returns that name. The file itself stays
/// until it is replaced, so that a crash in between loses nothing.
pub fn keep_copy(path: &Path) -> Result<PathBuf> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut outcome = Err(io::Error::from(io::ErrorKind::AlreadyExists));
    for n in 0..1000 {
        let more = if n == 0 { String::new() } else { format!("-{n}") };
        let aside = path.with_file_name(format!("{name}.damaged-{seconds}{more}"));
        // A link takes no space and never replaces anything; some file systems have none.
        outcome = match fs::hard_link(path, &aside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) if fs::symlink_metadata(&aside).is_err() => {
                fs::copy(path, &aside).map(|_| aside)
            }
            other => other.map(|()| aside),
        };
        if !matches!(&outcome, Err(error) if error.kind() == io::ErrorKind::AlreadyExists) {
            break;
        }
    }
    let aside = outcome.map_err(|error| unwritable(path, &error))?;
    if let Ok(metadata) = fs::metadata(&aside) {
        let _ = restrict(&aside, &metadata, 0o600);
    }
    Ok(aside)
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".tmp");
    path.with_file_name(name)
}

fn write_new(path: &Path, bytes: &[u8], point: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    owner_only(&mut options);
    let mut file = options.open(path)?;
    let (first, rest) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    failpoint::reached(&format!("{point}:half"));
    file.write_all(rest)?;
    file.sync_all()
}

/// Virus scanners open new files for a moment, during which Windows refuses to rename them.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    for pause in [1, 5, 20, 80, 320] {
        match fs::rename(from, to) {
            Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied => {
                std::thread::sleep(Duration::from_millis(pause));
            }
            outcome => return outcome,
        }
    }
    fs::rename(from, to)
}

fn refuse_links(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(unsafe_file(path, "is a symbolic link")),
        Err(error) if !is_absent(&error) => Err(unreadable(path, &error)),
        _ => Ok(()),
    }
}

fn check(path: &Path, metadata: &Metadata, user: Option<u32>) -> Result<()> {
    if !metadata.is_file() {
        return Err(unsafe_file(path, "is not a plain file"));
    }
    if !belongs_to(metadata, user) {
        return Err(foreign(path));
    }
    Ok(())
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn unsafe_file(path: &Path, why: &str) -> Error {
    Error::new(Code::StoreUnsafe, format!("{} {why}.", path.display()))
}

/// Mostly the work of `sudo`, in either direction.
fn foreign(path: &Path) -> Error {
    unsafe_file(path, "belongs to another user")
        .with_next_step("Run as its owner, or set NETSUITE_TBA_HOME to a folder of your own.")
}

fn too_large(path: &Path) -> Error {
    let megabytes = MAX_SIZE / 1024 / 1024;
    let what = format!("{} is larger than {megabytes} MB.", path.display());
    Error::new(Code::StoreDamaged, what)
        .with_next_step("Move the file away and run the task again.")
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let failure =
        Error::new(Code::StoreUnreadable, format!("{} cannot be read: {error}.", path.display()));
    if cfg!(unix) && error.kind() == io::ErrorKind::PermissionDenied {
        return failure.with_next_step(format!("Run: chmod 600 {}", path.display()));
    }
    failure
}

pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    let what = format!("{} cannot be written: {error}.", path.display());
    let failure = Error::new(Code::StoreUnwritable, what);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            failure.with_next_step("Free some space on that disk and run the task again.")
        }
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back_and_nothing_lies_about() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        assert!(read(&path, None, Links::Refused).unwrap().is_none());
        fs::write(temporary(&path), "left by a crash").unwrap();
        replace(&path, b"one", None, "test").unwrap();
        replace(&path, b"two", None, "test").unwrap();
        assert_eq!(&*read(&path, None, Links::Refused).unwrap().unwrap().bytes, b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_too_large_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::File::create(&path).unwrap().set_len(100 * 1024 * 1024).unwrap();
        let error = read(&path, None, Links::Refused).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::StoreDamaged);
    }

    #[test]
    fn a_copy_kept_never_replaces_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let mut names = std::collections::HashSet::new();
        for _ in 0..3 {
            let _ = fs::remove_file(&path);
            fs::write(&path, "x").unwrap();
            assert!(names.insert(keep_copy(&path).unwrap()));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    }

    #[cfg(unix)]
    #[test]
    fn modes_are_tightened_and_links_and_strangers_refused() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let path = home.join("a.json");
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        prepare_folder(&home, None).unwrap();
        replace(&path, b"one", None, "test").unwrap();
        set(&home, 0o755);
        set(&path, 0o644);
        prepare_folder(&home, None).unwrap();
        replace(&path, b"two", None, "test").unwrap();
        assert_eq!((mode(&home), mode(&path)), (0o700, 0o600));

        let me = fs::metadata(&path).unwrap().uid();
        for outcome in [
            read(&path, Some(me + 1), Links::Refused).map(|_| ()),
            replace(&path, b"x", Some(me + 1), "test"),
            prepare_folder(&home, Some(me + 1)),
        ] {
            assert_eq!(outcome.unwrap_err().code(), Code::StoreUnsafe);
        }
        let link = home.join("link.json");
        symlink(&path, &link).unwrap();
        let refused = read(&link, None, Links::Refused).map(|_| ());
        assert_eq!(refused.unwrap_err().code(), Code::StoreUnsafe);
        assert_eq!(replace(&link, b"x", None, "test").unwrap_err().code(), Code::StoreUnsafe);
        assert_eq!(&*read(&link, None, Links::Followed).unwrap().unwrap().bytes, b"two");
        assert_eq!(
            read(&home, None, Links::Refused).map(|_| ()).unwrap_err().code(),
            Code::StoreUnsafe
        );
    }
}
