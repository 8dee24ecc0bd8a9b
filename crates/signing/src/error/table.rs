//! The table of errors. Each code has an exit code, a meaning, and a next step for tasks and for
//! the command line.

/// Exit codes of the command line tool. Gulp itself always exits with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Success.
    Done = 0,
    /// A failure without an exit code of its own.
    Failure = 1,
    /// A typed or configured value is wrong.
    Usage = 2,
    /// NetSuite refused, or the user denied access on the consent page.
    Refused = 3,
    /// NetSuite could not be reached, or another server answered.
    Network = 4,
    /// Tokens could not be read or stored.
    Store = 5,
    /// The account lock or the production guard stopped the task.
    Guarded = 6,
    /// The user cancelled.
    Cancelled = 130,
}

impl Exit {
    /// Returns the number that a process exits with.
    pub const fn code(self) -> i32 {
        self as i32
    }
}

/// Picks the next step for the command line: the row's own, or the one for tasks if the row has no
/// other.
macro_rules! next_command {
    ($task:literal) => {
        $task
    };
    ($task:literal $command:literal) => {
        $command
    };
}

macro_rules! codes {
    ($($variant:ident $name:literal $exit:ident
        $summary:literal $next:literal $(or $command:literal)?;)*) => {
        /// Every failure a user can cause or meet. The names are stable, because scripts compare
        /// them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// Returns the table row of this code.
            pub const fn row(self) -> Row {
                match self {
                    $(Code::$variant => Row {
                        name: $name,
                        exit: Exit::$exit,
                        summary: $summary,
                        next_step: $next,
                        next_command: next_command!($next $($command)?),
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
    /// What to do in a gulp task or a script, unless the error has a more specific next step.
    pub next_step: &'static str,
    /// What to do at the command line. `{name}` stands for the name of the token.
    pub next_command: &'static str,
}

codes! {
    // Input and configuration.
    ConsumerMissing "CONSUMER_MISSING" Usage
        "The consumer key or consumer secret of the integration record is missing."
        "Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret."
        or "Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret. How to get them: npx netsuite-tba guide integration-record";
    ConsumerInvalid "CONSUMER_INVALID" Usage
        "The consumer key or consumer secret contains invalid characters."
        "Copy both again from the integration record in NetSuite, without quotes or spaces.";
    AccountMissing "ACCOUNT_MISSING" Usage
        "A token was given without the account it belongs to."
        "Add --account with the account ID, for example --account 1234567_SB1.";
    AccountInvalid "ACCOUNT_INVALID" Usage
        "The value is not a NetSuite account ID."
        "Use the account ID shown at Setup > Company > Company Information, for example 1234567 or 1234567_SB1.";
    AuthIdInvalid "AUTH_ID_INVALID" Usage
        "The authentication ID is empty or contains invalid characters."
        "Use up to 40 letters, digits, - and _, starting with a letter or a digit.";
    AuthIdTaken "AUTH_ID_TAKEN" Usage
        "Another saved token already has this authentication ID."
        "Choose another authentication ID, or remove the saved token first."
        or "Choose another name, or remove the saved token first: npx netsuite-tba remove {name}";
    TokenFormat "TOKEN_FORMAT" Usage
        "The value of --token does not have the form <id>:<secret>."
        "Pass --token <id>:<secret> with the token ID and the token secret from NetSuite.";
    SecretFile "SECRET_FILE" Usage
        "A file that was named for a token or a secret cannot be used."
        "Name a file that this user can read and that contains the value and nothing else.";
    RoleInvalid "ROLE_INVALID" Usage
        "The role is not an internal role ID."
        "Pass --role with the internal ID shown at Setup > Users/Roles > Manage Roles.";
    FlagInvalid "FLAG_INVALID" Usage
        "A flag has no value, has an invalid value, or is given twice with different values."
        "Correct the flag and run the command again.";
    CommandInvalid "COMMAND_INVALID" Usage
        "The command does not exist, or it was given the wrong arguments."
        "To see all commands: npx netsuite-tba help";
    FlagConflict "FLAG_CONFLICT" Usage
        "Conflicting options: each one selects a token."
        "Use only one of them.";
    OptionInvalid "OPTION_INVALID" Usage
        "An option has a value of the wrong type."
        "Correct the option; index.d.ts documents each.";
    VmInvalid "VM_INVALID" Usage
        "The value of --vm is not an http or https address of this machine."
        "Pass --vm with the address of the simulator, for example --vm http://127.0.0.1:9090.";
    MoleculeInvalid "MOLECULE_INVALID" Usage
        "The molecule given with -m is not a single DNS label."
        "Use one word of letters, digits and -, or leave -m out.";
    ProxyInvalid "PROXY_INVALID" Usage
        "The proxy address is not a valid URL."
        "Use http://host:port or http://user:password@host:port. In user and password write @ as %40, # as %23, / as %2F and \\ as %5C.";
    PortInvalid "PORT_INVALID" Usage
        "The port is not a number from 1 to 65535."
        "Pass --port with a port that the callback URL of the integration record allows.";
    RequestInvalid "REQUEST_INVALID" Usage
        "The request cannot be signed or sent: its method, URL, headers or body are not valid."
        "Correct the request; docs/requests.md says what can be sent.";
    TokenNotFound "TOKEN_NOT_FOUND" Usage
        "There is no saved token with this name."
        "Run in a terminal with --to to choose a token, or use --authID to sign in under a new name."
        or "List the saved tokens with npx netsuite-tba list, or sign in: npx netsuite-tba login {name}";
    ChoiceNeeded "CHOICE_NEEDED" Usage
        "A token must be chosen or named, and there is no terminal to ask in."
        "Pass --authID NAME, or run once in a terminal."
        or "Pass the name of the token, or run the command in a terminal.";
    SignInNeeded "SIGN_IN_NEEDED" Usage
        "A browser sign-in is needed, and it cannot be done here."
        "Run once in a terminal, or set NETSUITE_TBA_TOKEN_ID, NETSUITE_TBA_TOKEN_SECRET and NETSUITE_TBA_ACCOUNT."
        or "Run it in a terminal, or sign in in two steps: npx netsuite-tba login {name} --start, then npx netsuite-tba login --finish";
    AccountMismatch "ACCOUNT_MISMATCH" Usage
        "The selected token belongs to a different account than the one requested."
        "Choose a token of that account with --to, or leave --account out."
        or "Name a token of that account, or leave --account out.";
    ConsumerMismatch "CONSUMER_MISMATCH" Usage
        "The saved token was created with a different integration record."
        "Use the consumer key the token was created with, or sign in again with --to and New token."
        or "Use the consumer key the token was created with, or sign in again: npx netsuite-tba login {name}";
    ProjectUnknown "PROJECT_UNKNOWN" Usage
        "This folder is not a Commerce developer tools project."
        "Run the command in the folder of the tools, the one with package.json and gulp/distro.json.";
    FileEdited "FILE_EDITED" Usage
        "A file was edited in the meantime, and continuing would lose the edit."
        "Restore the file, or make the change by hand.";
    StoreInvalid "STORE_INVALID" Usage
        "The store is not one of auto, keychain, encrypted-file, file, nstba."
        "Set NETSUITE_TBA_STORE to auto, keychain, encrypted-file, file or nstba.";

    // Sign-in refused.
    SignInDenied "SIGN_IN_DENIED" Refused
        "Deny was pressed on the consent page."
        "Run the task again and press Allow."
        or "Run the command again and press Allow.";
    SignInTimeout "SIGN_IN_TIMEOUT" Refused
        "Nobody pressed Allow before the deadline."
        "Run the task again. It prints the address of the consent page."
        or "Run the command again. It prints the address of the consent page.";
    CallbackAccount "CALLBACK_ACCOUNT" Refused
        "Access was allowed for a different account than the one requested."
        "Run the task again and choose the requested account on the consent page."
        or "Run the command again and choose the requested account on the consent page.";
    CallbackRole "CALLBACK_ROLE" Refused
        "Access was allowed for a different role than the one requested."
        "Run the task again and choose the requested role on the consent page."
        or "Run the command again and choose the requested role on the consent page.";
    CallbackInvalid "CALLBACK_INVALID" Usage
        "The pasted text is not the address the browser ended on after Allow."
        "Copy the whole address from the browser's address bar; it starts with http://localhost.";
    RequestTokenExpired "REQUEST_TOKEN_EXPIRED" Refused
        "The request token has expired or was already used."
        "Run the task again and press Allow without delay."
        or "Run the command again and press Allow without delay.";
    UnknownIntegration "UNKNOWN_INTEGRATION" Refused
        "NetSuite has no integration record with this consumer key."
        "Compare the consumer key with the record at Setup > Integration > Manage Integrations.";
    IntegrationBlocked "INTEGRATION_BLOCKED" Refused
        "The integration record is blocked in this account or waiting for approval."
        "Ask an administrator to set its State to Enabled at Setup > Integration > Manage Integrations.";
    AuthorizationFlowRequired "AUTHORIZATION_FLOW_REQUIRED" Refused
        "The integration record does not allow TBA: Authorization Flow."
        "Select TBA: Authorization Flow on the record at Setup > Integration > Manage Integrations.";
    InvalidTimestamp "INVALID_TIMESTAMP" Refused
        "The clock of this machine differs from NetSuite's by more than five minutes."
        "Set the clock of this machine and run the task again."
        or "Set the clock of this machine and run the command again.";
    InvalidSignature "INVALID_SIGNATURE" Refused
        "Signature mismatch: the consumer secret does not belong to the consumer key."
        "Copy the consumer key and the consumer secret again, both from the same integration record.";
    InvalidCallback "INVALID_CALLBACK" Refused
        "The callback URL is not the one in the integration record."
        "Set the callback URL of the record to http://localhost:7777/tba, or to http://localhost:* if you use --port.";
    MissingParameter "MISSING_PARAMETER" Refused
        "A required OAuth parameter is missing from the request."
        "Update netsuite-tba. If that does not help, report it with what NETSUITE_TBA_DEBUG=1 prints.";
    NonceRejected "NONCE_REJECTED" Refused
        "NetSuite rejected the nonce of the request."
        "Run the task again. If it happens twice, check the clock of this machine."
        or "Run the command again. If it happens twice, check the clock of this machine.";
    FeatureDisabled "FEATURE_DISABLED" Refused
        "Token-Based Authentication is not enabled in this account."
        "Ask an administrator to enable it at Setup > Company > Enable Features > SuiteCloud.";
    InvalidLogin "INVALID_LOGIN" Refused
        "NetSuite rejected the token: it was revoked, or its user, role, integration record or account changed."
        "Sign in again with --to and New token. The reason is listed at Setup > Users/Roles > View Login Audit Trail."
        or "Sign in again: npx netsuite-tba login {name}. The reason is listed at Setup > Users/Roles > View Login Audit Trail.";
    PermissionMissing "PERMISSION_MISSING" Refused
        "The role lacks a required permission."
        "Add the permission Log in using Access Tokens to the role at Setup > Users/Roles > Manage Roles.";
    SignInRefused "SIGN_IN_REFUSED" Refused
        "NetSuite refused the sign-in for a reason this package does not know."
        "Look up the reason at Setup > Users/Roles > View Login Audit Trail.";

    // The network.
    NetworkUnreachable "NETWORK_UNREACHABLE" Network
        "The host was not found or does not accept connections."
        "Check the connection and the account ID. Behind a company proxy, set HTTPS_PROXY or pass --proxy.";
    NetworkTimeout "NETWORK_TIMEOUT" Network
        "The host did not answer in time."
        "Run the task again. Behind a company proxy, set HTTPS_PROXY or pass --proxy."
        or "Run the command again. Behind a company proxy, set HTTPS_PROXY or pass --proxy.";
    CertificateInvalid "CERTIFICATE_INVALID" Network
        "The certificate of the host is not trusted."
        "If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file of its root certificate.";
    ProxyRefused "PROXY_REFUSED" Network
        "The proxy refused the connection."
        "Set HTTPS_PROXY or pass --proxy in the form http://user:password@host:port.";
    HostRefused "HOST_REFUSED" Network
        "The address is not a NetSuite address."
        "Use an https address of netsuite.com, or an address of this machine with --vm.";
    WrongDataCenter "WRONG_DATA_CENTER" Network
        "NetSuite redirected the request: the account has another host."
        "Pass --account with the account ID; requests then go to the host of that account.";
    RateLimited "RATE_LIMITED" Network
        "NetSuite is busy, or the request limit of the account is reached."
        "Wait a minute and run the task again."
        or "Wait a minute and run the command again.";
    ServerError "SERVER_ERROR" Network
        "NetSuite answered with a server error."
        "Wait a minute and run the task again. Outages are listed at status.netsuite.com."
        or "Wait a minute and run the command again. Outages are listed at status.netsuite.com.";
    AnswerLost "ANSWER_LOST" Network
        "The answer was lost after the request was sent, so NetSuite may have run it."
        "Check in NetSuite whether the request was carried out before you send it again.";
    AnswerTooLarge "ANSWER_TOO_LARGE" Network
        "The answer is larger than 100 MiB."
        "Ask for less at once: fewer records per page, or fewer files per call.";
    UnexpectedAnswer "UNEXPECTED_ANSWER" Network
        "The answer does not come from NetSuite's token endpoints."
        "Check --account, --vm and the proxy. NETSUITE_TBA_DEBUG=1 shows which address was asked.";

    // Storing tokens.
    KeychainMissing "KEYCHAIN_MISSING" Store
        "There is no keychain on this machine."
        "Set NETSUITE_TBA_STORE=file or encrypted-file, or start a Secret Service.";
    KeychainLocked "KEYCHAIN_LOCKED" Store
        "The keychain is locked."
        "Unlock it and run the task again."
        or "Unlock it and run the command again.";
    KeychainDenied "KEYCHAIN_DENIED" Store
        "The keychain denied access."
        "Allow access when the system asks, then run the task again."
        or "Allow access when the system asks, then run the command again.";
    KeychainTimeout "KEYCHAIN_TIMEOUT" Store
        "The keychain did not answer in time."
        "Answer its prompt or unlock it, then run the task again."
        or "Answer its prompt or unlock it, then run the command again.";
    KeychainFailed "KEYCHAIN_FAILED" Store
        "The keychain returned an error."
        "Run the task again. With NETSUITE_TBA_STORE=file, new tokens go to a file instead."
        or "Run the command again. With NETSUITE_TBA_STORE=file, new tokens go to a file instead.";
    SecretMissing "SECRET_MISSING" Store
        "The token is listed, but its secret is no longer in the store."
        "Sign in again under the same name, with --to and New token."
        or "Sign in again under the same name: npx netsuite-tba login {name}. To remove all such tokens: npx netsuite-tba prune";
    StoreUnreadable "STORE_UNREADABLE" Store
        "The token file cannot be read."
        "Make the file readable for you and run the task again."
        or "Make the file readable for you and run the command again.";
    StoreUnwritable "STORE_UNWRITABLE" Store
        "The token file cannot be written."
        "Make its folder writable, or set NETSUITE_TBA_HOME to a folder that is.";
    StoreUnsafe "STORE_UNSAFE" Store
        "The token file is a symbolic link or belongs to another user."
        "Replace it with a regular file of your own, or set NETSUITE_TBA_HOME to a folder of your own.";
    StoreDamaged "STORE_DAMAGED" Store
        "The token file is damaged."
        "Look at the file that was moved aside, then sign in again with --to."
        or "Look at the file that was moved aside, then sign in again: npx netsuite-tba login {name}";
    StoreNewer "STORE_NEWER" Store
        "The token file was written by a newer version of netsuite-tba."
        "Update netsuite-tba in this project.";
    StoreBusy "STORE_BUSY" Store
        "Another process is using the token file."
        "Wait until it has finished and run the task again."
        or "Wait until it has finished and run the command again.";
    PassphraseMissing "PASSPHRASE_MISSING" Store
        "The encrypted file needs a passphrase."
        "Set NETSUITE_TBA_PASSPHRASE, or run in a terminal and type the passphrase there.";
    PassphraseWrong "PASSPHRASE_WRONG" Store
        "The passphrase does not open the encrypted file."
        "Set NETSUITE_TBA_PASSPHRASE to the passphrase the file was created with.";
    ProjectFile "PROJECT_FILE" Store
        "A file of the project (.nsdeploy or .env) cannot be read or written."
        "Correct the file named above and run the task again."
        or "Correct the file named above and run the command again.";

    // Account lock and production guard.
    AccountLocked "ACCOUNT_LOCKED" Guarded
        "The account lock in package.json does not allow this account for the task."
        "Choose a token of an account that is allowed with --to, or correct \"netsuite-tba\" in package.json."
        or "Name a token of an account that is allowed, or correct \"netsuite-tba\" in package.json.";
    ProductionGuard "PRODUCTION_GUARD" Guarded
        "The task would change a production account, and nobody has confirmed it."
        "Run the task in a terminal and type the account ID, or pass --allow-production with the account ID."
        or "Run the command in a terminal and type the account ID, or pass --allow-production with the account ID.";

    // Everything else.
    PortBusy "PORT_BUSY" Failure
        "Another program is using the callback port."
        "Stop that program (gulp extension:local uses 7777 too), or pass --port if the record allows http://localhost:*.";
    SignInBusy "SIGN_IN_BUSY" Failure
        "Another process is signing in and did not finish in time."
        "Finish or stop the other sign-in and run the task again."
        or "Finish or stop the other sign-in and run the command again.";
    BrowserFailed "BROWSER_FAILED" Failure
        "No browser could be started."
        "Open the address by hand, or set BROWSER to the command of a browser.";
    Cancelled "CANCELLED" Cancelled
        "The task was cancelled."
        "Nothing was saved. Run the task again when you are ready."
        or "Nothing was saved. Run the command again when you are ready.";
    BindingMissing "BINDING_MISSING" Failure
        "The native part of netsuite-tba could not be loaded."
        "Install it again on this machine, without --omit=optional.";
    Internal "INTERNAL" Failure
        "Something went wrong inside netsuite-tba."
        "Run it again with NETSUITE_TBA_DEBUG=1 and report what it prints.";
}
