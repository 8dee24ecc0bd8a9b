//! A token given by `--token` that Oracle's tools wrote into files of the project.

use crate::base::console;
use crate::base::environment::Environment;
use crate::credentials::Secret;
use crate::project::Project;

/// Warns of the files of the project that hold a token's secret now.
pub fn warn(environment: &Environment, secret: &Secret) {
    let files = Project::find(environment).files_with(secret.expose());
    let names: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
    if names.is_empty() {
        return;
    }
    let now = if names.len() == 1 { "now holds" } else { "now hold" };
    console::warn(&format!(
        "{} {now} the token of --token, secret included: Oracle's tools wrote it there. Remove \
         \"token\" from \"credentials\" before you commit, and revoke the token in NetSuite if the \
         file was shared. NETSUITE_TBA_TOKEN_ID, NETSUITE_TBA_TOKEN_SECRET and NETSUITE_TBA_ACCOUNT \
         in the environment sign the same requests and leave nothing behind.",
        names.join(" and ")
    ));
}
