//! Consumer key and consumer secret: from an option or flag, the environment or `.env`.

use std::fmt;

use zeroize::Zeroizing;

use crate::base::console::debug;
use crate::base::environment::Environment;
use crate::credentials::{Consumer, Secret};
use crate::error::{Code, Error, Result};
use crate::project::Project;
use crate::project::dotenv::{ConsumerLines, KEY_NAMES, Named, SECRET_NAMES};
use crate::selection::options::Options;

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// An option, or a flag.
    Given(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// A line of `.env`.
    Dotenv(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(name) | Self::Variable(name) => f.write_str(name),
            Self::Dotenv(name) => write!(f, "{name} in .env"),
        }
    }
}

/// One half of the consumer.
struct Half {
    value: Zeroizing<String>,
    from: Origin,
}

/// Consumer key and secret: option or flag, then the environment, then `.env`. Names that begin with
/// `NETSUITE_TBA_` come before those that Oracle's tools know too.
///
/// # Errors
/// [`Code::ConsumerMissing`] naming what is missing, or [`Code::ConsumerInvalid`].
pub fn consumer(
    options: &Options,
    environment: &Environment,
    project: &Project,
) -> Result<Consumer> {
    let given = |value: Option<&str>, name| {
        value.map(|value| Half {
            value: Zeroizing::new(value.to_owned()),
            from: Origin::Given(name),
        })
    };
    let mut key = given(options.consumer_key.as_deref(), "--key or the option consumerKey")
        .or_else(|| variable(environment, KEY_NAMES));
    let secret = options.consumer_secret.as_ref().map(Secret::expose);
    let mut secret = given(secret, "--secret or the option consumerSecret")
        .or_else(|| variable(environment, SECRET_NAMES));
    if key.is_none() || secret.is_none() {
        let ConsumerLines { key: key_line, secret: secret_line } = project.consumer_lines()?;
        key = key.or_else(|| key_line.map(line));
        secret = secret.or_else(|| secret_line.map(line));
    }
    debug(|| {
        let found = |half: &Option<Half>| {
            half.as_ref().map_or("missing".to_owned(), |half| format!("from {}", half.from))
        };
        format!("consumer key {}, consumer secret {}", found(&key), found(&secret))
    });
    match (key, secret) {
        (Some(key), Some(secret)) => {
            check_placeholder(&key)?;
            check_placeholder(&secret)?;
            Consumer::parse(&key.value, &secret.value)
        }
        (key, _) => {
            let what = match key {
                Some(_) => "The consumer secret is missing.",
                None => "The consumer key of the integration record is missing.",
            };
            Err(Error::new(Code::ConsumerMissing, what))
        }
    }
}

