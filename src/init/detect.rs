//! Recognises the project: which of Oracle's Commerce developer tools it is, which version, and how
//! it depends on the package that this one replaces. Reads only `package.json` and `distro.json`.

use std::path::PathBuf;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::base::environment::Environment;
use crate::base::json_edit;
use crate::base::json_edit::Document;
use crate::error::{Code, Error, Result};
use crate::fs::project_file;
use crate::text::printable;

/// The names under which Oracle's tools require the package. The first one is used since version
/// 24.2.
pub const NAMES: [&str; 2] = ["@sc-utils/oauth1", "oauth1"];
const SECTIONS: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];
const DISTROS: [&str; 2] = ["gulp/distro.json", "distro.json"];
const MAX_BYTES: u64 = 1024 * 1024;

/// The kinds of Commerce developer tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The extension developer tools.
    Extension,
    /// The theme developer tools.
    Theme,
    /// The developer tools of the SuiteCommerce Advanced source.
    Source,
    /// Tools recognised only by the layout of their files.
    Unnamed,
}

impl Kind {
    /// Returns the name to show to people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Extension => "extension developer tools",
            Self::Theme => "theme developer tools",
            Self::Source => "SuiteCommerce Advanced developer tools",
            Self::Unnamed => "Commerce developer tools",
        }
    }

    /// Returns the name for scripts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Theme => "theme",
            Self::Source => "source",
            Self::Unnamed => "unknown",
        }
    }
}

/// A dependency in package.json that names the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The section it is in, usually `dependencies`.
    pub section: &'static str,
    /// `oauth1` or `@sc-utils/oauth1`.
    pub name: &'static str,
    /// The version or source it is installed from.
    pub spec: String,
}

impl Dependency {
    /// Checks whether it is already installed from this package.
    pub fn is_ours(&self) -> bool {
        let file = || self.spec.strip_prefix("file:")?.rsplit(['/', '\\']).next();
        self.spec.starts_with("npm:netsuite-tba@")
            || file().is_some_and(|name| name.starts_with("netsuite-tba") && name.ends_with("gz"))
            || (self.spec.contains("netsuite-tba") && self.spec.contains("://"))
    }
}

/// A project of Oracle's tools.
pub struct Tree {
    /// Its folder.
    pub folder: PathBuf,
    /// The kind of tools.
    pub kind: Kind,
    /// Their version in its short form, `24.1.2`.
    pub version: Option<String>,
    /// The dependencies to change.
    pub dependencies: Vec<Dependency>,
    /// The text of package.json.
    pub manifest: Zeroizing<String>,
}

/// Recognises the project in the working folder, or in the nearest parent with a package.json.
///
/// # Errors
/// [`Code::ProjectUnknown`] with what was found and what was looked for; [`Code::ProjectFile`] when
/// a file of the project cannot be read.
pub fn recognise(environment: &Environment) -> Result<Tree> {
    let cwd = &environment.cwd;
    let Some(folder) = cwd.ancestors().find(|folder| folder.join("package.json").is_file()) else {
        return Err(unknown(&format!(
            "There is no package.json in {} or above it.",
            cwd.display()
        )));
    };
    let path = folder.join("package.json");
    let manifest = project_file::read(&path, MAX_BYTES)?.unwrap_or_default();
    let package = Document::parse(&manifest).map_err(|why| project_file::unusable(&path, &why))?;
    let mut distro = None;
    for name in DISTROS {
        let path = folder.join(name);
        if let Some(text) = project_file::read(&path, MAX_BYTES)? {
            let value = serde_json::from_str::<Value>(&text[json_edit::start(&text)..]);
            distro =
                Some((name, value.map_err(|_| project_file::unusable(&path, "it is not JSON"))?));
            break;
        }
    }
    let dependencies = dependencies(&package);
    let gulp = SECTIONS.iter().any(|section| package.get(&[section, "gulp"]).is_some());
    let linked = dependencies.iter().any(|found| found.spec.starts_with("file:"));
    if dependencies.is_empty() || (distro.is_none() && !(gulp && linked)) {
        let distro = distro.as_ref().map(|(name, _)| *name);
        let found = found(&package, distro, gulp, &dependencies);
        return Err(unknown(&format!("Found in {}: {found}.", folder.display())));
    }
    let (kind, version) = named(distro.as_ref(), &package);
    Ok(Tree { folder: folder.to_owned(), kind, version, dependencies, manifest })
}

