//! Carries out a plan: first copies every file that will be replaced to the backup, then replaces
//! the files one by one. Touches the files of the project.

use std::path::Path;

use crate::error::{Code, Error, Result};
use crate::fs::project_file;
use crate::init::backup::Backups;
use crate::init::links::{self, Place};
use crate::init::plan::Change;

/// The largest file that is read again before it is replaced.
const MOST: u64 = 64 * 1024 * 1024;

/// Writes the changes in their order.
///
/// # Errors
/// [`Code::FileEdited`] when a file has changed since the plan was made; nothing is written then.
/// [`Code::ProjectFile`] when a file cannot be written; the backup can then restore the rest.
pub fn apply(project: &Path, changes: &[&Change], backups: &Backups) -> Result<()> {
    let _guard = backups.lock()?;
    for change in changes {
        let now = project_file::read(&project.join(change.name), MOST)?;
        if now != change.before {
            let what = format!("{} was edited in the meantime.", change.name);
            return Err(Error::new(Code::FileEdited, what).with_next_step("Run init again."));
        }
    }
    backups.keep(changes)?;
    for change in changes {
        check_place(project, change, backups)?;
        let path = project.join(change.name);
        project_file::replace(&path, change.after.as_bytes(), change.mode).map_err(|error| {
            let failure = project_file::unwritable(&path, &error);
            let cure = if failure.next_step() == Code::ProjectFile.row().next_step {
                "Correct that"
            } else {
                failure.next_step()
            };
            let next = format!(
                "{}. Then run init again, or undo what was written: npx netsuite-tba init --undo",
                cure.trim_end_matches('.')
            );
            failure.with_next_step(next)
        })?;
    }
    Ok(())
}

/// Checks that no link was put in place of the file since the plan was made. The link could lead
/// the text elsewhere.
fn check_place(project: &Path, change: &Change, backups: &Backups) -> Result<()> {
    match links::place(project, change.name, backups.user())? {
        Place::Outside(real) if change.leads_to.as_deref() != Some(&*real) => {
            Err(links::refused(change.name, &real))
        }
        _ => Ok(()),
    }
}
