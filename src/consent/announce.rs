//! What a sign-in says on stderr, and the countdown of terminals.

use std::time::Duration;

use crate::base::console::{clear_status, say, set_status, stderr_is_terminal};
use crate::consent::SignIn;
use crate::consent::browser_availability::{over_ssh, ssh_forward};
use crate::error::Error;

/// Names the consent page. Said before a browser is opened: whatever happens to the browser, the
/// address is there to be opened by hand.
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

/// That pasting is possible. Said even when a browser was opened: nobody can know whether it shows,
/// and what is typed is not.
pub(super) fn pasting() {
    say(
        "If the browser cannot come back here, paste the address it ends on and press Enter (it is not shown).",
    );
}

/// Asks whether to go on without the port.
pub(super) fn port_busy(error: &Error) {
    say(error.message());
    say(error.next_step());
    say(
        "Or go on without the port: the browser will end on a page that fails, and you paste its address here.",
    );
    say("Type y and press Enter to go on, or only Enter to stop:");
}

/// For a redirect that has no state and no verifier.
pub(super) const MAYBE_DENIED: &str = "The browser came back without an answer. If you pressed Deny, stop with Ctrl-C; otherwise open the address above again.";

/// The time that is left, on one line of its own that is rewritten. Terminals only: in a log every
/// second would be a line.
pub(super) struct Countdown {
    on: bool,
}

impl Countdown {
    /// A countdown that shows only where somebody looks at a terminal.
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

    /// Says a line without leaving half a countdown before it.
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
