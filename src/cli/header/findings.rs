//! Findings as text and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cli::header::Finding;

/// Findings for people: a paragraph each, with an empty line before it.
pub fn in_words(findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { problem, is_error, what, fix } in findings {
        let kind = if *is_error { "Error" } else { "Warning" };
        let _ = write!(text, "\n{kind} ({problem}): {what}\n  {fix}\n");
    }
    text
}

/// Findings for scripts.
pub fn to_json(findings: &[Finding]) -> Vec<Value> {
    let one = |finding: &Finding| {
        json!({
            "problem": finding.problem,
            "severity": if finding.is_error { "error" } else { "warning" },
            "what": finding.what,
            "fix": finding.fix,
        })
    };
    findings.iter().map(one).collect()
}
