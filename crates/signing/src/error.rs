//! One error type, one table of codes: what happened, what to do next, which exit code.

use std::borrow::Cow;
use std::fmt;

use crate::text::printable_lines;

/// Exit codes of the command line tool; gulp itself always exits 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Something failed that none of the others names.
    Failure = 1,
    /// What was typed or configured cannot work.
    Usage = 2,
    /// NetSuite, or the person at the consent page, said no.
    Refused = 3,
    /// NetSuite could not be reached or did not answer as NetSuite.
    Network = 4,
    /// Tokens could not be read or kept.
    Store = 5,
    /// The person stopped it.
    Cancelled = 130,
}

macro_rules! codes {
    ($($variant:ident $name:literal $exit:ident $summary:literal $next:literal;)*) => {
        /// Every failure a user can cause or meet. The names are stable: scripts compare them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The row of the table for this code.
            pub const fn row(self) -> Row {
                match self {
                    $(Code::$variant => Row {
                        name: $name, exit: Exit::$exit, summary: $summary, next_step: $next,
                    },)*
                }
            }
        }
    };
}

/// One line of the error table.
pub struct Row {
    /// The stable name, `TbaError.code` in JavaScript.
    pub name: &'static str,
    /// The exit code of the command line tool.
    pub exit: Exit,
    /// What the code means, for the documentation.
    pub summary: &'static str,
    /// What to do, unless the error knows better.
    pub next_step: &'static str,
}

