//! Determines where this copy of the package was installed from: the registry, a `.tgz` or a
//! folder. npm records that beside the packages it installs.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::base::environment::Environment;

/// The package's name on npm.
pub const NAME: &str = "netsuite-tba";

/// The largest file that is read. npm's own files are smaller.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The source of an installed package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A registry, or an unknown source.
    Registry,
    /// This file, which may no longer exist.
    Tarball(PathBuf),
    /// This folder: a clone, or a linked folder.
    Folder(PathBuf),
}

/// Determines where this copy comes from.
pub fn origin(environment: &Environment) -> Origin {
    let Some(package) = &environment.package else { return Origin::Registry };
    let package = std::fs::canonicalize(package).unwrap_or_else(|_| package.clone());
    let above = package.parent().filter(|above| above.ends_with("node_modules"));
    let Some(modules) = above else { return Origin::Folder(package) };
    let Some(resolved) = resolved(&package, modules) else { return Origin::Registry };
    let Some(file) = resolved.strip_prefix("file:") else { return Origin::Registry };
    // The path is relative to the folder that contains node_modules.
    let root = modules.parent().unwrap_or(modules);
    Origin::Tarball(root.join(file))
}

/// Returns the source that npm recorded: in its file beside the packages, or, before npm 7, in the
/// package.json itself.
fn resolved(package: &Path, modules: &Path) -> Option<String> {
    let note = json(&modules.join(".package-lock.json"));
    let folder = package.file_name()?.to_string_lossy().into_owned();
    let noted = note.as_ref().and_then(|note| {
        let entry = note.get("packages")?.get(format!("node_modules/{folder}"))?;
        entry.get("resolved")?.as_str().map(str::to_owned)
    });
    noted.or_else(|| {
        let manifest = json(&package.join("package.json"))?;
        manifest.get("_resolved")?.as_str().map(str::to_owned)
    })
}

fn json(path: &Path) -> Option<Value> {
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len();
    let bytes = (size <= MAX_BYTES).then(|| std::fs::read(path).ok())??;
    serde_json::from_slice(&bytes).ok()
}

/// Explains the source to users who would expect the registry.
pub fn said(origin: &Origin, spec: &str) -> Option<String> {
    match origin {
        Origin::Registry => None,
        Origin::Tarball(file) if !file.is_file() => Some(format!(
            "This copy of {NAME} was installed from {}, which no longer exists, so package.json names \
             the version of the registry. To install from another file: \
             npx netsuite-tba init --package FILE",
            file.display()
        )),
        Origin::Tarball(_) | Origin::Folder(_) => Some(format!(
            "This copy of {NAME} was not installed from the registry, so package.json names {spec}. To \
             use the registry: npx netsuite-tba init --package {NAME}@{}",
            env!("CARGO_PKG_VERSION")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn installed(note: &str, manifest: &str) -> (tempfile::TempDir, Origin) {
        let root = tempfile::tempdir().unwrap();
        let package = root.path().join("node_modules").join(NAME);
        fs::create_dir_all(&package).unwrap();
        fs::write(root.path().join("node_modules/.package-lock.json"), note).unwrap();
        fs::write(package.join("package.json"), manifest).unwrap();
        let mut environment = Environment::new([], root.path().to_owned());
        environment.package = Some(package);
        let found = origin(&environment);
        (root, found)
    }

    #[test]
    fn npms_note_says_where_it_comes_from() {
        let note = |resolved: &str| {
            format!(r#"{{"packages":{{"node_modules/netsuite-tba":{{"resolved":"{resolved}"}}}}}}"#)
        };
        let (root, found) = installed(&note("file:../netsuite-tba-0.1.0.tgz"), "{}");
        let root = fs::canonicalize(root.path()).unwrap();
        assert_eq!(found, Origin::Tarball(root.join("../netsuite-tba-0.1.0.tgz")));
        let (_root, found) = installed(&note("https://registry.example/netsuite-tba.tgz"), "{}");
        assert_eq!(found, Origin::Registry);
        let (_root, found) = installed("{", r#"{"_resolved":"file:/tmp/x.tgz"}"#);
        assert_eq!(found, Origin::Tarball("/tmp/x.tgz".into()));
        let (_root, found) = installed("{}", "{}");
        assert_eq!(found, Origin::Registry, "nothing is known");
    }

    #[test]
    fn a_clone_is_a_folder() {
        let clone = tempfile::tempdir().unwrap();
        let mut environment = Environment::default();
        assert_eq!(origin(&environment), Origin::Registry);
        environment.package = Some(clone.path().to_owned());
        let folder = fs::canonicalize(clone.path()).unwrap();
        assert_eq!(origin(&environment), Origin::Folder(folder));
    }

    #[test]
    fn only_what_is_not_from_the_registry_is_spoken_of() {
        assert!(said(&Origin::Registry, "x").is_none());
        let gone = said(&Origin::Tarball("/nowhere/x.tgz".into()), "npm:x").unwrap();
        assert!(gone.contains("no longer exists") && gone.contains("--package"), "{gone}");
        let folder = said(&Origin::Folder("/clone".into()), "file:../clone").unwrap();
        assert!(folder.contains("file:../clone"), "{folder}");
    }
}
