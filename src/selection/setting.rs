//! What the values of the table of options have in common: how each kind is read from JavaScript,
//! from a flag and from a variable, and how it enters the key of shared calls.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::base::environment::Environment;
use crate::credentials::Secret;
use crate::error::{Code, Error};
use crate::text::printable;

/// What reading a value comes to.
type Result<T, E = Error> = std::result::Result<T, E>;

/// Longest `--timeout`, in seconds.
const MAX_TIMEOUT: u64 = 3600;
/// Longest `timeoutMs`.
const MAX_TIMEOUT_MS: f64 = 86_400_000.0;
/// Whole numbers up to here are exact in JavaScript.
const MAX_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A value as JavaScript gives it.
pub enum Given {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Switch(bool),
    /// Anything else.
    Other,
}

/// JavaScript gave a value of another kind than the option takes.
pub struct WrongKind;

/// A kind of value in the table of options.
pub trait Setting: Sized {
    /// What JavaScript may give, as in "must be …".
    const KIND: &'static str;
    /// Whether a flag is followed by a value.
    const TAKES_VALUE: bool = true;

    /// The value of an option in JavaScript, if it says anything.
    ///
    /// # Errors
    /// [`WrongKind`].
    fn from_option(given: Given) -> Result<Option<Self>, WrongKind>;

    /// The value of a flag.
    ///
    /// # Errors
    /// [`Code::FlagInvalid`].
    fn from_flag(flag: &mut Flag<'_>) -> Result<Self>;

    /// The value of an environment variable, which is not empty.
    fn from_variable(text: &str, environment: &Environment) -> Option<Self>;

    /// Adds the value to the key of shared calls.
    fn add_to(&self, key: &mut KeyHash);

    /// Whether two values are the same.
    fn is(&self, other: &Self) -> bool {
        KeyHash::of(self) == KeyHash::of(other)
    }
}

/// A flag on its way into the table: its name, and the words that may be its value.
pub struct Flag<'a> {
    /// As it was typed: `--account`.
    pub name: &'a str,
    attached: Option<&'a str>,
    following: Option<&'a str>,
    took_following: bool,
}

impl<'a> Flag<'a> {
    /// Takes a word of the command line apart; `following` is the word after it.
    pub fn new(word: &'a str, following: Option<&'a str>) -> Self {
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        Self { name, attached, following, took_following: false }
    }

    /// A flag whose value is known.
    pub fn with_value(name: &'a str, value: &'a str) -> Self {
        Self { name, attached: Some(value), following: None, took_following: false }
    }

    /// Whether the word after the flag was its value.
    pub fn took_following(&self) -> bool {
        self.took_following
    }

    /// The value, if there is one.
    fn optional(&mut self) -> Option<&'a str> {
        let value = self.attached.or_else(|| {
            let following = self.following.filter(|word| !word.starts_with('-'));
            self.took_following = following.is_some();
            following
        });
        value.filter(|value| !value.is_empty())
    }

    /// The value, which must be there.
    fn required(&mut self) -> Result<&'a str> {
        let given = self.optional();
        given.ok_or_else(|| {
            let next = match self.dashed() {
                Some(word) => {
                    let name = self.name;
                    let shown = printable(word, 40);
                    format!("If {shown} is the value, write {name}={shown}")
                }
                None => format!("For example: {} VALUE", self.name),
            };
            self.without_value(next)
        })
    }

    /// The same for a value that must not be repeated.
    fn required_secret(&mut self) -> Result<&'a str> {
        let given = self.optional();
        given.ok_or_else(|| {
            let name = self.name;
            let next = match self.dashed() {
                Some(_) => format!("If the value starts with a dash, write {name}=VALUE"),
                None => format!("For example: {name} VALUE"),
            };
            self.without_value(next)
        })
    }

    /// The word after the flag where it may be a value that starts with a dash, as in `--authID -x`.
    /// In `--account --to` the value was forgotten.
    fn dashed(&self) -> Option<&'a str> {
        let following = self.following.filter(|_| self.attached.is_none())?;
        (following.len() > 1 && !following.starts_with("--")).then_some(following)
    }

    fn without_value(&self, next_step: String) -> Error {
        Error::new(Code::FlagInvalid, format!("{} needs a value.", self.name))
            .with_next_step(next_step)
    }
}

/// Fills a field of the table with the value of a flag.
///
/// # Errors
/// [`Code::FlagInvalid`] when it is already filled with another value.
pub fn set<T: Setting>(field: &mut Option<T>, flag: &mut Flag<'_>) -> Result<()> {
    let given = T::from_flag(flag)?;
    if field.as_ref().is_some_and(|already| !already.is(&given)) {
        let message = if T::TAKES_VALUE {
            format!("{} is given twice with different values.", flag.name)
        } else {
            let name = flag.name.trim_start_matches('-').trim_start_matches("no-");
            format!("--{name} and --no-{name} contradict each other.")
        };
        return Err(Error::new(Code::FlagInvalid, message));
    }
    *field = Some(given);
    Ok(())
}

/// The error for an option of the wrong kind.
pub fn wrong_kind(name: &str, kind: &str) -> Error {
    Error::new(Code::OptionInvalid, format!("The option {name} must be {kind}."))
}

/// The key of shared calls while it is made. A hash, since secrets are among what decides.
pub struct KeyHash(Sha256);

