//! `login NAME --start` and `login --finish`: a sign-in in two steps, for scripts and agents.

use serde_json::json;
use zeroize::Zeroizing;

use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::console::say;
use crate::base::deadline::Deadline;
use crate::base::time;
use crate::cli::context::Context;
use crate::cli::output;
use crate::cli::output::Report;
use crate::cli::{new_token, stdin};
use crate::consent;
use crate::consent::SignIn;
use crate::consent::two_step::KeptSignIn;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Exit, Result};
use crate::netsuite::site::Site;
use crate::selection::decision::origin_of;
use crate::selection::request::SignInSettings;
use crate::session::authenticate::taken;
use crate::tty::input;
use crate::vault::Vault;
use crate::vault::model::NewToken;
use crate::vault::pending::PendingSignIn;

/// How long the second step may take to come. NetSuite does not say how long a request token lives.
const LIFETIME: u64 = 15 * 60;
/// Longer than any address.
const LONGEST: u64 = 16 * 1024;

/// Step 1: asks for a request token and prints the address of the consent page.
pub async fn start(context: &Context) -> Result<Report> {
    let auth_id = new_token::name(context).await?;
    let mut request = request(context, auth_id.clone(), context.site()?).await?;
    let (vault, origin) = (context.vault()?, origin_of(&request.site));
    let (name, finding) = (auth_id.clone(), origin.clone());
    let reading = vault.clone();
    let old = blocking(move || reading.find(&name, &finding)).await?;
    if let Some(old) = old {
        match &request.account {
            Some(asked) if *asked != old.account => return Err(taken(&old, asked)),
            _ => request.account = Some(old.account.clone()),
        }
    }
    let started = consent::two_step::start(&request, &context.abort).await?;
    let expires_at = time::now() + LIFETIME;
    let unfinished = PendingSignIn {
        auth_id: auth_id.clone(),
        account: request.account.clone(),
        role: request.role.clone(),
        origin,
        consumer: request.consumer.key.fingerprint(),
        state: started.kept.state,
        request_token: started.kept.request_token.id.clone(),
        expires_at,
        place: None,
    };
    let token = started.kept.request_token;
    blocking(move || vault.begin(unfinished, &token)).await?;
    if !context.typed.is("--json") {
        say(
            "Open this address in any browser and press Allow. The browser ends on a page that it cannot show.",
        );
        say("Copy the address of that page, run this within 15 minutes, and paste the address:");
        say("  npx netsuite-tba login --finish");
    }
    let json = json!({
        "authId": auth_id.as_str(),
        "account": request.account.as_ref().map(crate::account::AccountId::as_str),
        "url": started.url,
        "callback": started.callback,
        "expiresAt": time::iso(expires_at),
    });
    Ok(Report::new(format!("{}\n", started.url), json))
}

/// Step 2: reads the address the browser ended on and saves the token.
pub async fn finish(context: &Context) -> Result<Report> {
    if context.typed.word(0).is_some() {
        let what = "login --finish takes no name: the address already belongs to one sign-in.";
        return Err(Error::new(Code::CommandInvalid, what)
            .with_next_step("Pass the address that the browser ended on through stdin."));
    }
    if context.environment.terminal {
        say("Paste the address that the browser ended on and press Enter:");
    }
    let stop = context.environment.terminal.then(|| context.abort.clone());
    let pasted = blocking(move || redirect(stop.as_ref())).await?;
    let state = consent::two_step::state_of_redirect(&pasted)?;
    let vault = context.vault()?;
    let reading = vault.clone();
    let begun = blocking(move || find(&reading, &state)).await?;
    let site = Site::parse(begun.origin.vm.as_deref(), begun.origin.molecule.as_deref())?;
    let mut request = request(context, begun.auth_id.clone(), site).await?;
    if request.consumer.key.fingerprint() != begun.consumer {
        let what = "The sign-in was started with a different consumer key.";
        return Err(Error::new(Code::ConsumerMismatch, what)
            .with_next_step("Use the consumer key that it was started with."));
    }
    request.account.clone_from(&begun.account);
    request.role.clone_from(&begun.role);
    let (reading, one) = (vault.clone(), begun.clone());
    let (token, replaced) = blocking(move || {
        let replaced = reading.find(&one.auth_id, &one.origin)?.is_some();
        Ok((reading.request_token(&one)?, replaced))
    })
    .await?;
    let (saving, consumer) = (vault.clone(), request.consumer.clone());
    let (auth_id, origin) = (begun.auth_id.clone(), begun.origin.clone());
    let save: consent::Save = Box::new(move |granted| {
        let new = NewToken {
            auth_id,
            account: granted.account.clone(),
            role: granted.role.clone(),
            origin,
            consumer: Some(consumer.key.fingerprint()),
            token: granted.token.clone(),
        };
        saving.save(new).map(|_| ())
    });
    let kept = KeptSignIn { state: begun.state.clone(), request_token: token };
    let outcome = consent::two_step::finish(&request, kept, &pasted, &context.abort, save).await;
    if is_over(outcome.as_ref().err()) {
        let one = begun.clone();
        // What is left expires by itself.
        let _ = blocking(move || vault.forget(&one)).await;
    }
    outcome?;
    new_token::done(context, begun.auth_id, replaced, &begun.origin).await
}

/// Whether the request token is used up, so that the same address cannot work again.
fn is_over(error: Option<&Error>) -> bool {
    use Exit::{Cancelled, Network, Store, Usage};
    error.is_none_or(|error| !matches!(error.exit(), Usage | Network | Store | Cancelled))
}

/// The sign-in a redirect belongs to.
fn find(vault: &Vault, state: &str) -> Result<PendingSignIn> {
    let begun = vault.unfinished()?;
    let found = begun.into_iter().find(|one| one.state == state).ok_or_else(|| {
        let what = "This address does not belong to any sign-in started on this machine.";
        Error::new(Code::CallbackInvalid, what).with_next_step(
            "Use the address of the latest sign-in, or start a new one: npx netsuite-tba login NAME --start",
        )
    })?;
    if found.is_expired() {
        let what = format!("The sign-in of {} has expired.", found.auth_id);
        return Err(Error::new(Code::RequestTokenExpired, what).with_next_step(format!(
            "Start it again and finish within 15 minutes: npx netsuite-tba login {} --start",
            found.auth_id
        )));
    }
    Ok(found)
}

/// One line of a terminal, or all of a file or pipe.
fn redirect(terminal: Option<&Abort>) -> Result<Zeroizing<String>> {
    if let Some(stop) = terminal {
        let line = input::line(stop).map(Zeroizing::new);
        return line.ok_or_else(|| output::cancelled("Cancelled."));
    }
    stdin::text(LONGEST).map_err(|error| {
        Error::new(Code::CallbackInvalid, format!("stdin cannot be read: {error}."))
    })
}

async fn request(context: &Context, auth_id: AuthId, site: Site) -> Result<SignIn> {
    let options = context.options()?;
    let conduct = SignInSettings::read(&options, &context.environment)?;
    Ok(SignIn {
        auth_id,
        account: context.account()?,
        role: options.role.as_deref().map(crate::credentials::RoleId::parse).transpose()?,
        consumer: context.consumer()?,
        site,
        network: context.network().await,
        port: conduct.port,
        deadline: Deadline::after(conduct.timeout),
        browser: conduct.browser,
        interactive: false,
        environment: context.environment.clone(),
    })
}
