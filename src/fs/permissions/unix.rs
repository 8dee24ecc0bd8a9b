//! Modes, owners and inodes.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::identity::{Holder, Identity};
use super::remedy::Remedy;
use crate::fs::shell_word::quoted;

/// Group and others may write.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// The sticky bit: nobody may remove files of others. Folders that are shared on purpose have it.
const STICKY: u32 = 0o1000;

/// Tells a file apart from others and from its later states.
pub fn identity(metadata: &Metadata) -> Identity {
    Identity {
        file: (metadata.dev(), metadata.ino()),
        changed: (metadata.ctime(), metadata.ctime_nsec()),
    }
}

/// Whether an open file is still the one with that name.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let open = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(named) => Ok(identity(&open).file == identity(&named).file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The permission bits of a file.
#[expect(clippy::unnecessary_wraps, reason = "Windows has none")]
pub fn mode(metadata: &Metadata) -> Option<u32> {
    Some(metadata.permissions().mode() & 0o777)
}

/// Whether a file belongs to this user. True for every file if the user is not known.
pub fn belongs_to(metadata: &Metadata, user: Option<u32>) -> bool {
    user.is_none_or(|user| metadata.uid() == user)
}

/// Whether a file is a named pipe.
pub fn is_pipe(metadata: &Metadata) -> bool {
    metadata.file_type().is_fifo()
}

/// Opening never waits for the other end of a pipe and never makes a terminal the controlling terminal.
pub fn never_wait(options: &mut OpenOptions, follow_links: bool) {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC;
    options.custom_flags(if follow_links { flags } else { flags | libc::O_NOFOLLOW });
}

/// A new file that only its owner can use.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).custom_flags(libc::O_NOFOLLOW);
    options.open(path)
}

/// Opens a lock file, and creates it if it is missing.
pub fn open_lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    never_wait(&mut options, false);
    options.open(path)
}

/// A new file with the mode and owner that the project's file had, or 0644.
pub fn create_project_file(
    path: &Path,
    before: Option<&Metadata>,
    mode: Option<u32>,
) -> io::Result<File> {
    let own = before.map(|found| found.permissions().mode() & 0o7777);
    let mode = mode.or(own).unwrap_or(0o644);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).custom_flags(libc::O_NOFOLLOW);
    let file = options.open(path)?;
    // After sudo, the file would belong to root.
    if let Some(found) = before.filter(|found| found.uid() != user_id() && user_id() == 0) {
        std::os::unix::fs::fchown(&file, Some(found.uid()), Some(found.gid()))?;
    }
    file.set_permissions(Permissions::from_mode(mode))?;
    Ok(file)
}

/// Creates one folder for its owner only.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(folder)
}

/// Whether users other than the owner can reach what is in a folder.
pub fn is_open_to_others(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o077 != 0
}

/// Whether a folder is shared on purpose or others can create files in it.
pub fn is_shared(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & (WRITABLE_BY_OTHERS | STICKY) != 0
}

/// Whether a folder has the sticky bit, as `/tmp` has.
pub fn is_sticky(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & STICKY != 0
}

/// Removes rights and never adds any, so that a folder that its owner made read-only stays read-only.
pub fn restrict(path: &Path, metadata: &Metadata, most: u32) -> io::Result<()> {
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o777 & !most == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode & (most | 0o7000)))
}

/// Lets the owner read a file that nobody else has rights to. Returns whether that was done. Older
/// tools of Oracle created their file with mode 0200, which the owner can write but not read.
pub fn let_owner_read(path: &Path, user: Option<u32>) -> bool {
    let Ok(found) = fs::symlink_metadata(path) else { return false };
    let closed = found.is_file() && found.permissions().mode() & 0o477 == 0;
    closed
        && belongs_to(&found, user)
        && fs::set_permissions(path, Permissions::from_mode(0o600)).is_ok()
}

