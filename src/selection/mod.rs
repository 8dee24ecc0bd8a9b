//! Which token: everything that can be asked for, and the decision table.
//!
//! * [`options`] – everything a caller can ask for
//! * [`flags`] – the same on a gulp command line
//! * [`request`] – all of it parsed
//! * [`person`] – the questions about saved tokens
//! * [`decision`] – the table: the first match wins

pub mod decision;
pub mod flags;
pub mod options;
pub mod person;
pub mod request;
