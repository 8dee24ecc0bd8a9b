//! Finds out where the files of a project really are. A link can lead out of the project, and
//! writing through it would change a file that does not belong to the project.

use std::fs;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use crate::error::{Code, Error, Result};
use crate::fs::project_file;

/// The real location of a file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Inside the project, or the file does not exist yet.
    Inside,
    /// Outside the project: a link leads to this file.
    Outside(PathBuf),
}

/// Follows the links of a file and returns its real location.
///
/// # Errors
/// [`Code::ProjectFile`] for a broken link, or a link that another user created.
pub fn place(project: &Path, name: &str, user: Option<u32>) -> Result<Place> {
    let mut path = project.to_owned();
    for part in Path::new(name).components() {
        path.push(part);
        let Ok(found) = fs::symlink_metadata(&path) else { return Ok(Place::Inside) };
        if found.is_symlink() && !is_own(&found, user) {
            return Err(project_file::unusable(&path, "it is a link that another user made"));
        }
        if found.is_symlink() && fs::metadata(&path).is_err() {
            return Err(project_file::unusable(&path, "it is a link that leads nowhere"));
        }
    }
    let unusable = |error: std::io::Error| project_file::unusable(&path, &error.to_string());
    let real = fs::canonicalize(&path).map_err(unusable)?;
    let inside = real.starts_with(fs::canonicalize(project).map_err(unusable)?);
    Ok(if inside { Place::Inside } else { Place::Outside(real) })
}

/// Returns the error for a file that a link puts outside the project.
pub fn refused(name: &str, real: &Path) -> Error {
    let what = format!(
        "{name} is a link to {}, which is outside the project. Nothing was changed.",
        real.display()
    );
    Error::new(Code::ProjectFile, what).with_next_step(
        "Run init in a terminal to be asked about it, or replace the link with a file of the project.",
    )
}

#[cfg(unix)]
fn is_own(found: &Metadata, user: Option<u32>) -> bool {
    use std::os::unix::fs::MetadataExt;
    user.is_none_or(|user| user == found.uid())
}

#[cfg(not(unix))]
fn is_own(_found: &Metadata, _user: Option<u32>) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_are_followed_to_where_they_lead() {
        let (project, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (here, there) = (project.path(), other.path());
        let at = |name: &str| place(here, name, None);
        assert_eq!(at(".env").unwrap(), Place::Inside, "there is none yet");
        fs::write(here.join(".env"), "").unwrap();
        fs::write(there.join("profile"), "").unwrap();
        symlink(".env", here.join("inner")).unwrap();
        symlink(there.join("profile"), here.join("outer")).unwrap();
        symlink(here.join("outer"), here.join("twice")).unwrap();
        symlink(there, here.join("gulp")).unwrap();
        symlink(there.join("missing"), here.join("dangling")).unwrap();
        let real = fs::canonicalize(there.join("profile")).unwrap();
        assert_eq!(at(".env").unwrap(), Place::Inside);
        assert_eq!(at("inner").unwrap(), Place::Inside);
        assert_eq!(at("outer").unwrap(), Place::Outside(real.clone()));
        assert_eq!(at("twice").unwrap(), Place::Outside(real.clone()));
        assert_eq!(at("gulp/profile").unwrap(), Place::Outside(real));
        assert_eq!(at("dangling").unwrap_err().code(), Code::ProjectFile);
        let foreign = place(here, "outer", Some(4_000_000)).unwrap_err();
        assert!(foreign.message().contains("another user"), "{foreign}");
    }
}