impl KeyHash {
    /// A key of nothing yet.
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    fn of(setting: &impl Setting) -> [u8; 32] {
        let mut key = Self::new();
        setting.add_to(&mut key);
        key.finish()
    }

    /// Adds a field of the table, given or not.
    pub fn setting(&mut self, setting: Option<&impl Setting>) {
        self.0.update([u8::from(setting.is_some())]);
        if let Some(setting) = setting {
            setting.add_to(self);
        }
    }

    /// Adds another key.
    pub fn bytes(&mut self, key: &[u8; 32]) {
        self.0.update(key);
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    /// Adds a folder.
    pub fn folder(&mut self, folder: Option<&Path>) {
        self.0.update([u8::from(folder.is_some())]);
        if let Some(folder) = folder {
            self.text(&folder.to_string_lossy());
        }
    }

    /// The finished key.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The value of `to`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum To {
    /// Bare `--to`: ask which token.
    Choose,
    /// `--to NAME`: this saved token.
    Name(String),
}

impl Setting for To {
    const KIND: &'static str = "true or the name of a token";

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        match given {
            Given::Switch(true) => Ok(Some(Self::Choose)),
            Given::Switch(false) => Ok(None),
            Given::Text(name) => Ok(Some(Self::Name(name))),
            _ => Err(WrongKind),
        }
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        Ok(flag.optional().map_or(Self::Choose, |name| Self::Name(name.to_owned())))
    }

    fn from_variable(_text: &str, _environment: &Environment) -> Option<Self> {
        None
    }

    fn add_to(&self, key: &mut KeyHash) {
        match self {
            Self::Choose => key.text("choose"),
            Self::Name(name) => {
                key.text("name");
                key.text(name);
            }
        }
    }
}

impl Setting for String {
    const KIND: &'static str = "a string that is not empty";

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        match given {
            Given::Text(text) if !text.is_empty() => Ok(Some(text)),
            _ => Err(WrongKind),
        }
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        flag.required().map(str::to_owned)
    }

    fn from_variable(text: &str, _environment: &Environment) -> Option<Self> {
        Some(text.to_owned())
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.text(self);
    }
}

impl Setting for Secret {
    const KIND: &'static str = String::KIND;

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        Ok(String::from_option(given)?.map(Self::new))
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        flag.required_secret().map(|text| Self::new(text.to_owned()))
    }

    fn from_variable(text: &str, _environment: &Environment) -> Option<Self> {
        Some(Self::new(text.to_owned()))
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.text(self.expose());
    }
}

/// A number that may also be given as a text: a role, a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberText(String);

impl Deref for NumberText {
    type Target = str;

    /// The text, which need not be a number.
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for NumberText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Setting for NumberText {
    const KIND: &'static str = "a number or a string";

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        match given {
            Given::Text(text) => Ok(Some(Self(text))),
            Given::Number(number) if number.fract() == 0.0 && number.abs() <= MAX_INTEGER => {
                Ok(Some(Self(format!("{number:.0}"))))
            }
            _ => Err(WrongKind),
        }
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        flag.required().map(Self::from)
    }

    fn from_variable(text: &str, _environment: &Environment) -> Option<Self> {
        Some(Self::from(text))
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.text(&self.0);
    }
}

impl Setting for bool {
    const KIND: &'static str = "true or false";
    const TAKES_VALUE: bool = false;

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        match given {
            Given::Switch(on) => Ok(Some(on)),
            _ => Err(WrongKind),
        }
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        Ok(!flag.name.starts_with("--no-"))
    }

    fn from_variable(text: &str, _environment: &Environment) -> Option<Self> {
        Some(text != "0" && !text.eq_ignore_ascii_case("false"))
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.text(if *self { "yes" } else { "no" });
    }
}

impl Setting for Duration {
    const KIND: &'static str = "a number of milliseconds above 0";

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        match given {
            Given::Number(ms) if ms.fract() == 0.0 && (1.0..=MAX_TIMEOUT_MS).contains(&ms) => {
                Ok(Some(Self::from_secs_f64(ms / 1000.0)))
            }
            _ => Err(WrongKind),
        }
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        let (value, name) = (flag.required()?, flag.name);
        if let Ok(seconds @ 1..=MAX_TIMEOUT) = value.parse() {
            return Ok(Self::from_secs(seconds));
        }
        let shown = printable(value, 20);
        let message = format!("{name} {shown} is not a number of seconds from 1 to {MAX_TIMEOUT}.");
        Err(Error::new(Code::FlagInvalid, message))
    }

    fn from_variable(text: &str, _environment: &Environment) -> Option<Self> {
        text.parse().ok().map(Self::from_secs)
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.text(&self.as_millis().to_string());
    }
}

impl Setting for PathBuf {
    const KIND: &'static str = String::KIND;

    fn from_option(given: Given) -> Result<Option<Self>, WrongKind> {
        Ok(String::from_option(given)?.map(Self::from))
    }

    fn from_flag(flag: &mut Flag<'_>) -> Result<Self> {
        flag.required().map(Self::from)
    }

    /// A `~` that no shell has expanded, as in a variable set by a file, is the home folder.
    fn from_variable(text: &str, environment: &Environment) -> Option<Self> {
        Some(match (text.strip_prefix("~/"), &environment.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => Self::from(text),
        })
    }

    fn add_to(&self, key: &mut KeyHash) {
        key.folder(Some(self));
    }
}

#[cfg(test)]
mod tests;
