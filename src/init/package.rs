//! Chooses the package that package.json will name, and collects what is known about it.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha512};
use url::Url;

use crate::base::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::init::origin::{self, NAME, Origin};
use crate::init::tarball;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const MAX_TARBALL: u64 = 64 * 1024 * 1024;

/// The package to install.
pub struct Package {
    /// The text for package.json.
    pub spec: String,
    /// Its data for a lock file, or `None` where only npm knows it.
    pub locked: Option<Locked>,
    /// It was named on the command line, and is not the default.
    pub asked_for: bool,
    /// A note for the user about the default.
    pub note: Option<String>,
}

/// The data of the version that a lock file pins.
pub struct Locked {
    /// Its package.json.
    pub manifest: Value,
    /// Its path, if it is a file.
    pub resolved: Option<String>,
    /// Its checksum, if it is a file.
    pub integrity: Option<String>,
}

impl Locked {
    /// Returns its version.
    pub fn version(&self) -> &str {
        self.manifest.get("version").and_then(Value::as_str).unwrap_or(VERSION)
    }

    /// Returns its entry in a lock file of version 2 or 3, with the members in npm's order.
    pub fn entry(&self) -> Map<String, Value> {
        let mut entry = Map::new();
        entry.insert("name".into(), json!(NAME));
        entry.insert("version".into(), json!(self.version()));
        let files = [("resolved", &self.resolved), ("integrity", &self.integrity)];
        for (name, value) in files {
            entry.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
        }
        for name in ["license", "bin", "engines", "optionalDependencies"] {
            let value = self.manifest.get(name);
            entry.extend(value.map(|value| (name.to_owned(), value.clone())));
        }
        entry
    }

    /// Returns names and versions of the packages that contain the native part, one per platform.
    pub fn platforms(&self) -> Vec<(String, String)> {
        let all = self.manifest.get("optionalDependencies").and_then(Value::as_object);
        let text =
            |(name, version): (&String, &Value)| Some((name.clone(), version.as_str()?.to_owned()));
        all.into_iter().flatten().filter_map(text).collect()
    }
}

/// Returns the entry of a platform package by its name, such as `@netsuite-tba/linux-x64-gnu`.
pub fn platform_entry(name: &str, version: &str) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("version".into(), json!(version));
    let mut words = name.rsplit('/').next().unwrap_or(name).split('-');
    let (os, cpu, abi) = (words.next(), words.next(), words.next());
    entry.extend(cpu.map(|cpu| ("cpu".to_owned(), json!([cpu]))));
    let libc = match abi {
        Some("gnu") => Some("glibc"),
        Some("musl") => Some("musl"),
        _ => None,
    };
    entry.extend(libc.map(|libc| ("libc".to_owned(), json!([libc]))));
    entry.insert("optional".into(), json!(true));
    entry.extend(os.map(|os| ("os".to_owned(), json!([os]))));
    entry
}

/// Returns the package of `--package`, or by default the one that this copy was installed from.
///
/// # Errors
/// [`Code::FlagInvalid`] when npm could not install the value of `--package` as this package.
pub fn chosen(asked: Option<&str>, environment: &Environment, folder: &Path) -> Result<Package> {
    let Some(asked) = asked.map(str::trim) else { return by_default(environment, folder) };
    let path = environment.cwd.join(asked.strip_prefix("file:").unwrap_or(asked));
    if path.is_file() {
        return tarball(&path, folder);
    }
    if path.is_dir() {
        let what = format!("--package names the folder {}.", path.display());
        return Err(invalid(what).with_next_step("Run npm pack there and pass the .tgz."));
    }
    if asked.contains("://") {
        let with_password = Url::parse(asked).is_ok_and(|url| url.password().is_some());
        if with_password {
            let what = "--package contains a password, which must not go into package.json.";
            return Err(invalid(what.to_owned()).with_next_step("Put it into .npmrc."));
        }
        return Ok(Package { spec: asked.to_owned(), locked: None, asked_for: true, note: None });
    }
    let wanted = asked.strip_prefix("npm:").unwrap_or(asked);
    let range = match wanted.strip_prefix(NAME) {
        Some("") => Some(format!("^{VERSION}")),
        Some(rest) => rest.strip_prefix('@').map(str::to_owned),
        None => wanted
            .starts_with(|c: char| c.is_ascii_digit() || "^~".contains(c))
            .then(|| wanted.to_owned()),
    };
    let valid = |range: &String| {
        !range.is_empty() && range.chars().all(|c| c.is_ascii_alphanumeric() || "^~.+-".contains(c))
    };
    let Some(range) = range.filter(valid) else {
        return Err(invalid(
            "--package is neither a file nor a version of netsuite-tba.".to_owned(),
        ));
    };
    let is_own = range.trim_start_matches(['^', '~']) == VERSION;
    let locked = is_own.then(|| own(environment));
    Ok(Package { spec: format!("npm:{NAME}@{range}"), locked, asked_for: true, note: None })
}

