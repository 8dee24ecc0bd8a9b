//! `login NAME`: the browser sign-in, for its own sake.

use serde_json::json;

use crate::base::console::warn;
use crate::cli::context::{Context, origin_of};
use crate::cli::output::Report;
use crate::cli::{list, two_step as halves};
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::session::authenticate::Call;
use crate::vault::model::{Origin, SavedToken};

/// Signs in, in one go or in two halves.
pub async fn run(context: &Context) -> Result<Report> {
    match (context.typed.is("--start"), context.typed.is("--finish")) {
        (true, true) => {
            let what = "--start and --finish are two halves: use one at a time.";
            Err(Error::new(Code::FlagInvalid, what))
        }
        (true, false) => halves::start(context).await,
        (false, true) => halves::finish(context).await,
        (false, false) => whole(context).await,
    }
}

async fn whole(context: &Context) -> Result<Report> {
    let auth_id = name(context).await?;
    if context.environment.var("NETSUITE_TBA_TOKEN_ID").is_some() {
        warn("NETSUITE_TBA_TOKEN_ID is set: tasks use that token, not the one saved now.");
    }
    let call = Call {
        options: context.options()?,
        environment: context.environment.clone(),
        program: "netsuite-tba login".to_owned(),
    };
    let signing_in = crate::session::authenticate::login(
        call,
        auth_id.clone(),
        context.roots(),
        context.abort.clone(),
    );
    let (_, replaced) = signing_in.await.map_err(in_two_halves)?;
    done(context, auth_id, replaced.is_some(), &origin_of(&context.site()?)).await
}

/// The report of a token that was just saved.
pub async fn done(
    context: &Context,
    auth_id: AuthId,
    replaced: bool,
    origin: &Origin,
) -> Result<Report> {
    let (name, origin) = (auth_id.clone(), origin.clone());
    let saved = context.with_vault(move |vault| vault.find(&name, &origin)).await?;
    let saved: SavedToken = saved.ok_or_else(|| {
        let what = "The token was removed by another process meanwhile.";
        Error::new(Code::TokenNotFound, what)
    })?;
    let text = format!(
        "{auth_id} - Account {} is saved ({}). For a project: npx netsuite-tba use {auth_id}\n",
        saved.account,
        saved.store.as_str()
    );
    Ok(Report::new(text, json!({ "token": list::to_json(&saved, false), "replaced": replaced })))
}

/// The name to sign in under: one of ours, or any that is saved already.
pub async fn name(context: &Context) -> Result<AuthId> {
    let Some(typed) = context.typed.word(0) else {
        let what = "login needs the name the token is to be saved under.";
        return Err(Error::new(Code::CommandInvalid, what)
            .with_next_step("For example: npx netsuite-tba login sb1-dev"));
    };
    let refused = match AuthId::parse_new(typed) {
        Ok(name) => return Ok(name),
        Err(refused) => refused,
    };
    let Some(foreign) = AuthId::from_existing(typed) else { return Err(refused) };
    let (name, origin) = (foreign.clone(), origin_of(&context.site()?));
    match context.with_vault(move |vault| vault.find(&name, &origin)).await? {
        Some(_) => Ok(foreign),
        None => Err(refused),
    }
}

/// Where nobody can press Allow, the two halves are the way.
fn in_two_halves(error: Error) -> Error {
    match error.code() {
        Code::SignInNeeded => Error::new(Code::SignInNeeded, "Nobody here can press Allow.")
            .with_next_step("Pass --start and, with the address the browser ended on, --finish."),
        _ => error,
    }
}
