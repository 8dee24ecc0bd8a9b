//! `login NAME --with-token`: saves a token that exists, for example one that an administrator made.
//! The token comes from stdin, from a file or from hidden questions, never from the command line.

use std::io::IsTerminal as _;
use std::time::Duration;

use serde_json::json;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::{blocking, or_stopped};
use crate::base::console::warn;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::cli::{list, new_token, status, stdin};
use crate::credentials::{AuthId, Consumer, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::token_info::{TokenInfo, token_info};
use crate::prompt::passphrase::hidden_line;
use crate::selection::decision::origin_of;
use crate::selection::request::account_mismatch;
use crate::selection::secret_file;
use crate::session::authenticate::taken;
use crate::vault::model::{NewToken, SavedToken};

/// Longer texts are not a token.
const LONGEST: u64 = 16 * 1024;
/// How long NetSuite may take to answer whether the token works.
const PATIENCE: Duration = Duration::from_secs(30);
/// The flags of a browser sign-in.
const OF_THE_BROWSER: [&str; 8] = [
    "--refused",
    "--start",
    "--finish",
    "--role",
    "--port",
    "--timeout",
    "--browser",
    "--no-browser",
];

/// Reads the token, checks it with NetSuite and saves it.
pub async fn run(context: &Context) -> Result<Report> {
    check_flags(context)?;
    let account = context.account()?.ok_or_else(|| {
        Error::new(Code::AccountMissing, "--account is required when --with-token is used.")
    })?;
    // What is missing is said before anything is asked.
    let consumer = if context.typed.is("--offline") { None } else { Some(context.consumer()?) };
    let auth_id = new_token::name(context).await?;
    new_token::warn_of_environment(context);
    let replaced = get_ready(context, &auth_id, &account).await?;
    let token = or_stopped(&context.abort, read(context)).await?;
    let info = match &consumer {
        Some(consumer) => {
            let checking = check(context, &account, consumer, &token);
            Some(or_stopped(&context.abort, checking).await?)
        }
        None => None,
    };
    let role = info.as_ref().and_then(|info| RoleId::parse(info.role.as_deref()?).ok());
    let new = NewToken {
        auth_id,
        account,
        role,
        origin: origin_of(&context.site()?),
        // A token that was not checked may belong to any record.
        consumer: consumer.map(|consumer| consumer.key.fingerprint()),
        token,
    };
    let saved = context.with_vault(move |vault| vault.save(new)).await?;
    Ok(report(&saved, replaced, info.as_ref()))
}

fn check_flags(context: &Context) -> Result<()> {
    let Some(flag) = OF_THE_BROWSER.into_iter().find(|flag| context.typed.is(flag)) else {
        return Ok(());
    };
    let what = format!("--with-token cannot be combined with {flag}.");
    Err(Error::new(Code::FlagConflict, what).with_next_step(
        "--with-token saves a token that exists, without a browser; NetSuite tells its role.",
    ))
}

/// Prepares the store before the token is asked for. Returns whether a saved token is replaced.
async fn get_ready(context: &Context, auth_id: &AuthId, account: &AccountId) -> Result<bool> {
    let (name, origin) = (auth_id.clone(), origin_of(&context.site()?));
    let found = context.with_vault(move |vault| {
        let old = vault.find(&name, &origin)?;
        Ok((old, vault.ready_to_save(&name, &origin)?))
    });
    let (old, ready) = or_stopped(&context.abort, found).await?;
    if let Some(old) = old.as_ref().filter(|old| old.account != *account) {
        return Err(taken(old, account).about_token(auth_id.as_str()));
    }
    if let Some(notice) = &ready.notice {
        warn(notice);
    }
    Ok(old.is_some())
}

/// The token from `--token-file`, from the person at the terminal or from stdin.
async fn read(context: &Context) -> Result<Token> {
    if let Some(file) = context.typed.owned("--token-file") {
        let environment = context.environment.clone();
        return blocking(move || secret_file::token(&environment, &file)).await;
    }
    if context.environment.terminal {
        let stop = context.abort.clone();
        return blocking(move || ask(&stop)).await;
    }
    if std::io::stdin().is_terminal() {
        // Without questions the terminal would show what is typed.
        let what = "The token cannot be asked for: messages do not go to the terminal.";
        return Err(Error::new(Code::ChoiceNeeded, what).with_next_step(
            "Pass the token through stdin or with --token-file, or do not redirect stderr.",
        ));
    }
    blocking(from_stdin).await
}

fn ask(stop: &Abort) -> Result<Token> {
    let id = hidden_line("Token ID (not shown):", stop)?;
    let secret = hidden_line("Token secret (not shown):", stop)?;
    Token::new(id.trim(), secret.trim()).map_err(|_| {
        let what = "The token ID or the token secret contains invalid characters.";
        Error::new(Code::TokenFormat, what)
            .with_next_step("Copy both again from NetSuite, without quotes or spaces.")
    })
}

fn from_stdin() -> Result<Token> {
    let text = stdin::text(LONGEST).map_err(|error| {
        Error::new(Code::TokenFormat, format!("The token cannot be read from stdin: {error}."))
    })?;
    secret_file::parse_token(&text).map_err(|error| {
        let what = if text.trim().is_empty() { "stdin is empty." } else { error.message() };
        Error::new(Code::TokenFormat, what).with_next_step(
            "Write ID:SECRET to stdin, or the token ID and the token secret on two lines.",
        )
    })
}

/// Asks NetSuite whether the token works, and whose it is.
async fn check(
    context: &Context,
    account: &AccountId,
    consumer: &Consumer,
    token: &Token,
) -> Result<TokenInfo> {
    let site = context.site()?;
    let client = Client::new(&context.network().await, &site)?;
    let asking = token_info(&client, &site, account, consumer, token);
    let outcome = tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| {
        let host = site.restlets_host(account);
        let what = format!("{host} did not answer within {} seconds.", PATIENCE.as_secs());
        Err(Error::new(Code::NetworkTimeout, what))
    });
    match outcome {
        Ok(info) => check_company(account, &info).map(|()| info),
        Err(error) if error.code() == Code::InvalidLogin => {
            let fault = status::fault_of_the_consumer(&client, &site, account, consumer).await;
            Err(fault.unwrap_or_else(|| {
                error.with_next_step(
                    "Nothing was saved. Check token ID, token secret and --account, and that the \
                     token was created for the integration record of this consumer key.",
                )
            }))
        }
        Err(error) => Err(error),
    }
}

