//! Linux: is there a Secret Service, and is it open? Looked at before every call, because a locked
//! one would show a prompt and wait for it without a limit. Reads states only, never a secret.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use dbus_secret_service::{Collection, EncryptionType, Error as Trouble, Item, SecretService};

use super::error::{denied, failed, locked, missing, timed_out};
use crate::base::console::debug;
use crate::error::{Error, Result};
use crate::text::printable;
use crate::vault::stores::keychain::deadline::ATTENDED;
use crate::vault::stores::secret_store::Prompt;

/// An unlock prompt is given up a little before the deadline of the whole call.
const MARGIN: Duration = Duration::from_secs(2);
/// A prompt that was closed this late was closed by the provider, because nobody answered: that of
/// GNOME gives up after 25 s.
const UNANSWERED: Duration = Duration::from_secs(20);

/// Whether a new entry could be made: there is a default collection and it is open.
///
/// # Errors
/// Missing, locked, denied, timed out or failed, each its own code.
pub fn ready(prompt: Prompt) -> Result<()> {
    let service = connect(prompt)?;
    open_collection(&default_collection(&service)?, prompt)
}

/// Whether this entry can be read without waiting; an absent one counts as readable, so that the
/// caller finds out. Entries may be in another collection than the default one.
///
/// # Errors
/// As [`ready`].
pub fn entry_ready(service_name: &str, id: &str, prompt: Prompt) -> Result<()> {
    let service = connect(prompt)?;
    let attributes =
        HashMap::from([("service", service_name), ("username", id), ("target", "default")]);
    let found = service.search_items(attributes).map_err(|trouble| explain_trouble(&trouble))?;
    if let Some(item) = found.locked.first() {
        return unlock(prompt, || Item::unlock(item));
    }
    if found.unlocked.is_empty() {
        // Some providers hide the entries of a locked collection.
        return open_collection(&default_collection(&service)?, prompt);
    }
    Ok(())
}

/// No dialog is shown unless the service is asked to unlock.
pub fn without_dialogs<T>(_prompt: Prompt, call: impl FnOnce() -> T) -> T {
    call()
}

/// What a failure of the library above means: it uses the same one for the bus.
pub fn explain(reason: &(dyn std::error::Error + 'static), no_access: bool) -> Error {
    match reason.downcast_ref::<Trouble>() {
        Some(Trouble::NoResult) => missing("the Secret Service has no default collection"),
        Some(trouble) => explain_trouble(trouble),
        // It was locked between the look and the call.
        None if no_access => locked(),
        None => failed(&reason.to_string()),
    }
}

fn connect(prompt: Prompt) -> Result<SecretService> {
    let seconds = match prompt {
        Prompt::Allowed => ATTENDED.saturating_sub(MARGIN).as_secs(),
        Prompt::Never => 0,
    };
    // No secret travels over this connection, so it needs no key exchange.
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, seconds).map_err(
        |trouble| match &trouble {
            Trouble::Dbus(error) => no_connection(error.name(), &trouble.to_string()),
            Trouble::Unavailable => missing("no Secret Service is installed or running"),
            _ => explain_trouble(&trouble),
        },
    )
}

fn default_collection(service: &SecretService) -> Result<Collection<'_>> {
    service.get_default_collection().map_err(|trouble| match trouble {
        Trouble::NoResult => missing("the Secret Service has no default collection"),
        other => explain_trouble(&other),
    })
}

fn open_collection(collection: &Collection<'_>, prompt: Prompt) -> Result<()> {
    if collection.is_locked().map_err(|trouble| explain_trouble(&trouble))? {
        return unlock(prompt, || collection.unlock());
    }
    Ok(())
}

/// Asks the person. The provider tells "dismissed" and "nobody answered" only apart by the time.
fn unlock(prompt: Prompt, ask: impl FnOnce() -> std::result::Result<(), Trouble>) -> Result<()> {
    let start = Instant::now();
    match ask() {
        Ok(()) => Ok(()),
        Err(Trouble::Prompt | Trouble::Locked) if prompt == Prompt::Never => Err(locked()),
        Err(Trouble::Prompt) if start.elapsed() >= UNANSWERED => Err(timed_out()),
        Err(Trouble::Prompt) => Err(denied()),
        Err(other) => Err(explain_trouble(&other)),
    }
}

/// A bus that is not there, or that knows no provider, means there is no keychain; one that is
/// there and slow or forbidding does not.
fn no_connection(name: Option<&str>, text: &str) -> Error {
    let name = name.unwrap_or_default().rsplit('.').next().unwrap_or_default();
    match name {
        "NoReply" | "Timeout" | "TimedOut" => timed_out(),
        "AccessDenied" | "AuthFailed" => denied(),
        "NoMemory" | "LimitsExceeded" => failed(text),
        name => {
            debug(|| format!("the keychain cannot be reached: {}", printable(text, 200)));
            missing(absent(name))
        }
    }
}

/// What is not there, in words that do not need knowledge of D-Bus. `name` is the end of its error.
fn absent(name: &str) -> &'static str {
    match name {
        "ServiceUnknown" | "NameHasNoOwner" | "UnknownObject" | "UnknownInterface" => {
            "no Secret Service is installed or running"
        }
        name if name.starts_with("Spawn") => "its Secret Service could not be started",
        "NotSupported" => "no desktop session (D-Bus session bus) runs for this user",
        _ => "the desktop session (D-Bus session bus) does not answer",
    }
}

fn explain_trouble(trouble: &Trouble) -> Error {
    match trouble {
        Trouble::Locked | Trouble::Prompt => locked(),
        Trouble::Dbus(error) => match error.name().unwrap_or_default().rsplit('.').next() {
            Some("NoReply" | "Timeout" | "TimedOut") => timed_out(),
            Some("AccessDenied" | "AuthFailed") => denied(),
            Some("IsLocked") => locked(),
            _ => failed(&trouble.to_string()),
        },
        other => failed(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn a_bus_that_is_not_there_is_told_without_the_words_of_the_bus() {
        for name in [
            "org.freedesktop.DBus.Error.NotSupported",
            "org.freedesktop.DBus.Error.NoServer",
            "org.freedesktop.DBus.Error.FileNotFound",
            "org.freedesktop.DBus.Error.ServiceUnknown",
            "org.freedesktop.DBus.Error.Spawn.ExecFailed",
            "org.freedesktop.DBus.Error.SpawnChildExited",
            "",
        ] {
            let error = no_connection(Some(name), "DBus error: X11 autolaunch was disabled");
            assert_eq!(error.code(), Code::KeychainMissing, "{name}");
            let told = error.to_string();
            assert!(!told.contains("X11") && !told.contains("DBus"), "{name}: {told}");
        }
        for (name, code) in [
            ("org.freedesktop.DBus.Error.NoReply", Code::KeychainTimeout),
            ("org.freedesktop.DBus.Error.AccessDenied", Code::KeychainDenied),
            ("org.freedesktop.DBus.Error.LimitsExceeded", Code::KeychainFailed),
        ] {
            assert_eq!(no_connection(Some(name), "text").code(), code, "{name}");
        }
    }
}
