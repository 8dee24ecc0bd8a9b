//! Access lists and file identities. A private file is for its owner and SYSTEM only, whatever its folder
//! would pass on.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::os::windows::io::AsRawHandle as _;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

use windows_sys::Win32::Foundation::{
    CloseHandle, ERROR_CALL_NOT_IMPLEMENTED, ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED, HANDLE,
    LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
    SE_FILE_OBJECT, SetNamedSecurityInfoW,
};
use windows_sys::Win32::Security::{
    ACL, DACL_SECURITY_INFORMATION, GetSecurityDescriptorDacl, GetTokenInformation,
    PROTECTED_DACL_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_FLAG_OPEN_REPARSE_POINT, GetFileInformationByHandle,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::identity::{Holder, Identity};
use super::remedy::Remedy;
use crate::fs::patience::patiently;
use crate::fs::shell_word::quoted;

/// Tells a file apart from its later states.
pub fn identity(metadata: &Metadata) -> Identity {
    Identity { file: (metadata.creation_time(), 0), changed: (0, 0) }
}

/// Whether an open file is still the one with that name.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let named = match patiently(|| open_lock_file_if_there(path)) {
        Ok(named) => named,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    Ok(number(file)? == number(&named)?)
}

/// Volume and index of a file.
fn number(file: &File) -> io::Result<(u32, u32, u32)> {
    let mut information = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open for as long as `file` lives, and the structure is ours.
    let done =
        unsafe { GetFileInformationByHandle(file.as_raw_handle().cast(), &raw mut information) };
    if done == 0 {
        return Err(io::Error::last_os_error());
    }
    let BY_HANDLE_FILE_INFORMATION { dwVolumeSerialNumber, nFileIndexHigh, nFileIndexLow, .. } =
        information;
    Ok((dwVolumeSerialNumber, nFileIndexHigh, nFileIndexLow))
}

/// There are no mode bits.
pub fn mode(_metadata: &Metadata) -> Option<u32> {
    None
}

/// Access lists decide who can create a file there.
pub fn belongs_to(_metadata: &Metadata, _user: Option<u32>) -> bool {
    true
}

/// Named pipes are not files on Windows.
pub fn is_pipe(_metadata: &Metadata) -> bool {
    false
}

/// Where links may not be followed, a link itself is opened.
pub fn never_wait(options: &mut OpenOptions, follow_links: bool) {
    if !follow_links {
        options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    }
}

/// A new file for its owner and SYSTEM. Nobody else can open it before its access list is set.
pub fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).share_mode(0);
    let file = patiently(|| options.open(path))?;
    keep_private(path, false)?;
    Ok(file)
}

/// Opens a lock file, and creates it if it is missing.
pub fn open_lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    never_wait(&mut options, false);
    patiently(|| options.open(path))
}

fn open_lock_file_if_there(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    never_wait(&mut options, false);
    options.open(path)
}

/// A new file with the rights that its folder passes on.
pub fn create_project_file(
    path: &Path,
    _before: Option<&Metadata>,
    _mode: Option<u32>,
) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    patiently(|| options.open(path))
}

/// Creates one folder for its owner and SYSTEM.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    keep_private(folder, true)
}

/// Access lists are set each time one of our folders is prepared.
pub fn is_open_to_others(_metadata: &Metadata) -> bool {
    true
}

/// The attributes of a folder do not tell whether others use it.
pub fn is_shared(_metadata: &Metadata) -> bool {
    false
}

/// There is no sticky bit.
pub fn is_sticky(_metadata: &Metadata) -> bool {
    false
}

/// Gives a file or folder to its owner and SYSTEM only.
pub fn restrict(path: &Path, metadata: &Metadata, _most: u32) -> io::Result<()> {
    keep_private(path, metadata.is_dir())
}

/// There are no modes that could forbid reading.
pub fn let_owner_read(_path: &Path, _user: Option<u32>) -> bool {
    false
}