codes! {
    // What was typed or configured.
    ConsumerMissing "CONSUMER_MISSING" Usage
        "The consumer key or consumer secret of the integration record is not given."
        "Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret.";
    ConsumerInvalid "CONSUMER_INVALID" Usage
        "The consumer key or consumer secret holds characters that cannot be one."
        "Copy both again from the integration record in NetSuite, without quotes or spaces.";
    AccountMissing "ACCOUNT_MISSING" Usage
        "A token was given without the account it belongs to."
        "Add --account with the account ID, for example --account 1234567_SB1.";
    AccountInvalid "ACCOUNT_INVALID" Usage
        "The text given is not a NetSuite account ID."
        "Use the ID of Setup > Company > Company Information, for example 1234567 or 1234567_SB1.";
    AuthIdInvalid "AUTH_ID_INVALID" Usage
        "The authentication ID is empty or holds characters that cannot be in one."
        "Use letters, digits, - and _, at most 40, starting with a letter or digit.";
    AuthIdTaken "AUTH_ID_TAKEN" Usage
        "A saved token already has this authentication ID."
        "Choose another authentication ID, or remove the saved token first.";
    TokenFormat "TOKEN_FORMAT" Usage
        "The value of --token is not of the form <id>:<secret>."
        "Pass --token <id>:<secret> with the token ID and token secret NetSuite showed.";
    RoleInvalid "ROLE_INVALID" Usage
        "The role is not an internal role ID."
        "Pass --role with the internal ID shown at Setup > Users/Roles > Manage Roles.";
    FlagInvalid "FLAG_INVALID" Usage
        "A flag is given without its value, twice, or with a value it cannot have."
        "Correct the flag and run the command again.";
    CommandInvalid "COMMAND_INVALID" Usage
        "There is no such command, or it takes other arguments."
        "Run npx netsuite-tba help to see the commands.";
    FlagConflict "FLAG_CONFLICT" Usage
        "Two things were given that each decide the token."
        "Give only one of them.";
    OptionInvalid "OPTION_INVALID" Usage
        "An option has a value of the wrong kind."
        "Correct the option; index.d.ts documents each.";
    VmInvalid "VM_INVALID" Usage
        "The address of --vm is not http or https on this machine."
        "Use --vm with the simulator's address, for example --vm http://127.0.0.1:9090.";
    MoleculeInvalid "MOLECULE_INVALID" Usage
        "The molecule of -m is not one DNS label."
        "Use -m with one word of letters, digits and -, or leave it out.";
    ProxyInvalid "PROXY_INVALID" Usage
        "The proxy address is not a URL."
        "Use --proxy http://host:port or http://user:password@host:port.";
    PortInvalid "PORT_INVALID" Usage
        "The port is not a number from 1 to 65535."
        "Use --port with a port that the integration record's callback URL allows.";
    RequestInvalid "REQUEST_INVALID" Usage
        "The request cannot be signed or sent: its method, URL, headers or body are not valid."
        "Correct the request; docs/requests.md says what can be sent.";
    TokenNotFound "TOKEN_NOT_FOUND" Usage
        "There is no saved token of that name."
        "Run in a terminal with --to to choose, or use --authID to sign in under a new name.";
    ChoiceNeeded "CHOICE_NEEDED" Usage
        "A token must be chosen or named, and there is no terminal to ask in."
        "Pass --authID NAME, or run once in a terminal.";
    SignInNeeded "SIGN_IN_NEEDED" Usage
        "A sign-in in the browser is needed, and nobody can be asked here."
        "Run once in a terminal, or set NETSUITE_TBA_TOKEN_ID, NETSUITE_TBA_TOKEN_SECRET and NETSUITE_TBA_ACCOUNT.";
    AccountMismatch "ACCOUNT_MISMATCH" Usage
        "The token chosen belongs to another account than the one asked for."
        "Choose a token of that account with --to, or leave --account out.";
    ConsumerMismatch "CONSUMER_MISMATCH" Usage
        "The saved token was made with another integration record."
        "Use the consumer key it was made with, or sign in again with --to and New token.";
    ProjectUnknown "PROJECT_UNKNOWN" Usage
        "The folder is no project of the Commerce developer tools."
        "Run it in the folder of the tools, the one with gulp/distro.json and package.json.";
    FileEdited "FILE_EDITED" Usage
        "A file was edited meanwhile, and going on would lose the edit."
        "Put the file back as it was, or make the change by hand.";
    StoreInvalid "STORE_INVALID" Usage
        "The store is not one of auto, keychain, encrypted-file, file, nstba."
        "Set NETSUITE_TBA_STORE to auto, keychain, encrypted-file, file or nstba.";

    // Sign-in refused.
    SignInDenied "SIGN_IN_DENIED" Refused
        "Deny was pressed on the consent page."
        "Run the task again and press Allow.";
    SignInTimeout "SIGN_IN_TIMEOUT" Refused
        "Nobody pressed Allow before the deadline."
        "Run the task again; the address of the consent page is printed each time.";
    CallbackAccount "CALLBACK_ACCOUNT" Refused
        "Access was allowed for another account than the one asked for."
        "Run the task again and choose the account of --account on the consent page.";
    CallbackRole "CALLBACK_ROLE" Refused
        "Access was allowed for another role than the one asked for."
        "Run the task again and choose the role of --role on the consent page.";
    CallbackInvalid "CALLBACK_INVALID" Usage
        "What was pasted is not the address the browser ended on after Allow."
        "Copy the whole address bar of the page the browser ended on; it starts with http://localhost.";
    RequestTokenExpired "REQUEST_TOKEN_EXPIRED" Refused
        "NetSuite did not accept the allowed request token any more."
        "Run the task again and press Allow without delay.";
    UnknownIntegration "UNKNOWN_INTEGRATION" Refused
        "NetSuite knows no integration record with this consumer key."
        "Compare CONSUMER_KEY with the record at Setup > Integration > Manage Integrations.";
    IntegrationBlocked "INTEGRATION_BLOCKED" Refused
        "The integration record is blocked or waits for approval in this account."
        "An administrator sets its State to Enabled at Setup > Integration > Manage Integrations.";
    AuthorizationFlowRequired "AUTHORIZATION_FLOW_REQUIRED" Refused
        "The integration record does not allow this way of signing in."
        "Tick TBA: Authorization Flow on the record at Setup > Integration > Manage Integrations.";
    InvalidTimestamp "INVALID_TIMESTAMP" Refused
        "The clock of this machine is more than five minutes off NetSuite's."
        "Set the clock of this machine and run the task again.";
    InvalidSignature "INVALID_SIGNATURE" Refused
        "NetSuite computed another signature: the secret does not belong to the key."
        "Copy CONSUMER_KEY and CONSUMER_SECRET again from the same integration record.";
    InvalidCallback "INVALID_CALLBACK" Refused
        "The callback URL is not the one of the integration record."
        "Set the record's callback URL to http://localhost:7777/tba, or to http://localhost:* for --port.";
    MissingParameter "MISSING_PARAMETER" Refused
        "NetSuite missed a parameter in the request."
        "Update netsuite-tba; if that does not help, report it with NETSUITE_TBA_DEBUG=1.";
    NonceRejected "NONCE_REJECTED" Refused
        "NetSuite refused the nonce of the request."
        "Run the task again; if it happens twice, check the clock of this machine.";
    FeatureDisabled "FEATURE_DISABLED" Refused
        "Token-Based Authentication is not enabled in this account."
        "An administrator enables it at Setup > Company > Enable Features > SuiteCloud.";
    InvalidLogin "INVALID_LOGIN" Refused
        "NetSuite refused the token: it was revoked, or its user, role, integration record or account changed."
        "Sign in again with --to and New token; the reason is in Setup > Users/Roles > View Login Audit Trail.";
    PermissionMissing "PERMISSION_MISSING" Refused
        "The role lacks a permission this needs."
        "Give the role Log in using Access Tokens at Setup > Users/Roles > Manage Roles.";
    SignInRefused "SIGN_IN_REFUSED" Refused
        "NetSuite refused with a reason that has no code of its own here."
        "See Setup > Users/Roles > View Login Audit Trail in NetSuite.";

    // The network.
    NetworkUnreachable "NETWORK_UNREACHABLE" Network
        "The host could not be found or does not accept connections."
        "Check the connection and the account ID; behind a company proxy set HTTPS_PROXY or --proxy.";
    NetworkTimeout "NETWORK_TIMEOUT" Network
        "The host did not answer in time."
        "Run the task again; behind a company proxy set HTTPS_PROXY or --proxy.";
    CertificateInvalid "CERTIFICATE_INVALID" Network
        "The certificate of the host is not trusted."
        "Behind a proxy that inspects TLS set NODE_EXTRA_CA_CERTS to its root certificate.";
    ProxyRefused "PROXY_REFUSED" Network
        "The proxy refused the connection."
        "Set HTTPS_PROXY or --proxy to http://user:password@host:port.";
    HostRefused "HOST_REFUSED" Network
        "The address is not one of NetSuite's."
        "Only *.netsuite.com over https is used, or this machine through --vm.";
    WrongDataCenter "WRONG_DATA_CENTER" Network
        "NetSuite sent the request elsewhere: the account lives under another host."
        "Pass --account with the account ID, so that its own host is used.";
    RateLimited "RATE_LIMITED" Network
        "NetSuite is busy, or the account's request limit is reached."
        "Wait a minute and run the task again.";
    ServerError "SERVER_ERROR" Network
        "NetSuite answered with a server error."
        "Wait a minute and run the task again; status.netsuite.com tells of outages.";
    AnswerLost "ANSWER_LOST" Network
        "The answer was lost after the request was sent, so NetSuite may have run it."
        "Look in NetSuite whether the request was carried out before sending it again.";
    AnswerTooLarge "ANSWER_TOO_LARGE" Network
        "The answer is larger than 100 MiB."
        "Ask for less at once: fewer records per page, or fewer files per call.";
    UnexpectedAnswer "UNEXPECTED_ANSWER" Network
        "The answer is not what NetSuite's token endpoints send."
        "Check --account, --vm and the proxy; NETSUITE_TBA_DEBUG=1 shows what was asked.";

    // Keeping tokens.
    KeychainMissing "KEYCHAIN_MISSING" Store
        "There is no keychain on this machine."
        "Set NETSUITE_TBA_STORE=file or encrypted-file, or start a Secret Service.";
    KeychainLocked "KEYCHAIN_LOCKED" Store
        "The keychain is locked."
        "Unlock it and run the task again.";
    KeychainDenied "KEYCHAIN_DENIED" Store
        "The keychain refused access."
        "Allow access when the system asks, then run the task again.";
    KeychainTimeout "KEYCHAIN_TIMEOUT" Store
        "The keychain did not answer in time."
        "Answer its prompt, or unlock it, and run the task again.";
    KeychainFailed "KEYCHAIN_FAILED" Store
        "The keychain failed for a reason of its own."
        "Run the task again; NETSUITE_TBA_STORE=file keeps new tokens out of the keychain.";
    SecretMissing "SECRET_MISSING" Store
        "The token is listed, but its secret is no longer in its store."
        "Sign in again with --to and New token, under the same name.";
    StoreUnreadable "STORE_UNREADABLE" Store
        "The token file cannot be read."
        "Make the file readable for you and run the task again.";
    StoreUnwritable "STORE_UNWRITABLE" Store
        "The token file cannot be written."
        "Make its folder writable, or set NETSUITE_TBA_HOME to one that is.";
    StoreUnsafe "STORE_UNSAFE" Store
        "The token file is a symbolic link or belongs to someone else."
        "Replace it by a plain file of your own, or set NETSUITE_TBA_HOME to a folder of your own.";
    StoreDamaged "STORE_DAMAGED" Store
        "The token file is damaged."
        "Look at the file that was moved aside, then sign in again with --to.";
    StoreNewer "STORE_NEWER" Store
        "The token file was written by a newer version of netsuite-tba."
        "Update netsuite-tba in this project.";
    StoreBusy "STORE_BUSY" Store
        "Another process holds the token file."
        "Wait for it to end and run the task again.";
    PassphraseMissing "PASSPHRASE_MISSING" Store
        "The encrypted file needs a passphrase."
        "Set NETSUITE_TBA_PASSPHRASE, or run it in a terminal, where you are asked.";
    PassphraseWrong "PASSPHRASE_WRONG" Store
        "The passphrase does not open the encrypted file."
        "Set NETSUITE_TBA_PASSPHRASE to the passphrase it was made with.";
    ProjectFile "PROJECT_FILE" Store
        "A file of the project (.nsdeploy or .env) cannot be read or written."
        "Correct the file named above and run the task again.";

    // The rest.
    PortBusy "PORT_BUSY" Failure
        "The callback port is in use by another program."
        "Stop that program (gulp extension:local uses 7777 too), or pass --port if the record allows http://localhost:*.";
    SignInBusy "SIGN_IN_BUSY" Failure
        "Another process is signing in and did not finish in time."
        "Finish or stop the other sign-in and run the task again.";
    BrowserFailed "BROWSER_FAILED" Failure
        "No browser could be started."
        "Open the address by hand, or set BROWSER to the command of a browser.";
    Cancelled "CANCELLED" Cancelled
        "It was stopped before it was done."
        "Nothing was saved; run the task again when you are ready.";
    BindingMissing "BINDING_MISSING" Failure
        "The native part of netsuite-tba could not be loaded."
        "Install it again on this machine, without --omit=optional.";
    Internal "INTERNAL" Failure
        "Something inside netsuite-tba went wrong."
        "Run it again with NETSUITE_TBA_DEBUG=1 and report what it prints.";
}

