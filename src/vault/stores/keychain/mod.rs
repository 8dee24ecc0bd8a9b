//! The keychain of the operating system, never waited for without a deadline. Touches only entries
//! of the vault's service name.

mod deadline;
pub mod error;
#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod native;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::vault::index::SecretId;
use crate::vault::stores::secret_store::Prompt;
use deadline::{ALONE, ATTENDED, within};
use error::failed;
#[cfg(all(unix, not(target_os = "macos")))]
use linux as platform;
#[cfg(not(all(unix, not(target_os = "macos"))))]
use native as platform;

/// A store of small secrets by name. The tests put one of their own in its place.
pub trait Keychain: Send + Sync {
    /// Whether it is there and open.
    ///
    /// # Errors
    /// [`Code::KeychainMissing`] where there is none, else what is wrong with it.
    fn ready(&self, prompt: Prompt) -> Result<()>;
    /// Writes an entry.
    fn set(&self, id: &SecretId, value: Zeroizing<Vec<u8>>) -> Result<()>;
    /// Reads an entry.
    fn get(&self, id: &SecretId) -> Result<Option<Zeroizing<Vec<u8>>>>;
    /// Removes an entry; an absent one is no error.
    fn delete(&self, id: &SecretId) -> Result<()>;
}

/// The real one.
pub struct SystemKeychain {
    service: String,
    prompt: Prompt,
}

impl SystemKeychain {
    /// Entries under this service name.
    pub fn new(service: String, may_prompt: bool) -> Self {
        Self { service, prompt: if may_prompt { Prompt::Allowed } else { Prompt::Never } }
    }

    /// Runs a call on a thread of its own and stops waiting for it at the deadline: libraries below
    /// wait without a limit for a prompt nobody answers.
    fn call<T: Send + 'static>(
        &self,
        prompt: Prompt,
        call: impl FnOnce(&str, Prompt) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let prompt = if self.prompt == Prompt::Allowed { prompt } else { Prompt::Never };
        let limit = if prompt == Prompt::Allowed { ATTENDED } else { ALONE };
        let service = self.service.clone();
        within(limit, move || platform::without_dialogs(prompt, || call(&service, prompt)))
    }
}

impl Keychain for SystemKeychain {
    fn ready(&self, prompt: Prompt) -> Result<()> {
        self.call(prompt, |_, prompt| platform::ready(prompt))
    }

    fn set(&self, id: &SecretId, value: Zeroizing<Vec<u8>>) -> Result<()> {
        let id = id.clone();
        self.call(self.prompt, move |service, prompt| {
            platform::ready(prompt)?;
            entry(service, &id)?.set_secret(&value).map_err(explain)
        })
    }

    fn get(&self, id: &SecretId) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let id = id.clone();
        self.call(self.prompt, move |service, prompt| {
            platform::entry_ready(service, id.as_str(), prompt)?;
            match entry(service, &id)?.get_secret() {
                Ok(value) => Ok(Some(Zeroizing::new(value))),
                Err(keyring::Error::NoEntry) => Ok(None),
                Err(error) => Err(explain(error)),
            }
        })
    }

    fn delete(&self, id: &SecretId) -> Result<()> {
        let id = id.clone();
        self.call(self.prompt, move |service, prompt| {
            platform::entry_ready(service, id.as_str(), prompt)?;
            match entry(service, &id)?.delete_credential() {
                Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
                Err(error) => Err(explain(error)),
            }
        })
    }
}

fn entry(service: &str, id: &SecretId) -> Result<keyring::Entry> {
    keyring::Entry::new(service, id.as_str()).map_err(explain)
}

/// Says what a failure of the keychain means. The library's errors hold no secret, save one kind
/// whose content is not printed.
fn explain(error: keyring::Error) -> Error {
    match error {
        keyring::Error::NoStorageAccess(reason) => platform::explain(&*reason, true),
        keyring::Error::PlatformFailure(reason) => platform::explain(&*reason, false),
        keyring::Error::BadEncoding(mut bytes) => {
            zeroize::Zeroize::zeroize(&mut bytes);
            failed("an entry is not text")
        }
        keyring::Error::Ambiguous(_) => failed("there are two entries of one name"),
        other => failed(&other.to_string()),
    }
}
