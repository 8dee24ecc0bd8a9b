//! What the opener accepts, refuses and never waits for.

use super::*;

fn accept() -> Accept {
    Accept { most: 1000, links: Links::Refused, user: None, pipe: None }
}

#[cfg(unix)]
pub fn make_pipe(path: &Path) {
    use std::os::unix::ffi::OsStrExt;
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
    // SAFETY: the name ends with a zero.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
}

#[test]
fn a_file_is_read_whole_and_an_absent_one_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    assert!(read(&path, &accept()).unwrap().is_none());
    assert!(read(&path.join("below"), &accept()).unwrap().is_none());
    fs::write(&path, "text").unwrap();
    assert_eq!(&**read(&path, &accept()).unwrap().unwrap().bytes, b"text");
    assert!(read(&path.join("below"), &accept()).unwrap().is_none());
}

#[cfg(unix)]
#[test]
fn everything_but_a_plain_file_of_the_user_is_refused_with_its_reason_and_without_waiting() {
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::os::unix::net::UnixListener;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("file"), "text").unwrap();
    fs::write(at("large"), vec![b'x'; 1001]).unwrap();
    File::create(at("sparse")).unwrap().set_len(10 * 1024 * 1024 * 1024).unwrap();
    fs::create_dir(at("folder")).unwrap();
    make_pipe(&at("pipe"));
    let _socket = UnixListener::bind(at("socket")).unwrap();
    symlink(at("file"), at("link")).unwrap();
    symlink("/dev/zero", at("device")).unwrap();
    symlink(at("pipe"), at("link-to-pipe")).unwrap();
    let followed = Accept { links: Links::Followed, ..accept() };
    let user = Some(fs::metadata(at("file")).unwrap().uid() + 1);
    let cases = [
        ("folder", accept(), "it is a folder"),
        ("pipe", accept(), "it is a named pipe"),
        ("link-to-pipe", followed, "it is a named pipe"),
        ("socket", accept(), "it is not a regular file"),
        ("device", followed, "it is not a regular file"),
        ("link", accept(), "it is a symbolic link"),
        ("large", accept(), "it is larger than 0 KB"),
        ("sparse", Accept { most: 16 << 20, ..accept() }, "it is larger than 16 MB"),
        ("file", Accept { user, ..accept() }, "it belongs to another user"),
    ];
    for (name, accept, reason) in cases {
        let began = Instant::now();
        let refusal = read(&at(name), &accept).map(|_| ()).unwrap_err();
        assert_eq!(refusal.to_string(), reason, "{name}");
        assert!(began.elapsed() < Duration::from_secs(1), "{name}");
    }
    assert!(read(&at("link"), &followed).unwrap().is_some());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_to_its_end_where_one_is_accepted() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    make_pipe(&path);
    let accept = Accept { pipe: Some(Duration::from_secs(2)), ..accept() };
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            let mut pipe = OpenOptions::new().write(true).open(path).unwrap();
            pipe.write_all(b"first ").unwrap();
            thread::sleep(Duration::from_millis(50));
            pipe.write_all(b"second").unwrap();
        }
    });
    assert_eq!(&**read(&path, &accept).unwrap().unwrap().bytes, b"first second");
    writer.join().unwrap();
}

#[cfg(unix)]
#[test]
fn a_pipe_that_says_nothing_never_ends_or_says_too_much_is_given_up() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    make_pipe(&path);
    let accept = Accept { pipe: Some(Duration::from_millis(150)), ..accept() };
    let refusal = || read(&path, &accept).map(|_| ()).unwrap_err();
    assert!(matches!(refusal(), Refusal::Silent(_)));
    // Reading and writing keeps the pipe open without an end.
    let mut both = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    both.write_all(b"no end").unwrap();
    assert!(matches!(refusal(), Refusal::Silent(_)));
    both.write_all(&[b'x'; 1001]).unwrap();
    assert!(matches!(refusal(), Refusal::TooLarge(1000)));
}

#[test]
fn a_file_that_was_just_written_is_not_settled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    fs::write(&path, "one").unwrap();
    let first = stamp(&path).unwrap().unwrap();
    assert!(!first.is_settled());
    let old = SystemTime::now() - Duration::from_secs(60);
    File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
    let later = stamp(&path).unwrap().unwrap();
    assert!(later.is_settled() && later != first);
}