/// A failure with its code, a message in plain words and the next step. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
    next_step: Option<String>,
}

impl Error {
    /// An error of this code that says what happened in this case. Text from outside in the message
    /// cannot steer a terminal: see [`printable_lines`].
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: clean(message), next_step: None }
    }

    /// The same with a next step that fits this case better than the table's.
    #[must_use]
    pub fn with_next_step(mut self, next_step: impl Into<String>) -> Self {
        self.next_step = Some(clean(next_step));
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What happened, without the next step.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do now.
    pub fn next_step(&self) -> &str {
        self.next_step.as_deref().unwrap_or(self.code.row().next_step)
    }

    /// The exit code of the command line tool.
    pub fn exit_code(&self) -> i32 {
        self.code.row().exit as i32
    }
}

fn clean(text: impl Into<String>) -> String {
    let text = text.into();
    match printable_lines(&text) {
        Cow::Owned(clean) => clean,
        Cow::Borrowed(_) => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.message, self.next_step())
    }
}

impl std::error::Error for Error {}

/// What every fallible function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_has_a_stable_name_a_summary_and_a_next_step() {
        let mut names = HashSet::new();
        for code in Code::ALL {
            let row = code.row();
            assert!(names.insert(row.name), "{} is used twice", row.name);
            assert!(row.name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'), "{}", row.name);
            for text in [row.summary, row.next_step] {
                assert!(text.ends_with('.') && text.len() > 20, "{}: {text}", row.name);
                assert!(!text.contains('\n'), "{}", row.name);
            }
            assert!([1, 2, 3, 4, 5, 130].contains(&(row.exit as i32)));
        }
    }

    #[test]
    fn an_error_prints_no_control_characters() {
        let error = Error::new(Code::PortBusy, "a\x1b[2J").with_next_step("b\u{202e}\nc");
        assert_eq!(error.to_string(), "a?[2J\nb?\nc");
    }

    #[test]
    fn the_message_ends_with_the_next_step() {
        let plain = Error::new(Code::PortBusy, "Port 7777 is in use.");
        assert!(plain.to_string().ends_with(Code::PortBusy.row().next_step));
        let fitted = plain.with_next_step("Stop node (process 12).");
        assert_eq!(fitted.to_string(), "Port 7777 is in use.\nStop node (process 12).");
    }
}
