//! Asks the person at the terminal for the passphrase of the encrypted file.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::base::abort::Abort;
use crate::base::console::say;
use crate::credentials::Secret;
use crate::error::Result;
use crate::prompt::passphrase::hidden_line;
use crate::vault::passphrase::{AskPassphrase, Wanted};
use crate::vault::settings::VaultSettings;

/// The settings of a vault that asks the person at this process's terminal, until `stop` is aborted,
/// if it may ask at all.
pub fn with_person(mut settings: VaultSettings, stop: &Abort) -> VaultSettings {
    if settings.may_prompt {
        settings.asks_passphrase = Some(Arc::new(AtTerminal(stop.clone())));
    }
    settings
}

struct AtTerminal(Abort);

impl AskPassphrase for AtTerminal {
    fn ask(&self, wanted: Wanted, file: &Path) -> Result<Secret> {
        let file = file.display();
        if wanted == Wanted::ToOpen {
            let question = format!("Passphrase of {file} (not shown):");
            return hidden_line(&question, &self.0).map(secret);
        }
        say(&format!("A passphrase of your choice encrypts {file}."));
        say(
            "Without it the file cannot be opened. Where nobody can be asked, NETSUITE_TBA_PASSPHRASE gives it.",
        );
        loop {
            let first = hidden_line("New passphrase (not shown):", &self.0)?;
            if first == hidden_line("Repeat the passphrase (not shown):", &self.0)? {
                return Ok(secret(first));
            }
            say("The passphrases do not match.");
        }
    }
}

fn secret(mut typed: Zeroizing<String>) -> Secret {
    Secret::new(std::mem::take(&mut *typed))
}
