//! What every room needs: the process as the caller described it, messages, waiting and stopping, time,
//! edits of JSON texts, git.
//!
//! * [`environment`] – variables and folders as they were when a call started
//! * [`console`] – messages on stderr, and the debug trace
//! * [`abort`] – stops a call from outside
//! * [`deadline`] – one limit for everything a call waits for
//! * [`blocking`] – work that blocks, on a separate thread
//! * [`time`] – dates for scripts, ages for people
//! * [`json_edit`] – edits JSON texts in place
//! * [`fork`] – notices that the process was forked
//! * [`git`] – the one way git is run

pub mod abort;
pub mod blocking;
pub mod console;
pub mod deadline;
pub mod environment;
pub mod fork;
pub mod git;
pub mod json_edit;
pub mod time;
pub mod wrap;