/// NetSuite may name the account in a form that is not read here; then it says nothing.
fn check_company(account: &AccountId, info: &TokenInfo) -> Result<()> {
    let company = info.company.as_deref().and_then(|company| AccountId::parse(company).ok());
    match company {
        Some(has) if has != *account => Err(account_mismatch("The token", &has, account)),
        _ => Ok(()),
    }
}

fn report(saved: &SavedToken, replaced: bool, info: Option<&TokenInfo>) -> Report {
    let SavedToken { auth_id, account, .. } = saved;
    let checked = match info {
        Some(info) => {
            let role = info.role_name.as_ref().or(info.role.as_ref());
            let role = role.map(|role| format!("role {role}"));
            let user = info.user.as_ref().map(|user| format!("user {user}"));
            let whose: Vec<String> = role.into_iter().chain(user).collect();
            let whose =
                if whose.is_empty() { String::new() } else { format!(": {}", whose.join(", ")) };
            format!("NetSuite accepts it{whose}.")
        }
        None => format!(
            "It was not checked (--offline). To check it: npx netsuite-tba status {auth_id}"
        ),
    };
    let opening = format!("Saved token {auth_id} - Account {account}.\n{checked}");
    let text = new_token::saved_text(saved, &opening);
    let token = list::to_json(saved, false);
    Report::new(text, json!({ "token": token, "replaced": replaced, "checked": info.is_some() }))
}
