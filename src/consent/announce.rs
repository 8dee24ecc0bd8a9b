//! What a sign-in says on stderr, and the countdown of terminals.

use std::time::Duration;

use crate::base::console::{clear_status, say, set_status, stderr_is_terminal};
use crate::consent::SignIn;
use crate::consent::browser_availability::{over_ssh, ssh_forward};
use crate::consent::callback::Flaw;
use crate::consent::head::MAX_HEADERS;
use crate::error::Error;

/// Names the consent page. Said before a browser is opened, so that the address can be opened by hand
/// whatever happens to the browser.
pub(super) fn consent_page(request: &SignIn, url: &str) {
    let name = &request.auth_id;
    match &request.account {
        Some(account) => say(&format!("Signing in to account {account} as {name}.")),
        None => say(&format!("Signing in as {name}.")),
    }
    say("Press Allow on this page in your browser:");
    say(&format!("  {url}"));
}

/// How the callback reaches this machine over SSH. Said even when a browser was told to open: it
/// may be on the other side.
pub(super) fn ssh(request: &SignIn, port: u16) {
    if over_ssh(&request.environment) {
        let command = ssh_forward(&request.environment, port);
        say("This is an SSH session. On your own machine run");
        say(&format!("  {command}"));
        say("and open the address above there.");
    }
}

/// What to do when no browser is opened here.
pub(super) fn without_browser(request: &SignIn) {
    if !over_ssh(&request.environment) && request.browser != Some(false) {
        say("No browser can be opened from here: open the address above where you have one.");
    }
}

/// That pasting is possible. Said even when a browser was opened, because it is unknown whether a
/// window appeared.
pub(super) fn pasting() {
    say(
        "If the browser cannot come back here, paste the address it ends on and press Enter (it is not shown).",
    );
}

/// Asks whether to continue without the port.
pub(super) fn port_busy(error: &Error) {
    say(error.message());
    say(error.next_step());
    say(
        "Or continue without the port: the browser will end on an error page, and you paste its address here.",
    );
    say("Type y and press Enter to continue, or press only Enter to stop:");
}

/// What reached the callback port and does not end the wait, but should be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// A redirect that has no state and no verifier.
    MaybeDenied,
    /// The callback address without an answer.
    NoAnswer,
    /// The answer to another sign-in.
    OtherSignIn,
    /// An answer that is incomplete or contradicts itself.
    Damaged,
    /// A request head beyond the limit.
    HeadTooLarge,
    /// More headers than are read.
    TooManyHeaders,
    /// A TLS connection.
    Https,
}

impl Notice {
    /// The notice for a redirect that is ignored.
    pub(super) fn of(flaw: Flaw) -> Self {
        match flaw {
            Flaw::NoState { maybe_denied: true } => Self::MaybeDenied,
            Flaw::NoState { maybe_denied: false } => Self::NoAnswer,
            Flaw::OtherState | Flaw::OtherRequestToken => Self::OtherSignIn,
            Flaw::Twice | Flaw::Company | Flaw::Verifier => Self::Damaged,
        }
    }

    /// What is said about it.
    pub(super) fn text(self, port: u16) -> String {
        match self {
            Self::MaybeDenied => "The browser came back without an answer. If you pressed Deny, stop with Ctrl-C; otherwise open the address above again.".to_owned(),
            Self::NoAnswer => format!("The browser opened http://localhost:{port}/tba without NetSuite's answer. Open the address above and press Allow there."),
            Self::OtherSignIn => "The browser came back from another sign-in. Open the address above and press Allow there.".to_owned(),
            Self::Damaged => "The browser came back with an incomplete answer. Open the address above again.".to_owned(),
            Self::HeadTooLarge => "The browser's request was too large, most likely because of cookies that other programs set for localhost. Delete the cookies of localhost, or open the address above in a private window.".to_owned(),
            Self::TooManyHeaders => format!("The browser's request had more than {MAX_HEADERS} headers. Open the address above in a private window, or without the extension or proxy that adds headers."),
            Self::Https => format!("The browser connected with https. Use http://localhost:{port} in its address bar, or paste the address here."),
        }
    }
}

/// The time that is left, on a line that is rewritten every second. Terminals only: a log would get a
/// line every second.
pub(super) struct Countdown {
    on: bool,
}

impl Countdown {
    /// A countdown that shows only in a terminal that can redraw a line.
    pub(super) fn new(request: &SignIn) -> Self {
        let environment = &request.environment;
        Self { on: environment.terminal && stderr_is_terminal() && !environment.is_plain() }
    }

    /// Shows the time that is left.
    pub(super) fn show(&self, left: Duration) {
        if self.on {
            let seconds = left.as_secs();
            set_status(&format!("Waiting for Allow, {}:{:02} left ", seconds / 60, seconds % 60));
        }
    }

    /// Says a line in place of the countdown.
    pub(super) fn say(&self, line: &str) {
        self.clear();
        say(line);
    }

    fn clear(&self) {
        if self.on {
            clear_status();
        }
    }
}

impl Drop for Countdown {
    fn drop(&mut self) {
        self.clear();
    }
}
