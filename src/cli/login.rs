//! `login [NAME]`: signs in through the browser and saves the token.

use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::{login_refused, new_token, two_step, with_token};
use crate::error::{Code, Error, Result};
use crate::selection::decision::origin_of;
use crate::session::call::Call;

/// Signs in, at once or in two steps.
pub async fn run(context: &Context) -> Result<Report> {
    if context.typed.is("--refused") {
        return login_refused::run(context).await;
    }
    if context.typed.is("--with-token") {
        return with_token::run(context).await;
    }
    if let Some(flag) =
        ["--offline", "--token-file"].into_iter().find(|flag| context.typed.is(flag))
    {
        let what = format!("{flag} needs --with-token.");
        return Err(Error::new(Code::FlagInvalid, what)
            .with_next_step("For examples: npx netsuite-tba login --help"));
    }
    match (context.typed.is("--start"), context.typed.is("--finish")) {
        (true, true) => {
            let what = "--start and --finish are two separate steps. Pass one of them.";
            Err(Error::new(Code::FlagInvalid, what))
        }
        (true, false) => two_step::start(context).await,
        (false, true) => two_step::finish(context).await,
        (false, false) => at_once(context).await,
    }
}

async fn at_once(context: &Context) -> Result<Report> {
    // What is missing is said before anything is asked.
    context.consumer()?;
    let auth_id = new_token::name(context).await?;
    new_token::warn_of_environment(context);
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
    let (_, replaced) = signing_in.await.map_err(|error| error.about_token(auth_id.as_str()))?;
    new_token::done(context, auth_id, replaced.is_some(), &origin_of(&context.site()?)).await
}
