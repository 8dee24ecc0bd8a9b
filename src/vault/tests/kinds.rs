//! Whatever lies in place of a file of the vault: no operation waits for it, follows it out of the vault,
//! changes it, or reports a success that was none.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use crate::credentials::{ConsumerFingerprint, Token};
use crate::fs::open::tests::make_pipe;
use crate::vault::pending::PendingSignIn;
use crate::vault::tests::stand_in::{House, auth_id, new_token};
use crate::vault::*;

/// Far longer than any operation takes, and far shorter than waiting for the other end of a pipe.
const LIMIT: Duration = Duration::from_secs(20);

/// What lies in place of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pipe,
    Socket,
    Device,
    Folder,
    FullFolder,
    Link,
    LinkToNowhere,
    LinkToDevice,
    Sparse,
    OtherOwner,
    Garbage,
}

const KINDS: [Kind; 11] = [
    Kind::Pipe,
    Kind::Socket,
    Kind::Device,
    Kind::Folder,
    Kind::FullFolder,
    Kind::Link,
    Kind::LinkToNowhere,
    Kind::LinkToDevice,
    Kind::Sparse,
    Kind::OtherOwner,
    Kind::Garbage,
];

/// The files an operation may meet; those of the vault's folder, and Oracle's beside it.
const FILES: [&str; 12] = [
    "vault/tokens.json",
    "vault/tokens.json.tmp",
    "vault/tokens.lock",
    "vault/tokens.owner",
    "vault/secrets.json",
    "vault/secrets.json.tmp",
    "vault/sign-in.lock",
    "vault/sign-in.owner",
    "vault/sign-ins.json",
    ".nstba",
    ".nstba.lock",
    ".nstba.owner",
];

