//! `runCommand`: the command line tool.

use napi::bindgen_prelude::{Env, Function, PromiseRaw};
use napi_derive::napi;

use crate::base::environment::Environment;
use crate::cli;
use crate::node::process_snapshot::ProcessSnapshot;
use crate::node::promise::{Settled, promise};
use crate::node::session::{Abort, roots_of};

/// Runs one command line and resolves to the exit code. All output has been written by then.
#[napi(catch_unwind, ts_return_type = "Promise<number>")]
pub fn run_command<'env>(
    env: &'env Env,
    argv: Vec<String>,
    surroundings: ProcessSnapshot,
    abort: &Abort,
    roots: Function<'env, (), Vec<String>>,
) -> napi::Result<PromiseRaw<'env, Settled>> {
    let environment = Environment::from(surroundings);
    let (roots, abort) = (roots_of(&roots)?, abort.handle());
    promise(env, async move { Ok(cli::run(argv, environment, roots, abort).await) })
}

/// Runs a ready-made gulp task, such as `list` for `token:list`, with the command line of gulp.
#[napi(catch_unwind, ts_return_type = "Promise<number>")]
pub fn run_gulp_task<'env>(
    env: &'env Env,
    command: String,
    typed: Vec<String>,
    surroundings: ProcessSnapshot,
    abort: &Abort,
    roots: Function<'env, (), Vec<String>>,
) -> napi::Result<PromiseRaw<'env, Settled>> {
    let environment = Environment::from(surroundings);
    let (roots, abort) = (roots_of(&roots)?, abort.handle());
    promise(env, async move {
        Ok(cli::run_gulp_task(&command, &typed, environment, roots, abort).await)
    })
}
