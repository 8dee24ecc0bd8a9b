//! stub
use super::context::Context;
use super::output::Report;
use crate::error::Result;
/// stub
pub async fn run(_context: &Context) -> Result<Report> {
    todo!()
}
