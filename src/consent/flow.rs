//! The sign-in, step by step.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::blocking::blocking;
use crate::base::console;
use crate::base::deadline::Deadline;
use crate::consent::announce;
use crate::consent::announce::Countdown;
use crate::consent::callback::{ExpectedCallback, Grant, State, Verdict};
use crate::consent::listener::Listener;
use crate::consent::pages::Page;
use crate::consent::paste;
use crate::consent::paste::Pasted;
use crate::consent::redirects::Event;
use crate::consent::server::Server;
use crate::consent::{Granted, Save, SignIn, browser, browser_availability};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::token_endpoints;
use crate::netsuite::token_endpoints::RequestToken;
use crate::tty::device::Terminal;

/// How long the browser may take to fetch and read its last page.
const LINGER: Duration = Duration::from_secs(2);
/// Nobody who cancels a sign-in wants to wait for a browser.
const LINGER_AFTER_CANCEL: Duration = Duration::from_millis(100);

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
    let Prepared { listener, client, request_token, expected } = prepared;
    let port = listener.port;
    let mut server = Server::start(listener, Arc::clone(&expected))?;
    let result = async {
        let grant =
            or_abort(&abort, wait_for_consent(&request, &mut server, &expected, port)).await?;
        let granted = or_abort(&abort, exchange(&request, &client, request_token, grant)).await?;
        save_granted(granted, save).await
    }
    .await;
    match &result {
        Ok(granted) => {
            console::say(&format!("Access allowed for account {}.", granted.account));
            let name = request.auth_id.as_str().to_owned();
            let account = granted.account.as_str().to_owned();
            server.end(Page::SignedIn { name, account }, LINGER).await;
        }
        Err(error) => {
            let cancelled = error.code() == Code::Cancelled;
            let linger = if cancelled { LINGER_AFTER_CANCEL } else { LINGER };
            server.end(Page::of_failure(error), linger).await;
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
    expected: Arc<ExpectedCallback>,
}

async fn prepare(request: &SignIn) -> Result<Prepared> {
    let listener = bind_or_ask(request).await?;
    let client = Client::new(&request.network, &request.site)?;
    let state = State::random()?;
    let callback = callback_url(listener.port);
    let request_token = request_token(request, &client, &callback).await?;
    let expected = Arc::new(ExpectedCallback {
        state,
        request_token: request_token.id().to_owned(),
        account: request.account.clone(),
        role: request.role.clone(),
    });
    Ok(Prepared { listener, client, request_token, expected })
}

/// Where NetSuite sends the browser after Allow or Deny.
pub(super) fn callback_url(port: u16) -> String {
    format!("http://localhost:{port}/tba")
}

/// Step one: asks NetSuite for a request token.
pub(super) async fn request_token(
    request: &SignIn,
    client: &Client,
    callback: &str,
) -> Result<RequestToken> {
    let asking = token_endpoints::request_token(
        client,
        &request.site,
        request.account.as_ref(),
        &request.consumer,
        request.role.as_ref(),
        callback,
    );
    request.deadline.of_step("request token", asking).await
}

/// Step two: sends the person to the consent page and waits for the answer.
async fn wait_for_consent(
    request: &SignIn,
    server: &mut Server,
    expected: &ExpectedCallback,
    port: u16,
) -> Result<Grant> {
    let url = request.site.consent_url(
        request.account.as_ref(),
        &expected.request_token,
        expected.state.as_str(),
    );
    announce::consent_page(request, &url);
    let mut terminal = open_terminal(request, true);
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
            event = server.next() => match event {
                Event::Notice(notice) => countdown.say(&notice.text(port)),
                Event::Verdict(verdict) => return grant_of(request, verdict),
            },
            line = line_of(terminal.as_mut()) => match paste::read(expected, &line) {
                Pasted::Final(verdict) if server.claim() => return grant_of(request, verdict),
                Pasted::Wrong(problem) => countdown.say(&problem.to_string()),
                // Either an empty line, or a redirect was quicker.
                Pasted::Final(_) | Pasted::Nothing => {}
            },
            () = deadline.passes() => return Err(timed_out(deadline)),
            _ = seconds.tick() => countdown.show(deadline.left()),
        }
    }
}

/// The terminal, where questions may be asked.
fn open_terminal(request: &SignIn, hidden: bool) -> Option<Terminal> {
    let asks = request.interactive && request.environment.terminal;
    asks.then(|| Terminal::open(hidden)).flatten()
}

async fn line_of(terminal: Option<&mut Terminal>) -> Zeroizing<String> {
    match terminal {
        Some(terminal) => terminal.line().await,
        None => std::future::pending().await,
    }
}

/// Binds the port. Where another program has it, the person may choose to continue without it; only
/// then is a request token asked for.
async fn bind_or_ask(request: &SignIn) -> Result<Listener> {
    let busy = match Listener::bind(request.port).await {
        Ok(listener) => return Ok(listener),
        Err(busy) => busy,
    };
    let Some(mut terminal) = open_terminal(request, false) else { return Err(busy) };
    announce::port_busy(&busy);
    let answer = timeout(request.deadline.left(), terminal.line()).await;
    let yes = answer.is_ok_and(|line| matches!(line.to_ascii_lowercase().as_str(), "y" | "yes"));
    if yes { Ok(Listener::absent(request.port)) } else { Err(busy) }
}

async fn open_or_explain(request: &SignIn, url: String, port: u16) {
    announce::ssh(request, port);
    if browser_availability::browser_can_open(&request.environment, request.browser) {
        let environment = request.environment.clone();
        // Starting a program can block for a moment, on Windows for longer.
        let opened = blocking(move || browser::open_browser(&url, &environment)).await;
        if opened.is_ok() {
            return;
        }
    }
    announce::without_browser(request);
}

/// What the person allowed, or why the sign-in ends here.
pub(super) fn grant_of(request: &SignIn, verdict: Verdict) -> Result<Grant> {
    match verdict {
        Verdict::Allowed(grant) => Ok(grant),
        Verdict::Denied | Verdict::Ignored(_) => {
            Err(Error::new(Code::SignInDenied, Code::SignInDenied.row().summary))
        }
        Verdict::OtherAccount(account) => {
            let expected = request.account.as_ref().map_or("another one", AccountId::as_str);
            let text =
                format!("Access was allowed for account {account}, but {expected} was asked for.");
            Err(Error::new(Code::CallbackAccount, text))
        }
        Verdict::OtherRole(role) => {
            let expected = request.role.as_ref().map_or("another one", |role| role.as_str());
            let got =
                role.map_or("a role NetSuite did not name".to_owned(), |id| format!("role {id}"));
            let text = format!("Access was allowed for {got}, but role {expected} was asked for.");
            Err(Error::new(Code::CallbackRole, text))
        }
    }
}

/// Step three: exchanges the request token for an access token.
pub(super) async fn exchange(
    request: &SignIn,
    client: &Client,
    request_token: RequestToken,
    grant: Grant,
) -> Result<Granted> {
    let Grant { verifier, account, role } = grant;
    let exchanging = token_endpoints::access_token(
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

/// Saves what was granted, on a thread for work that blocks.
pub(super) async fn save_granted(granted: Granted, save: Save) -> Result<Granted> {
    blocking(move || save(&granted).map(|()| granted)).await
}

/// The result of the work, unless the sign-in is cancelled first.
pub(super) async fn or_abort<T>(abort: &Abort, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        biased;
        () = abort.aborted() => Err(Error::new(Code::Cancelled, "The sign-in was cancelled.")),
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
