//! How plans are shown to people before they are asked. Texts only; no secret is in any of them.

use crate::init::detect::Tree;
use crate::init::diff;
use crate::init::history::History;
use crate::init::plan::{Change, PackageChange};
use crate::init::secrets::Cleaning;
use crate::init::undo::Restored;

/// Which project this is.
pub fn tree(tree: &Tree) -> String {
    let version = tree.version.as_ref().map_or(String::new(), |version| format!(" {version}"));
    format!("{}{version} in {}", tree.kind.title(), tree.folder.display())
}

/// The change of package.
pub fn package(of: &Tree, change: &PackageChange) -> String {
    let mut lines = vec![tree(of)];
    for change in change.changes.iter().rev() {
        lines.push(format!("  {} {}", change.name, change.what));
        if change.name == "package.json" {
            let before = change.before.as_deref().map_or("", String::as_str);
            let differing = diff::lines(change.name, before, &change.after);
            lines.extend(differing.iter().map(|line| format!("    {line}")));
        }
    }
    lines.extend(change.warnings.iter().map(|warning| format!("  Note: {warning}")));
    lines.join("\n")
}

/// What is done about secrets.
pub fn secrets(cleaning: &Cleaning) -> String {
    let mut lines =
        vec!["Secrets of the integration record lie in files that teams share:".to_owned()];
    let line = |change: &Change| {
        let made = if change.before.is_none() { " (new)" } else { "" };
        format!("  {}{made} {}", change.name, change.what)
    };
    lines.extend(cleaning.changes.iter().map(line));
    lines.extend(leak(cleaning.history).map(|leak| format!("  {leak}")));
    lines.join("\n")
}

/// What to do about a secret that git remembers.
pub fn leak(history: Option<History>) -> Option<String> {
    let text = match history? {
        History::Leaked => {
            "The secret is in the history of git, where moving it changes nothing: make new ones in \
             NetSuite (Setup > Integration > Manage Integrations > Edit > Reset Credentials)."
        }
        History::Unknown => {
            "Git could not say whether the secret is in its history. If it is, make new ones in NetSuite \
             (Setup > Integration > Manage Integrations > Edit > Reset Credentials)."
        }
        History::NoRepository | History::Clean => return None,
    };
    Some(text.to_owned())
}

/// Tokens of Oracle's file.
pub fn import(count: usize) -> String {
    let tokens = if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") };
    format!("~/.nstba holds {tokens} in plain text that the vault does not have.")
}

/// What undo puts back.
pub fn restored(files: &[Restored]) -> String {
    let line = |file: &Restored| {
        let what = if file.removed { "is removed, init made it" } else { "becomes what it was" };
        format!("  {} {what}", file.name)
    };
    files.iter().map(line).collect::<Vec<_>>().join("\n")
}
