//! `login --refused`: signs in again under every name whose token NetSuite refuses.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base::console::say;
use crate::cli::context::Context;
use crate::cli::output;
use crate::cli::output::Report;
use crate::cli::status;
use crate::cli::status::RefusedToken;
use crate::error::{Code, Error, Exit, Result};
use crate::session::authenticate::login;
use crate::session::call::Call;

/// Signs in again, one name after the other.
pub async fn run(context: &Context) -> Result<Report> {
    let with = ["--start", "--finish", "--role"].into_iter().find(|flag| context.typed.is(flag));
    if with.is_some() || context.typed.word(0).is_some() {
        let what = with.unwrap_or("a name");
        return Err(Error::new(
            Code::FlagConflict,
            format!("--refused cannot be combined with {what}."),
        )
        .with_next_step(
            "--refused finds the names and their roles itself; --account limits it to one account.",
        ));
    }
    let refused = status::refused_tokens(context).await?;
    let mut text = String::new();
    let mut tokens: Vec<Value> = Vec::new();
    let mut exit = Exit::Done;
    for token in &refused {
        let outcome = if token.cause.code() == Code::InvalidLogin {
            again(context, token).await
        } else {
            // A sign-in would not change this.
            Err(token.cause.clone())
        };
        let RefusedToken { auth_id: name, account, .. } = token;
        let mut json = json!({ "authId": name.as_str(), "account": account.as_str() });
        match outcome {
            Ok(()) => {
                let _ = writeln!(text, "{name} - Account {account}: signed in again");
                json["outcome"] = "signed-in".into();
            }
            // Nobody is there for the others either.
            Err(error) if matches!(error.code(), Code::Cancelled | Code::SignInNeeded) => {
                return Err(error);
            }
            Err(error) => {
                let (message, next) = (error.message(), error.next_command());
                let _ = writeln!(text, "{name} - Account {account}: {message}\n  {next}");
                json["outcome"] = "failed".into();
                json["error"] = output::error(&error);
                exit = error.code().row().exit;
            }
        }
        tokens.push(json);
    }
    if refused.is_empty() {
        text.push_str("NetSuite refuses none of the saved tokens.\n");
    }
    Ok(Report::new(text, json!({ "tokens": tokens })).exiting(exit))
}

async fn again(context: &Context, token: &RefusedToken) -> Result<()> {
    let mut options = context.options()?;
    options.account = Some(token.account.as_str().to_owned());
    options.role = token.role.as_deref().map(Into::into);
    options.vm.clone_from(&token.origin.vm);
    options.molecule.clone_from(&token.origin.molecule);
    let call = Call {
        options,
        environment: context.environment.clone(),
        program: "netsuite-tba login".to_owned(),
    };
    let roots = context.network().await.extra_roots_pem;
    let roots = Box::new(move || -> std::pin::Pin<Box<dyn Future<Output = Vec<String>> + Send>> {
        Box::pin(async move { roots })
    });
    say(&format!(
        "Token {} of account {}: {}",
        token.auth_id,
        token.account,
        token.cause.message()
    ));
    login(call, token.auth_id.clone(), roots, context.abort.clone())
        .await
        .map(|_| ())
        .map_err(|error| error.about_token(token.auth_id.as_str()))
}
