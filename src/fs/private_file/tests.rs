//! Private files are complete, private, and never another user's.

use super::*;

fn files() -> PrivateFiles {
    PrivateFiles::of_vault(None)
}

#[test]
fn what_was_written_is_read_back_and_nothing_is_left_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    assert!(files().read(&path, Links::Refused).unwrap().is_none());
    fs::write(atomic_write::beside(&path), "left by a crash").unwrap();
    files().replace(&path, b"one", "test").unwrap();
    files().replace(&path, b"two", "test").unwrap();
    assert_eq!(&*files().read(&path, Links::Refused).unwrap().unwrap().bytes, b"two");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_too_large_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    fs::File::create(&path).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let error = files().read(&path, Links::Refused).map(|_| ()).unwrap_err();
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
        assert!(names.insert(files().keep_copy(&path).unwrap()));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
    let aside = folder.path().join("b.json");
    copy_without_link(&path, &aside).unwrap();
    assert_eq!(fs::read(&aside).unwrap(), b"x");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn modes_are_tightened_and_links_and_strangers_refused() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let path = home.join("tokens.json");
        files().prepare_folder(&home).unwrap();
        files().replace(&path, b"one", "test").unwrap();
        set(&home, 0o755);
        set(&path, 0o644);
        files().prepare_folder(&home).unwrap();
        files().replace(&path, b"two", "test").unwrap();
        assert_eq!((mode(&home), mode(&path)), (0o700, 0o600));

        let stranger = PrivateFiles::of_vault(Some(fs::metadata(&path).unwrap().uid() + 1));
        for outcome in [
            stranger.read(&path, Links::Refused).map(|_| ()),
            stranger.replace(&path, b"x", "test"),
            stranger.prepare_folder(&home),
        ] {
            assert_eq!(outcome.unwrap_err().code(), Code::StoreUnsafe);
        }
        let link = home.join("link.json");
        symlink(&path, &link).unwrap();
        let refused = files().read(&link, Links::Refused).map(|_| ());
        assert_eq!(refused.unwrap_err().code(), Code::StoreUnsafe);
        assert_eq!(files().replace(&link, b"x", "test").unwrap_err().code(), Code::StoreUnsafe);
        assert_eq!(&*files().read(&link, Links::Followed).unwrap().unwrap().bytes, b"two");
        assert_eq!(
            files().read(&home, Links::Refused).map(|_| ()).unwrap_err().code(),
            Code::StoreUnsafe
        );
    }

    #[test]
    fn a_folder_that_others_use_keeps_its_rights() {
        let prepared = |mode_before: u32, content: &[&str]| {
            let folder = tempfile::tempdir().unwrap();
            let home = folder.path().join("home");
            fs::create_dir(&home).unwrap();
            for name in content {
                fs::write(home.join(name), "").unwrap();
            }
            set(&home, mode_before);
            let outcome = files().prepare_folder(&home).map_err(|error| error.code());
            (outcome, mode(&home))
        };
        let refused = Err(Code::StoreUnsafe);
        // Created and used by others.
        assert_eq!(prepared(0o1777, &["x11.socket"]), (refused, 0o1777));
        assert_eq!(prepared(0o775, &["report.pdf", "tokens.json"]), (refused, 0o775));
        // Empty so far, but a sticky folder is meant for everybody.
        assert_eq!(prepared(0o1777, &[]), (refused, 0o1777));
        // Others can look but change nothing, and our files are private by themselves.
        assert_eq!(prepared(0o755, &["report.pdf", "tokens.json"]), (Ok(()), 0o755));
        // Everything in it is ours.
        assert_eq!(prepared(0o775, &[]), (Ok(()), 0o700));
        assert_eq!(prepared(0o2755, &["tokens.json", "secrets.json.damaged-1"]), (Ok(()), 0o2700));
        assert_eq!(prepared(0o700, &["report.pdf"]), (Ok(()), 0o700));
    }

    #[test]
    fn a_new_folder_and_those_made_for_it_are_private() {
        let folder = tempfile::tempdir().unwrap();
        set(folder.path(), 0o755);
        let home = folder.path().join("a/b");
        files().prepare_folder(&home).unwrap();
        files().prepare_inner_folder(&home.join("init")).unwrap();
        for name in ["a", "a/b", "a/b/init"] {
            assert_eq!(mode(&folder.path().join(name)), 0o700, "{name}");
        }
        assert_eq!(mode(folder.path()), 0o755);
    }

    #[test]
    fn something_else_in_place_of_the_folder_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(files().prepare_folder(&file).unwrap_err().code(), Code::StoreUnsafe);
        let below = files().prepare_folder(&file.join("home")).unwrap_err();
        assert_eq!(below.code(), Code::StoreUnwritable);
        assert_eq!(files().prepare_inner_folder(&file).unwrap_err().code(), Code::StoreUnsafe);
    }
}
