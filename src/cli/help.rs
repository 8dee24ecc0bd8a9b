//! The help texts: usage and flags come from the table of commands, the prose from text files.

use std::fmt::Write as _;

use crate::base::console::stdout_width;
use crate::base::wrap;
use crate::cli::command::{Command, Flag};
use crate::cli::commands::COMMANDS;

/// Longer lines are hard to read.
const WIDTH: usize = 96;
/// Between a flag and what it does.
const GAP: usize = 2;
/// Column of the summaries in the overview.
const NAMES: usize = 12;

/// `netsuite-tba login [NAME] [flags]`.
pub fn usage(command: &Command) -> String {
    let words = command.words.usage;
    let words = if words.is_empty() { String::new() } else { format!(" {words}") };
    format!("netsuite-tba {}{words} [flags]", command.name)
}

/// The whole help of a command, as it fits the terminal stdout is.
pub fn help(command: &Command) -> String {
    help_within(command, stdout_width().unwrap_or(WIDTH))
}

fn help_within(command: &Command, width: usize) -> String {
    let mut text = format!("Usage: {}\n", usage(command));
    if !command.aliases.is_empty() {
        let _ = writeln!(text, "Aliases: {}", command.aliases.join(", "));
    }
    let (prose, rest) = command.text.split_once("{flags}\n").unwrap_or((command.text, ""));
    text + "\n" + &wrap::paragraphs(prose, width.min(WIDTH)) + &flags(command) + rest
}

fn flags(command: &Command) -> String {
    let width = command.all_flags().map(|flag| shown(flag).len()).max().unwrap_or(0) + GAP;
    let line = |flag: &Flag| format!("  {:<width$}{}\n", shown(flag), flag.help);
    let lines: String = command.all_flags().map(line).collect();
    format!("Flags:\n{lines}")
}

/// `-h, --help`, `--port N`.
fn shown(flag: &Flag) -> String {
    let short = flag.short.map_or(String::new(), |short| format!("{short}, "));
    let value = flag.value.map_or(String::new(), |value| format!(" {value}"));
    let more = if flag.repeats { "..." } else { "" };
    format!("{short}{}{value}{more}", flag.name)
}

/// What the program can do.
pub fn overview() -> String {
    let mut text =
        "Signs you in to NetSuite with Token-Based Authentication and stores the tokens safely.\n\n\
        Usage: netsuite-tba COMMAND [flags]\n\nCommands:\n"
            .to_owned();
    for command in COMMANDS {
        let _ = writeln!(text, "  {:<NAMES$}{}", command.name, command.summary);
    }
    text.push_str(include_str!("help/overview.txt"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_help_shows_usage_all_flags_examples_and_the_json() {
        for command in COMMANDS {
            let help = help(command);
            assert!(help.starts_with(&format!("Usage: netsuite-tba {}", command.name)), "{help}");
            assert!(help.contains(&format!("  npx netsuite-tba {}", command.name)), "{help}");
            for flag in command.all_flags() {
                assert!(help.contains(&format!("  {}", shown(flag))), "{help}");
            }
            assert!(help.contains("\nExamples:\n") && !help.contains("{flags}"), "{help}");
            // Commands must be copied in one piece.
            let mut prose = help.lines().filter(|line| !line.starts_with("  npx "));
            assert!(prose.all(|line| line.chars().count() <= 100), "{help}");
            assert!(help.ends_with('\n') && !help.contains('\t') && !help.contains("\n\n\n"));
        }
    }

    #[test]
    fn prose_fits_a_narrow_terminal() {
        for command in COMMANDS {
            let help = help_within(command, 40);
            let prose = help.split("\nFlags:\n").next().unwrap().lines().skip(1);
            for line in prose.filter(|line| line.contains(' ')) {
                assert!(line.chars().count() <= 40 || line.contains("npx"), "{line}");
            }
        }
    }

    #[test]
    fn flags_line_up() {
        let login = crate::cli::commands::find("login").unwrap();
        let help = help(login);
        assert!(help.contains("\n  --port N           the callback port"), "{help}");
        assert!(help.contains("\n  -h, --help         show this help\n"), "{help}");
    }

    #[test]
    fn the_overview_names_every_command_and_fits_a_terminal() {
        let text = overview();
        for command in COMMANDS {
            assert!(text.contains(&format!("\n  {} ", command.name)), "{}", command.name);
        }
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
}
