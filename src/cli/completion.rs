//! `completion`: scripts for four shells, generated from the table of commands.
//!
//! Shells expand the words that are offered to them, so only names of plain characters are offered.

use serde_json::json;
use std::fmt::Write as _;

use crate::cli::command::{Command, Flag};
use crate::cli::commands::COMMANDS;
use crate::cli::context::Context;
use crate::cli::output::Report;
use crate::error::{Code, Error, Result};
use crate::text::printable;

/// Prints a script, or the names for one.
pub fn run(context: &Context) -> Result<Report> {
    if context.typed.is("--names") {
        let tokens = context.vault()?.list()?;
        let mut names: Vec<&str> = tokens.iter().map(|token| token.auth_id.as_str()).collect();
        names.retain(|name| is_plain(name));
        names.dedup();
        let text = names.iter().flat_map(|name| [*name, "\n"]).collect();
        return Ok(Report::new(text, json!({ "names": names })));
    }
    let shell = context.typed.word(0).unwrap_or_default();
    let script = match shell {
        "bash" => bash(),
        "zsh" => zsh(),
        "fish" => fish(),
        "powershell" => powershell(),
        "" => {
            let what = "completion needs the name of a shell: bash, zsh, fish or powershell.";
            return Err(Error::new(Code::CommandInvalid, what)
                .with_next_step("For example: npx netsuite-tba completion bash"));
        }
        other => {
            let shown = printable(other, 20);
            let what = format!("\"{shown}\" is not a known shell (bash, zsh, fish, powershell).");
            return Err(Error::new(Code::CommandInvalid, what)
                .with_next_step("For example: npx netsuite-tba completion bash"));
        }
    };
    let json = json!({ "shell": shell, "script": script });
    Ok(Report::new(script, json).verbatim())
}

fn bash() -> String {
    let case = |command: &Command| {
        let (flags, values) = (flags(command, any), flags(command, takes_value));
        format!("    {}) flags='{flags}' values='{values}' ;;", command.name)
    };
    filled(include_str!("completion/bash.sh"), case)
}

fn zsh() -> String {
    let case = |command: &Command| {
        let (flags, values) = (flags(command, any), flags(command, takes_value));
        format!("    {}) flags=({flags}) values=({values}) ;;", command.name)
    };
    let described = |command: &Command| {
        let summary = command.summary.replace('\'', "'\\''").replace(':', "\\:");
        format!("    '{}:{summary}'", command.name)
    };
    filled(include_str!("completion/zsh.zsh"), case).replace("@DESCRIBED@", &lines(described))
}

fn fish() -> String {
    let case = |command: &Command| {
        let (name, summary) = (command.name, command.summary.replace('\'', "\\'"));
        let start = "complete -c netsuite-tba -n";
        let mut text = format!("{start} __fish_use_subcommand -a {name} -d '{summary}'");
        for flag in command.all_flags().filter(|flag| flag.name.starts_with("--")) {
            let long = flag.name.trim_start_matches('-');
            let value = match (flag.value.is_some(), flag.name) {
                (true, "--authID" | "--to") => {
                    " -x -a '(netsuite-tba completion --names 2>/dev/null)'"
                }
                (true, _) => " -x",
                (false, _) => "",
            };
            let _ = write!(text, "\n{start} '__fish_seen_subcommand_from {name}' -l {long}{value}");
        }
        text
    };
    let script = include_str!("completion/fish.fish").replace("@NAMED@", &take_a_name(" "));
    filled(&script, case)
}

fn powershell() -> String {
    let quoted = |words: &str| {
        let each = words.split(' ').filter(|word| !word.is_empty());
        each.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
    };
    let case = |command: &Command| {
        let (flags, values) = (quoted(&flags(command, any)), quoted(&flags(command, takes_value)));
        format!("    '{}' {{ $flags = @({flags}); $values = @({values}) }}", command.name)
    };
    let script = include_str!("completion/powershell.ps1");
    filled(&script.replace("@COMMANDS@", &quoted(&commands())), case)
}

/// A script with the commands filled in.
fn filled(script: &str, case: impl Fn(&Command) -> String) -> String {
    script
        .replace("@COMMANDS@", &commands())
        .replace("@CASES@", &lines(case))
        .replace("@NAMED@", &take_a_name("|"))
}

/// The commands whose first word is the name of a saved token, by all their names.
fn take_a_name(between: &str) -> String {
    let taking = COMMANDS.iter().filter(|command| command.words.names_a_token);
    let names = taking.flat_map(|one| std::iter::once(&one.name).chain(one.aliases));
    names.copied().collect::<Vec<_>>().join(between)
}

fn lines(line: impl Fn(&Command) -> String) -> String {
    COMMANDS.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn commands() -> String {
    COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>().join(" ")
}

fn flags(command: &Command, which: fn(&Flag) -> bool) -> String {
    command
        .all_flags()
        .filter(|flag| which(flag))
        .map(|flag| flag.name)
        .collect::<Vec<_>>()
        .join(" ")
}

fn any(_: &Flag) -> bool {
    true
}

fn takes_value(flag: &Flag) -> bool {
    flag.value.is_some()
}

/// Whether no shell expands or splits the name.
fn is_plain(name: &str) -> bool {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '+');
    name.chars().all(plain) && !name.starts_with('-')
}
