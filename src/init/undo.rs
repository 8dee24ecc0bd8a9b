//! Reverts what init changed. A file that was not edited since is restored byte for byte; in an
//! edited file, only the changes of init are reverted. If those were edited themselves, undo
//! refuses.

use std::path::Path;

use crate::error::{Code, Error, Result};
use crate::fs::project_file;
use crate::init::backup::{Backups, Kept, Record, hash};
use crate::init::detect;
use crate::init::diff;
use crate::init::links::{self, Place};
use crate::init::lock_file;
use crate::init::merge::{self, Merged, Versions};
use crate::init::plan::Part;

const MOST: u64 = 64 * 1024 * 1024;

/// A file that undo would restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Its path relative to the project's folder.
    pub name: String,
    /// Init created it, so it is removed.
    pub removed: bool,
}

/// The changes of the last run of init, checked against the current files.
pub struct Undo<'a> {
    project: &'a Path,
    backups: &'a Backups,
    number: u32,
    record: Record,
    /// The indexes of the files to restore, in order.
    todo: Vec<usize>,
}

impl<'a> Undo<'a> {
    /// Checks one run, and returns `None` if there is nothing to restore. With `only_package`,
    /// secrets stay where init moved them.
    ///
    /// # Errors
    /// [`Code::FileEdited`] with the difference when a part that init changed was edited since.
    pub fn of(
        project: &'a Path,
        backups: &'a Backups,
        (number, record): (u32, Record),
        only_package: bool,
    ) -> Result<Option<Self>> {
        let is_due = |kept: &Kept| {
            kept.part == Part::Package.as_str()
                || (!only_package && kept.part == Part::Secrets.as_str())
        };
        let all = (0..record.files.len()).rev();
        let todo = all.filter(|index| is_due(&record.files[*index])).collect();
        let undo = Self { project, backups, number, record, todo };
        let mut edited = Vec::new();
        for index in &undo.todo {
            let part = &undo.record.files[*index].part;
            edited.extend(undo.edited(*index)?.map(|how| (part.as_str(), how)));
        }
        if edited.is_empty() {
            return Ok((!undo.todo.is_empty()).then_some(undo));
        }
        let how: Vec<&str> = edited.iter().map(|(_, how)| how.as_str()).collect();
        let what = format!(
            "Nothing was undone, because what init changed was edited since.\n{}",
            how.join("\n")
        );
        let copies = backups.folder().join(format!("{number:04}"));
        let next = if edited.iter().all(|(part, _)| *part == Part::Secrets.as_str()) {
            "Take back the edits, or undo only the change of package: npx netsuite-tba init --undo --no-clean"
                .to_owned()
        } else {
            format!("Take back the edits, or undo by hand with the copies in {}", copies.display())
        };
        Err(Error::new(Code::FileEdited, what).with_next_step(next))
    }

    /// Returns the files that would be restored.
    pub fn files(&self) -> Vec<Restored> {
        let file = |index: &usize| {
            let kept = &self.record.files[*index];
            Restored { name: kept.name.clone(), removed: kept.before.is_none() }
        };
        self.todo.iter().map(file).collect()
    }

    /// Restores the files, and removes their backups.
    ///
    /// # Errors
    /// [`Code::ProjectFile`] when a file cannot be written. Another run continues from there.
    pub fn run(mut self) -> Result<()> {
        let _guard = self.backups.lock()?;
        for index in self.todo.clone() {
            self.put_back(index)?;
        }
        // Files that are not restored keep their numbers, so restored ones are only marked as such.
        for index in &self.todo {
            PUT_BACK.clone_into(&mut self.record.files[*index].part);
        }
        if self.record.files.iter().all(|kept| kept.part == PUT_BACK) {
            self.backups.forget(self.number);
            return Ok(());
        }
        self.backups.rewrite(self.number, &self.record)
    }

