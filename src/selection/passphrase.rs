//! The question for a passphrase, whose answer is not shown. Touches the terminal through [`Keys`]
//! and stderr; nothing is redrawn, so it is asked the same way of everybody.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::consent::Abort;
use crate::credentials::Secret;
use crate::error::Result;
use crate::talk::{say, show};
use crate::vault::{AskPassphrase, VaultSettings, Wanted};

use super::keys::{Key, Keys, Pasting};
use super::questions::Line;

/// The settings of a vault that asks the person at this process's terminal, until `stop`, where it
/// may prompt at all.
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
            return self.hidden(&format!("Passphrase of {file} (not shown):")).map(secret);
        }
        say(&format!("A passphrase of your choice encrypts {file}."));
        say(
            "There is no way to open it without. NETSUITE_TBA_PASSPHRASE gives it where nobody is asked.",
        );
        loop {
            let first = self.hidden("New passphrase (not shown):")?;
            if first == self.hidden("The same again (not shown):")? {
                return Ok(secret(first));
            }
            say("These were not the same.");
        }
    }
}

impl AtTerminal {
    /// A line that is not shown and not empty.
    fn hidden(&self, question: &str) -> Result<Zeroizing<String>> {
        let keys = Keys::open(&self.0, Pasting::AsTyped)?;
        show(&format!("{question} "));
        let mut line = Line::default();
        loop {
            let key = keys.next().inspect_err(|_| show("\r\n"))?;
            match key {
                Key::Enter if line.text.is_empty() => {
                    show(&format!("\r\nNothing was typed.\r\n{question} "));
                }
                Key::Enter => {
                    show("\r\n");
                    return Ok(line.text);
                }
                Key::Leave | Key::Interrupt => {
                    show("\r\n");
                    return Err(keys.left(&key));
                }
                key => line.take(key),
            }
        }
    }
}

fn secret(mut typed: Zeroizing<String>) -> Secret {
    Secret::new(std::mem::take(&mut *typed))
}
