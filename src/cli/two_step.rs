//! `login NAME --start` and `login --finish`: a sign-in in two halves, for scripts and agents.

use std::io::Read;

use serde_json::json;
use zeroize::Zeroizing;

use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::console::say;
use crate::base::deadline::Deadline;
use crate::base::time;
use crate::cli::context::{Context, origin_of};
use crate::cli::login;
use crate::cli::output::Report;
use crate::consent;
use crate::consent::SignIn;
use crate::consent::two_step::KeptSignIn;
use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::netsuite::site::Site;
use crate::prompt::plain::line_of_stdin;
use crate::selection::request::SignInSettings;
use crate::session::authenticate::taken;
use crate::vault::Vault;
use crate::vault::model::NewToken;
use crate::vault::pending::PendingSignIn;

/// How long a sign-in may stay half done. NetSuite does not say how long a request token lives.
const LIFETIME: u64 = 15 * 60;
/// More than any address.
const LONGEST: u64 = 16 * 1024;

/// The first half.
pub async fn start(context: &Context) -> Result<Report> {
    let auth_id = login::name(context).await?;
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
    let unfinished = PendingSignIn::new(
        auth_id.clone(),
        (request.account.clone(), request.role.clone()),
        origin,
        request.consumer.key.fingerprint(),
        (started.kept.state, started.kept.request_token.id.clone()),
        expires_at,
    );
    let token = started.kept.request_token;
    blocking(move || vault.begin(unfinished, &token)).await?;
    if !context.typed.is("--json") {
        say(
            "Press Allow on this page, in any browser. It will end on a page that cannot be shown:",
        );
        say("copy that page's address and, within 15 minutes, give it to");
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

/// The second half.
pub async fn finish(context: &Context) -> Result<Report> {
    if context.typed.word(0).is_some() {
        let what = "login --finish takes no name: the address belongs to one sign-in.";
        return Err(Error::new(Code::CommandInvalid, what)
            .with_next_step("Give it the address the browser ended on, on stdin."));
    }
    if context.environment.terminal {
        say("Paste the address the browser ended on and press Enter:");
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
        let what = "The sign-in was begun with another consumer key.";
        return Err(Error::new(Code::ConsumerMismatch, what)
            .with_next_step("Give the consumer key it was begun with."));
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
    login::done(context, begun.auth_id, replaced, &begun.origin).await
}

/// Whether the request token is spent, so that the same address will never do.
fn is_over(error: Option<&Error>) -> bool {
    error.is_none_or(|error| !matches!(error.exit_code(), 2 | 4 | 5 | 130))
}

/// The sign-in a redirect belongs to.
fn find(vault: &Vault, state: &str) -> Result<PendingSignIn> {
    let begun = vault.unfinished()?;
    let found = begun.into_iter().find(|one| one.state == state).ok_or_else(|| {
        let what = "No sign-in that was begun here belongs to that address.";
        Error::new(Code::CallbackInvalid, what).with_next_step(
            "Use the address of the sign-in begun last, or begin one with login NAME --start.",
        )
    })?;
    if found.is_expired() {
        let what = format!("The sign-in of {} was begun too long ago.", found.auth_id);
        return Err(Error::new(Code::RequestTokenExpired, what)
            .with_next_step("Begin it again with --start and finish within 15 minutes."));
    }
    Ok(found)
}

/// One line of a terminal, or all of a file or pipe.
fn redirect(terminal: Option<&Abort>) -> Result<Zeroizing<String>> {
    if let Some(stop) = terminal {
        let line = line_of_stdin(stop).map(Zeroizing::new);
        return line.ok_or_else(|| Error::new(Code::Cancelled, "Stopped.").with_next_step(""));
    }
    let mut text = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| {
        Error::new(Code::CallbackInvalid, format!("stdin cannot be read: {error}."))
    })?;
    Ok(text)
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