fn variable(environment: &Environment, names: [&'static str; 2]) -> Option<Half> {
    names.into_iter().find_map(|name| {
        let value = Zeroizing::new(environment.var(name)?.to_owned());
        Some(Half { value, from: Origin::Variable(name) })
    })
}

fn line(found: Named) -> Half {
    Half { value: found.value, from: Origin::Dotenv(found.name) }
}

/// Documentation shows `CONSUMER_KEY=…`, and people copy that.
fn check_placeholder(half: &Half) -> Result<()> {
    if !is_placeholder(&half.value) {
        return Ok(());
    }
    let what = format!("The value of {} is still a placeholder.", half.from);
    Err(Error::new(Code::ConsumerInvalid, what).with_next_step(
        "Replace it with the value from the integration record. How to get it: npx netsuite-tba guide integration-record",
    ))
}

/// Whether a value is what examples have in its place. Real ones are 64 letters and digits.
fn is_placeholder(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    let filler = !value.is_empty() && value.chars().all(|c| "….x*-_?".contains(c));
    let bracketed = [('<', '>'), ('[', ']'), ('{', '}')]
        .into_iter()
        .any(|(open, close)| value.starts_with(open) && value.ends_with(close));
    let words = ["your", "changeme", "change-me", "change_me"];
    let own_name = value.strip_prefix("consumer").is_some_and(|rest| {
        let rest = rest.trim_start_matches(['_', '-', ' ']);
        rest.starts_with("key") || rest.starts_with("secret")
    });
    filler || bracketed || own_name || words.iter().any(|word| value.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place {
        folder: tempfile::TempDir,
    }

    impl Place {
        fn new(dotenv: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(".env"), dotenv).unwrap();
            Self { folder }
        }

        fn consumer(&self, options: &Options, variables: &[(&str, &str)]) -> Result<Consumer> {
            let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            let environment = Environment::new(variables, self.folder.path().to_owned());
            consumer(options, &environment, &Project::find(&environment))
        }
    }

    fn pair(consumer: Result<Consumer>) -> (String, String) {
        let consumer = consumer.unwrap_or_else(|error| panic!("{error}"));
        (consumer.key.as_str().to_owned(), consumer.secret.expose().to_owned())
    }

    #[test]
    fn a_flag_wins_over_our_variables_and_those_over_the_common_ones_and_all_over_dotenv() {
        let place = Place::new(
            "NETSUITE_TBA_CONSUMER_KEY=k1\nNETSUITE_TBA_CONSUMER_SECRET=s1\nCONSUMER_KEY=k0\nCONSUMER_SECRET=s0\n",
        );
        let nothing = Options::default();
        assert_eq!(pair(place.consumer(&nothing, &[])), ("k1".into(), "s1".into()));
        let common = [("CONSUMER_KEY", "k2"), ("CONSUMER_SECRET", "s2")];
        assert_eq!(pair(place.consumer(&nothing, &common)), ("k2".into(), "s2".into()));
        let ours = [
            common[0],
            common[1],
            ("NETSUITE_TBA_CONSUMER_KEY", "k3"),
            ("NETSUITE_TBA_CONSUMER_SECRET", "s3"),
        ];
        assert_eq!(pair(place.consumer(&nothing, &ours)), ("k3".into(), "s3".into()));
        let flags = Options {
            consumer_key: Some("k4".into()),
            consumer_secret: Some(Secret::new("s4".into())),
            ..Options::default()
        };
        assert_eq!(pair(place.consumer(&flags, &ours)), ("k4".into(), "s4".into()));
    }

    #[test]
    fn the_missing_half_is_named() {
        let place = Place::new("");
        let missing = |options: &Options| place.consumer(options, &[]).map(|_| ()).unwrap_err();
        assert!(missing(&Options::default()).message().contains("consumer key"));
        let key = Options { consumer_key: Some("k".into()), ..Options::default() };
        assert!(missing(&key).message().contains("consumer secret"));
    }

    #[test]
    fn a_placeholder_is_called_one_and_where_it_was_found_is_said() {
        for value in [
            "…",
            "...",
            "xxx",
            "<consumer key>",
            "your-consumer-key",
            "CONSUMER_KEY",
            "[key]",
            "changeme",
        ] {
            let place = Place::new(&format!("CONSUMER_KEY={value}\nCONSUMER_SECRET=s\n"));
            let error = place.consumer(&Options::default(), &[]).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::ConsumerInvalid, "{value}");
            assert_eq!(
                error.message(),
                "The value of CONSUMER_KEY in .env is still a placeholder."
            );
        }
        let place = Place::new("");
        let variables = [("NETSUITE_TBA_CONSUMER_KEY", "k"), ("CONSUMER_SECRET", "…")];
        let error = place.consumer(&Options::default(), &variables).map(|_| ()).unwrap_err();
        assert!(error.message().contains("CONSUMER_SECRET"), "{error}");
        for value in ["0f".repeat(32), "k".to_owned(), "consumer-hidden".to_owned()] {
            assert!(!is_placeholder(&value), "{value}");
        }
    }
}
