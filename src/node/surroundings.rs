//! The snapshot of variables, folders and terminal that JavaScript takes when a call starts.

use std::collections::HashMap;
use std::path::PathBuf;

use napi_derive::napi;

use crate::environment::Environment;
use crate::talk;

/// Taken by `lib/surroundings.js`.
#[napi(object)]
pub struct Surroundings {
    /// `process.env`.
    pub env: HashMap<String, String>,
    /// `process.cwd()`.
    pub cwd: String,
    /// `os.homedir()`.
    pub home: Option<String>,
    /// The folder of this package.
    pub package: Option<String>,
    /// stdin and stderr are both terminals.
    pub terminal: bool,
    /// `process.getuid()`.
    pub user_id: Option<u32>,
}

impl From<Surroundings> for Environment {
    fn from(taken: Surroundings) -> Self {
        let mut environment = Environment::new(taken.env, PathBuf::from(taken.cwd));
        environment.home = taken.home.filter(|home| !home.is_empty()).map(PathBuf::from);
        environment.package = taken.package.map(PathBuf::from);
        environment.terminal = taken.terminal;
        environment.user_id = taken.user_id;
        let debug = environment.var("NETSUITE_TBA_DEBUG").is_some_and(|value| value != "0");
        talk::set_debug(debug);
        environment
    }
}
