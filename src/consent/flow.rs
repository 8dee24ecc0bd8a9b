//! The sign-in, step by step.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::console;
use crate::base::deadline::Deadline;
use crate::consent::announce;
use crate::consent::announce::Countdown;
use crate::consent::callback::{ExpectedCallback, Grant, State, Verdict};
use crate::consent::listener::Listener;
use crate::consent::pages::Page;
use crate::consent::paste;
use crate::consent::paste::Pasted;
use crate::consent::server::Server;
use crate::consent::{Granted, Save, SignIn, browser, browser_availability as surroundings};
use crate::error::{Code, Error, Result};
use crate::netsuite;
use crate::netsuite::client::Client;
use crate::netsuite::token_endpoints::RequestToken;
use crate::tty::device::Terminal;

/// How long the browser may take to fetch its last page.
const LINGER: Duration = Duration::from_secs(1);

/// Signs a person in through the browser.
///
/// The port is bound first: with a port that is taken, a request token would be spent for nothing.
/// The browser is told of success only after `save` has returned `Ok`. An abort before that ends
/// the call at once; one that comes while `save` runs is too late and waits for it, so that the
/// result says what is true.
///
/// # Errors
/// A code for every way this can end; see [`Code`].
pub async fn sign_in(request: SignIn, abort: Abort, save: Save) -> Result<Granted> {
    let prepared = or_abort(&abort, prepare(&request)).await?;
    let Prepared { listener, client, request_token, asked } = prepared;
    let port = listener.port;
    let mut server = Server::start(listener, Arc::clone(&asked));
    let result = async {
        let grant = or_abort(&abort, allowed(&request, &mut server, &asked, port)).await?;
        let granted = or_abort(&abort, exchange(&request, &client, request_token, grant)).await?;
        saved(granted, save).await
    }
    .await;
    match &result {
        Ok(granted) => {
            console::say(&format!(
                "Access allowed for account {}; going on here.",
                granted.account
            ));
            server.succeed(LINGER).await;
        }
        Err(error) => {
            // Whoever stops a sign-in does not want to wait for a browser.
            let linger = if error.code() == Code::Cancelled { LINGER / 10 } else { LINGER };
            server.fail(Page::of_failure(error), linger).await;
        }
    }
    server.close().await;
    result
}

/// Everything that is needed before a person is asked.
struct Prepared {
    listener: Listener,
    client: Client,
    request_token: RequestToken,
    asked: Arc<ExpectedCallback>,
}

async fn prepare(request: &SignIn) -> Result<Prepared> {
    let listener = bind_or_ask(request).await?;
    let client = Client::new(&request.network, &request.site)?;
    let state = State::random()?;
    let callback = format!("http://localhost:{}/tba", listener.port);
    let request_token = asked_for(request, &client, &callback).await?;
    let asked = Arc::new(ExpectedCallback {
        state,
        request_token: request_token.id().to_owned(),
        account: request.account.clone(),
        role: request.role.clone(),
    });
    Ok(Prepared { listener, client, request_token, asked })
}

/// Step one.
pub(super) async fn asked_for(
    request: &SignIn,
    client: &Client,
    callback: &str,
) -> Result<RequestToken> {
    let asking = netsuite::token_endpoints::request_token(
        client,
        &request.site,
        request.account.as_ref(),
        &request.consumer,
        request.role.as_ref(),
        callback,
    );
    request.deadline.of_step("request token", asking).await
}

/// Sends the person to the consent page and waits for what they do there.
async fn allowed(
    request: &SignIn,
    server: &mut Server,
    asked: &ExpectedCallback,
    port: u16,
) -> Result<Grant> {
    let url = request.site.consent_url(
        request.account.as_ref(),
        &asked.request_token,
        asked.state.as_str(),
    );
    announce::consent_page(request, &url);
    let mut terminal = terminal_of(request, true);
    open_or_explain(request, url, port).await;
    if terminal.is_some() {
        announce::pasting();
    }
    let deadline = request.deadline;
    let countdown = Countdown::new(request);
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            verdict = server.next() => match verdict {
                Verdict::Ignored(_) => countdown.say(announce::MAYBE_DENIED),
                verdict => return understood(request, verdict),
            },
            line = line_of(terminal.as_mut()) => match paste::read(asked, &line) {
                // A redirect that was quicker has the say.
                Pasted::Final(verdict) if server.claim() => return understood(request, verdict),
                Pasted::Wrong(why) => countdown.say(why),
                Pasted::Final(_) | Pasted::Nothing => {}
            },
            () = deadline.passes() => return Err(timed_out(deadline)),
            _ = seconds.tick() => countdown.show(deadline.left()),
        }
    }
}

