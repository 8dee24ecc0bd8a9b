//! `completion`: scripts for four shells, made from the help texts.
//!
//! The shells run words that are offered to them through their own expansion, so only names of
//! plain characters are offered.

use serde_json::json;
use std::fmt::Write as _;

use crate::credentials::AuthId;
use crate::error::{Code, Error, Result};
use crate::talk::printable;

use super::context::Context;
use super::help::COMMANDS;
use super::output::Report;

/// Commands whose first word is a saved token's name.
const TAKE_A_NAME: &str = "login|use|status|rename|remove";

/// Prints a script, or the names for one.
pub fn run(context: &Context) -> Result<Report> {
    if context.typed.is("--names") {
        let tokens = context.vault()?.list()?;
        let mut names: Vec<&str> = tokens.iter().map(|token| token.auth_id.as_str()).collect();
        names.retain(|name| AuthId::typed(name).is_ok_and(|typed| typed.as_str() == *name));
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
        other => {
            let shown = printable(other, 20);
            let what = format!("\"{shown}\" is not one of bash, zsh, fish, powershell.");
            return Err(Error::new(Code::CommandInvalid, what)
                .with_next_step("For example: npx netsuite-tba completion bash"));
        }
    };
    let json = json!({ "shell": shell, "script": script });
    Ok(Report::new(script, json))
}

fn commands() -> String {
    COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>().join(" ")
}

fn flags(name: &str) -> String {
    let found = COMMANDS.iter().filter(|command| command.name == name);
    found.flat_map(|command| command.flags().map(|flag| flag.name)).collect::<Vec<_>>().join(" ")
}

fn bash() -> String {
    let mut cases = String::new();
    for command in COMMANDS {
        let _ = writeln!(cases, "    {}) flags='{}' ;;", command.name, flags(command.name));
    }
    format!(
        "# Completion of netsuite-tba for bash.\n_netsuite_tba() {{\n  \
         local word=${{COMP_WORDS[COMP_CWORD]}} command=${{COMP_WORDS[1]}} flags names\n  \
         COMPREPLY=()\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    \
         COMPREPLY=($(compgen -W '{}' -- \"$word\"))\n    return\n  fi\n  case $command in\n{cases}  esac\n  \
         if [[ $word == -* ]]; then\n    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n    return\n  fi\n  \
         case $command in\n    {TAKE_A_NAME})\n      \
         names=$(\"${{COMP_WORDS[0]}}\" completion --names 2>/dev/null)\n      \
         COMPREPLY=($(compgen -W \"$names\" -- \"$word\")) ;;\n    \
         completion) COMPREPLY=($(compgen -W 'bash zsh fish powershell' -- \"$word\")) ;;\n    \
         guide) COMPREPLY=($(compgen -W 'integration-record' -- \"$word\")) ;;\n    \
         import) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}}\n\
         complete -F _netsuite_tba netsuite-tba\n",
        commands()
    )
}

fn zsh() -> String {
    let mut described = String::new();
    let mut cases = String::new();
    for command in COMMANDS {
        let summary = command.summary.replace('\'', "'\\''").replace(':', "\\:");
        let _ = writeln!(described, "    '{}:{summary}'", command.name);
        let _ = writeln!(cases, "    {}) flags=({}) ;;", command.name, flags(command.name));
    }
    format!(
        "#compdef netsuite-tba\n# Completion of netsuite-tba for zsh.\n_netsuite_tba() {{\n  \
         local -a commands flags names\n  commands=(\n{described}  )\n  \
         if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n  \
         case $words[2] in\n{cases}  esac\n  \
         if [[ $words[CURRENT] == -* ]]; then\n    compadd -- $flags\n    return\n  fi\n  \
         case $words[2] in\n    {TAKE_A_NAME})\n      \
         names=(${{(f)\"$($words[1] completion --names 2>/dev/null)\"}})\n      compadd -- $names ;;\n    \
         completion) compadd bash zsh fish powershell ;;\n    guide) compadd integration-record ;;\n    \
         import) _files ;;\n  esac\n}}\n\
         if [ \"$funcstack[1]\" = _netsuite_tba ]; then _netsuite_tba \"$@\"; \
         else compdef _netsuite_tba netsuite-tba; fi\n"
    )
}

fn fish() -> String {
    let mut script = "# Completion of netsuite-tba for fish.\n\
        complete -c netsuite-tba -f\n"
        .to_owned();
    for command in COMMANDS {
        let (name, summary) = (command.name, command.summary.replace('\'', "\\'"));
        let _ = writeln!(
            script,
            "complete -c netsuite-tba -n __fish_use_subcommand -a {name} -d '{summary}'"
        );
        for flag in command.flags().filter(|flag| flag.name.starts_with("--")) {
            let value = if flag.takes_value { " -x" } else { "" };
            let long = flag.name.trim_start_matches('-');
            let _ = writeln!(
                script,
                "complete -c netsuite-tba -n '__fish_seen_subcommand_from {name}' -l {long}{value}"
            );
        }
    }
    let names = TAKE_A_NAME.replace('|', " ");
    let _ = write!(
        script,
        "complete -c netsuite-tba -n '__fish_seen_subcommand_from {names}' -a '(netsuite-tba completion --names 2>/dev/null)'\n\
         complete -c netsuite-tba -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish powershell'\n\
         complete -c netsuite-tba -n '__fish_seen_subcommand_from guide' -a integration-record\n\
         complete -c netsuite-tba -n '__fish_seen_subcommand_from import' -F\n"
    );
    script
}

fn powershell() -> String {
    let quoted = |words: &str| {
        words.split(' ').map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
    };
    let mut cases = String::new();
    for command in COMMANDS {
        let flags = quoted(&flags(command.name));
        let _ = writeln!(cases, "    '{}' {{ $offer = @({flags}) }}", command.name);
    }
    format!(
        "# Completion of netsuite-tba for PowerShell.\n\
         Register-ArgumentCompleter -Native -CommandName netsuite-tba -ScriptBlock {{\n  \
         param($word, $ast, $at)\n  $words = @($ast.CommandElements | ForEach-Object {{ $_.ToString() }})\n  \
         $command = if ($words.Count -gt 1) {{ $words[1] }} else {{ '' }}\n  $offer = @()\n  \
         switch ($command) {{\n{cases}  }}\n  \
         if ($words.Count -lt 2 -or ($words.Count -eq 2 -and $word -ne '')) {{\n    $offer = @({})\n  \
         }} elseif ($word -notlike '-*') {{\n    \
         if ($command -match '^({TAKE_A_NAME})$') {{ $offer = @(& $words[0] completion --names 2>$null) }}\n    \
         elseif ($command -eq 'completion') {{ $offer = @('bash', 'zsh', 'fish', 'powershell') }}\n    \
         elseif ($command -eq 'guide') {{ $offer = @('integration-record') }}\n    else {{ $offer = @() }}\n  }}\n  \
         $offer | Where-Object {{ $_ -like \"$word*\" }} | ForEach-Object {{\n    \
         [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)\n  }}\n}}\n",
        quoted(&commands())
    )
}
