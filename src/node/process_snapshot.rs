//! The snapshot of variables and folders that JavaScript takes when a call starts.

use std::collections::HashMap;
use std::path::PathBuf;

use napi_derive::napi;

use crate::base::console;
use crate::base::environment::Environment;
use crate::node::errors::thrown;
use crate::selection::secret_file;
use crate::tty::kind;
use crate::tty::kind::Stdio;

/// Taken by `lib/process-snapshot.js`.
#[napi(object)]
pub struct ProcessSnapshot {
    /// `process.env`.
    pub env: HashMap<String, String>,
    /// `process.cwd()`.
    pub cwd: String,
    /// `os.homedir()`.
    pub home: Option<String>,
    /// The folder of this package.
    pub package: Option<String>,
    /// The name and version of the JavaScript runtime.
    pub node: Option<String>,
    /// `process.getuid()`.
    pub user_id: Option<u32>,
    /// What this process runs, for the messages of others that wait for it: `gulp extension:fetch`.
    pub program: String,
}

/// Returns the environment of a call, with the secrets from files that variables name.
///
/// # Errors
/// `SECRET_FILE`, `FLAG_CONFLICT`.
pub fn resolved(taken: ProcessSnapshot) -> napi::Result<Environment> {
    secret_file::resolved(taken.into()).map_err(|error| thrown(&error))
}

impl From<ProcessSnapshot> for Environment {
    fn from(taken: ProcessSnapshot) -> Self {
        let mut environment = Environment::new(taken.env, PathBuf::from(taken.cwd));
        environment.home = taken.home.map(PathBuf::from).filter(|home| home.is_absolute());
        environment.package = taken.package.map(PathBuf::from);
        environment.node = taken.node;
        // Node's `tty` is not used, because it takes longer to load than this whole package.
        environment.terminal = kind::of_stdio() == Stdio::Terminal;
        environment.user_id = taken.user_id;
        let debug = environment.var("NETSUITE_TBA_DEBUG").is_some_and(|value| value != "0");
        console::set_debug(debug);
        environment
    }
}
