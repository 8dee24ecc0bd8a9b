//! A look at the vault from outside, for people who want to know what is wrong: its files, and
//! whether its store keeps what it is given.

use std::fs;
use std::path::PathBuf;

use crate::credentials::Token;
use crate::error::{Error, Result};
use crate::fs::permissions::{belongs_to, mode};
use crate::vault::Vault;
use crate::vault::destination::Destination;
use crate::vault::index::{SecretId, SecretPlace};
use crate::vault::model::{StoreChoice, StoreKind};

/// A file or folder of the vault that is there.
#[derive(Clone, Debug)]
pub struct FileState {
    /// Where it is.
    pub path: PathBuf,
    /// Its rights, where the platform has them.
    pub mode: Option<u32>,
    /// What is wrong with it, in words.
    pub problem: Option<String>,
}

/// What trying the store came to.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Where new tokens go.
    pub store: StoreKind,
    /// Why not to the keychain, where `auto` would have preferred it.
    pub no_keychain: Option<Error>,
}

impl Vault {
    /// The vault's folder.
    pub fn home(&self) -> &std::path::Path {
        &self.0.settings.home
    }

    /// The vault's files that are there, and Oracle's.
    pub fn files(&self) -> Vec<FileState> {
        let home = &self.0.settings.home;
        let own = ["tokens.json", "secrets.json", "secrets.enc", "sign-ins.json"];
        let mut paths = vec![(home.clone(), 0o700)];
        paths.extend(own.iter().map(|name| (home.join(name), 0o600)));
        paths.extend(self.0.settings.nstba().map(|path| (path, 0o700)));
        paths.into_iter().filter_map(|(path, most)| self.state_of(path, most)).collect()
    }

    /// How many tokens of `~/.nstba` lie there as plain text though the vault has a token of their name.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn hidden_in_nstba(&self) -> Result<usize> {
        let index = self.0.index.read()?;
        let foreign = self.nstba().unwrap_or_else(|error| self.complain(&error));
        let saved = foreign.tokens.iter().map(|token| &token.saved);
        Ok(saved.filter(|token| index.find(&token.auth_id, &token.origin).is_some()).count())
    }

    /// Damaged files that were moved aside and are still there.
    pub fn kept_aside(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.0.settings.home).into_iter().flatten().flatten();
        let damaged = entries.filter(|e| e.file_name().to_string_lossy().contains(".damaged-"));
        let mut paths: Vec<PathBuf> = damaged.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }

    fn state_of(&self, path: PathBuf, most: u32) -> Option<FileState> {
        let found = fs::symlink_metadata(&path).ok()?;
        let is_nstba = path.file_name().is_some_and(|name| name == ".nstba");
        let mode = mode(&found);
        let problem = if found.file_type().is_symlink() && !is_nstba && path != *self.home() {
            Some("it is a symbolic link".to_owned())
        } else if !belongs_to(&found, self.0.settings.user_id) {
            Some("it belongs to another user".to_owned())
        } else {
            let open = mode.filter(|mode| mode & !most != 0 && !found.is_symlink());
            open.map(|mode| format!("others can reach it (mode {mode:03o})"))
        };
        Some(FileState { path, mode, problem })
    }

    /// Keeps a made-up secret where new tokens go, reads it back and deletes it.
    ///
    /// # Errors
    /// What is wrong with the store.
    pub fn trial(&self) -> Result<Trial> {
        let settings = &self.0.settings;
        if settings.store == StoreChoice::Only(StoreKind::Nstba) {
            self.nstba()?;
            return Ok(Trial { store: StoreKind::Nstba, no_keychain: None });
        }
        let Destination { store, no_keychain } = self.destination()?;
        let place = SecretPlace { store, id: SecretId::random()? };
        let (id, secret) = (SecretId::random()?, SecretId::random()?);
        let made_up = Token::new(id.as_str(), secret.as_str())?;
        let mut edit = self.edit()?;
        edit.index.pending.push(place.clone());
        edit.write("journal")?;
        let kept = self.0.stores.put(store, &[(&place.id, &made_up)]);
        self.abandon(&mut edit, std::slice::from_ref(&place));
        kept?.into_iter().collect::<Result<()>>()?;
        Ok(Trial { store, no_keychain })
    }
}
