//! Why the system refused to open, read, write or lock a file, and what to do about it.
//!
//! The system's error code alone does not tell what helps: "permission denied" calls for `chown` where
//! the file belongs to root and for `chmod` where only its mode is wrong. [`Cause::of`] looks at both.

use std::io;
use std::path::Path;

use crate::fs::permissions::{self, Holder, Remedy};
use crate::fs::shell_word::quoted;

/// Why the system refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The file or its folder belongs to another user.
    OtherOwner,
    /// Its mode, or its access list on Windows.
    Mode,
    /// Owner and mode allow it, so an access list, an immutable flag or a sandbox forbids it.
    OtherRule,
    /// It is a mount point, so it cannot be replaced.
    OwnMount,
    /// Another program has it open.
    InUse,
    /// The file system has no locks.
    NoLocks,
    /// The file system is mounted read-only.
    ReadOnly,
    /// The disk or the user's quota is full.
    Full,
    /// The process or the system has too many open files.
    TooManyFiles,
    /// The disk fails.
    Disk,
    /// The server of a network drive does not answer, or its files were replaced.
    NetworkDrive,
    /// A link, a name or a file type in the path makes it unusable.
    Path,
    /// Anything else.
    Other,
}

/// The system that an error code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// `errno`.
    Unix,
    /// `GetLastError`.
    Windows,
}

/// The system this was compiled for.
const HERE: System = if cfg!(windows) { System::Windows } else { System::Unix };

/// Where else the files can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// The vault's folder: `NETSUITE_TBA_HOME` names another one.
    VaultHome,
    /// `~/.nstba`: its path is fixed, but new tokens can be saved elsewhere.
    OtherStore,
    /// Nowhere else.
    Nowhere,
}

impl Cause {
    /// What keeps a user from a file: the given user, or the user of the process. Looks at the file and its
    /// folder if the error code alone does not tell.
    pub fn of(path: &Path, error: &io::Error, user: Option<u32>) -> Self {
        let cause = error.raw_os_error().map_or(Self::Other, |code| Self::of_code(code, HERE));
        if cause != Self::Mode || cfg!(windows) {
            return cause;
        }
        match permissions::holder(path, user) {
            Holder::Another => Self::OtherOwner,
            Holder::Closed => Self::Mode,
            Holder::Open => Self::OtherRule,
        }
    }

    /// What an error code means by itself.
    pub fn of_code(code: i32, system: System) -> Self {
        let table: &[(Self, &[i32])] = match system {
            System::Unix => UNIX,
            System::Windows => &WINDOWS,
        };
        let row = table.iter().find(|(_, codes)| codes.contains(&code));
        row.map_or(Self::Other, |(cause, _)| *cause)
    }

    /// What to do about it, or `None` if the advice of the error code is enough.
    pub fn next_step(self, path: &Path, user: Option<u32>, elsewhere: Elsewhere) -> Option<String> {
        let shown = quoted(path);
        let home = match elsewhere {
            Elsewhere::VaultHome => " Or set NETSUITE_TBA_HOME to a folder of your own.",
            Elsewhere::OtherStore => " Or keep new tokens elsewhere: NETSUITE_TBA_STORE=auto.",
            Elsewhere::Nowhere => "",
        };
        Some(match self {
            Self::OtherOwner => with_remedy(&permissions::take_over(path, user), elsewhere),
            Self::Mode => with_remedy(&permissions::open_up(path, user), elsewhere),
            Self::OtherRule => format!(
                "Its owner and mode allow it; look for an access list, an immutable flag (lsattr) or a sandbox.{home}"
            ),
            Self::OwnMount => format!(
                "{shown} is mounted by itself (as with docker -v FILE:FILE), so it cannot be replaced: mount the folder it is in instead.{home}"
            ),
            Self::InUse => format!(
                "Another program has {shown} open, for example a virus scanner or a backup. Close it and run the task again."
            ),
            Self::NoLocks => match elsewhere {
                Elsewhere::VaultHome => {
                    "That file system cannot lock files (some network drives cannot): set NETSUITE_TBA_HOME to a folder on a local disk.".to_owned()
                }
                Elsewhere::OtherStore | Elsewhere::Nowhere => format!(
                    "That file system cannot lock files (some network drives cannot).{home}"
                ),
            },
            Self::ReadOnly => format!("That file system is read-only: mount it writable.{home}"),
            Self::Full => {
                format!("Free some space on that disk, or raise the quota, and run the task again.{home}")
            }
            Self::TooManyFiles => {
                "Too many files are open: close some programs, or raise the limit (ulimit -n), and run the task again.".to_owned()
            }
            Self::Disk => format!("The disk reports a fault: check it, and restore {shown} from a backup if need be.{home}"),
            Self::NetworkDrive => {
                format!("That file is on a network drive that does not answer: reconnect it and run the task again.{home}")
            }
            Self::Path => {
                format!("Look at the path: a link in it leads in a circle, a name is too long, or a file is where a folder should be.{home}")
            }
            Self::Other => match elsewhere {
                Elsewhere::VaultHome => {
                    "Run the task again. If it fails again, set NETSUITE_TBA_HOME to a folder on a local disk.".to_owned()
                }
                Elsewhere::OtherStore => format!("Run the task again.{home}"),
                Elsewhere::Nowhere => return None,
            },
        })
    }
}

