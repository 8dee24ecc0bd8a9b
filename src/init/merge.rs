//! Reverts the changes of init in a file that was edited later. Compares only the parts that init
//! changed, because Oracle's tools rewrite their files at every run.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::base::json_edit::Document;
use crate::init::diff;

/// The result of reverting the changes in a file.
pub enum Merged {
    /// The file gets this text.
    Text(Zeroizing<String>),
    /// The file is removed: it contains only what init put there.
    Removed,
    /// A part that init changed was edited later. Contains the names of the differing parts.
    Edited(Vec<String>),
}

/// Three versions of a file: before init, as init left it, and now.
#[derive(Clone, Copy)]
pub struct Versions<'a> {
    /// Before init, or `None` if init created the file.
    pub before: Option<&'a str>,
    /// As init left it.
    pub after: &'a str,
    /// The current text.
    pub now: &'a str,
}

/// Returns the current file with the changes of init reverted and everything else kept.
pub fn taken_back(name: &str, versions: Versions<'_>) -> Merged {
    let json = versions.before.and_then(|before| {
        let parsed = |text: &str| Document::parse(text).ok();
        Some((parsed(before)?, parsed(versions.after)?, parsed(versions.now)?))
    });
    match json {
        Some((before, after, now)) if !name.starts_with(".env") => members(&before, &after, now),
        _ => lines(versions),
    }
}

/// A member of an object in the file, and its value before and after init.
struct Edit {
    section: String,
    name: String,
    before: Option<Value>,
    after: Option<Value>,
}

fn members(before: &Document, after: &Document, mut now: Document) -> Merged {
    let mut edited = Vec::new();
    for edit in edits(before, after) {
        let path = [edit.section.as_str(), edit.name.as_str()];
        let value = now.get(&path);
        if value == edit.before {
            continue;
        }
        let done = value == edit.after
            && match &edit.before {
                Some(before) => now.set_last(&path[..1], path[1], before),
                None => now.remove(&path[..1], path[1]),
            };
        if !done {
            edited.push(format!("{}.{}", edit.section, edit.name));
        }
    }
    if edited.is_empty() {
        Merged::Text(Zeroizing::new(now.into_text()))
    } else {
        Merged::Edited(edited)
    }
}

/// Lists the differences between two documents. Init only changes members of the top-level objects.
fn edits(before: &Document, after: &Document) -> Vec<Edit> {
    let mut found = Vec::new();
    let both = |path: &[&str]| {
        let mut names = before.names(path);
        names.extend(after.names(path));
        names.sort();
        names.dedup();
        names
    };
    for section in both(&[]) {
        for name in both(&[&section]) {
            let path = [section.as_str(), name.as_str()];
            let (was, is) = (before.get(&path), after.get(&path));
            if was != is {
                found.push(Edit { section: section.clone(), name, before: was, after: is });
            }
        }
    }
    found
}

/// Adjacent lines that init replaced.
#[derive(Default)]
struct Hunk<'a> {
    before: Vec<&'a str>,
    after: Vec<&'a str>,
}

fn lines(Versions { before, after, now }: Versions<'_>) -> Merged {
    let newline = if now.contains("\r\n") { "\r\n" } else { "\n" };
    let mut left: Vec<&str> = now.lines().collect();
    let mut edited = Vec::new();
    let before_lines: Vec<&str> = before.unwrap_or_default().lines().collect();
    for hunk in hunks(&before_lines, &after.lines().collect::<Vec<_>>()) {
        let place = hunk
            .after
            .first()
            .map_or(Some(left.len()), |first| left.iter().position(|line| line == first));
        let whole = hunk.after.iter().all(|line| left.contains(line));
        match place.filter(|_| whole) {
            Some(place) => {
                let rest = left.split_off(place);
                let rest = rest.into_iter().filter(|line| !hunk.after.contains(line));
                let rest: Vec<&str> = rest.collect();
                left.extend(hunk.before.iter().chain(&rest));
            }
            // The change was already reverted by hand.
            None if hunk.before.iter().all(|line| left.contains(line))
                && !hunk.after.iter().any(|line| names_the_same(line, &left)) => {}
            None => {
                let missing = hunk.after.iter().filter(|line| !left.contains(line));
                edited.extend(missing.map(|line| name_of(line).to_owned()));
            }
        }
    }
    if !edited.is_empty() {
        return Merged::Edited(edited);
    }
    if before.is_none() && left.iter().all(|line| line.trim().is_empty()) {
        return Merged::Removed;
    }
    let mut text = Zeroizing::new(left.join(newline));
    if now.ends_with('\n') && !left.is_empty() {
        text.push_str(newline);
    }
    Merged::Text(text)
}