/// Renaming is durable without a sync.
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// The access list decides; it is not read here.
pub fn holder(_path: &Path, _user: Option<u32>) -> Holder {
    Holder::Closed
}

/// How a user gets back a file that belongs to another user.
pub fn take_over(path: &Path, _user: Option<u32>) -> Remedy {
    as_administrator(format!("takeown /F {}", quoted(path)))
}

/// How a user gets access to a file whose access list forbids it.
pub fn open_up(path: &Path, _user: Option<u32>) -> Remedy {
    as_administrator(format!("icacls {} /grant \"%USERNAME%:F\"", quoted(path)))
}

fn as_administrator(command: String) -> Remedy {
    Remedy::Command { why: "This needs a command prompt of an administrator. ".to_owned(), command }
}

/// Sets an access list with the user of this process and SYSTEM, and nothing inherited. On a file system
/// without access lists it does nothing.
fn keep_private(path: &Path, is_folder: bool) -> io::Result<()> {
    let Some(user) = user() else { return Ok(()) };
    let inherit = if is_folder { "OICI" } else { "" };
    let list = wide(OsStr::new(&format!("D:P(A;{inherit};FA;;;{user})(A;{inherit};FA;;;SY)")));
    let mut descriptor: PSECURITY_DESCRIPTOR = null_mut();
    // SAFETY: the text ends with a zero; the descriptor is freed below.
    let parsed = unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            list.as_ptr(),
            SDDL_REVISION_1,
            &raw mut descriptor,
            null_mut(),
        )
    };
    if parsed == 0 {
        return tolerated(io::Error::last_os_error());
    }
    let (mut present, mut defaulted) = (0, 0);
    let mut acl: *mut ACL = null_mut();
    let name = wide(path.as_os_str());
    // SAFETY: the descriptor was just made and owns the list; the name ends with a zero.
    let code = unsafe {
        GetSecurityDescriptorDacl(descriptor, &raw mut present, &raw mut acl, &raw mut defaulted);
        let code = SetNamedSecurityInfoW(
            name.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            null_mut(),
            null_mut(),
            acl,
            null(),
        );
        LocalFree(descriptor);
        code
    };
    if code == 0 {
        return Ok(());
    }
    tolerated(io::Error::from_raw_os_error(code.cast_signed()))
}

fn tolerated(error: io::Error) -> io::Result<()> {
    let without_lists = [ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED, ERROR_CALL_NOT_IMPLEMENTED];
    let code = error.raw_os_error().map(i32::cast_unsigned);
    if code.is_some_and(|code| without_lists.contains(&code)) { Ok(()) } else { Err(error) }
}

/// The user of this process, as access lists name users.
fn user() -> Option<&'static str> {
    static USER: OnceLock<Option<String>> = OnceLock::new();
    USER.get_or_init(find_user).as_deref()
}

fn find_user() -> Option<String> {
    let mut token: HANDLE = null_mut();
    // SAFETY: the handle of this process needs no closing; that of its token is closed below.
    if unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) } == 0 {
        return None;
    }
    // Aligned as the structure requires, and with room for the longest identifier after it.
    let mut room = [0_u64; 32];
    let size = u32::try_from(size_of_val(&room)).ok()?;
    let mut used = 0;
    // SAFETY: the buffer has the size that is passed; the token is closed once and not used afterwards.
    let told = unsafe {
        let told =
            GetTokenInformation(token, TokenUser, room.as_mut_ptr().cast(), size, &raw mut used);
        CloseHandle(token);
        told
    };
    if told == 0 {
        return None;
    }
    let mut text: *mut u16 = null_mut();
    // SAFETY: the system filled the buffer with this structure, whose identifier points into the buffer;
    // the text ends with a zero and is freed once.
    unsafe {
        let sid = (*room.as_ptr().cast::<TOKEN_USER>()).User.Sid;
        if ConvertSidToStringSidW(sid, &raw mut text) == 0 {
            return None;
        }
        let length = (0..).take_while(|at| *text.add(*at) != 0).count();
        let user = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        Some(user)
    }
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}