/// A command comes last, so that it can be copied.
fn with_remedy(remedy: &Remedy, elsewhere: Elsewhere) -> String {
    let or = match elsewhere {
        Elsewhere::VaultHome => "set NETSUITE_TBA_HOME to a folder of your own",
        Elsewhere::OtherStore => "keep new tokens elsewhere with NETSUITE_TBA_STORE=auto",
        Elsewhere::Nowhere => "",
    };
    match (remedy, or) {
        (Remedy::Command { why, command }, "") => format!("{why}Run: {command}"),
        (Remedy::Command { why, command }, or) => format!("{why}Run this, or {or}: {command}"),
        (Remedy::Advice(advice), "") => format!("{advice}."),
        (Remedy::Advice(advice), or) => format!("{advice}, or {or}."),
    }
}

#[cfg(unix)]
const UNIX: &[(Cause, &[i32])] = &[
    (Cause::Mode, &[libc::EACCES, libc::EPERM]),
    (Cause::OwnMount, &[libc::EBUSY, libc::EXDEV]),
    (Cause::InUse, &[libc::ETXTBSY]),
    (Cause::NoLocks, &[libc::ENOLCK, libc::EOPNOTSUPP, libc::ENOTSUP, libc::ENOSYS]),
    (Cause::ReadOnly, &[libc::EROFS]),
    (Cause::Full, &[libc::ENOSPC, libc::EDQUOT, libc::EFBIG]),
    (Cause::TooManyFiles, &[libc::EMFILE, libc::ENFILE]),
    (Cause::Disk, &[libc::EIO]),
    (
        Cause::NetworkDrive,
        &[libc::ESTALE, libc::ETIMEDOUT, libc::EHOSTDOWN, libc::EHOSTUNREACH, libc::ENOTCONN],
    ),
    (Cause::Path, &[libc::ELOOP, libc::ENAMETOOLONG, libc::ENOTDIR, libc::EISDIR]),
];
#[cfg(not(unix))]
const UNIX: &[(Cause, &[i32])] = &[];

