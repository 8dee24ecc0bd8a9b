//! A house of the tests' own: a folder, a keychain in memory, tokens to put there.

use crate::vault::model::NewToken;
use crate::vault::model::StoreChoice;
use crate::vault::model::StoreKind;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::credentials::RoleId;
use crate::vault::index::{Entry, Index, SecretId};
use crate::vault::stores::encrypted::Seal;
use crate::vault::stores::keychain;
use crate::vault::stores::keychain::Keychain;
use crate::vault::stores::secret_store::Prompt;
use crate::vault::*;

/// What the stand-in for the keychain does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything works.
    Open,
    /// It is not there.
    Missing,
    /// It is there and locked.
    Locked,
    /// It is locked and takes its time to say so.
    SlowlyLocked,
    /// It is there and says no.
    Denied,
    /// It is there and does not answer.
    Slow,
    /// It says yes and keeps nothing.
    Forgetful,
}

/// A keychain in memory that counts what it is asked.
pub struct StandIn {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    state: Mutex<State>,
    calls: Mutex<usize>,
}

impl StandIn {
    pub fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        self.entries.lock().unwrap().keys().cloned().collect()
    }

    pub fn clear(&self) {
        self.entries.lock().unwrap().clear();
    }

    pub fn set_state(&self, state: State) {
        *self.state.lock().unwrap() = state;
    }

    fn call(&self) -> Result<State> {
        *self.calls.lock().unwrap() += 1;
        let state = *self.state.lock().unwrap();
        match state {
            State::Open | State::Forgetful => Ok(state),
            State::Missing => Err(keychain::error::missing("this test has none")),
            State::Locked => Err(keychain::error::locked()),
            State::SlowlyLocked => {
                std::thread::sleep(std::time::Duration::from_millis(200));
                Err(keychain::error::locked())
            }
            State::Denied => Err(keychain::error::denied()),
            State::Slow => Err(keychain::error::timed_out()),
        }
    }
}

impl Keychain for StandIn {
    fn ready(&self, _prompt: Prompt) -> Result<()> {
        self.call().map(|_| ())
    }

    fn set(&self, id: &SecretId, value: Zeroizing<Vec<u8>>) -> Result<()> {
        if self.call()? == State::Open {
            self.entries.lock().unwrap().insert(id.as_str().to_owned(), value.to_vec());
        }
        Ok(())
    }

    fn get(&self, id: &SecretId) -> Result<Option<Zeroizing<Vec<u8>>>> {
        self.call()?;
        Ok(self.entries.lock().unwrap().get(id.as_str()).cloned().map(Zeroizing::new))
    }

    fn delete(&self, id: &SecretId) -> Result<()> {
        self.call()?;
        self.entries.lock().unwrap().remove(id.as_str());
        Ok(())
    }
}

/// A folder for a vault and a home folder, with a keychain.
pub struct House {
    pub folder: tempfile::TempDir,
    pub keychain: Arc<StandIn>,
    pub settings: VaultSettings,
}

impl House {
    pub fn new(store: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = VaultSettings {
            home: folder.path().join("vault"),
            user_home: Some(folder.path().to_path_buf()),
            store: StoreChoice::parse(store).unwrap(),
            passphrase: None,
            asks_passphrase: None,
            keychain_service: "netsuite-tba-test".to_owned(),
            may_prompt: false,
            user_id: None,
        };
        let keychain = StandIn {
            entries: Mutex::default(),
            state: Mutex::new(State::Open),
            calls: Mutex::new(0),
        };
        Self { folder, keychain: Arc::new(keychain), settings }
    }

    /// A vault as another process would open it: nothing cached.
    pub fn vault(&self) -> Vault {
        self.vault_with("correct horse")
    }

    pub fn vault_with(&self, passphrase: &str) -> Vault {
        Vault::with(
            self.settings.clone(),
            Arc::clone(&self.keychain) as Arc<dyn Keychain>,
            Seal::cheap(passphrase),
        )
    }

    pub fn home(&self) -> PathBuf {
        self.settings.home.clone()
    }

    pub fn nstba(&self) -> PathBuf {
        self.folder.path().join(".nstba")
    }

    pub fn index(&self) -> String {
        std::fs::read_to_string(self.home().join("tokens.json")).unwrap()
    }

    /// Names of the files in the vault's folder, without locks.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.home())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.contains(".lock"))
            .collect();
        names.sort();
        names
    }

    /// An index with many tokens, without their secrets.
    pub fn fill(&self, count: usize) {
        let mut index = Index::default();
        index.extend((0..count).map(|n| {
            let new = new_token(&format!("token-{n}"), "1234567_SB1", "x");
            let saved = SavedToken {
                auth_id: new.auth_id,
                account: new.account,
                role: new.role,
                store: StoreKind::Keychain,
                origin: new.origin,
                consumer: new.consumer,
                created_at: Some(1_700_000_000),
                last_used_at: Some(1_700_000_000),
            };
            Entry::new(saved, SecretId::random().unwrap())
        }));
        std::fs::create_dir_all(self.home()).unwrap();
        let path = self.home().join("tokens.json");
        std::fs::write(&path, index.to_bytes()).unwrap();
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
        std::fs::File::options().write(true).open(path).unwrap().set_modified(old).unwrap();
    }
}

pub fn auth_id(name: &str) -> AuthId {
    AuthId::from_existing(name).unwrap()
}

pub fn origin(vm: Option<&str>, molecule: Option<&str>) -> Origin {
    Origin { vm: vm.map(str::to_owned), molecule: molecule.map(str::to_owned) }
}

pub fn new_token(name: &str, account: &str, text: &str) -> NewToken {
    NewToken {
        auth_id: auth_id(name),
        account: AccountId::parse_strict(account).unwrap(),
        role: RoleId::parse("1000").ok(),
        origin: Origin::default(),
        consumer: None,
        token: Token::new(&format!("id-{text}"), &format!("secret-{text}")).unwrap(),
    }
}
