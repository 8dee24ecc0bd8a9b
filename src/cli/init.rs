//! `init`: switches a project of Oracle's tools to this package, and back.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base::console::say;
use crate::cli::context::Context;
use crate::cli::import;
use crate::cli::output;
use crate::cli::output::Report;
use crate::error::{Code, Error, Result};
use crate::init;
use crate::init::{
    Agreed, GuardChoice, Import, Outcome, Questions, Request, Undone, render as show,
};
use crate::prompt;

/// The person at the terminal.
struct AtTerminal<'a>(&'a Context);

impl Questions for AtTerminal<'_> {
    fn agrees(&self, shown: &str, question: &str) -> Result<bool> {
        say(shown);
        prompt::at_terminal(&self.0.environment, &self.0.abort).confirm(question)
    }

    fn agrees_to_outside(&self, shown: &str, question: &str) -> Result<bool> {
        // A dry run only shows.
        Ok(!self.0.typed.is("--dry-run") && self.0.can_ask() && self.agrees(shown, question)?)
    }

    fn wants_guard(&self, shown: &str, question: &str) -> Result<bool> {
        Ok(!self.0.typed.is("--guard") && self.agrees(shown, question)?)
    }
}

/// Changes the project, or puts it back.
pub fn run(context: &Context) -> Result<Report> {
    let is = |flag| context.typed.is(flag);
    let request = Request {
        dry_run: is("--dry-run"),
        no_import: is("--no-import"),
        no_clean: is("--no-clean"),
        guard: if is("--guard") { GuardChoice::TurnOn } else { GuardChoice::Offer },
        package: context.typed.owned("--package"),
    };
    let (yes, back) = (is("--yes"), is("--undo"));
    if yes && request.dry_run {
        let what = "--dry-run and --yes exclude each other.";
        return Err(Error::new(Code::FlagInvalid, what));
    }
    let environment = &context.environment;
    if !context.can_ask() && !yes && !request.dry_run {
        let what =
            "Changes to the project need a confirmation, and there is no terminal to ask in.";
        return Err(Error::new(Code::ChoiceNeeded, what)
            .with_next_step("Pass --yes, or --dry-run to see the changes."));
    }
    let settings = context.vault_settings()?;
    let dry = request.dry_run;
    let asked = AtTerminal(context);
    let questions: &dyn Questions = if yes { &Agreed } else { &asked };
    if back {
        return Ok(restored(&init::undo(&request, environment, &settings, questions)?, dry));
    }
    Ok(report(&init::init(&request, environment, &settings, questions)?, dry))
}

fn report(outcome: &Outcome, dry: bool) -> Report {
    let json = to_json(outcome, dry);
    let mut report = Report::new(text(outcome, dry), json);
    if let Import::Failed(error) = &outcome.import {
        report.exit = error.exit();
    }
    report
}

fn text(outcome: &Outcome, dry: bool) -> String {
    let mut text = format!("{}\n", show::tree(&outcome.tree));
    if outcome.is_nothing() {
        let on_it = outcome
            .tree
            .dependencies
            .iter()
            .all(|line| line.is_ours() || line.spec == outcome.spec);
        let what = if on_it { "The project already uses netsuite-tba. Nothing" } else { "Nothing" };
        let was = if dry { "would be changed" } else { "was changed" };
        let _ = writeln!(text, "{what} {was}.");
    }
    for file in &outcome.files {
        let verb = match (dry, file.made) {
            (true, true) => "Would create",
            (true, false) => "Would change",
            (false, true) => "Created",
            (false, false) => "Changed",
        };
        let leads = leads(file);
        let _ = writeln!(text, "{verb} {}{leads}: {}", file.name, file.what);
        for line in file.difference.iter().filter(|_| file.name == "package.json") {
            let _ = writeln!(text, "  {line}");
        }
    }
    match &outcome.import {
        Import::Nothing => {}
        Import::Possible(count) => {
            let _ = writeln!(text, "{} They would be imported.", show::import(*count));
        }
        Import::Done(report) => {
            let _ = write!(text, "Imported ~/.nstba:\n{}", import::described(report));
        }
        Import::Failed(error) => {
            let _ = writeln!(
                text,
                "~/.nstba was not imported: {} {}",
                error.message(),
                error.next_command()
            );
        }
    }
    for warning in &outcome.warnings {
        let _ = writeln!(text, "Note: {warning}");
    }
    if !dry && !outcome.files.is_empty() {
        for next in &outcome.next {
            let _ = writeln!(text, "Next, run: {next}");
        }
        text.push_str("To undo this: npx netsuite-tba init --undo\n");
    }
    text
}

/// Where a link leads, if that is outside the project.
fn leads(file: &init::Written) -> String {
    file.leads_to.as_ref().map_or(String::new(), |real| format!(" -> {}", real.display()))
}

fn to_json(outcome: &Outcome, dry: bool) -> Value {
    let tree = &outcome.tree;
    let on_package = outcome.files.iter().any(|file| file.name == "package.json");
    let lines = tree.dependencies.iter().filter(|line| on_package && line.spec != outcome.spec);
    let dependencies: Vec<Value> = lines
        .map(|line| {
            let from = init::detect::shown_spec(&line.spec);
            json!({ "section": line.section, "name": line.name, "from": from, "to": outcome.spec })
        })
        .collect();
    let files: Vec<Value> = outcome
        .files
        .iter()
        .map(|file| {
            json!({
                "file": file.name, "created": file.made, "what": file.what,
                "difference": file.difference,
            })
        })
        .collect();
    let import = match &outcome.import {
        Import::Nothing => json!({ "outcome": "none" }),
        Import::Possible(count) => json!({ "outcome": "possible", "tokens": count }),
        Import::Done(report) => {
            json!({ "outcome": "imported", "tokens": import::rows(report) })
        }
        Import::Failed(error) => json!({ "outcome": "failed", "error": output::error(error) }),
    };
    json!({
        "dryRun": dry,
        "changed": !dry && !outcome.is_nothing(),
        "project": tree.folder.to_string_lossy(),
        "tools": { "kind": tree.kind.as_str(), "version": tree.version },
        "dependencies": dependencies,
        "files": files,
        "import": import,
        "secretInGitHistory": outcome.history.map(init::history::History::as_str),
        "warnings": outcome.warnings,
        "next": outcome.next,
    })
}

fn restored(undone: &Undone, dry: bool) -> Report {
    let mut text = String::new();
    if undone.files.is_empty() {
        let _ = writeln!(text, "There is nothing to undo in {}.", undone.folder.display());
    }
    for file in &undone.files {
        let verb = match (dry, file.removed) {
            (true, true) => "Would remove",
            (true, false) => "Would restore",
            (false, true) => "Removed",
            (false, false) => "Restored",
        };
        let _ = writeln!(text, "{verb} {}", file.name);
    }
    if !dry && undone.files.iter().any(|file| file.name == "package.json") {
        text.push_str("Next, run: npm install\n");
    }
    let files: Vec<Value> = undone
        .files
        .iter()
        .map(|file| json!({ "file": file.name, "removed": file.removed }))
        .collect();
    let project = undone.folder.to_string_lossy();
    Report::new(text, json!({ "dryRun": dry, "project": project, "restored": files }))
}