fn is_root() -> bool {
    // SAFETY: it cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// Puts something in place of a file; whether that could be done here.
fn put(kind: Kind, path: &Path, outside: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{chown, symlink};
    let before = fs::read(path).unwrap_or_default();
    let _ = fs::remove_file(path);
    match kind {
        Kind::Pipe => make_pipe(path),
        Kind::Socket => drop(std::os::unix::net::UnixListener::bind(path).unwrap()),
        Kind::Device => {
            let name = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
            // SAFETY: the name ends with a zero; the device is that of /dev/zero.
            return unsafe {
                libc::mknod(name.as_ptr(), libc::S_IFCHR | 0o600, libc::makedev(1, 5))
            } == 0;
        }
        Kind::Folder => fs::create_dir(path).unwrap(),
        Kind::FullFolder => {
            fs::create_dir(path).unwrap();
            fs::write(path.join("inside"), "kept").unwrap();
        }
        Kind::Link => {
            fs::write(outside, &before).unwrap();
            symlink(outside, path).unwrap();
        }
        Kind::LinkToNowhere => symlink(outside, path).unwrap(),
        Kind::LinkToDevice => symlink("/dev/zero", path).unwrap(),
        Kind::Sparse => fs::File::create(path).unwrap().set_len(10 << 30).unwrap(),
        Kind::OtherOwner => {
            fs::write(path, &before).unwrap();
            return is_root() && chown(path, Some(65534), None).is_ok();
        }
        Kind::Garbage => fs::write(path, b"\x00\xff{{\"").unwrap(),
    }
    true
}

/// An operation, and whether what it claims is so.
type Operation = (&'static str, fn(&Vault) -> Result<bool>);

const OPERATIONS: [Operation; 12] = [
    ("list", |vault| vault.list().map(|_| true)),
    ("find", |vault| vault.find(&auth_id("a"), &Origin::default()).map(|_| true)),
    ("token", |vault| {
        let Some(saved) = vault.find(&auth_id("a"), &Origin::default())? else { return Ok(true) };
        vault.token(&saved).map(|token| token.id == "id-one")
    }),
    ("touch", |vault| {
        if let Some(saved) = vault.list()?.first() {
            vault.touch(saved);
        }
        Ok(true)
    }),
    ("ready_to_save", |vault| vault.ready_to_save(&auth_id("a"), &Origin::default()).map(|_| true)),
    ("save", |vault| {
        let saved = vault.save(new_token("new", "1234567", "new"))?;
        Ok(fresh(vault).token(&saved)?.id == "id-new")
    }),
    ("rename", |vault| {
        vault.rename(&auth_id("a"), &auth_id("b"))?;
        let names: Vec<AuthId> = fresh(vault).list()?.into_iter().map(|t| t.auth_id).collect();
        Ok(names.contains(&auth_id("b")) && !names.contains(&auth_id("a")))
    }),
    ("remove", |vault| {
        let removed = vault.remove(&auth_id("a"), None)?;
        let is_there = fresh(vault).list()?.iter().any(|token| token.auth_id == auth_id("a"));
        Ok(removed || !is_there)
    }),
    ("import", |vault| {
        let report = vault.import(None, true)?;
        let plain = fs::read_to_string(report.file).unwrap_or_default();
        let fresh = fresh(vault);
        let is_so = |token: &import::ImportedToken| {
            let gone = !plain.contains(&format!("\"{}\"", token.name));
            let kept = fresh.find(&auth_id(&token.name), &Origin::default()).ok().flatten();
            (!token.plaintext_removed || gone)
                && kept.is_some_and(|kept| fresh.token(&kept).is_ok())
        };
        Ok(report.tokens.iter().all(is_so))
    }),
    ("sign_in_lock", |vault| vault.sign_in_lock("me").map(|_| true)),
    ("begin", |vault| {
        let pending = PendingSignIn {
            auth_id: auth_id("begun"),
            account: None,
            role: None,
            origin: Origin::default(),
            consumer: ConsumerFingerprint("0".repeat(12)),
            state: "state".to_owned(),
            request_token: "request".to_owned(),
            expires_at: u64::MAX,
            place: None,
        };
        vault.begin(pending, &Token::new("request", "secret")?)?;
        let begun = fresh(vault).unfinished()?;
        Ok(begun.len() == 1 && fresh(vault).request_token(&begun[0])?.id == "request")
    }),
    ("prune", |vault| {
        let found = vault.prunable()?;
        vault.prune(&found).map(|()| true)
    }),
];

/// The vault as another process would see it.
fn fresh(vault: &Vault) -> Vault {
    Vault::open(vault.0.settings.clone())
}

fn house() -> House {
    let mut house = House::new("file");
    // SAFETY: it cannot fail.
    house.settings.user_id = Some(unsafe { libc::geteuid() });
    house.vault().save(new_token("a", "1234567", "one")).unwrap();
    let plain = r#"{"plain":{"token":"t","secret":"s","account":"1234567"}}"#;
    fs::write(house.nstba(), plain).unwrap();
    house
}

/// Everything below a folder that is no regular file of the vault's own, with its content.
fn outside_of(path: &Path) -> Option<(fs::FileType, Vec<u8>)> {
    let found = fs::symlink_metadata(path).ok()?;
    let content =
        if found.is_file() && found.len() < 1 << 20 { fs::read(path).ok()? } else { vec![] };
    Some((found.file_type(), content))
}

#[test]
fn no_kind_of_file_holds_an_operation_up_or_makes_it_report_what_is_not_so() {
    let mut cases = 0;
    let mut wrong = Vec::new();
    for kind in KINDS {
        for file in FILES {
            for (name, operation) in OPERATIONS {
                let house = house();
                let path: PathBuf = house.folder.path().join(file);
                let outside = house.folder.path().join("outside");
                if !put(kind, &path, &outside) {
                    continue;
                }
                let before = outside_of(&outside);
                let vault = Vault::open(house.settings.clone());
                let (done, outcome) = mpsc::channel();
                std::thread::spawn(move || done.send(operation(&vault)));
                let case = format!("{kind:?} in place of {file}, {name}");
                match outcome.recv_timeout(LIMIT) {
                    Err(_) => wrong.push(format!("{case}: it waits")),
                    Ok(Ok(false)) => wrong.push(format!("{case}: it says what is not so")),
                    Ok(Ok(true) | Err(_)) => {}
                }
                if outside_of(&outside) != before {
                    wrong.push(format!("{case}: it reached outside"));
                }
                if kind == Kind::FullFolder && !path.join("inside").exists() {
                    wrong.push(format!("{case}: it emptied a folder"));
                }
                cases += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{cases} cases hold");
}