fn by_default(environment: &Environment, folder: &Path) -> Result<Package> {
    let origin = origin::origin(environment);
    let mut package = match &origin {
        Origin::Tarball(file) if file.is_file() => tarball(file, folder)?,
        // npm links a folder, so there is nothing to pin.
        Origin::Folder(clone) => {
            let spec = format!("file:{}", relative(folder, clone));
            Package { spec, locked: None, asked_for: false, note: None }
        }
        Origin::Tarball(_) | Origin::Registry => {
            let spec = format!("npm:{NAME}@^{VERSION}");
            Package { spec, locked: Some(own(environment)), asked_for: false, note: None }
        }
    };
    package.asked_for = false;
    package.note = origin::said(&origin, &package.spec);
    Ok(package)
}

fn invalid(what: String) -> Error {
    let next = "Pass a .tgz, a URL or a version such as netsuite-tba@1.2.3.";
    Error::new(Code::FlagInvalid, what).with_next_step(next)
}

/// Returns the data of this version. Its package.json is beside the native part, except in unusual
/// installations.
fn own(environment: &Environment) -> Locked {
    let read = |folder: &PathBuf| std::fs::read(folder.join("package.json")).ok();
    let manifest = environment.package.as_ref().and_then(read);
    let manifest = manifest.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let is_own = |value: &Value| value.get("version").and_then(Value::as_str) == Some(VERSION);
    let otherwise = || json!({ "version": VERSION });
    Locked {
        manifest: manifest.filter(is_own).unwrap_or_else(otherwise),
        resolved: None,
        integrity: None,
    }
}

fn tarball(path: &Path, folder: &Path) -> Result<Package> {
    let failed = |why: &str| invalid(format!("{} cannot be used: {why}.", path.display()));
    let size = std::fs::metadata(path).map_err(|error| failed(&error.to_string()))?.len();
    if size > MAX_TARBALL {
        return Err(failed("it is too large"));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(&error.to_string()))?;
    let manifest = tarball::manifest(&bytes).ok_or_else(|| failed("it is not an npm package"))?;
    if manifest.get("name").and_then(Value::as_str) != Some(NAME) {
        return Err(failed("it is not the package netsuite-tba"));
    }
    let spec = format!("file:{}", relative(folder, path));
    let integrity = format!("sha512-{}", STANDARD.encode(Sha512::digest(&bytes)));
    let locked = Locked { manifest, resolved: Some(spec.clone()), integrity: Some(integrity) };
    Ok(Package { spec, locked: Some(locked), asked_for: true, note: None })
}

