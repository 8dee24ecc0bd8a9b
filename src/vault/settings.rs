//! Where the vault lives and how it may behave, taken from the caller's surroundings. No I/O.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::environment::Environment;
use crate::credentials::Secret;
use crate::error::{Code, Error, Result};
use crate::fs::private_file::PrivateFiles;
use crate::vault::model::StoreChoice;
use crate::vault::passphrase::AskPassphrase;

/// Name of the vault's entries in the keychain.
const KEYCHAIN_SERVICE: &str = "netsuite-tba";
/// Name of the vault's folder inside the platform's configuration folder.
const FOLDER: &str = "netsuite-tba";

/// Everything a vault needs to know about its surroundings. Holds a passphrase: no `Debug`.
#[derive(Clone)]
pub struct VaultSettings {
    /// The vault's folder. Empty where no home folder is known: then reading and writing fail.
    pub home: PathBuf,
    /// The user's home folder, for `~/.nstba`.
    pub user_home: Option<PathBuf>,
    /// Where new tokens go.
    pub store: StoreChoice,
    /// Opens the encrypted file.
    pub passphrase: Option<Secret>,
    /// Who is asked for it where none is given.
    pub asks_passphrase: Option<Arc<dyn AskPassphrase>>,
    /// The service name of the keychain entries.
    pub keychain_service: String,
    /// A person is at a terminal and may answer an unlock prompt.
    pub may_prompt: bool,
    /// The user's numeric ID; files of others are refused.
    pub user_id: Option<u32>,
}

impl VaultSettings {
    /// Settings from a snapshot of the environment; `store` and `home` win over the variables
    /// `NETSUITE_TBA_STORE` and `NETSUITE_TBA_HOME`.
    ///
    /// # Errors
    /// [`Code::StoreInvalid`] when the store named is none.
    pub fn from(env: &Environment, store: Option<&str>, home: Option<&Path>) -> Result<Self> {
        let store = match store.or_else(|| env.var("NETSUITE_TBA_STORE")) {
            Some(text) => StoreChoice::parse(text)?,
            None => StoreChoice::Auto,
        };
        let home = home
            .map(Path::to_path_buf)
            .or_else(|| env.var("NETSUITE_TBA_HOME").map(|folder| expanded(folder, env)))
            .map(|folder| env.cwd.join(folder))
            .or_else(|| config_folder(env).map(|folder| folder.join(FOLDER)))
            .unwrap_or_default();
        Ok(Self {
            home,
            user_home: env.home.clone(),
            store,
            passphrase: env.var("NETSUITE_TBA_PASSPHRASE").map(|text| Secret::new(text.to_owned())),
            asks_passphrase: None,
            keychain_service: env
                .var("NETSUITE_TBA_KEYCHAIN_SERVICE")
                .unwrap_or(KEYCHAIN_SERVICE)
                .to_owned(),
            may_prompt: env.terminal && !env.is_ci(),
            user_id: env.user_id,
        })
    }

    /// The vault's folder, or what to do where there is none.
    pub(crate) fn folder(&self) -> Result<&Path> {
        if self.home.as_os_str().is_empty() {
            return Err(Error::new(
                Code::StoreUnreadable,
                "There is no home folder to keep tokens in.",
            )
            .with_next_step("Set HOME, or set NETSUITE_TBA_HOME to a folder of your own."));
        }
        Ok(&self.home)
    }

    /// How the files of the vault's folder are read and written.
    pub(crate) fn files(&self) -> PrivateFiles {
        PrivateFiles::of_vault(self.user_id)
    }

    /// Oracle's token file, where there is a home folder.
    pub(crate) fn nstba(&self) -> Option<PathBuf> {
        self.user_home.as_ref().map(|home| home.join(".nstba"))
    }
}

/// A `~` that no shell has expanded, as in a variable set by a file.
fn expanded(folder: &str, env: &Environment) -> PathBuf {
    let Some(home) = &env.home else { return PathBuf::from(folder) };
    let separators: &[char] = if cfg!(windows) { &['/', '\\'] } else { &['/'] };
    match folder.strip_prefix('~') {
        Some("") => home.clone(),
        Some(rest) if rest.starts_with(separators) => {
            home.join(rest.trim_start_matches(separators))
        }
        _ => PathBuf::from(folder),
    }
}

/// The folder where programs keep their settings on this platform.
fn config_folder(env: &Environment) -> Option<PathBuf> {
    if cfg!(windows) {
        let roaming = env.var("APPDATA").map(PathBuf::from);
        return roaming.or_else(|| Some(env.home.as_ref()?.join("AppData").join("Roaming")));
    }
    if cfg!(target_os = "macos") {
        return Some(env.home.as_ref()?.join("Library").join("Application Support"));
    }
    // The specification says that a relative path there is to be ignored.
    let xdg = env.var("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    xdg.or_else(|| Some(env.home.as_ref()?.join(".config")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::model::StoreKind;

    fn env(variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        let mut env = Environment::new(variables, PathBuf::from("/project"));
        env.home = Some(PathBuf::from("/home/dev"));
        env
    }

    #[test]
    fn an_option_beats_the_variable_which_beats_the_default() {
        let variables = [
            ("NETSUITE_TBA_HOME", "/v"),
            ("NETSUITE_TBA_STORE", "file"),
            ("XDG_CONFIG_HOME", "/x"),
        ];
        let settings =
            VaultSettings::from(&env(&variables), Some("nstba"), Some(Path::new("/o"))).unwrap();
        assert_eq!(settings.home, Path::new("/o"));
        assert_eq!(settings.store, StoreChoice::Only(StoreKind::Nstba));
        let settings = VaultSettings::from(&env(&variables), None, None).unwrap();
        assert_eq!(settings.home, Path::new("/v"));
        assert_eq!(settings.store, StoreChoice::Only(StoreKind::File));
        assert!(VaultSettings::from(&env(&variables), Some("safe"), None).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_default_folder_is_the_platforms_configuration_folder() {
        for (variable, folder) in [
            ("/x", "/x/netsuite-tba"),
            ("relative", "/home/dev/.config/netsuite-tba"),
            ("", "/home/dev/.config/netsuite-tba"),
        ] {
            let env = env(&[("XDG_CONFIG_HOME", variable)]);
            assert_eq!(VaultSettings::from(&env, None, None).unwrap().home, Path::new(folder));
        }
    }

    #[test]
    fn a_relative_folder_is_meant_from_the_working_folder() {
        let settings = VaultSettings::from(&env(&[]), None, Some(Path::new("tokens"))).unwrap();
        assert_eq!(settings.home, Path::new("/project/tokens"));
    }

    #[test]
    fn a_tilde_is_the_users_home() {
        let home = |text: &str| {
            let env = env(&[("NETSUITE_TBA_HOME", text)]);
            VaultSettings::from(&env, None, None).unwrap().home
        };
        for (text, folder) in [
            ("~", "/home/dev"),
            ("~/tokens", "/home/dev/tokens"),
            ("~//tokens", "/home/dev/tokens"),
            ("~other/tokens", "/project/~other/tokens"),
            (r"~\tokens", if cfg!(windows) { "/home/dev/tokens" } else { r"/project/~\tokens" }),
        ] {
            assert_eq!(home(text), Path::new(folder), "{text}");
        }
    }

    #[test]
    fn without_any_home_the_error_comes_only_when_it_is_needed() {
        let settings = VaultSettings::from(&Environment::default(), None, None).unwrap();
        let error = settings.folder().unwrap_err();
        assert!(error.next_step().contains("NETSUITE_TBA_HOME"), "{error}");
    }
}
