//! What was asked for, parsed: options, flags and variables become types here and nowhere else.

use std::time::Duration;

use crate::account::AccountId;
use crate::base::environment::Environment;
use crate::credentials::{AuthId, RoleId, Secret, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::site::Site;
use crate::project::account_lock::Accounts;
pub use crate::selection::consumer::consumer;
use crate::selection::options::Options;
use crate::selection::secret_file;
use crate::selection::setting::To;
use crate::text::printable;

/// The port of the callback URL in Oracle's set-up instructions.
pub const DEFAULT_PORT: u16 = 7777;
/// How long a browser sign-in may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(300);

const ID: &str = "NETSUITE_TBA_TOKEN_ID";
const SECRET: &str = "NETSUITE_TBA_TOKEN_SECRET";
const ACCOUNT: &str = "NETSUITE_TBA_ACCOUNT";

/// A token given from outside: rows 1 and 2 of the decision table.
pub struct Given {
    /// The token.
    pub token: Token,
    /// The account it belongs to.
    pub account: AccountId,
    /// Where it was given.
    pub by: GivenBy,
}

/// Where a token was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenBy {
    /// `--token` or the option `token`.
    Option,
    /// `--token-file` or the option `tokenFile`.
    File,
    /// `NETSUITE_TBA_TOKEN_ID` and its fellows.
    Environment,
}

impl Given {
    /// The beginning of a sentence that ends with the account: "the token of --token belongs to".
    pub fn whose(&self) -> String {
        format!("the token of {} belongs to", self.by.as_str())
    }
}

impl GivenBy {
    /// The flag or variable.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Option => "--token",
            Self::File => "--token-file",
            Self::Environment => ID,
        }
    }
}

/// Where a name was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// `--authID`, or the option `authId`.
    AuthId,
    /// `--to NAME`.
    To,
    /// `NETSUITE_TBA_AUTH_ID`.
    Variable,
    /// Oracle's tools asked for it themselves; they alone write `.nsdeploy`.
    Tools,
}

/// Everything asked for that decides which token is used.
pub struct TokenRequest {
    /// Rows 1 and 2.
    pub given: Option<Given>,
    /// Rows 3 and 5.
    pub named: Option<(AuthId, NamedBy)>,
    /// Row 4: `--to` without a name.
    pub choose: bool,
    /// Narrows rows 3 to 7.
    pub account: Option<AccountId>,
    /// The role a new token must have.
    pub role: Option<RoleId>,
    /// The accounts that the project's lock allows. Narrows rows 4 and 7.
    pub allowed: Accounts,
    /// Which NetSuite.
    pub site: Site,
}

/// How a sign-in is carried out, should one be needed.
#[derive(Clone)]
pub struct SignInSettings {
    /// The callback port.
    pub port: u16,
    /// How long the browser sign-in may take.
    pub timeout: Duration,
    /// Whether to open a browser; unset leaves it to the surroundings.
    pub browser: Option<bool>,
    /// Whether a person can be asked.
    pub interactive: bool,
    /// `--proxy`.
    pub proxy: Option<String>,
}

impl TokenRequest {
    /// Parses what was asked for.
    ///
    /// # Errors
    /// A usage error for whatever cannot be what it is said to be.
    pub fn read(options: &Options, environment: &Environment) -> Result<Self> {
        let variables = Options::from_variables(environment);
        // Names every row of the table: a new one does not compile until it is decided here
        // whether it takes part in choosing the token.
        let Options {
            to,
            auth_id,
            account,
            role,
            token,
            token_file,
            molecule,
            vm,
            tools_name,
            // Given by variables only.
            token_id: _,
            token_secret: _,
            token_account: _,
            // What signs: `consumer`.
            consumer_key: _,
            consumer_secret: _,
            // How a sign-in is carried out: `SignInSettings`.
            proxy: _,
            port: _,
            interactive: _,
            browser: _,
            timeout: _,
            // How requests are sent: `session/requests.rs`.
            concurrency: _,
            // Whether the account may be used: `Admission`.
            task: _,
            guard: _,
            allow_production: _,
            // Where tokens are kept: `VaultSettings`.
            store: _,
            home: _,
            passphrase: _,
            keychain_service: _,
            // Whether the project keeps the name: `Run`.
            remember: _,
        } = options;
        let account = account.as_deref().map(AccountId::parse).transpose()?;
        let typed = Typed { to: to.as_ref(), auth_id: auth_id.as_deref() };
        let given = if token.is_some() || token_file.is_some() {
            let file = token_file.as_deref();
            Some(given_as_option(token.as_ref(), file, environment, account.as_ref())?)
        } else {
            let typed = typed.flag().filter(|_| tools_name.is_none());
            given_by_variables(&variables, environment, account.as_ref(), typed)?
        };
        let named = match tools_name {
            Some(chosen) => AuthId::from_existing(chosen).map(|name| (name, NamedBy::Tools)),
            None => typed.named(variables.auth_id.as_deref())?,
        };
        Ok(Self {
            given,
            named,
            choose: *to == Some(To::Choose),
            account,
            role: role.as_deref().map(RoleId::parse).transpose()?,
            allowed: Accounts::Any,
            site: Site::parse(vm.as_deref(), molecule.as_deref())?,
        })
    }
}

