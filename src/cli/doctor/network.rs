//! Clock, proxy and certificates, and the integration record as step one of a sign-in shows it.

use crate::account::AccountId;
use crate::cli::context::Context;
use crate::cli::doctor::finding::Check;
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::probe::{Reached, proxy_in_use, reach};
use crate::netsuite::token_endpoints::request_token;
use crate::selection::decision::origin_of;
use crate::selection::request;
use crate::selection::request::SignInSettings;
use crate::vault::Vault;
use crate::vault::model::SavedToken;

/// Whether NetSuite can be reached, and whether its clock agrees.
pub async fn check(context: &Context) -> Result<Vec<Check>> {
    if context.typed.is("--offline") {
        let skip = |name| Check::skipped(name, "not checked (--offline)");
        return Ok(vec![skip("network"), skip("clock")]);
    }
    let site = context.site()?;
    let network = context.network().await;
    let proxy = match proxy_in_use(&network, &site) {
        Ok(proxy) => proxy,
        Err(error) => {
            let clock = Check::skipped("clock", "NetSuite was not asked");
            return Ok(vec![Check::failed("network", &error), clock]);
        }
    };
    let account = account(context).await;
    let reached = match Client::new(&network, &site) {
        Ok(client) => reach(&client, &site, account.as_ref()).await,
        Err(error) => Err(error),
    };
    let through =
        proxy.map_or("without a proxy".to_owned(), |proxy| format!("through the proxy {proxy}"));
    Ok(match reached {
        Ok(reached) => {
            let what = format!("{} answers {through}, its certificate is trusted", reached.host);
            let plain = format!("{} answers", reached.host);
            let what = if site.vm().is_some() { plain } else { what };
            vec![Check::ok("network", what), clock(&reached)]
        }
        Err(error) => {
            let named =
                Error::new(error.code(), format!("{} It was tried {through}.", error.message()))
                    .with_next_step(error.next_command());
            let clock = Check::skipped("clock", "NetSuite did not answer");
            vec![Check::failed("network", &named), clock]
        }
    })
}

fn clock(reached: &Reached) -> Check {
    if reached.clock.is_none() {
        return Check::skipped("clock", "NetSuite did not send its time");
    }
    let Some(words) = reached.clock_in_words() else {
        return Check::ok("clock", "agrees with the clock of NetSuite to the minute");
    };
    let what = format!("The clock of this machine is {words}.");
    if reached.clock_is_wrong() {
        let error = Error::new(Code::InvalidTimestamp, what);
        return Check::failed("clock", &error);
    }
    Check::warning(
        "clock",
        what,
        "NetSuite refuses a difference of more than 5 minutes. Set the clock from the network.",
    )
}

/// What NetSuite says about the integration record in step one of a sign-in.
pub async fn record(context: &Context) -> Result<Check> {
    const NAME: &str = "record";
    if context.typed.is("--offline") {
        return Ok(Check::skipped(NAME, "not checked (--offline)"));
    }
    let Ok(consumer) = context.consumer() else {
        return Ok(Check::skipped(NAME, "needs consumer key and consumer secret"));
    };
    let site = context.site()?;
    let port = port(context)?;
    let account = account(context).await;
    let client = match Client::new(&context.network().await, &site) {
        Ok(client) => client,
        Err(error) => return Ok(Check::failed(NAME, &error)),
    };
    let callback = format!("http://localhost:{port}/tba");
    let asking = request_token(&client, &site, account.as_ref(), &consumer, None, &callback);
    Ok(match asking.await {
        Ok(_) => match account {
            Some(account) => Check::ok(
                NAME,
                format!("account {account} accepts the record, callback {callback}"),
            ),
            // Only a request that names the account reveals that the record is blocked there.
            None => Check::ok(
                NAME,
                format!(
                    "NetSuite accepts the record, callback {callback}; pass --account to check whether an account blocks it"
                ),
            ),
        },
        Err(error) => Check::failed(NAME, &error),
    })
}

/// The port of the callback.
pub fn port(context: &Context) -> Result<u16> {
    Ok(SignInSettings::read(&context.options()?, &context.environment)
        .map_or(request::DEFAULT_PORT, |conduct| conduct.port))
}

/// `--account`, or that of the project's token.
async fn account(context: &Context) -> Option<AccountId> {
    if let Ok(Some(account)) = context.account() {
        return Some(account);
    }
    let name = context.project().deployment().ok()?.auth_id?;
    let origin = origin_of(&context.site().ok()?);
    let all = context.with_vault(Vault::list).await.ok()?;
    let is = |token: &&SavedToken| token.auth_id.as_str() == name && token.origin == origin;
    all.iter().find(is).map(|token| token.account.clone())
}
