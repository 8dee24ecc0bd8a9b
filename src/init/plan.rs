//! Plans the files that init would write: complete texts before and after, in the order of writing.
//! Writes nothing.

use std::path::PathBuf;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::base::json_edit::Document;
use crate::error::Result;
use crate::fs::project_file;
use crate::init::detect::{Dependency, Tree};
use crate::init::lock_file;
use crate::init::package::Package;
use crate::project::account_lock::{GUARD, MEMBER};

/// The lock files of other package managers, and their commands.
const OTHER_LOCKS: [(&str, &str); 3] = [
    ("yarn.lock", "yarn install"),
    ("pnpm-lock.yaml", "pnpm install"),
    ("bun.lock", "bun install"),
];
const MANIFEST: &str = "package.json";
const MAX_LOCK: u64 = 64 * 1024 * 1024;

/// The two parts of init.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The dependency in package.json, and the lock file.
    Package,
    /// The secrets in shared files.
    Secrets,
}

impl Part {
    /// Returns the name that is stored in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Secrets => "secrets",
        }
    }
}

/// A file to write. May contain secrets, so it has no `Debug`.
pub struct Change {
    /// Its path relative to the project's folder, with `/`.
    pub name: &'static str,
    /// The part it belongs to.
    pub part: Part,
    /// Its current text, or `None` if it does not exist yet.
    pub before: Option<Zeroizing<String>>,
    /// Its new text.
    pub after: Zeroizing<String>,
    /// Its new mode, or `None` to keep the current one.
    pub mode: Option<u32>,
    /// A description of the change, without secrets.
    pub what: String,
    /// The file outside the project that a link leads to. It is written only if the user agrees.
    pub leads_to: Option<PathBuf>,
}

impl Change {
    /// Returns the name, followed by its real location if a link leads out of the project.
    pub fn shown_name(&self) -> String {
        match &self.leads_to {
            Some(real) => format!("{} -> {}", self.name, real.display()),
            None => self.name.to_owned(),
        }
    }
}

/// The change of package, and the commands to run after it.
#[derive(Default)]
pub struct PackageChange {
    /// The files to write. package.json is last, because its dependency shows that everything is
    /// done.
    pub changes: Vec<Change>,
    /// The commands that bring `node_modules` up to date.
    pub next: Vec<String>,
    /// Warnings for the user.
    pub warnings: Vec<String>,
}

/// Returns the dependencies to change: those that do not use this package yet, and those that use
/// another version than the requested one.
pub fn lines_to_change<'a>(tree: &'a Tree, package: &Package) -> Vec<&'a Dependency> {
    let differs =
        |line: &&Dependency| line.spec != package.spec && (package.asked_for || !line.is_ours());
    tree.dependencies.iter().filter(differs).collect()
}

/// Plans the changes of package.json and the lock file.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when a file cannot be read.
pub fn package_change(tree: &Tree, package: &Package) -> Result<PackageChange> {
    let lines = lines_to_change(tree, package);
    let mut planned = PackageChange::default();
    if lines.is_empty() {
        return Ok(planned);
    }
    lock_change(tree, package, &lines, &mut planned)?;
    let path = tree.folder.join(MANIFEST);
    let mut manifest =
        Document::parse(&tree.manifest).map_err(|why| project_file::unusable(&path, &why))?;
    for line in &lines {
        manifest.set(&[line.section], line.name, &json!(package.spec));
    }
    planned.changes.push(Change {
        name: MANIFEST,
        part: Part::Package,
        before: Some(tree.manifest.clone()),
        after: Zeroizing::new(manifest.into_text()),
        mode: None,
        what: match lines.len() {
            1 => "1 line changed".to_owned(),
            count => format!("{count} lines changed"),
        },
        leads_to: None,
    });
    Ok(planned)
}

/// Adds the production guard to the change of package.json. Returns whether it is new there.
///
/// # Errors
/// [`crate::error::Code::ProjectFile`] when package.json cannot be edited.
pub fn add_guard(tree: &Tree, planned: &mut PackageChange) -> Result<bool> {
    let path = tree.folder.join(MANIFEST);
    let at = planned.changes.iter().position(|change| change.name == MANIFEST);
    let text = at.map_or(&tree.manifest, |at| &planned.changes[at].after);
    let mut manifest = Document::parse(text).map_err(|why| project_file::unusable(&path, &why))?;
    let added = match manifest.get(&[MEMBER]) {
        Some(Value::Object(lock)) if lock.contains_key(GUARD) => false,
        Some(_) => manifest.set_last(&[MEMBER], GUARD, &json!(true)),
        None => manifest.set_last(&[], MEMBER, &json!({ GUARD: true })),
    };
    if !added {
        return Ok(false);
    }
    let after = Zeroizing::new(manifest.into_text());
    match at {
        Some(at) => {
            planned.changes[at].after = after;
            planned.changes[at].what += ", production guard added";
        }
        None => planned.changes.push(Change {
            name: MANIFEST,
            part: Part::Package,
            before: Some(tree.manifest.clone()),
            after,
            mode: None,
            what: "production guard added".to_owned(),
            leads_to: None,
        }),
    }
    Ok(true)
}

fn lock_change(
    tree: &Tree,
    package: &Package,
    lines: &[&Dependency],
    planned: &mut PackageChange,
) -> Result<()> {
    for (name, command) in OTHER_LOCKS {
        if tree.folder.join(name).is_file() {
            planned.warnings.push(format!("{name} is brought up to date by {command}."));
            planned.next.push(command.to_owned());
        }
    }
    for name in lock_file::NAMES {
        let path = tree.folder.join(name);
        let Some(before) = project_file::read(&path, MAX_LOCK)? else { continue };
        match lock_file::pinned(&before, lines, package) {
            Ok(after) => {
                if after != *before {
                    let version = package.locked.as_ref().map_or("", |locked| locked.version());
                    let what = format!("pins netsuite-tba {version}; other entries are unchanged");
                    let after = Zeroizing::new(after);
                    let before = Some(before.clone());
                    let part = Part::Package;
                    planned.changes.push(Change { name, part, before, after, mode: None, what, leads_to: None });
                }
                planned.warnings.extend(caveat(name, &before, lines, package));
            }
            Err(why) => planned.warnings.push(format!(
                "{name} was not changed, because {why}. Run npm install once; until then npm ci fails."
            )),
        }
    }
    if planned.next.is_empty() {
        planned.next.push("npm install".to_owned());
    }
    Ok(())
}

/// Describes what the lock file cannot record, if anything.
fn caveat(name: &str, lock: &str, lines: &[&Dependency], package: &Package) -> Option<String> {
    let is_file = package.locked.as_ref()?.resolved.is_some();
    if is_file && lock_file::version(lock) == Some(1) {
        return Some(format!(
            "{name} has lockfile version 1, in which npm 7 and later accept no .tgz. Run npm install \
             once; until then npm ci fails."
        ));
    }
    let install = |line: &&Dependency| format!("{}@{}", line.name, package.spec);
    let installs: Vec<String> = lines.iter().map(install).collect();
    (!is_file).then(|| {
        format!(
            "{name} names the version without a checksum, which only the registry knows. To add it: \
             npm install {}",
            installs.join(" ")
        )
    })
}
