//! What was asked for, parsed: options, flags and variables become types here and nowhere else.

use std::time::Duration;

use crate::account::AccountId;
use crate::base::console::debug;
use crate::base::environment::Environment;
use crate::credentials::{AuthId, Consumer, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::site::Site;
use crate::project::Project;
use crate::selection::options::{Options, To};
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
    /// `NETSUITE_TBA_TOKEN_ID` and its fellows.
    Environment,
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
        let account = options.account.as_deref().map(AccountId::parse).transpose()?;
        let site = Site::parse(options.vm.as_deref(), options.molecule.as_deref())?;
        let role = options.role.as_deref().map(RoleId::parse).transpose()?;
        let given = given(options, environment, account.as_ref())?;
        let named = named(options, environment)?;
        let choose = options.to == Some(To::Choose);
        Ok(Self { given, named, choose, account, role, site })
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
            proxy: options.proxy.clone(),
        })
    }
}

/// Consumer key and secret: option or flag, then the environment, then `.env`.
///
/// # Errors
/// [`Code::ConsumerMissing`] naming what is missing, or [`Code::ConsumerInvalid`].
pub fn consumer(
    options: &Options,
    environment: &Environment,
    project: &Project,
) -> Result<Consumer> {
    let mut key = options.consumer_key.clone().or_else(|| owned(environment, "CONSUMER_KEY"));
    let mut secret =
        options.consumer_secret.clone().or_else(|| owned(environment, "CONSUMER_SECRET"));
    if key.is_none() || secret.is_none() {
        let lines = project.consumer_lines()?;
        key = key.or(lines.key);
        secret = secret.or_else(|| lines.secret.map(|secret| secret.to_string()));
    }
    debug(|| {
        let found = |given: bool| if given { "found" } else { "missing" };
        format!(
            "consumer key {}, consumer secret {}",
            found(key.is_some()),
            found(secret.is_some())
        )
    });
    match (key, secret) {
        (Some(key), Some(secret)) => Consumer::parse(&key, &secret),
        (key, _) => {
            let what = match key {
                Some(_) => "The consumer secret is missing.",
                None => "The consumer key of the integration record is missing.",
            };
            Err(Error::new(Code::ConsumerMissing, what))
        }
    }
}

fn owned(environment: &Environment, name: &str) -> Option<String> {
    environment.var(name).map(str::to_owned)
}

fn given(
    options: &Options,
    environment: &Environment,
    account: Option<&AccountId>,
) -> Result<Option<Given>> {
    if let Some(pair) = &options.token {
        let token = Token::parse_pair(pair)?;
        let account = account.cloned().ok_or_else(|| {
            Error::new(Code::AccountMissing, "--account is required when --token is used.")
        })?;
        return Ok(Some(Given { token, account, by: GivenBy::Option }));
    }
    let (id, secret) = (environment.var(ID), environment.var(SECRET));
    // Set but empty is what pipelines make of a secret that is not defined: falling through to
    // somebody's saved token would be a silent change of account.
    if !environment.has(ID) && !environment.has(SECRET) {
        return Ok(None);
    }
    let needed = |name: &str, value: Option<&str>| {
        value.map(str::trim).map(str::to_owned).ok_or_else(|| {
            let message = format!(
                "{ID}, {SECRET} and {ACCOUNT} belong together, and {name} is not set or empty."
            );
            Error::new(Code::FlagInvalid, message)
                .with_next_step(format!("Set {name} too, or none of the three."))
        })
    };
    let (id, secret) = (needed(ID, id)?, zeroize::Zeroizing::new(needed(SECRET, secret)?));
    let of_token = AccountId::parse(&needed(ACCOUNT, environment.var(ACCOUNT))?)?;
    if options.tools_name.is_none() && (options.to.is_some() || options.auth_id.is_some()) {
        let typed = if options.to.is_some() { "--to" } else { "--authID" };
        let message = format!("{typed} was given, but {ID} is set and decides the token.");
        let next = format!("Unset {ID}, {SECRET} and {ACCOUNT}, or leave {typed} out.");
        return Err(Error::new(Code::FlagConflict, message).with_next_step(next));
    }
    if let Some(asked) = account.filter(|asked| **asked != of_token) {
        let message =
            format!("The token of {ID} belongs to {of_token}, but --account says {asked}.");
        return Err(Error::new(Code::AccountMismatch, message));
    }
    let token = Token::new(&id, &secret).map_err(|_| {
        Error::new(
            Code::TokenFormat,
            format!("{ID} or {SECRET} holds characters that cannot be in one."),
        )
    })?;
    Ok(Some(Given { token, account: of_token, by: GivenBy::Environment }))
}

fn named(options: &Options, environment: &Environment) -> Result<Option<(AuthId, NamedBy)>> {
    let name = |text: &str| {
        AuthId::from_existing(text.trim())
            .ok_or_else(|| Error::new(Code::AuthIdInvalid, "The authentication ID is empty."))
    };
    if let Some(chosen) = &options.tools_name {
        return Ok(AuthId::from_existing(chosen).map(|auth_id| (auth_id, NamedBy::Tools)));
    }
    let to = match &options.to {
        Some(To::Name(text)) => Some(name(text)?),
        _ => None,
    };
    match (&options.auth_id, to) {
        (Some(auth_id), Some(to)) if auth_id.trim() != to.as_str() => {
            let auth_id = printable(auth_id, 80);
            let message = format!("--authID says {auth_id}, and --to says {to}.");
            Err(Error::new(Code::FlagConflict, message))
        }
        (Some(auth_id), _) => Ok(Some((name(auth_id)?, NamedBy::AuthId))),
        (None, Some(to)) => Ok(Some((to, NamedBy::To))),
        (None, None) if options.to.is_some() => Ok(None),
        (None, None) => match environment.var("NETSUITE_TBA_AUTH_ID") {
            Some(text) => Ok(Some((name(text)?, NamedBy::Variable))),
            None => Ok(None),
        },
    }
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

    #[test]
    fn the_missing_half_of_the_consumer_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = Environment::new([], folder.path().to_owned());
        let project = Project::find(&nothing);
        let missing =
            |options: &Options| consumer(options, &nothing, &project).map(|_| ()).unwrap_err();
        assert!(missing(&Options::default()).message().contains("consumer key"));
        let key = Options { consumer_key: Some("k".into()), ..Options::default() };
        assert!(missing(&key).message().contains("consumer secret"));
    }
}
