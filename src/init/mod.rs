//! `init`: switches a project of Oracle's Commerce developer tools to this package, and back.
//! Touches the project's folder, and the vault's folder for backups.
//!
//! Asks the user through [`Questions`], so that tests can supply the answers. All calls block.
//!
//! * [`detect`] – recognises the tools and their version
//! * [`package`], [`origin`], [`tarball`] – the package that package.json will name
//! * [`lock_file`] – keeps `npm ci` working
//! * [`secrets`], [`dotenv_change`], [`history`] – find secrets in shared files and in git
//! * [`plan`], [`render`] – the changes to write, and how they are shown
//! * [`links`] – files that are links out of the project
//! * [`backup`], [`apply`], [`undo`], [`merge`], [`diff`] – write the changes, and revert them

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
use crate::base::json_edit::Document;
use crate::error::{Code, Error, Result};
use crate::project::account_lock::MEMBER;
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

/// What is said before the question about the production guard.
const GUARD_OFFER: &str = "With the production guard, a deployment to a production account starts only after its account ID is typed.";

/// Asks the user before anything is written.
pub trait Questions {
    /// Shows the planned changes and asks whether to make them.
    ///
    /// # Errors
    /// When nobody can be asked, or the user cancelled.
    fn agrees(&self, shown: &str, question: &str) -> Result<bool>;

    /// Asks whether to change a file outside the project that a link of the project leads to.
    /// `--yes` does not include this.
    ///
    /// # Errors
    /// As [`Questions::agrees`].
    fn agrees_to_outside(&self, _shown: &str, _question: &str) -> Result<bool> {
        Ok(false)
    }

    /// Asks whether deployments to production should need a confirmation. `--yes` does not include
    /// this.
    ///
    /// # Errors
    /// As [`Questions::agrees`].
    fn wants_guard(&self, _shown: &str, _question: &str) -> Result<bool> {
        Ok(false)
    }
}

/// `--yes`: agrees to everything that is shown.
pub struct Agreed;

impl Questions for Agreed {
    fn agrees(&self, _shown: &str, _question: &str) -> Result<bool> {
        Ok(true)
    }
}

/// What `init` does about the production guard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GuardChoice {
    /// A person is asked.
    #[default]
    Offer,
    /// `--guard`: it is turned on in package.json.
    TurnOn,
}

/// The flags of the command.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only show the changes.
    pub dry_run: bool,
    /// Do not import tokens from `~/.nstba`.
    pub no_import: bool,
    /// Do not move secrets out of shared files.
    pub no_clean: bool,
    /// What happens to the production guard.
    pub guard: GuardChoice,
    /// The package to install instead of this version.
    pub package: Option<String>,
}

/// The result of importing the tokens in `~/.nstba`.
#[derive(Debug)]
pub enum Import {
    /// The vault lacks none of them, or the import was not requested.
    Nothing,
    /// This many tokens could be imported.
    Possible(usize),
    /// The tokens were imported.
    Done(ImportReport),
    /// The import failed; everything else was done.
    Failed(Error),
}

/// A file that was written, or would be written.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its path relative to the project's folder.
    pub name: &'static str,
    /// The file is new.
    pub made: bool,
    /// What changed in it.
    pub what: String,
    /// The file outside the project that a link leads to.
    pub leads_to: Option<PathBuf>,
    /// The changed lines, with secrets masked.
    pub difference: Vec<String>,
}

/// The result of `init`.
pub struct Outcome {
    /// The project.
    pub tree: Tree,
    /// The version or source that package.json now names for the package.
    pub spec: String,
    /// The files, in the order in which they were written.
    pub files: Vec<Written>,
    /// The result of the import from `~/.nstba`.
    pub import: Import,
    /// Whether the git history contains a secret that was in a shared file.
    pub history: Option<History>,
    /// Warnings for the user.
    pub warnings: Vec<String>,
    /// Commands for the user to run next.
    pub next: Vec<String>,
}

impl Outcome {
    /// Checks whether there was nothing to do.
    pub fn is_nothing(&self) -> bool {
        self.files.is_empty() && matches!(self.import, Import::Nothing)
    }
}

/// Switches the project of the working folder to this package.
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
    if request.guard == GuardChoice::TurnOn {
        plan::add_guard(&tree, &mut package_change)?;
    }
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

/// Asks about the package and about the secrets. Drops the part that the user declines from the
/// plan.
fn agreed<'a>(
    tree: &Tree,
    package: &'a mut PackageChange,
    cleaning: &'a mut Cleaning,
    questions: &dyn Questions,
) -> Result<Vec<&'a Change>> {
    let shown = render::package(tree, package);
    if !package.changes.is_empty() && !questions.agrees(&shown, "Make this change?")? {
        *package = PackageChange::default();
    } else if !package.changes.is_empty() && !has_lock(tree) {
        let question = "Turn the guard on?";
        if questions.wants_guard(GUARD_OFFER, question)? {
            plan::add_guard(tree, package)?;
        }
    }
    let shown = render::secrets(cleaning);
    let question = "Make these changes?";
    if !cleaning.changes.is_empty() && !questions.agrees(&shown, question)? {
        cleaning.changes.clear();
    }
    Ok(cleaning.changes.iter().chain(&package.changes).collect())
}

/// Checks whether package.json already says something about accounts or the guard.
fn has_lock(tree: &Tree) -> bool {
    // A file that cannot be edited was reported before anything was asked.
    Document::parse(&tree.manifest).is_ok_and(|manifest| manifest.get(&[MEMBER]).is_some())
}

/// Finds the files that are really outside the project, and asks about each.
///
/// # Errors
/// [`Code::ProjectFile`] with the name of the file, unless the user agrees.
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

/// Counts the tokens in `~/.nstba` that the vault does not have. A file that cannot be read does
/// not stop `init`.
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

/// The result of undoing `init`.
pub struct Undone {
    /// The project.
    pub folder: PathBuf,
    /// The restored files, in order. Empty if there was nothing to undo.
    pub files: Vec<Restored>,
}

/// Reverts the changes of init in the project of the working folder, run by run, starting with the
/// last.
///
/// # Errors
/// [`Code::FileEdited`] with the difference when a file was edited since; [`Code::Cancelled`] when
/// the user declines.
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
