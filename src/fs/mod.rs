//! Files: read within limits, replaced completely or not at all, locked. The only code that knows modes,
//! owners, access lists, fsync and rename.
//!
//! * [`open`] – the one way a file is opened and read
//! * [`atomic_write`] – the one way a file is written
//! * [`private_file`] – both for files of one owner, in the vault's folder
//! * [`project_file`] – both for files of a project, which keep their mode
//! * [`cause`] – why the system refused, and what to do about it
//! * [`shell_word`] – paths in the commands that a next step names
//! * [`patience`] – tries again while another program holds a file
//! * [`permissions`] – modes, owners, access lists and folders, per platform
//! * [`lock`] – one process at a time
//! * [`failpoint`] – named points of a write, for the crash tests

pub mod atomic_write;
pub mod cause;
pub mod failpoint;
pub mod lock;
pub mod open;
mod patience;
pub mod permissions;
pub mod private_file;
pub mod project_file;
mod shell_word;