/// Returns the path from the folder to the file as npm writes it, with `/`. Returns the absolute
/// path if there is no relative one.
fn relative(folder: &Path, file: &Path) -> String {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (folder, file) = (real(folder), real(file));
    let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), file.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return file.to_string_lossy().replace('\\', "/");
    }
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(asked: &str, folder: &Path) -> Result<Package> {
        let environment = Environment::new([], folder.to_owned());
        chosen(Some(asked), &environment, &folder.join("project"))
    }

    #[test]
    fn without_a_flag_it_is_this_very_version() {
        let package = chosen(None, &Environment::default(), Path::new("/p")).unwrap();
        assert_eq!(package.spec, format!("npm:netsuite-tba@^{VERSION}"));
        assert_eq!(package.locked.unwrap().version(), VERSION);
    }

    #[test]
    fn a_copy_from_a_file_stays_with_that_file_and_says_so() {
        let root = tempfile::tempdir().unwrap();
        let package = root.path().join("tool/node_modules").join(NAME);
        std::fs::create_dir_all(&package).unwrap();
        std::fs::create_dir_all(root.path().join("project")).unwrap();
        let note = r#"{"packages":{"node_modules/netsuite-tba":{"resolved":"file:../x.tgz"}}}"#;
        std::fs::write(root.path().join("tool/node_modules/.package-lock.json"), note).unwrap();
        let mut environment = Environment::new([], root.path().to_owned());
        environment.package = Some(package);
        let choose = || chosen(None, &environment, &root.path().join("project")).unwrap();
        assert_eq!(choose().spec, format!("npm:{NAME}@^{VERSION}"), "the file is gone");
        assert!(choose().note.unwrap().contains("no longer exists"));
        let packed = tarball::packed(r#"{"name":"netsuite-tba","version":"1.0.0"}"#);
        std::fs::write(root.path().join("x.tgz"), packed).unwrap();
        let package = choose();
        assert_eq!((package.spec.as_str(), package.asked_for), ("file:../x.tgz", false));
        assert!(package.locked.is_some() && package.note.unwrap().contains("file:../x.tgz"));
    }

    #[test]
    fn a_tarball_is_pinned_by_its_checksum_and_named_from_the_project() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("project")).unwrap();
        let text = r#"{"name":"netsuite-tba","version":"9.8.7","optionalDependencies":{"@netsuite-tba/linux-x64-musl":"9.8.7"}}"#;
        std::fs::write(folder.path().join("x.tgz"), tarball::packed(text)).unwrap();
        let package = choose("x.tgz", folder.path()).unwrap();
        assert_eq!(package.spec, "file:../x.tgz");
        let locked = package.locked.unwrap();
        let entry = locked.entry();
        assert_eq!((locked.version(), &entry["resolved"]), ("9.8.7", &json!("file:../x.tgz")));
        assert!(entry["integrity"].as_str().unwrap().starts_with("sha512-"));
        let (name, version) = &locked.platforms()[0];
        let expected = json!({"version": "9.8.7", "cpu": ["x64"], "libc": ["musl"], "optional": true, "os": ["linux"]});
        assert_eq!(Value::Object(platform_entry(name, version)), expected);
    }

    #[test]
    fn versions_of_the_registry_are_named_in_npms_way() {
        let folder = tempfile::tempdir().unwrap();
        for (asked, spec, known) in [
            (format!("netsuite-tba@{VERSION}"), format!("npm:netsuite-tba@{VERSION}"), true),
            ("netsuite-tba".to_owned(), format!("npm:netsuite-tba@^{VERSION}"), true),
            ("npm:netsuite-tba@~99.1.0".to_owned(), "npm:netsuite-tba@~99.1.0".to_owned(), false),
            ("^99.0.0".to_owned(), "npm:netsuite-tba@^99.0.0".to_owned(), false),
            ("https://host/x.tgz".to_owned(), "https://host/x.tgz".to_owned(), false),
        ] {
            let package = choose(&asked, folder.path()).unwrap();
            assert_eq!((package.spec, package.locked.is_some()), (spec, known), "{asked}");
        }
    }

    #[test]
    fn what_npm_could_not_install_as_this_package_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("other.tgz"), tarball::packed(r#"{"name":"other"}"#))
            .unwrap();
        std::fs::write(folder.path().join("junk.tgz"), "junk").unwrap();
        for asked in [
            "other.tgz",
            "junk.tgz",
            "missing.tgz",
            ".",
            "left-pad@1.0.0",
            "netsuite-tba@",
            "https://u:p@h/x.tgz",
            "",
        ] {
            let error = choose(asked, folder.path()).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::FlagInvalid, "{asked}");
            assert!(!error.to_string().contains("u:p"));
        }
    }
}
