//! What a caller can ask for, by option in JavaScript or by flag on the command line.

use std::path::PathBuf;
use std::time::Duration;

/// The value of `to`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum To {
    /// Bare `--to`: ask which token.
    Choose,
    /// `--to NAME`: this saved token.
    Name(String),
}

/// Everything that can be asked for. The texts are as given: they are parsed in one place, after
/// options and flags have been merged. Holds secrets, so it has no `Debug`.
#[derive(Clone, Default)]
pub struct Options {
    /// `to`, `--to`.
    pub to: Option<To>,
    /// `authId`, `--authID`.
    pub auth_id: Option<String>,
    /// `account`, `--account`.
    pub account: Option<String>,
    /// `role`, `--role`.
    pub role: Option<String>,
    /// `token`, `--token`: `<id>:<secret>`.
    pub token: Option<String>,
    /// `consumerKey`, `--key`.
    pub consumer_key: Option<String>,
    /// `consumerSecret`, `--secret`.
    pub consumer_secret: Option<String>,
    /// `molecule`, `-m`.
    pub molecule: Option<String>,
    /// `vm`, `--vm`.
    pub vm: Option<String>,
    /// `proxy`, `--proxy`.
    pub proxy: Option<String>,
    /// `port`, `--port`.
    pub port: Option<String>,
    /// `interactive`: whether anything may be asked.
    pub interactive: Option<bool>,
    /// `browser`, `--browser`, `--no-browser`.
    pub browser: Option<bool>,
    /// `timeoutMs`, `--timeout` in seconds: how long the browser sign-in may take.
    pub timeout: Option<Duration>,
    /// `store`.
    pub store: Option<String>,
    /// `home`: the vault's folder.
    pub home: Option<PathBuf>,
    /// The name Oracle's tools chose by themselves; no flag and no option of ours.
    pub tools_name: Option<String>,
}

impl Options {
    /// These options, with what they leave open filled from `flags`.
    #[must_use]
    pub fn or(self, flags: Self) -> Self {
        Self {
            to: self.to.or(flags.to),
            auth_id: self.auth_id.or(flags.auth_id),
            account: self.account.or(flags.account),
            role: self.role.or(flags.role),
            token: self.token.or(flags.token),
            consumer_key: self.consumer_key.or(flags.consumer_key),
            consumer_secret: self.consumer_secret.or(flags.consumer_secret),
            molecule: self.molecule.or(flags.molecule),
            vm: self.vm.or(flags.vm),
            proxy: self.proxy.or(flags.proxy),
            port: self.port.or(flags.port),
            interactive: self.interactive.or(flags.interactive),
            browser: self.browser.or(flags.browser),
            timeout: self.timeout.or(flags.timeout),
            store: self.store.or(flags.store),
            home: self.home.or(flags.home),
            tools_name: self.tools_name.or(flags.tools_name),
        }
    }
}