fn dependencies(package: &Document) -> Vec<Dependency> {
    let mut found = Vec::new();
    for section in SECTIONS {
        for name in NAMES {
            if let Some(Value::String(spec)) = package.get(&[section, name]) {
                found.push(Dependency { section, name, spec });
            }
        }
    }
    found
}

/// Determines kind and version from the names that the tools give themselves.
fn named(distro: Option<&(&str, Value)>, package: &Document) -> (Kind, Option<String>) {
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let said = |name: &str| distro.and_then(|(_, distro)| distro.get(name).cloned());
    let names = [text(said("name")), text(package.get(&["name"]))];
    let kind = names.into_iter().flatten().find_map(|name| {
        let name = name.to_ascii_lowercase();
        let is = |word| name.contains(word);
        match () {
            () if is("extension") => Some(Kind::Extension),
            () if is("theme") => Some(Kind::Theme),
            () if is("suitecommerce") || is("kilimanjaro") || name == "sca" => Some(Kind::Source),
            () => None,
        }
    });
    // Only the source tools keep this file beside package.json.
    let at_root = matches!(distro, Some(("distro.json", _)));
    let otherwise = if at_root { Kind::Source } else { Kind::Unnamed };
    let version = text(said("version")).or_else(|| text(package.get(&["version"])));
    (kind.unwrap_or(otherwise), version.map(|version| spoken(&version)))
}

/// Returns the short form of a version: `2024.1.2` becomes `24.1.2`.
fn spoken(version: &str) -> String {
    let short = version.strip_prefix("20").filter(|rest| rest.find('.') == Some(2));
    printable(short.unwrap_or(version), 40)
}

fn found(package: &Document, distro: Option<&str>, gulp: bool, names: &[Dependency]) -> String {
    let name = package.get(&["name"]);
    let name = name.as_ref().and_then(Value::as_str).unwrap_or("without a name");
    let mut parts = vec![format!("package.json ({})", printable(name, 60))];
    parts.extend(distro.map(str::to_owned));
    if gulp {
        parts.push("gulp".to_owned());
    }
    parts.extend(names.iter().map(|found| format!("{} ({})", found.name, shown_spec(&found.spec))));
    parts.join(", ")
}

/// Returns a spec for printing, with any password removed.
pub fn shown_spec(spec: &str) -> String {
    let safe = match (spec.split_once("://"), spec.rsplit_once('@')) {
        (Some((scheme, rest)), Some((_, host))) if rest.contains(':') && rest.contains('@') => {
            format!("{scheme}://***@{host}")
        }
        _ => spec.to_owned(),
    };
    printable(&safe, 200)
}