/// The numbers of `winerror.h`, so that the table is tested everywhere.
const WINDOWS: [(Cause, &[i32]); 10] = [
    // ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD
    (Cause::Mode, &[5, 1314]),
    // ERROR_BUSY, ERROR_BUSY_DRIVE, ERROR_NOT_SAME_DEVICE
    (Cause::OwnMount, &[170, 142, 17]),
    // ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION, ERROR_USER_MAPPED_FILE
    (Cause::InUse, &[32, 33, 1224]),
    // ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED, ERROR_CALL_NOT_IMPLEMENTED
    (Cause::NoLocks, &[1, 50, 120]),
    // ERROR_WRITE_PROTECT
    (Cause::ReadOnly, &[19]),
    // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED, ERROR_FILE_TOO_LARGE
    (Cause::Full, &[39, 112, 1295, 223]),
    // ERROR_TOO_MANY_OPEN_FILES, ERROR_NO_SYSTEM_RESOURCES
    (Cause::TooManyFiles, &[4, 1450]),
    // ERROR_CRC, ERROR_SEEK, ERROR_IO_DEVICE
    (Cause::Disk, &[23, 25, 1117]),
    // ERROR_BAD_NETPATH, ERROR_NETWORK_BUSY, ERROR_DEV_NOT_EXIST, ERROR_UNEXP_NET_ERR,
    // ERROR_NETNAME_DELETED, ERROR_BAD_NET_NAME, ERROR_SEM_TIMEOUT, ERROR_NETWORK_UNREACHABLE
    (Cause::NetworkDrive, &[53, 54, 55, 59, 64, 67, 121, 1231]),
    // ERROR_INVALID_NAME, ERROR_BAD_PATHNAME, ERROR_FILENAME_EXCED_RANGE, ERROR_DIRECTORY,
    // ERROR_CANT_RESOLVE_FILENAME
    (Cause::Path, &[123, 161, 206, 267, 1921]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_codes_have_their_cause_on_every_platform() {
        for (code, cause) in [
            (5, Cause::Mode),
            (17, Cause::OwnMount),
            (32, Cause::InUse),
            (33, Cause::InUse),
            (50, Cause::NoLocks),
            (19, Cause::ReadOnly),
            (112, Cause::Full),
            (1295, Cause::Full),
            (4, Cause::TooManyFiles),
            (1117, Cause::Disk),
            (53, Cause::NetworkDrive),
            (64, Cause::NetworkDrive),
            (206, Cause::Path),
            (2, Cause::Other),
        ] {
            assert_eq!(Cause::of_code(code, System::Windows), cause, "{code}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn each_cause_has_a_next_step_that_fits_it() {
        let cases: [(&[i32], Cause, &str); 10] = [
            (&[libc::EBUSY, libc::EXDEV], Cause::OwnMount, "mount the folder"),
            (&[libc::ENOLCK, libc::EOPNOTSUPP, libc::ENOSYS], Cause::NoLocks, "local disk"),
            (&[libc::EROFS], Cause::ReadOnly, "read-only"),
            (&[libc::ENOSPC, libc::EDQUOT, libc::EFBIG], Cause::Full, "Free some space"),
            (&[libc::EMFILE, libc::ENFILE], Cause::TooManyFiles, "ulimit -n"),
            (&[libc::EIO], Cause::Disk, "disk reports a fault"),
            (&[libc::ETXTBSY], Cause::InUse, "Another program"),
            (&[libc::EACCES, libc::EPERM], Cause::OtherRule, "immutable flag"),
            (&[libc::ESTALE, libc::ETIMEDOUT, libc::EHOSTDOWN], Cause::NetworkDrive, "reconnect"),
            (&[libc::ELOOP, libc::ENAMETOOLONG, libc::ENOTDIR], Cause::Path, "too long"),
        ];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.json");
        std::fs::write(&path, "{}").unwrap();
        for (codes, cause, words) in cases {
            for code in codes {
                let error = io::Error::from_raw_os_error(*code);
                assert_eq!(Cause::of(&path, &error, None), cause, "{error}");
                let step = cause.next_step(&path, None, Elsewhere::VaultHome).unwrap();
                assert!(step.contains(words), "{step}");
                let fixed = cause.next_step(&path, None, Elsewhere::Nowhere).unwrap();
                assert!(!fixed.contains("NETSUITE_TBA"), "{fixed}");
            }
        }
        let unknown = Cause::of(&path, &io::Error::from_raw_os_error(libc::EINVAL), None);
        let step = unknown.next_step(&path, None, Elsewhere::VaultHome).unwrap();
        assert!(step.contains("again") && !step.contains("writable"), "{step}");
        assert_eq!(unknown.next_step(&path, None, Elsewhere::Nowhere), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_closed_file_is_opened_with_chmod() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let denied = || io::Error::from_raw_os_error(libc::EACCES);
        let close = |path: &Path| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o040)).unwrap();
        };
        let path = folder.path().join("it's mine.json");
        std::fs::write(&path, "{}").unwrap();
        close(&path);
        assert_eq!(Cause::of(&path, &denied(), None), Cause::Mode);
        let step = Cause::Mode.next_step(&path, None, Elsewhere::Nowhere).unwrap();
        assert!(step.starts_with("Run: chmod 600 '") && step.contains("it'\\''s mine"), "{step}");
        let inner = folder.path().join("closed");
        std::fs::create_dir(&inner).unwrap();
        close(&inner);
        let step =
            Cause::Mode.next_step(&inner.join("tokens.json"), None, Elsewhere::Nowhere).unwrap();
        assert!(step.starts_with("Run: chmod u+rwx ") && step.contains("closed"), "{step}");
        let step = Cause::Mode.next_step(&path, None, Elsewhere::VaultHome).unwrap();
        assert!(step.contains("NETSUITE_TBA_HOME to a folder of your own: chmod 600 "), "{step}");
    }

    /// The user ID decides whose folders these are, so the test needs no second user.
    #[cfg(unix)]
    #[test]
    fn chown_is_advised_only_for_what_lies_within_a_folder_of_ones_own() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
        let top = tempfile::tempdir().unwrap();
        let me = std::fs::metadata(top.path()).unwrap().uid();
        let step = |path: &Path, user| {
            Cause::OtherOwner.next_step(path, Some(user), Elsewhere::VaultHome).unwrap()
        };
        // Another user's home, as after `su` with HOME kept.
        let home = top.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
        let told = step(&home.join(".config/netsuite-tba/tokens.json"), me + 1000);
        assert!(!told.contains("chown") && told.contains("NETSUITE_TBA_HOME"), "{told}");
        if me != 0 {
            return;
        }
        // What sudo made in the user's own home.
        for (made, of) in [("u1", ".config"), ("u2", ".config/netsuite-tba"), ("u3", "tokens.json")]
        {
            let home = top.path().join(made);
            std::fs::create_dir_all(home.join(of)).unwrap();
            for folder in home.join(of).ancestors().skip(1).take_while(|at| *at != top.path()) {
                chown(folder, Some(1000), None).unwrap();
            }
            let told = step(&home.join(of).join("tokens.json"), 1000);
            assert!(told.contains("sudo chown") && told.contains(of), "{told}");
            assert_eq!(told.contains("chown -R"), of.ends_with("netsuite-tba"), "{told}");
        }
    }
}