/// The terminal, where somebody may be asked.
fn terminal_of(request: &SignIn, hidden: bool) -> Option<Terminal> {
    let asks = request.interactive && request.environment.terminal;
    asks.then(|| Terminal::open(hidden)).flatten()
}

async fn line_of(terminal: Option<&mut Terminal>) -> Zeroizing<String> {
    match terminal {
        Some(terminal) => terminal.line().await,
        None => std::future::pending().await,
    }
}

/// Binds the port. Where another program has it, the person may choose to go on without it; only
/// then is a request token asked for.
async fn bind_or_ask(request: &SignIn) -> Result<Listener> {
    let busy = match Listener::bind(request.port).await {
        Ok(listener) => return Ok(listener),
        Err(busy) => busy,
    };
    let Some(mut terminal) = terminal_of(request, false) else { return Err(busy) };
    announce::port_busy(&busy);
    let answer = timeout(request.deadline.left(), terminal.line()).await;
    let yes = answer.is_ok_and(|line| matches!(line.to_ascii_lowercase().as_str(), "y" | "yes"));
    if yes { Ok(Listener::absent(request.port)) } else { Err(busy) }
}

async fn open_or_explain(request: &SignIn, url: String, port: u16) {
    announce::ssh(request, port);
    if surroundings::browser_can_open(&request.environment, request.browser) {
        let environment = request.environment.clone();
        // Starting a program can block for a moment, on Windows for longer.
        let opened = tokio::task::spawn_blocking(move || browser::open_browser(&url, &environment));
        if matches!(opened.await, Ok(Ok(()))) {
            return;
        }
    }
    announce::without_browser(request);
}

pub(super) fn understood(request: &SignIn, verdict: Verdict) -> Result<Grant> {
    match verdict {
        Verdict::Allowed(grant) => Ok(grant),
        Verdict::Denied | Verdict::Ignored(_) => {
            Err(Error::new(Code::SignInDenied, "Deny was pressed on the consent page."))
        }
        Verdict::OtherAccount(account) => {
            let asked = request.account.as_ref().map_or("another one", AccountId::as_str);
            let text =
                format!("Access was allowed for account {account}, but {asked} was asked for.");
            Err(Error::new(Code::CallbackAccount, text))
        }
        Verdict::OtherRole(role) => {
            let asked = request.role.as_ref().map_or("another one", |role| role.as_str());
            let got =
                role.map_or("a role NetSuite did not name".to_owned(), |id| format!("role {id}"));
            let text = format!("Access was allowed for {got}, but role {asked} was asked for.");
            Err(Error::new(Code::CallbackRole, text))
        }
    }
}

/// Step three.
pub(super) async fn exchange(
    request: &SignIn,
    client: &Client,
    request_token: RequestToken,
    grant: Grant,
) -> Result<Granted> {
    let Grant { verifier, account, role } = grant;
    let exchanging = netsuite::token_endpoints::access_token(
        client,
        &request.site,
        &account,
        &request.consumer,
        request_token,
        verifier,
    );
    let token = request.deadline.with_grace().of_step("access token", exchanging).await?;
    Ok(Granted { account, role, token })
}

pub(super) async fn saved(granted: Granted, save: Save) -> Result<Granted> {
    let saving = tokio::task::spawn_blocking(move || save(&granted).map(|()| granted));
    saving.await.unwrap_or_else(|_| {
        Err(Error::new(Code::Internal, "Saving the token stopped in the middle."))
    })
}

pub(super) async fn or_abort<T>(abort: &Abort, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        biased;
        () = abort.aborted() => Err(Error::new(Code::Cancelled, "The sign-in was stopped.")),
        result = work => result,
    }
}

fn timed_out(deadline: Deadline) -> Error {
    let text = format!("Nobody pressed Allow within {}.", deadline.in_words());
    Error::new(Code::SignInTimeout, text)
}

#[cfg(test)]
#[cfg(unix)]
mod fixture;
#[cfg(test)]
#[cfg(unix)]
mod hostile_tests;
#[cfg(test)]
#[cfg(unix)]
mod tests;
