//! Rights, owners and inodes, where the platform has them. The only code here that knows Unix.

#[cfg(unix)]
mod unix {
    use std::fs::{self, File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
    use std::path::Path;

    pub fn inode_and_change(metadata: &Metadata) -> (u64, i64, i64) {
        (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
    }

    /// The rights of a file.
    #[expect(clippy::unnecessary_wraps, reason = "other platforms have none")]
    pub fn mode(metadata: &Metadata) -> Option<u32> {
        Some(metadata.permissions().mode() & 0o777)
    }

    pub fn belongs_to(metadata: &Metadata, user: Option<u32>) -> bool {
        user.is_none_or(|user| metadata.uid() == user)
    }

    /// A named pipe in place of the file must not hold the caller up.
    pub fn never_wait(options: &mut OpenOptions) {
        options.custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC);
    }

    pub fn owner_only(options: &mut OpenOptions) {
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }

    pub fn create_private(folder: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }

    /// Takes rights away, never gives any: a folder its owner made read-only stays so.
    pub fn restrict(path: &Path, metadata: &Metadata, most: u32) -> io::Result<()> {
        let mode = metadata.permissions().mode() & 0o777;
        if mode & !most == 0 {
            return Ok(());
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode & most))
    }

    /// Gives the owner the right to read a file that nobody else has rights to; whether that was done.
    /// Old tools of Oracle's made their file with mode 0200, in which its owner can write and not read.
    pub fn let_owner_read(path: &Path, user: Option<u32>) -> bool {
        let Ok(found) = fs::symlink_metadata(path) else { return false };
        let closed = found.is_file() && found.permissions().mode() & 0o477 == 0;
        closed
            && belongs_to(&found, user)
            && fs::set_permissions(path, fs::Permissions::from_mode(0o600)).is_ok()
    }

    pub fn sync_folder(folder: &Path) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(not(unix))]
mod other {
    use std::fs::{self, Metadata, OpenOptions};
    use std::io;
    use std::path::Path;

    pub fn inode_and_change(_metadata: &Metadata) -> (u64, i64, i64) {
        (0, 0, 0)
    }

    pub fn mode(_metadata: &Metadata) -> Option<u32> {
        None
    }

    pub fn belongs_to(_metadata: &Metadata, _user: Option<u32>) -> bool {
        true
    }

    pub fn never_wait(_options: &mut OpenOptions) {}

    pub fn owner_only(_options: &mut OpenOptions) {}

    pub fn create_private(folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    /// The user's profile folder is private by its access list already.
    pub fn restrict(_path: &Path, _metadata: &Metadata, _most: u32) -> io::Result<()> {
        Ok(())
    }

    pub fn let_owner_read(_path: &Path, _user: Option<u32>) -> bool {
        false
    }

    pub fn sync_folder(_folder: &Path) {}
}

#[cfg(not(unix))]
pub use other::*;
#[cfg(unix)]
pub use unix::*;
