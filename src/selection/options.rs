//! The table of options: everything a caller can ask for, in one place.
//!
//! A row gives a field of [`Options`], the name of the option in JavaScript, the flags and the
//! environment variable. The merge, the key of shared calls and the list of names JavaScript
//! accepts follow from the table.

use std::path::PathBuf;
use std::time::Duration;

use crate::base::environment::Environment;
use crate::credentials::Secret;
use crate::error::Result;
use crate::selection::setting::{Flag, Given, KeyHash, NumberText, Setting, To, set, wrong_kind};
use crate::selection::tasks::Tasks;

/// One row of the table, for the documentation and the tests.
pub struct Row {
    /// The name of the option in JavaScript; none where JavaScript cannot set it.
    pub option: Option<&'static str>,
    /// The flags of a gulp command line; the first spelling is the documented one.
    pub flags: &'static [&'static str],
    /// The environment variables; the first one that is set counts.
    pub variables: &'static [&'static str],
    /// Whether a flag is followed by a value.
    pub takes_value: bool,
    /// What JavaScript may give.
    pub kind: &'static str,
}

/// The first of the literals that are there, if any.
macro_rules! first {
    () => {
        None
    };
    ($first:literal $($rest:literal)*) => {
        Some($first)
    };
}

macro_rules! options {
    ($(
        $(#[doc = $doc:literal])+
        $field:ident: $setting:ty = [$($option:literal)?] [$($flag:literal)*] [$($variable:literal)*];
    )*) => {
        /// Everything that can be asked for. The texts are as given: they are parsed in
        /// `selection/request.rs`, after options and flags have been merged. Holds secrets, so it
        /// has no `Debug`.
        #[derive(Clone, Default)]
        pub struct Options {
            $($(#[doc = $doc])+ pub $field: Option<$setting>,)*
        }

        impl Options {
            /// The whole table.
            pub const TABLE: &'static [Row] = &[$(Row {
                option: first!($($option)?),
                flags: &[$($flag),*],
                variables: &[$($variable),*],
                takes_value: <$setting as Setting>::TAKES_VALUE,
                kind: <$setting as Setting>::KIND,
            },)*];

            /// These options, with what they leave open filled from `other`.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($field: self.$field.or(other.$field),)* }
            }

            /// What the environment variables of the table say. Empty ones say nothing.
            pub fn from_variables(environment: &Environment) -> Self {
                let mut found = Self::default();
                $($(
                    found.$field = found.$field.or_else(|| {
                        let text = environment.var($variable)?;
                        <$setting as Setting>::from_variable(text, environment)
                    });
                )*)*
                found
            }

            /// Takes an option of that name over; `false` when the table has no such option.
            ///
            /// # Errors
            /// [`Code::OptionInvalid`] when it is of the wrong kind.
            pub fn take_option(&mut self, name: &str, given: Given) -> Result<bool> {
                $($(
                    if name == $option {
                        self.$field = <$setting as Setting>::from_option(given)
                            .map_err(|_| wrong_kind(name, <$setting as Setting>::KIND))?;
                        return Ok(true);
                    }
                )?)*
                let _ = given;
                Ok(false)
            }

            /// Takes a flag over; `false` when the table has no such flag.
            ///
            /// # Errors
            /// [`Code::FlagInvalid`] for a flag without its value, or given twice with different
            /// values.
            pub fn take_flag(&mut self, flag: &mut Flag<'_>) -> Result<bool> {
                match flag.name {
                    $($($flag => set(&mut self.$field, flag).map(|()| true),)*)*
                    _ => Ok(false),
                }
            }

            /// Adds every field to the key of shared calls.
            pub(crate) fn add_to(&self, key: &mut KeyHash) {
                let Self { $($field,)* } = self;
                $(key.setting($field.as_ref());)*
            }
        }
    };
}

impl Options {
    /// Whether a flag chooses the token by name.
    pub fn chooses(flag: &str) -> bool {
        let by_name = |row: &&Row| matches!(row.option, Some("to" | "authId"));
        Self::TABLE.iter().filter(by_name).any(|row| row.flags.contains(&flag))
    }

