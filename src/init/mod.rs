//! `init`: switches a project of Oracle's Commerce developer tools to this package, and back.
//!
//! Asks through [`Questions`], so that tests can script the answers. Blocks.
//!
//! * [`detect`] – which tools, which version
//! * [`package`], [`origin`], [`tarball`] – what package.json is to say instead
//! * [`lock_file`] – so that `npm ci` goes on working
//! * [`secrets`], [`dotenv_change`], [`history`] – secrets in shared files, and in git
//! * [`plan`], [`render`] – what would be written, and how that is shown
//! * [`links`] – files that are really elsewhere
//! * [`backup`], [`apply`], [`undo`], [`merge`], [`diff`] – writing it, and taking it back

pub mod apply;
pub mod backup;
pub mod detect;
pub mod diff;
pub mod dotenv_change;
pub mod history;
pub mod links;
pub mod lock_file;
pub mod merge;
mod origin;
pub mod package;
pub mod plan;
pub mod render;
pub mod secrets;
mod tarball;
pub mod undo;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use crate::base::console;
use crate::base::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::vault::Vault;
use crate::vault::import::ImportReport;
use crate::vault::model::{StoreChoice, StoreKind};
use crate::vault::settings::VaultSettings;

use backup::Backups;
use detect::Tree;
use history::History;
use links::Place;
use plan::{Change, PackageChange};
use secrets::Cleaning;
use undo::{Restored, Undo};

/// What is asked before anything is written.
pub trait Questions {
    /// Shows what would be done and asks whether to do it.
    ///
    /// # Errors
    /// When nobody can be asked, or the person stopped.
    fn agrees(&self, shown: &str, question: &str) -> Result<bool>;

    /// Whether a file outside the project may be changed, to which a link of the project leads.
    /// Nobody agrees to that in advance.
    ///
    /// # Errors
    /// As [`Questions::agrees`].
    fn agrees_to_outside(&self, _shown: &str, _question: &str) -> Result<bool> {
        Ok(false)
    }
}

/// `--yes`: everything that is shown is agreed to.
pub struct Agreed;

impl Questions for Agreed {
    fn agrees(&self, _shown: &str, _question: &str) -> Result<bool> {
        Ok(true)
    }
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only show.
    pub dry_run: bool,
    /// Leave `~/.nstba` alone.
    pub no_import: bool,
    /// Leave secrets in shared files alone.
    pub no_clean: bool,
    /// What to install instead of this version.
    pub package: Option<String>,
}

/// What became of the tokens in `~/.nstba`.
#[derive(Debug)]
pub enum Import {
    /// There are none that the vault lacks, or they were not asked for.
    Nothing,
    /// So many could be imported.
    Possible(usize),
    /// They were.
    Done(ImportReport),
    /// That failed; everything else was done.
    Failed(Error),
}

/// A file that was written, or would be.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its way from the project's folder.
    pub name: &'static str,
    /// It is new.
    pub made: bool,
    /// What happened to it.
    pub what: String,
    /// The file outside the project that a link leads to.
    pub leads_to: Option<PathBuf>,
    /// The lines that differ, secrets masked.
    pub difference: Vec<String>,
}

/// What init came to.
pub struct Outcome {
    /// The project.
    pub tree: Tree,
    /// What package.json says now, if that was to change.
    pub spec: String,
    /// The files, in the order of writing.
    pub files: Vec<Written>,
    /// `~/.nstba`.
    pub import: Import,
    /// Whether a secret that was in a shared file is in the history of git.
    pub history: Option<History>,
    /// What people should know.
    pub warnings: Vec<String>,
    /// Commands to run now.
    pub next: Vec<String>,
}

impl Outcome {
    /// Nothing was to be done.
    pub fn is_nothing(&self) -> bool {
        self.files.is_empty() && matches!(self.import, Import::Nothing)
    }
}