/// Syncs a folder to the disk. Some file systems cannot do that; a failing disk is an error.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let unable = |error: &io::Error| {
        let code = error.raw_os_error().unwrap_or_default();
        // Also for a folder that is writable but not readable.
        [libc::EINVAL, libc::ENOTSUP, libc::EOPNOTSUPP, libc::ENOSYS, libc::EACCES, libc::EPERM]
            .contains(&code)
    };
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if !unable(&error) => Err(error),
        _ => Ok(()),
    }
}

/// The effective user of this process.
pub fn user_id() -> u32 {
    // SAFETY: it cannot fail and changes nothing.
    unsafe { libc::geteuid() }
}

/// What keeps a user from a file: the given user, or the user of the process. Looks at the file and at
/// the nearest existing folder above it.
pub fn holder(path: &Path, user: Option<u32>) -> Holder {
    deciding(path, user).map_or(Holder::Open, |(_, _, holder)| holder)
}

fn deciding(path: &Path, user: Option<u32>) -> Option<(PathBuf, Metadata, Holder)> {
    let me = user.unwrap_or_else(user_id);
    let mut folders = 0;
    for place in path.ancestors() {
        let Ok(found) = fs::symlink_metadata(place) else { continue };
        let is_lock = place.extension().is_some_and(|extension| extension == "lock");
        let needed = match found.is_dir() {
            true => 0o700,
            false if is_lock => 0o600,
            false => 0o400,
        };
        let holder = if found.uid() != me && !found.is_symlink() {
            Holder::Another
        } else if !found.is_symlink() && found.permissions().mode() & needed != needed {
            Holder::Closed
        } else {
            Holder::Open
        };
        if holder != Holder::Open {
            return Some((place.to_path_buf(), found, holder));
        }
        folders += usize::from(found.is_dir());
        if folders > 0 {
            return None;
        }
    }
    None
}

/// How a user gets back a file that belongs to another user, usually to root after a run with sudo.
pub fn take_over(path: &Path, user: Option<u32>) -> Remedy {
    let Some((place, found, _)) = deciding(path, user).or_else(|| {
        let found = fs::symlink_metadata(path).ok()?;
        Some((path.to_path_buf(), found, Holder::Another))
    }) else {
        return Remedy::Advice("Run it as the owner of the file".to_owned());
    };
    let shown = quoted(&place);
    let owner = if found.uid() == 0 { "root".to_owned() } else { format!("user {}", found.uid()) };
    let me = user.unwrap_or_else(user_id);
    if me == 0 {
        return Remedy::Advice(format!(
            "{shown} belongs to {owner}: run it as that user, without sudo"
        ));
    }
    // Only files in the user's own folder were taken over by a run with sudo. Anything else is
    // another user's home, or a shared folder.
    let above = place.parent().and_then(|above| fs::symlink_metadata(above).ok());
    let is_own = above.is_some_and(|above| above.uid() == me);
    if !is_own || found.is_dir() && is_shared(&found) {
        return Remedy::Advice(format!("{shown} belongs to {owner}: run it as that user"));
    }
    let is_vault = found.is_dir() && path.parent() == Some(&place);
    let all = if is_vault && place.file_name().is_some_and(|name| name == "netsuite-tba") {
        "-R "
    } else {
        ""
    };
    Remedy::Command {
        why: format!("It belongs to {owner}. "),
        command: format!("sudo chown {all}\"$(id -un)\" {shown}"),
    }
}

/// How a user gets access to a file whose mode forbids it.
pub fn open_up(path: &Path, user: Option<u32>) -> Remedy {
    let command = match deciding(path, user) {
        // Others may use the folder, such as the home folder, so its other bits stay.
        Some((place, found, _)) => {
            format!("chmod {} {}", if found.is_dir() { "u+rwx" } else { "600" }, quoted(&place))
        }
        None => format!("chmod 600 {}", quoted(path)),
    };
    Remedy::Command { why: String::new(), command }
}