fn hunks<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<Hunk<'a>> {
    let mut found: Vec<Hunk<'a>> = Vec::new();
    let mut open = false;
    for (sign, line) in diff::with_common_lines(before, after) {
        if sign == ' ' {
            open = false;
            continue;
        }
        if !open {
            found.push(Hunk::default());
            open = true;
        }
        if let Some(hunk) = found.last_mut() {
            if sign == '-' { hunk.before.push(line) } else { hunk.after.push(line) }
        }
    }
    found
}

/// Returns the name of a line of `.env`. The name may be shown; the rest of the line may not.
fn name_of(line: &str) -> &str {
    line.split_once('=').map_or(line, |(name, _)| name.trim())
}

fn names_the_same(line: &str, others: &[&str]) -> bool {
    line.contains('=') && others.iter().any(|other| name_of(other) == name_of(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(
        name: &str,
        before: Option<&str>,
        after: &str,
        now: &str,
    ) -> Result<String, Vec<String>> {
        match taken_back(name, Versions { before, after, now }) {
            Merged::Text(text) => Ok(text.to_string()),
            Merged::Removed => Ok("(removed)".to_owned()),
            Merged::Edited(names) => Err(names),
        }
    }

    const BEFORE: &str = r#"{"credentials":{"authID":"dev","key":"k","secret":"s"}}"#;
    const AFTER: &str = r#"{"credentials":{"authID":"dev"}}"#;

    #[test]
    fn a_file_that_the_tools_rewrote_gets_back_only_what_init_took() {
        let now = "{\n    \"credentials\": {\n        \"authID\": \"live\",\n        \"domain\": \"d\"\n    },\n    \"x\": 1\n}";
        let text = back(".nsdeploy", Some(BEFORE), AFTER, now).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["credentials"]["key"], "k");
        assert_eq!(value["credentials"]["secret"], "s");
        assert_eq!(value["credentials"]["authID"], "live");
        assert_eq!(value["x"], 1);
        assert!(text.contains("\n        \"domain\": \"d\""), "the layout stays: {text}");
    }

    #[test]
    fn what_was_taken_back_already_stays_and_what_was_edited_is_named() {
        let again = r#"{"credentials":{"authID":"dev","key":"k","secret":"s","new":1}}"#;
        assert_eq!(back(".nsdeploy", Some(BEFORE), AFTER, again).unwrap(), again);
        let other = r#"{"credentials":{"authID":"dev","key":"k","secret":"other"}}"#;
        assert_eq!(
            back(".nsdeploy", Some(BEFORE), AFTER, other),
            Err(vec!["credentials.secret".into()])
        );
        let gone = r#"{"x":1}"#;
        assert!(back(".nsdeploy", Some(BEFORE), AFTER, gone).is_err(), "nowhere to put it");
    }

    #[test]
    fn a_dependency_goes_back_beside_others_that_came_since() {
        let before = r#"{"dependencies":{"oauth1":"file:./oauth1"}}"#;
        let after = r#"{"dependencies":{"oauth1":"npm:netsuite-tba@1"}}"#;
        let now = r#"{"dependencies":{"gulp":"5","oauth1":"npm:netsuite-tba@1"},"scripts":{}}"#;
        let text = back("package.json", Some(before), after, now).unwrap();
        assert_eq!(text, now.replace("npm:netsuite-tba@1", "file:./oauth1"));
        let newer = now.replace("tba@1", "tba@2");
        assert!(back("package.json", Some(before), after, &newer).is_err());
    }

    #[test]
    fn lines_that_others_added_stay() {
        let (before, after) = ("A=1\nCONSUMER_KEY=k\n", "A=1\nNETSUITE_TBA_CONSUMER_KEY=k\nX=2\n");
        let now = "A=1\nNEW=1\nNETSUITE_TBA_CONSUMER_KEY=k\nX=2\nLAST=1\n";
        assert_eq!(
            back(".env", Some(before), after, now).unwrap(),
            "A=1\nNEW=1\nCONSUMER_KEY=k\nLAST=1\n"
        );
        let other = "A=1\nNETSUITE_TBA_CONSUMER_KEY=other\nX=2\n";
        let names = back(".env", Some(before), after, other).unwrap_err();
        assert!(names.contains(&"NETSUITE_TBA_CONSUMER_KEY".to_owned()));
        assert!(!names.join("").contains("other"), "no value is shown");
        assert_eq!(back(".env", Some(before), after, before).unwrap(), before);
    }

    #[test]
    fn a_file_that_init_made_goes_unless_others_wrote_into_it() {
        assert_eq!(back(".gitignore", None, ".env\n", ".env\n").unwrap(), "(removed)");
        assert_eq!(back(".gitignore", None, ".env\n", ".env\ndist\n").unwrap(), "dist\n");
        assert_eq!(back(".gitignore", None, ".env\n", "dist\n").unwrap(), "dist\n");
    }
}
