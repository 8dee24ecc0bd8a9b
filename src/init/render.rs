//! Formats plans for display before the user is asked. Returns texts only; none contains a secret.

use std::path::Path;

use crate::init::detect::Tree;
use crate::init::diff;
use crate::init::history::History;
use crate::init::plan::{Change, PackageChange};
use crate::init::secrets::Cleaning;
use crate::init::undo::Restored;

/// Describes the project.
pub fn tree(tree: &Tree) -> String {
    let version = tree.version.as_ref().map_or(String::new(), |version| format!(" {version}"));
    format!("{}{version} in {}", tree.kind.title(), tree.folder.display())
}

/// Describes the change of package.
pub fn package(of: &Tree, change: &PackageChange) -> String {
    let mut lines = vec![tree(of)];
    for change in change.changes.iter().rev() {
        lines.push(format!("  {}: {}", change.shown_name(), change.what));
        if change.name == "package.json" {
            let before = change.before.as_deref().map_or("", String::as_str);
            let differing = diff::lines(change.name, before, &change.after);
            lines.extend(differing.iter().map(|line| format!("    {line}")));
        }
    }
    lines.extend(change.warnings.iter().map(|warning| format!("  Note: {warning}")));
    lines.join("\n")
}

/// Describes the change of a file outside the project.
pub fn outside(change: &Change, real: &Path, difference: &[String]) -> String {
    let mut lines = vec![
        format!("{} is a link that leads out of the project, to", change.name),
        format!("  {}", real.display()),
        "This would change there:".to_owned(),
    ];
    lines.extend(difference.iter().map(|line| format!("    {line}")));
    lines.join("\n")
}

/// Describes what happens to secrets in shared files.
pub fn secrets(cleaning: &Cleaning) -> String {
    let title = if cleaning.history.is_some() {
        "Secrets of the integration record are in files that teams share. They move to .env:"
    } else {
        "Oracle's tools copy CONSUMER_KEY and CONSUMER_SECRET from .env into files that teams share. \
         Under other names they stay in .env:"
    };
    let mut lines = vec![title.to_owned()];
    let line = |change: &Change| {
        let made = if change.before.is_none() { " (new)" } else { "" };
        format!("  {}{made}: {}", change.shown_name(), change.what)
    };
    lines.extend(cleaning.changes.iter().map(line));
    lines.extend(leak(cleaning.history).map(|leak| format!("  {leak}")));
    lines.join("\n")
}

/// Explains what to do about a secret in the git history.
pub fn leak(history: Option<History>) -> Option<String> {
    let text = match history? {
        History::Leaked => {
            "The git history contains the secret, and moving it does not change that. Create new \
             credentials in NetSuite (Setup > Integration > Manage Integrations > Edit > Reset \
             Credentials)."
        }
        History::Unknown => {
            "Git did not say whether its history contains the secret. If it does, create new \
             credentials in NetSuite (Setup > Integration > Manage Integrations > Edit > Reset \
             Credentials)."
        }
        History::NoRepository | History::Clean => return None,
    };
    Some(text.to_owned())
}

/// Describes the tokens that can be imported from Oracle's file.
pub fn import(count: usize) -> String {
    let tokens = if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") };
    format!("~/.nstba contains {tokens} in plain text that the vault does not have.")
}

/// Describes the files that undo restores.
pub fn restored(files: &[Restored]) -> String {
    let line = |file: &Restored| {
        let what = if file.removed { "is removed (init created it)" } else { "is restored" };
        format!("  {} {what}", file.name)
    };
    files.iter().map(line).collect::<Vec<_>>().join("\n")
}
