//! What a call begins with.

use std::future::Future;
use std::pin::Pin;

use crate::base::environment::Environment;
use crate::selection::options::Options;

/// Fetches Node's own trust roots, which cost too much to fetch when no network is needed.
pub type Roots = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Vec<String>> + Send>> + Send>;

/// One call.
pub struct Call {
    /// Options, with flags already merged in.
    pub options: Options,
    /// The surroundings of the call.
    pub environment: Environment,
    /// What runs, for others who wait for it: `gulp extension:fetch`.
    pub program: String,
}