fn unknown(found: &str) -> Error {
    let looked = "Looked for gulp/distro.json (or distro.json), and for oauth1 or @sc-utils/oauth1 \
                  among the dependencies of package.json.";
    let what = "This folder is not a known Commerce developer tools project.";
    Error::new(Code::ProjectUnknown, format!("{what} {found} {looked}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn tree(files: &[(&str, &str)]) -> (tempfile::TempDir, Result<Tree>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let found = recognise(&Environment::new([], folder.path().to_owned()));
        (folder, found)
    }

    fn known(files: &[(&str, &str)]) -> Tree {
        tree(files).1.unwrap_or_else(|error| panic!("{error}"))
    }

    const LINKED: &str = r#"{"name":"x","dependencies":{"gulp":"4.0.2","oauth1":"file:./oauth1"}}"#;

    #[test]
    fn every_release_since_21_1_is_recognised_with_its_name_and_version() {
        let newer = r#"{"dependencies":{"@sc-utils/oauth1":"file:./@sc-utils/oauth1"}}"#;
        for (distro, said, written, kind, version) in [
            ("distro.json", "SuiteCommerce Advanced", "21.1.0", Kind::Source, "21.1.0"),
            ("gulp/distro.json", "extension", "2021.2.0", Kind::Extension, "21.2.0"),
            ("gulp/distro.json", "extension", "2022.1.1", Kind::Extension, "22.1.1"),
            ("gulp/distro.json", "Theme Dev Tools", "2022.2.0", Kind::Theme, "22.2.0"),
            ("gulp/distro.json", "extension", "23.1.3", Kind::Extension, "23.1.3"),
            ("gulp/distro.json", "extension", "2024.1.2", Kind::Extension, "24.1.2"),
            ("gulp/distro.json", "extension", "25.1.0", Kind::Extension, "25.1.0"),
            ("gulp/distro.json", "", "25.1.0", Kind::Unnamed, "25.1.0"),
        ] {
            let renamed = version.starts_with("25");
            let package = if renamed { newer } else { LINKED };
            let text = format!("\u{feff}{{\"name\":\"{said}\",\"version\":\"{written}\"}}");
            let tree = known(&[(distro, &text), ("package.json", package)]);
            assert_eq!((tree.kind, tree.version.as_deref()), (kind, Some(version)), "{text}");
            let name = if renamed { "@sc-utils/oauth1" } else { "oauth1" };
            assert_eq!(tree.dependencies[0].name, name);
        }
    }

    #[test]
    fn without_distro_json_a_linked_package_and_gulp_are_enough() {
        let tree = known(&[("package.json", LINKED)]);
        assert_eq!((tree.kind, tree.dependencies[0].section), (Kind::Unnamed, "dependencies"));
    }

    #[test]
    fn it_is_found_from_a_folder_below() {
        let (folder, _) = tree(&[("package.json", LINKED), ("Workspace/a/b.js", "")]);
        let below = Environment::new([], folder.path().join("Workspace/a"));
        assert_eq!(recognise(&below).map(|tree| tree.folder).ok().as_deref(), Some(folder.path()));
    }

    #[test]
    fn an_unknown_tree_is_refused_with_what_was_found_and_looked_for() {
        for (files, found) in [
            (vec![], "no package.json"),
            (vec![("package.json", r#"{"name":"shop"}"#)], "package.json (shop)"),
            (
                vec![("package.json", r#"{"name":"a","dependencies":{"oauth1":"^1.0.0"}}"#)],
                "oauth1 (^1.0.0)",
            ),
            (vec![("package.json", "{}"), ("gulp/distro.json", "{}")], "gulp/distro.json"),
        ] {
            let error = tree(&files).1.map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::ProjectUnknown);
            assert!(error.message().contains(found), "{error}");
            assert!(error.message().contains("Looked for gulp/distro.json"), "{error}");
        }
    }

    #[test]
    fn a_damaged_file_is_named() {
        let (_, found) = tree(&[("package.json", LINKED), ("gulp/distro.json", "{")]);
        let error = found.map(|_| ()).unwrap_err();
        assert!(
            error.message().contains(&Path::new("gulp").join("distro.json").display().to_string())
        );
        assert_eq!(error.code(), Code::ProjectFile);
    }

    #[test]
    fn our_own_package_is_seen_in_every_form() {
        let from =
            |spec: &str| Dependency { section: "dependencies", name: "oauth1", spec: spec.into() };
        for spec in [
            "npm:netsuite-tba@^0.1.0",
            "file:../netsuite-tba-0.1.0.tgz",
            "https://h/netsuite-tba-1.0.0.tgz",
        ] {
            assert!(from(spec).is_ours(), "{spec}");
        }
        for spec in ["file:./oauth1", "^1.0.0", "npm:netsuite-tba-fork@1.0.0"] {
            assert!(!from(spec).is_ours(), "{spec}");
        }
    }

    #[test]
    fn a_password_in_a_spec_is_not_shown() {
        assert_eq!(shown_spec("https://user:pass@host/x.tgz"), "https://***@host/x.tgz");
        assert_eq!(shown_spec("npm:netsuite-tba@^1.0.0"), "npm:netsuite-tba@^1.0.0");
    }
}
