//! The token a command works with: the one that was named, or one chosen from a list.

use crate::base::time;
use crate::cli::context::{Context, names_of, nothing_saved};
use crate::cli::help;
use crate::error::{Code, Error, Result};
use crate::prompt;
use crate::selection::person;
use crate::vault::model::SavedToken;

/// The saved tokens of the name that was typed; without a name, the one a person chooses.
///
/// # Errors
/// [`Code::TokenNotFound`] if there is none; [`Code::CommandInvalid`] if no name was typed and
/// nobody can be asked.
pub fn tokens(context: &Context, question: &str) -> Result<Vec<SavedToken>> {
    if let Some(name) = context.typed.word(0) {
        return context.named(name);
    }
    let origin = context.origin()?;
    let mut saved = context.vault()?.list()?;
    saved.retain(|token| origin.as_ref().is_none_or(|origin| token.origin == *origin));
    if saved.is_empty() {
        return Err(nothing_saved());
    }
    if !context.can_ask() {
        let error = name_needed(context);
        let next = format!("{}. {}", error.next_step(), names_of(&saved));
        return Err(error.with_next_step(next));
    }
    let here = context.project().deployment().ok().and_then(|deployment| deployment.auth_id);
    let start = saved.iter().position(|token| here.as_deref() == Some(token.auth_id.as_str()));
    let now = time::now();
    let rows: Vec<String> = saved.iter().map(|token| person::row(token, now)).collect();
    let prompter = prompt::at_terminal(&context.environment, &context.abort);
    let at = prompter.choose(question, &rows, start.unwrap_or(0))?;
    Ok(vec![saved.swap_remove(at)])
}

/// The failure of a command that was given no name.
pub fn name_needed(context: &Context) -> Error {
    let command = context.typed.command;
    if context.in_gulp {
        let task = format!("token:{}", command.name);
        let what = format!("{task} needs the name of a token.");
        return Error::new(Code::CommandInvalid, what)
            .with_next_step(format!("For example: gulp {task} --authID sb1-dev"));
    }
    let what =
        format!("{} needs the name of a token. Usage: {}", command.name, help::usage(command));
    Error::new(Code::CommandInvalid, what)
        .with_next_step(format!("For example: npx netsuite-tba {} sb1-dev", command.name))
}
