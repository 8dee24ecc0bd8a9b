//! Where the passphrase of the encrypted file comes from: the environment, or a person, who is asked
//! once per process. No I/O of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::console;
use crate::credentials::Secret;
use crate::error::{Code, Error, Result};

/// A typing error is forgiven so often.
const TRIES: usize = 3;

/// Passphrases people typed, by the file they open or will open. Kept until the process ends, as the
/// environment's would be.
static TYPED: Mutex<BTreeMap<PathBuf, Secret>> = Mutex::new(BTreeMap::new());

/// What a passphrase is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// To open the file that is there.
    ToOpen,
    /// For a file that is made now: whoever mistypes it loses what is in it, so it is typed twice.
    ForNew,
}

/// Somebody who can be asked.
pub trait AskPassphrase: Send + Sync {
    /// The passphrase of the file, not empty.
    ///
    /// # Errors
    /// [`Code::Cancelled`] when the person stops.
    fn ask(&self, wanted: Wanted, file: &Path) -> Result<Secret>;
}

/// The passphrase of one file.
pub struct Passphrase {
    given: Option<Secret>,
    person: Option<Arc<dyn AskPassphrase>>,
    file: PathBuf,
}

impl Passphrase {
    /// Of this file: the one given, else whatever the person says.
    pub fn new(given: Option<Secret>, person: Option<Arc<dyn AskPassphrase>>, file: &Path) -> Self {
        Self { given, person, file: file.to_path_buf() }
    }

    /// Whether it is there without asking anybody.
    pub fn is_known(&self) -> bool {
        self.known(&typed()).is_some()
    }

    /// Opens something with it. What a person typed wrongly is asked for again.
    ///
    /// # Errors
    /// What `open` fails with; [`Code::PassphraseMissing`] where there is nobody to ask.
    pub fn open<T>(&self, mut open: impl FnMut(&Secret) -> Result<T>) -> Result<T> {
        // Held while the person is asked: two questions at once would take each other's keys.
        let mut typed = typed();
        if let Some(passphrase) = self.known(&typed) {
            drop(typed);
            return open(&passphrase);
        }
        let person = self.person.as_ref().ok_or_else(missing)?;
        let mut tries = 1;
        loop {
            let passphrase = person.ask(Wanted::ToOpen, &self.file)?;
            match open(&passphrase) {
                Err(error) if error.code() == Code::PassphraseWrong && tries < TRIES => {
                    console::say(error.message());
                    tries += 1;
                }
                outcome => {
                    if outcome.is_ok() {
                        typed.insert(self.file.clone(), passphrase);
                    }
                    return outcome;
                }
            }
        }
    }

    /// The passphrase for a file that is made now.
    ///
    /// # Errors
    /// [`Code::PassphraseMissing`] where there is nobody to ask.
    pub fn for_new(&self) -> Result<Secret> {
        let mut typed = typed();
        if let Some(passphrase) = self.known(&typed) {
            return Ok(passphrase);
        }
        let person = self.person.as_ref().ok_or_else(missing)?;
        let passphrase = person.ask(Wanted::ForNew, &self.file)?;
        typed.insert(self.file.clone(), passphrase.clone());
        Ok(passphrase)
    }

    fn known(&self, typed: &BTreeMap<PathBuf, Secret>) -> Option<Secret> {
        // Where nobody may be asked, nothing that somebody else was asked for is used either.
        let of_person = || self.person.as_ref().and_then(|_| typed.get(&self.file)).cloned();
        self.given.clone().or_else(of_person)
    }
}

fn typed() -> MutexGuard<'static, BTreeMap<PathBuf, Secret>> {
    TYPED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn missing() -> Error {
    Error::new(Code::PassphraseMissing, "The encrypted token file needs a passphrase.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Types these, one after the other.
    struct Typist(&'static [&'static str], AtomicUsize);

    impl AskPassphrase for Typist {
        fn ask(&self, _: Wanted, _: &Path) -> Result<Secret> {
            let text = self.0.get(self.1.fetch_add(1, Ordering::Relaxed));
            text.map(|text| Secret::new((*text).to_owned()))
                .ok_or_else(|| Error::new(Code::Cancelled, "Stopped."))
        }
    }

    fn of(file: &str, texts: &'static [&'static str]) -> (Passphrase, Arc<Typist>) {
        let typist = Arc::new(Typist(texts, AtomicUsize::new(0)));
        (Passphrase::new(None, Some(Arc::clone(&typist) as _), Path::new(file)), typist)
    }

    fn right(passphrase: &Secret) -> Result<()> {
        let wrong = || Error::new(Code::PassphraseWrong, "Wrong.");
        if passphrase.expose() == "right" { Ok(()) } else { Err(wrong()) }
    }

    fn asked(typist: &Typist) -> usize {
        typist.1.load(Ordering::Relaxed)
    }

    #[test]
    fn a_person_is_asked_once_per_process_and_file() {
        let (passphrase, typist) = of("/once", &["right"]);
        passphrase.open(right).unwrap();
        passphrase.open(right).unwrap();
        passphrase.for_new().unwrap();
        let (another_vault, other) = of("/once", &[]);
        another_vault.open(right).unwrap();
        assert_eq!((asked(&typist), asked(&other)), (1, 0));
        let (another_file, _) = of("/other", &[]);
        assert_eq!(another_file.open(right).unwrap_err().code(), Code::Cancelled);
    }

    #[test]
    fn a_wrong_one_is_asked_for_again_and_not_kept() {
        let (passphrase, typist) = of("/wrong", &["a", "b", "c", "d", "right"]);
        assert_eq!(passphrase.open(right).unwrap_err().code(), Code::PassphraseWrong);
        assert_eq!(asked(&typist), TRIES);
        assert!(!passphrase.is_known());
        passphrase.open(right).unwrap();
        assert!(passphrase.is_known());
    }

    #[test]
    fn where_nobody_may_be_asked_nothing_is_asked_or_taken_from_others() {
        let (asking, _) = of("/alone", &["right"]);
        asking.open(right).unwrap();
        let alone = Passphrase::new(None, None, Path::new("/alone"));
        assert_eq!(alone.open(right).unwrap_err().code(), Code::PassphraseMissing);
        assert_eq!(alone.for_new().map(|_| ()).unwrap_err().code(), Code::PassphraseMissing);
        let given = Secret::new("given".to_owned());
        let given = Passphrase::new(Some(given), None, Path::new("/alone"));
        assert_eq!(given.open(right).unwrap_err().code(), Code::PassphraseWrong);
    }
}