impl SignInSettings {
    /// Parses how a sign-in is to be carried out.
    ///
    /// # Errors
    /// [`Code::PortInvalid`].
    pub fn read(options: &Options, environment: &Environment) -> Result<Self> {
        let allowed = options.interactive.unwrap_or(true);
        Ok(Self {
            port: options.port.as_deref().map_or(Ok(DEFAULT_PORT), port)?,
            timeout: options.timeout.unwrap_or(DEFAULT_TIMEOUT),
            browser: options.browser,
            interactive: allowed && environment.terminal && !environment.is_ci(),
            proxy: options.proxy.as_ref().map(|proxy| proxy.expose().to_owned()),
        })
    }
}

/// Row 1: `--token` and `--token-file`.
fn given_as_option(
    pair: Option<&Secret>,
    file: Option<&str>,
    environment: &Environment,
    account: Option<&AccountId>,
) -> Result<Given> {
    let (token, by, flag) = match (pair, file) {
        (Some(_), Some(_)) => {
            return Err(Error::new(Code::FlagConflict, "--token and --token-file are both given."));
        }
        (None, Some(path)) => {
            (secret_file::token(environment, path)?, GivenBy::File, "--token-file")
        }
        (pair, None) => {
            let pair = pair.map(Secret::expose).unwrap_or_default();
            (Token::parse_pair(pair)?, GivenBy::Option, "--token")
        }
    };
    let account = account.cloned().ok_or_else(|| {
        let what = format!("--account is required when {flag} is used.");
        Error::new(Code::AccountMissing, what)
    })?;
    Ok(Given { token, account, by })
}

/// Row 2: the three variables. `typed` is the flag that names another token, if there is one.
fn given_by_variables(
    variables: &Options,
    environment: &Environment,
    account: Option<&AccountId>,
    typed: Option<&str>,
) -> Result<Option<Given>> {
    // Set but empty is what pipelines make of a secret that is not defined: falling through to
    // somebody's saved token would be a silent change of account.
    if !environment.has(ID) && !environment.has(SECRET) {
        return Ok(None);
    }
    let secret = variables.token_secret.as_ref().map(Secret::expose);
    let id = needed(ID, variables.token_id.as_deref())?;
    let secret = needed(SECRET, secret)?;
    let of_token = AccountId::parse(needed(ACCOUNT, variables.token_account.as_deref())?)?;
    if let Some(typed) = typed {
        let message = format!("{typed} was given, but {ID} is set and decides the token.");
        let next = format!("Unset {ID}, {SECRET} and {ACCOUNT}, or leave {typed} out.");
        return Err(Error::new(Code::FlagConflict, message).with_next_step(next));
    }
    check_account(&format!("The token of {ID}"), &of_token, account)?;
    let token = Token::new(id, secret).map_err(|_| {
        Error::new(Code::TokenFormat, format!("{ID} or {SECRET} contains invalid characters."))
    })?;
    Ok(Some(Given { token, account: of_token, by: GivenBy::Environment }))
}

fn needed<'a>(name: &str, value: Option<&'a str>) -> Result<&'a str> {
    value.map(str::trim).ok_or_else(|| {
        let message = format!(
            "{ID}, {SECRET} and {ACCOUNT} belong together, and {name} is not set or empty."
        );
        Error::new(Code::FlagInvalid, message)
            .with_next_step(format!("Set {name} too, or none of the three."))
    })
}

/// Refuses a token of another account than the one asked for. `whose` starts the sentence: "The
/// token dev".
///
/// # Errors
/// [`Code::AccountMismatch`] naming both accounts.
pub fn check_account(whose: &str, has: &AccountId, asked: Option<&AccountId>) -> Result<()> {
    match asked {
        Some(asked) if asked != has => Err(account_mismatch(whose, has, asked)),
        _ => Ok(()),
    }
}

/// The one wording for a token whose account is not the one asked for.
pub fn account_mismatch(whose: &str, has: &AccountId, asked: &AccountId) -> Error {
    let message = format!("{whose} belongs to account {has}, but account {asked} was asked for.");
    Error::new(Code::AccountMismatch, message)
}

/// What was typed to name a token.
struct Typed<'a> {
    to: Option<&'a To>,
    auth_id: Option<&'a str>,
}