/// Puts the project of the working folder on this package.
///
/// # Errors
/// See [`detect::recognise`], [`package::chosen`] and [`apply::apply`].
pub fn init(
    request: &Request,
    environment: &Environment,
    settings: &VaultSettings,
    questions: &dyn Questions,
) -> Result<Outcome> {
    let tree = detect::recognise(environment)?;
    let package = package::chosen(request.package.as_deref(), environment, &tree.folder)?;
    let backups = Backups::of(&tree.folder, settings)?;
    let mut package_change = plan::package_change(&tree, &package)?;
    let mut cleaning = Cleaning::default();
    if !request.no_clean {
        cleaning = secrets::cleaning(&tree.folder, environment)?;
    }
    let planned = cleaning.changes.iter_mut().chain(&mut package_change.changes);
    follow_links(&tree, planned, environment, questions)?;
    let vault = Vault::open(settings.clone());
    let importable = if request.no_import { 0 } else { importable(&vault, settings) };
    let mut import = if importable > 0 { Import::Possible(importable) } else { Import::Nothing };
    if !request.dry_run {
        let agreed = agreed(&tree, &mut package_change, &mut cleaning, questions)?;
        if !agreed.is_empty() {
            apply::apply(&tree.folder, &agreed, &backups)?;
        }
        if importable > 0 {
            let question = "Import them? The plain text stays for older tools.";
            let shown = render::import(importable);
            import = Import::Nothing;
            if questions.agrees(&shown, question)? {
                import = vault.import(None, false).map_or_else(Import::Failed, Import::Done);
            }
        }
    }
    let files = cleaning.changes.iter().chain(&package_change.changes).map(written).collect();
    let mut warnings = cleaning.warnings;
    warnings.extend(render::leak(cleaning.history));
    if package_change.changes.iter().any(|change| change.name == "package.json") {
        warnings.extend(package.note.clone());
    }
    warnings.extend(package_change.warnings);
    let (history, next) = (cleaning.history, package_change.next);
    Ok(Outcome { tree, spec: package.spec, files, import, history, warnings, next })
}

/// Asks about both parts; what is not agreed to is dropped from the plan.
fn agreed<'a>(
    tree: &Tree,
    package: &'a mut PackageChange,
    cleaning: &'a mut Cleaning,
    questions: &dyn Questions,
) -> Result<Vec<&'a Change>> {
    let shown = render::package(tree, package);
    if !package.changes.is_empty() && !questions.agrees(&shown, "Make this change?")? {
        *package = PackageChange::default();
    }
    let shown = render::secrets(cleaning);
    let question = "Make these changes?";
    if !cleaning.changes.is_empty() && !questions.agrees(&shown, question)? {
        cleaning.changes.clear();
    }
    Ok(cleaning.changes.iter().chain(&package.changes).collect())
}

/// Notes which files are really outside the project, and asks about each.
///
/// # Errors
/// [`Code::ProjectFile`] naming the file, unless the person agrees.
fn follow_links<'a>(
    tree: &Tree,
    changes: impl Iterator<Item = &'a mut Change>,
    environment: &Environment,
    questions: &dyn Questions,
) -> Result<()> {
    for change in changes {
        let Place::Outside(real) = links::place(&tree.folder, change.name, environment.user_id)?
        else {
            continue;
        };
        let before = change.before.as_deref().map_or("", String::as_str);
        let shown =
            render::outside(change, &real, &diff::lines(change.name, before, &change.after));
        if !questions.agrees_to_outside(&shown, "Change the file outside the project?")? {
            return Err(links::refused(change.name, &real));
        }
        change.leads_to = Some(real);
    }
    Ok(())
}

/// How many tokens `~/.nstba` has that the vault does not have. A file that cannot be read is no reason
/// to stop.
fn importable(vault: &Vault, settings: &VaultSettings) -> usize {
    if settings.store == StoreChoice::Only(StoreKind::Nstba) {
        return 0;
    }
    match vault.list() {
        Ok(tokens) => tokens.iter().filter(|token| token.store == StoreKind::Nstba).count(),
        Err(error) => {
            console::warn(&format!("{} {}", error.message(), error.next_step()));
            0
        }
    }
}

fn written(change: &Change) -> Written {
    let before = change.before.as_deref().map_or("", String::as_str);
    Written {
        name: change.name,
        leads_to: change.leads_to.clone(),
        made: change.before.is_none(),
        what: change.what.clone(),
        difference: diff::lines(change.name, before, &change.after),
    }
}

/// What undoing came to.
pub struct Undone {
    /// The project.
    pub folder: PathBuf,
    /// The files put back, in that order; none when there was nothing to undo.
    pub files: Vec<Restored>,
}

/// Puts back what init did to the project of the working folder, run by run, the last one first.
///
/// # Errors
/// [`Code::FileEdited`] with the difference when a file was edited since; [`Code::Cancelled`] when it
/// is not agreed to.
pub fn undo(
    request: &Request,
    environment: &Environment,
    settings: &VaultSettings,
    questions: &dyn Questions,
) -> Result<Undone> {
    let cwd = &environment.cwd;
    let folder = cwd.ancestors().find(|folder| folder.join("package.json").is_file());
    let folder = folder.unwrap_or(cwd).to_owned();
    let backups = Backups::of(&folder, settings)?;
    let mut files = Vec::new();
    for run in backups.records()? {
        let Some(undo) = Undo::of(&folder, &backups, run, request.no_clean)? else { continue };
        let those = undo.files();
        if !request.dry_run {
            if !questions.agrees(&render::restored(&those), "Put them back?")? {
                return Err(Error::new(Code::Cancelled, "Nothing was changed.").with_next_step(""));
            }
            undo.run()?;
        }
        files.extend(those);
    }
    Ok(Undone { folder, files })
}
