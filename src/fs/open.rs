//! The one way a file is opened for reading. It never waits for something that is not a regular file,
//! never reads more than the limit, and gives a typed reason when it refuses.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use zeroize::Zeroizing;

use crate::fs::patience::patiently;
use crate::fs::permissions::{self, Identity};

/// The coarsest timestamps of file systems (FAT: 2 s). A younger file may change while its timestamp
/// stays the same.
const TICK: Duration = Duration::from_secs(2);
/// How often a named pipe is polled.
const PIPE_PAUSE: Duration = Duration::from_millis(5);

/// Whether a symbolic link in place of the file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Refused, because our own files are never links.
    Refused,
    /// Followed, because people link their dotfiles.
    Followed,
}

/// What is accepted when a file is read.
#[derive(Clone, Copy, Debug)]
pub struct Accept {
    /// The largest size that is read, in bytes.
    pub most: u64,
    /// Whether links are followed.
    pub links: Links,
    /// The only user whose files are read, if that matters and is known.
    pub user: Option<u32>,
    /// How long a named pipe may take to send everything. `None` refuses pipes.
    pub pipe: Option<Duration>,
}

/// What a path leads to, if it is not a regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A folder.
    Folder,
    /// A named pipe.
    Pipe,
    /// A device, a socket or something else.
    Special,
}

/// Why a file was not read.
#[derive(Debug)]
pub enum Refusal {
    /// It is a symbolic link.
    Link,
    /// It is not a regular file.
    NotAFile(Kind),
    /// It belongs to another user.
    OtherOwner,
    /// It is larger than the limit.
    TooLarge(u64),
    /// It is a named pipe whose writer sent nothing, or did not close it in time.
    Silent(Duration),
    /// The system refused.
    System(io::Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link => f.write_str("it is a symbolic link"),
            Self::NotAFile(Kind::Folder) => f.write_str("it is a folder"),
            Self::NotAFile(Kind::Pipe) => f.write_str("it is a named pipe"),
            Self::NotAFile(Kind::Special) => f.write_str("it is not a regular file"),
            Self::OtherOwner => f.write_str("it belongs to another user"),
            Self::TooLarge(most) if *most < 1024 * 1024 => {
                write!(f, "it is larger than {} KB", most / 1024)
            }
            Self::TooLarge(most) => write!(f, "it is larger than {} MB", most / 1024 / 1024),
            Self::Silent(limit) => write!(
                f,
                "it is a named pipe, and its writer did not send everything within {} seconds",
                limit.as_secs()
            ),
            Self::System(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Tells two states of a file apart without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    modified: Option<SystemTime>,
    size: u64,
    identity: Identity,
}

impl Stamp {
    /// The stamp of a file's metadata.
    fn of(metadata: &Metadata) -> Self {
        Self {
            modified: metadata.modified().ok(),
            size: metadata.len(),
            identity: permissions::identity(metadata),
        }
    }

    /// Whether both belong to the same file, even if its content changed.
    pub fn is_same_file(&self, other: &Self) -> bool {
        self.identity.file == other.identity.file
    }

    /// Whether an equal stamp later on proves equal content. It does not if the file was written just now.
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
    /// Whether it was a named pipe, which gives its content to one reader only.
    pub is_pipe: bool,
}

/// The stamp of a file, or none where there is no file.
///
/// # Errors
/// What the system says.
pub fn stamp(path: &Path) -> io::Result<Option<Stamp>> {
    match patiently(|| fs::metadata(path)) {
        Ok(metadata) => Ok(Some(Stamp::of(&metadata))),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads a whole file, or nothing where there is none.
///
/// # Errors
/// Why it was not read.
pub fn read(path: &Path, accept: &Accept) -> Result<Option<Content>, Refusal> {
    // Opening a device can have an effect, so the type is checked first. A second check after opening
    // makes sure that it is the same file.
    let found = match patiently(|| look(path, accept.links)) {
        Ok(found) => found,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    check(&found, accept)?;
    let mut options = OpenOptions::new();
    options.read(true);
    permissions::never_wait(&mut options, accept.links == Links::Followed);
    let mut file = match patiently(|| options.open(path)) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    check(&metadata, accept)?;
    let stamp = Stamp::of(&metadata);
    let is_pipe = permissions::is_pipe(&metadata);
    let bytes = match accept.pipe {
        Some(limit) if is_pipe => read_pipe(&mut file, accept.most, limit)?,
        _ => patiently_read(&mut file, &metadata, accept.most)?,
    };
    Ok(Some(Content { bytes, stamp, is_pipe }))
}

fn look(path: &Path, links: Links) -> io::Result<Metadata> {
    match links {
        Links::Refused => fs::symlink_metadata(path),
        Links::Followed => fs::metadata(path),
    }
}

/// Checks that a file may be read or replaced.
///
/// # Errors
/// The file is not a regular file of this user within the size limit, and not a pipe where pipes are
/// accepted.
pub fn check(found: &Metadata, accept: &Accept) -> Result<(), Refusal> {
    if found.is_symlink() {
        return Err(Refusal::Link);
    }
    let is_pipe = permissions::is_pipe(found);
    if !(found.is_file() || is_pipe && accept.pipe.is_some()) {
        return Err(Refusal::NotAFile(match (found.is_dir(), is_pipe) {
            (true, _) => Kind::Folder,
            (_, true) => Kind::Pipe,
            _ => Kind::Special,
        }));
    }
    if !permissions::belongs_to(found, accept.user) {
        return Err(Refusal::OtherOwner);
    }
    if found.len() > accept.most {
        return Err(Refusal::TooLarge(accept.most));
    }
    Ok(())
}

fn patiently_read(
    file: &mut File,
    metadata: &Metadata,
    most: u64,
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    // One byte more than the file has, so that the buffer does not grow and leave a copy behind.
    let room = usize::try_from(metadata.len()).unwrap_or(0) + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    patiently(|| file.take(most + 1 - bytes.len() as u64).read_to_end(&mut bytes))?;
    if bytes.len() as u64 > most {
        return Err(Refusal::TooLarge(most));
    }
    Ok(bytes)
}

/// Reads a pipe to its end by polling, so that the wait has a limit.
fn read_pipe(file: &mut File, most: u64, limit: Duration) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let deadline = Instant::now() + limit;
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    let mut chunk = Zeroizing::new([0_u8; 4096]);
    while Instant::now() < deadline {
        match file.read(&mut *chunk) {
            // No writer has opened the pipe yet, or the writer has closed it.
            Ok(0) if !bytes.is_empty() => return Ok(bytes),
            Ok(0) => {}
            Ok(count) => {
                bytes.extend_from_slice(&chunk[..count]);
                if bytes.len() as u64 > most {
                    return Err(Refusal::TooLarge(most));
                }
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        }
        thread::sleep(PIPE_PAUSE);
    }
    Err(Refusal::Silent(limit))
}

/// Whether an error means that the file does not exist.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
pub mod tests;
