//! Files: read within limits, replaced as a whole or not at all, locked. The only code that knows modes,
//! owners, fsync and rename.
//!
//! * [`private_file`] – files of one owner, in the vault's folder
//! * [`project_file`] – files of a project, which keep their mode
//! * [`permissions`] – modes, owners and folders, per platform
//! * [`lock`] – one process at a time
//! * [`failpoint`] – named points of a write, for the crash tests

pub mod failpoint;
pub mod lock;
pub mod permissions;
pub mod private_file;
pub mod project_file;