    fn put_back(&self, index: usize) -> Result<()> {
        let kept = &self.record.files[index];
        let path = self.project.join(&kept.name);
        let failed = |error: std::io::Error| project_file::unusable(&path, &error.to_string());
        let write =
            |text: &str| project_file::replace(&path, text.as_bytes(), kept.mode).map_err(failed);
        match self.merged(index)? {
            Restoring::Nothing => Ok(()),
            Restoring::Original => {
                let Some(before) = &kept.before else {
                    return project_file::remove(&path).map_err(failed);
                };
                write(&self.backups.text(self.number, index, "before", before)?)
            }
            Restoring::Merged(Merged::Text(text)) => write(&text),
            Restoring::Merged(Merged::Removed) => project_file::remove(&path).map_err(failed),
            Restoring::Merged(Merged::Edited(names)) => {
                let what = format!("{} was edited: {}.", kept.name, names.join(", "));
                Err(Error::new(Code::FileEdited, what))
            }
        }
    }

    /// Determines what to do with a file in its current state.
    fn merged(&self, index: usize) -> Result<Restoring> {
        let kept = &self.record.files[index];
        let path = self.project.join(&kept.name);
        let Some(now) = project_file::read(&path, MOST)? else {
            // The file was deleted, or init was interrupted before writing it.
            let gone = vec!["it is gone".to_owned()];
            let nothing = kept.before.is_none();
            return Ok(if nothing {
                Restoring::Nothing
            } else {
                Restoring::Merged(Merged::Edited(gone))
            });
        };
        let sum = hash(now.as_bytes());
        if kept.before.as_ref() == Some(&sum) {
            // The file is unchanged, because the last init or the last undo was interrupted.
            let same_mode = project_file::mode(&path) == kept.mode;
            return Ok(if same_mode { Restoring::Nothing } else { Restoring::Original });
        }
        if sum == kept.after {
            return Ok(Restoring::Original);
        }
        let left = self.backups.text(self.number, index, "after", &kept.after)?;
        if is_lock(kept) {
            let ours = lock_file::differs_only_in_ours(&left, &now, &detect::NAMES);
            let edited = Merged::Edited(vec!["entries of other packages".to_owned()]);
            return Ok(if ours { Restoring::Original } else { Restoring::Merged(edited) });
        }
        let before = match &kept.before {
            Some(sum) => Some(self.backups.text(self.number, index, "before", sum)?),
            None => None,
        };
        let before = before.as_deref().map(String::as_str);
        let versions = Versions { before, after: &left, now: &now };
        Ok(Restoring::Merged(merge::taken_back(&kept.name, versions)))
    }

    /// Describes how a file differs from what init left, in the parts that init changed. Returns
    /// `None` if it can be restored.
    fn edited(&self, index: usize) -> Result<Option<String>> {
        let kept = &self.record.files[index];
        self.check_place(kept)?;
        let Restoring::Merged(Merged::Edited(names)) = self.merged(index)? else { return Ok(None) };
        let now = project_file::read(&self.project.join(&kept.name), MOST)?;
        let Some(now) = now else { return Ok(Some(format!("{} is gone.", kept.name))) };
        let left = self.backups.text(self.number, index, "after", &kept.after)?;
        let mut shown = diff::lines(&kept.name, &left, &now);
        if shown.is_empty() {
            shown.push("  only the line ends differ".to_owned());
        }
        Ok(Some(format!(
            "{} was edited ({}). As init left it (-) and now (+):\n{}",
            kept.name,
            names.join(", "),
            shown.join("\n")
        )))
    }

    /// Checks that no link was put in place of the file since. The link could lead the restored
    /// text elsewhere.
    fn check_place(&self, kept: &Kept) -> Result<()> {
        let place = links::place(self.project, &kept.name, self.backups.user())?;
        match place {
            Place::Outside(real) if kept.leads_to.as_deref() != Some(&*real.to_string_lossy()) => {
                Err(links::refused(&kept.name, &real))
            }
            _ => Ok(()),
        }
    }
}

/// What undo does with a file.
enum Restoring {
    /// The file is already in its original state.
    Nothing,
    /// The file gets its original text back.
    Original,
    /// The file was edited, and only the changes of init are reverted.
    Merged(Merged),
}

const PUT_BACK: &str = "put-back";

fn is_lock(kept: &Kept) -> bool {
    lock_file::NAMES.contains(&kept.name.as_str())
}