    /// Whether the word after a flag is its value.
    pub fn flag_takes_value(flag: &str) -> bool {
        Self::TABLE.iter().any(|row| row.takes_value && row.flags.contains(&flag))
    }

    /// Whether a word of a command line is this flag, in whatever spelling and with or without a
    /// value.
    pub fn is_same_flag(flag: &str, word: &str) -> bool {
        let name = word.split('=').next().unwrap_or(word);
        Self::TABLE.iter().any(|row| row.flags.contains(&flag) && row.flags.contains(&name))
    }
}

options! {
    /// Asks which token to use, or names a saved one.
    to: To = ["to"] ["--to"] [];
    /// The name of a saved token, or the name a new one gets.
    auth_id: String = ["authId"] ["--authID" "--authId" "--authid" "--auth-id"] ["NETSUITE_TBA_AUTH_ID"];
    /// The account ID, in any spelling.
    account: String = ["account"] ["--account"] [];
    /// The internal ID of the role a new token must have.
    role: NumberText = ["role"] ["--role"] [];
    /// A token given as `<id>:<secret>`.
    token: Secret = ["token"] ["--token"] [];
    /// A file with a token.
    token_file: String = ["tokenFile"] ["--token-file"] [];
    /// The token ID of a token given by the environment.
    token_id: String = [] [] ["NETSUITE_TBA_TOKEN_ID"];
    /// The secret of a token given by the environment.
    token_secret: Secret = [] [] ["NETSUITE_TBA_TOKEN_SECRET"];
    /// The account of a token given by the environment.
    token_account: String = [] [] ["NETSUITE_TBA_ACCOUNT"];
    /// The consumer key of the integration record.
    consumer_key: String = ["consumerKey"] ["--key"]
        ["NETSUITE_TBA_CONSUMER_KEY" "CONSUMER_KEY"];
    /// The consumer secret of the integration record.
    consumer_secret: Secret = ["consumerSecret"] ["--secret"]
        ["NETSUITE_TBA_CONSUMER_SECRET" "CONSUMER_SECRET"];
    /// One more DNS label before `.netsuite.com`.
    molecule: String = ["molecule"] ["-m" "--m"] [];
    /// The address of a simulator on this machine.
    vm: String = ["vm"] ["--vm"] [];
    /// The URL of a proxy.
    proxy: Secret = ["proxy"] ["--proxy"] [];
    /// The port of the callback.
    port: NumberText = ["port"] ["--port"] [];
    /// Whether anything may be asked.
    interactive: bool = ["interactive"] [] [];
    /// Whether a browser may be opened.
    browser: bool = ["browser"] ["--browser" "--no-browser"] [];
    /// How many requests of an account run at the same time.
    concurrency: NumberText = ["concurrency"] [] ["NETSUITE_TBA_CONCURRENCY"];
    /// How long a browser sign-in may take.
    timeout: Duration = ["timeoutMs"] ["--timeout"] [];
    /// Where new tokens are kept.
    store: String = ["store"] [] ["NETSUITE_TBA_STORE"];
    /// The vault's folder.
    home: PathBuf = ["home"] [] ["NETSUITE_TBA_HOME"];
    /// Opens the encrypted file; the vault reads it.
    passphrase: Secret = [] [] ["NETSUITE_TBA_PASSPHRASE"];
    /// The service name of keychain entries; the vault reads it.
    keychain_service: String = [] [] ["NETSUITE_TBA_KEYCHAIN_SERVICE"];
    /// The task that the call is made for; under gulp, the tasks of the command line.
    task: Tasks = ["task"] [] [];
    /// Whether a deployment to a production account needs a confirmation.
    guard: bool = [] [] ["NETSUITE_TBA_GUARD"];
    /// The production account that may be changed without a question.
    allow_production: String = ["allowProduction"] ["--allow-production"]
        ["NETSUITE_TBA_ALLOW_PRODUCTION"];
    /// Whether `.nsdeploy` gets the name of the token.
    remember: bool = ["remember"] [] [];
    /// The name Oracle's tools chose by themselves.
    tools_name: String = [] [] [];
}