impl Typed<'_> {
    /// The flag for what was typed.
    fn flag(&self) -> Option<&'static str> {
        self.to.map(|_| "--to").or(self.auth_id.map(|_| "--authID"))
    }

    /// Rows 3 and 5: the name that was typed, else the one of the variable.
    fn named(&self, variable: Option<&str>) -> Result<Option<(AuthId, NamedBy)>> {
        let to = match self.to {
            Some(To::Name(text)) => Some(auth_id(text)?),
            _ => None,
        };
        match (self.auth_id, to) {
            (Some(typed), Some(to)) if typed.trim() != to.as_str() => {
                let typed = printable(typed, 80);
                let message = format!("--authID is {typed}, but --to is {to}.");
                Err(Error::new(Code::FlagConflict, message))
            }
            (Some(typed), _) => Ok(Some((auth_id(typed)?, NamedBy::AuthId))),
            (None, Some(to)) => Ok(Some((to, NamedBy::To))),
            // Bare --to asks, whatever the variable says.
            (None, None) if self.to.is_some() => Ok(None),
            (None, None) => {
                let named = variable.map(auth_id).transpose()?;
                Ok(named.map(|name| (name, NamedBy::Variable)))
            }
        }
    }
}

fn auth_id(text: &str) -> Result<AuthId> {
    AuthId::from_existing(text.trim())
        .ok_or_else(|| Error::new(Code::AuthIdInvalid, "The authentication ID is empty."))
}

fn port(text: &str) -> Result<u16> {
    match text.trim().parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        _ => {
            let shown = printable(text, 20);
            Err(Error::new(Code::PortInvalid, format!("\"{shown}\" is not a port number.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::flags;
    use std::path::PathBuf;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::new(variables, PathBuf::from("/nowhere"))
    }

    fn read(line: &str, variables: &[(&str, &str)]) -> Result<TokenRequest> {
        let arguments: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        TokenRequest::read(&flags::parse(&arguments)?, &environment(variables))
    }

    fn refused(line: &str, variables: &[(&str, &str)]) -> Code {
        read(line, variables).map(|_| ()).unwrap_err().code()
    }

    const CREDENTIALS: [(&str, &str); 3] = [
        ("NETSUITE_TBA_TOKEN_ID", "id"),
        ("NETSUITE_TBA_TOKEN_SECRET", "secret"),
        ("NETSUITE_TBA_ACCOUNT", "1234567-sb1"),
    ];

    #[test]
    fn row_1_a_token_needs_its_account() {
        assert_eq!(refused("--token a:b", &[]), Code::AccountMissing);
        assert_eq!(refused("--token ab --account 1234567", &[]), Code::TokenFormat);
        let given = read("--token a:b --account 1234567-sb1", &CREDENTIALS).unwrap().given.unwrap();
        assert_eq!((given.by, given.account.as_str()), (GivenBy::Option, "1234567_SB1"));
    }

    #[test]
    fn row_2_three_variables_belong_together() {
        let given = read("", &CREDENTIALS).unwrap().given.unwrap();
        assert_eq!((given.by, given.account.as_str()), (GivenBy::Environment, "1234567_SB1"));
        for missing in 0..3 {
            let mut some = CREDENTIALS.to_vec();
            let (name, _) = some.remove(missing);
            let error = read("", &some).map(|_| ()).unwrap_err();
            assert!(error.message().contains(&format!("{name} is not set")), "{error}");
        }
        assert!(read("", &CREDENTIALS[2..]).unwrap().given.is_none());
    }

    #[test]
    fn row_2_variables_set_to_nothing_do_not_fall_through_to_a_saved_token() {
        let empty = [("NETSUITE_TBA_TOKEN_ID", ""), ("NETSUITE_TBA_TOKEN_SECRET", "")];
        assert_eq!(refused("", &empty), Code::FlagInvalid);
    }

    #[test]
    fn row_2_variables_and_a_typed_choice_contradict_each_other() {
        assert_eq!(refused("--to", &CREDENTIALS), Code::FlagConflict);
        assert_eq!(refused("--authID a", &CREDENTIALS), Code::FlagConflict);
        assert_eq!(refused("--account 7654321", &CREDENTIALS), Code::AccountMismatch);
        assert!(read("--account 1234567_SB1", &CREDENTIALS).is_ok());
    }

    #[test]
    fn row_3_a_name_comes_by_either_flag_but_not_two_names() {
        assert_eq!(read("--to --authID a", &[]).unwrap().named.unwrap().1, NamedBy::AuthId);
        assert_eq!(read("--to a", &[]).unwrap().named.unwrap().1, NamedBy::To);
        assert_eq!(refused("--to a --authID b", &[]), Code::FlagConflict);
    }

    #[test]
    fn row_5_the_variable_names_a_token_unless_a_flag_does() {
        let variable = [("NETSUITE_TBA_AUTH_ID", "ci")];
        assert_eq!(read("", &variable).unwrap().named.unwrap().0.as_str(), "ci");
        assert_eq!(read("--to a", &variable).unwrap().named.unwrap().0.as_str(), "a");
        let bare = read("--to", &variable).unwrap();
        assert!(bare.named.is_none() && bare.choose);
    }

    #[test]
    fn a_port_is_a_number_above_zero() {
        for text in ["0", "65536", "x", "-1", ""] {
            assert_eq!(port(text).unwrap_err().code(), Code::PortInvalid, "{text}");
        }
        assert_eq!(port("7777").unwrap(), 7777);
    }
}
