//! Keeps the npm lock file consistent with package.json, so that `npm ci` still works. Text in,
//! text out.
//!
//! Checked with npm 6, 8, 10 and 11: npm accepts an entry without address and checksum, and then
//! fetches the version from the configured registry. Checksums are known here only for files.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::base::json_edit;
use crate::base::json_edit::Document;
use crate::init::detect::Dependency;
use crate::init::package::{Locked, Package, platform_entry};

/// The lock files of npm. If both exist, npm uses the first.
pub const NAMES: [&str; 2] = ["npm-shrinkwrap.json", "package-lock.json"];

/// Returns the text with the dependencies pinned to the package.
///
/// # Errors
/// The reason, in words, why only npm can update the file.
pub fn pinned(text: &str, lines: &[&Dependency], package: &Package) -> Result<String, String> {
    let mut lock = Document::parse(text)?;
    let Some(locked) = &package.locked else {
        return Err("only npm knows the version that will be installed".to_owned());
    };
    if !matches!(version(text), Some(1..=3)) {
        return Err("it has a version that is not known here".to_owned());
    }
    for line in lines {
        if lock.get(&["packages"]).is_some() {
            pin_by_folder(&mut lock, line, package, locked)?;
        }
        if lock.get(&["dependencies"]).is_some() {
            pin_by_name(&mut lock, line, locked);
        }
    }
    if lock.get(&["packages"]).is_none() && lock.get(&["dependencies"]).is_none() {
        return Err("it lists no packages".to_owned());
    }
    Ok(lock.into_text())
}

/// Returns the version of the lock file format.
pub fn version(text: &str) -> Option<u64> {
    Document::parse(text).ok()?.get(&["lockfileVersion"])?.as_u64()
}

/// Pins the package in versions 2 and 3, which have one entry per folder.
fn pin_by_folder(
    lock: &mut Document,
    line: &Dependency,
    package: &Package,
    locked: &Locked,
) -> Result<(), String> {
    if !lock.set(&["packages", "", line.section], line.name, &json!(package.spec)) {
        return Err("it does not fit package.json as it was".to_owned());
    }
    let folder = format!("node_modules/{}", line.name);
    let before = lock.get(&["packages", &folder]);
    let mut entry = locked.entry();
    keep_marks(before.as_ref(), &mut entry);
    lock.set(&["packages"], &folder, &Value::Object(entry));
    forget_below(lock, &folder);
    let target = before.as_ref().filter(|before| before.get("link").is_some());
    let target = target.and_then(|before| before.get("resolved")).and_then(Value::as_str);
    if let Some(target) = target.filter(|target| !is_linked(lock, target)) {
        lock.remove(&["packages"], target);
        forget_below(lock, target);
    }
    for (name, version) in locked.platforms() {
        let mut entry = platform_entry(&name, &version);
        keep_marks(before.as_ref(), &mut entry);
        lock.set(&["packages"], &format!("node_modules/{name}"), &Value::Object(entry));
    }
    Ok(())
}

/// Pins the package in version 1, and in the part of version 2 that npm 6 reads.
fn pin_by_name(lock: &mut Document, line: &Dependency, locked: &Locked) {
    let before = lock.get(&["dependencies", line.name]);
    let version = match &locked.resolved {
        Some(file) => file.clone(),
        None => format!("npm:netsuite-tba@{}", locked.version()),
    };
    let mut entry = Map::new();
    entry.insert("version".to_owned(), json!(version));
    entry.extend(locked.integrity.as_ref().map(|sum| ("integrity".to_owned(), json!(sum))));
    keep_marks(before.as_ref(), &mut entry);
    let platforms = locked.platforms();
    if !platforms.is_empty() {
        let requires: Map<String, Value> =
            platforms.iter().map(|(name, version)| (name.clone(), json!(version))).collect();
        entry.insert("requires".to_owned(), Value::Object(requires));
    }
    lock.set(&["dependencies"], line.name, &Value::Object(entry));
    for (name, version) in platforms {
        let mut entry = Map::new();
        entry.insert("version".to_owned(), json!(version));
        keep_marks(before.as_ref(), &mut entry);
        entry.insert("optional".to_owned(), json!(true));
        lock.set(&["dependencies"], &name, &Value::Object(entry));
    }
}

/// Copies `dev` and similar marks from the old entry, so that the package is installed in the same
/// cases.
fn keep_marks(before: Option<&Value>, entry: &mut Map<String, Value>) {
    let mark = before.and_then(|before| before.get("dev"));
    entry.extend(mark.map(|mark| ("dev".to_owned(), mark.clone())));
}

fn is_linked(lock: &Document, target: &str) -> bool {
    lock.names(&["packages"]).iter().any(|name| {
        let link = lock.get(&["packages", name, "link"]) == Some(json!(true));
        link && lock.get(&["packages", name, "resolved"]) == Some(json!(target))
    })
}

/// Removes entries inside a folder that now belongs to another package.
fn forget_below(lock: &mut Document, folder: &str) {
    let below = format!("{folder}/node_modules/");
    for name in lock.names(&["packages"]).iter().filter(|name| name.starts_with(&below)) {
        lock.remove(&["packages"], name);
    }
}

/// Checks whether two lock files differ only in parts that npm itself maintains: the entries of
/// this package and its platforms, entries that nothing needs any more, and the layout of the whole
/// file if a different npm rewrote it in its own version.
pub fn differs_only_in_ours(left: &str, now: &str, lines: &[&str]) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(&text[json_edit::start(text)..]);
    let (Ok(mut left), Ok(mut now)) = (read(left), read(now)) else { return false };
    forget_ours(&mut left, lines);
    forget_ours(&mut now, lines);
    if left.get("lockfileVersion") != now.get("lockfileVersion") {
        let (left, now) = (pins(&left), pins(&now));
        return now.iter().all(|(folder, version)| left.get(folder) == Some(version));
    }
    for place in ["packages", "dependencies"] {
        let kept = now.get(place).and_then(Value::as_object);
        if let (Some(all), Some(kept)) = (left.get_mut(place).and_then(Value::as_object_mut), kept)
        {
            all.retain(|name, _| kept.contains_key(name));
        }
    }
    left == now
}

fn forget_ours(lock: &mut Value, lines: &[&str]) {
    for (place, prefix) in [("packages", "node_modules/"), ("dependencies", "")] {
        if let Some(all) = lock.get_mut(place).and_then(Value::as_object_mut) {
            all.retain(|name, _| {
                let name = name.strip_prefix(prefix).unwrap_or_default();
                !lines.contains(&name) && !name.starts_with("@netsuite-tba/")
            });
        }
    }
}

/// Returns the version in each folder, for every version of the lock file format. Links pin
/// nothing.
fn pins(lock: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let version = |entry: &Value| Some(entry.get("version")?.as_str()?.to_owned());
    if let Some(folders) = lock.get("packages").and_then(Value::as_object) {
        let installed = folders.iter().filter(|(folder, _)| folder.starts_with("node_modules/"));
        found.extend(installed.filter_map(|(folder, e)| Some((folder.clone(), version(e)?))));
        return found;
    }
    let mut open = vec![(String::new(), lock)];
    while let Some((below, entry)) = open.pop() {
        let names = entry.get("dependencies").and_then(Value::as_object);
        for (name, entry) in names.into_iter().flatten() {
            let folder = format!("{below}node_modules/{name}");
            let version = version(entry).filter(|version| !version.starts_with("file:"));
            found.extend(version.map(|version| (folder.clone(), version)));
            open.push((folder + "/", entry));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        let manifest = json!({
            "version": "0.1.0", "license": "MIT", "engines": {"node": ">=12.21.0"},
            "optionalDependencies": {"@netsuite-tba/linux-x64-gnu": "0.1.0"},
        });
        let locked = Locked { manifest, resolved: None, integrity: None };
        Package {
            spec: "npm:netsuite-tba@^0.1.0".into(),
            locked: Some(locked),
            asked_for: false,
            note: None,
        }
    }

    fn line() -> Dependency {
        Dependency { section: "dependencies", name: "oauth1", spec: "file:./local/oauth1".into() }
    }

    fn lock(version: u8) -> String {
        let packages = json!({
            "": {"name": "shop", "dependencies": {"gulp": "5.0.0", "oauth1": "file:./local/oauth1"}},
            "local/oauth1": {"version": "1.0.0", "dependencies": {"left": "1"}},
            "local/oauth1/node_modules/left": {"version": "1.0.0"},
            "node_modules/gulp": {"version": "5.0.0", "integrity": "sha512-x"},
            "node_modules/oauth1": {"resolved": "local/oauth1", "link": true},
        });
        let names = json!({
            "gulp": {"version": "5.0.0"},
            "oauth1": {"version": "file:local/oauth1", "requires": {"left": "1"}},
        });
        let mut whole = json!({"name": "shop", "lockfileVersion": version, "requires": true});
        if version > 1 {
            whole["packages"] = packages;
        }
        if version < 3 {
            whole["dependencies"] = names;
        }
        serde_json::to_string_pretty(&whole).unwrap() + "\n"
    }

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_version_of_a_lock_file_pins_the_package_and_its_platforms() {
        for version in 1..=3 {
            let text = pinned(&lock(version), &[&line()], &package()).unwrap();
            let after = read(&text);
            if version > 1 {
                assert_eq!(
                    after["packages"][""]["dependencies"]["oauth1"],
                    "npm:netsuite-tba@^0.1.0"
                );
                let entry = &after["packages"]["node_modules/oauth1"];
                assert_eq!(
                    (&entry["name"], &entry["version"]),
                    (&json!("netsuite-tba"), &json!("0.1.0"))
                );
                assert!(entry.get("link").is_none());
                let platform = &after["packages"]["node_modules/@netsuite-tba/linux-x64-gnu"];
                assert_eq!(
                    (&platform["os"], &platform["optional"]),
                    (&json!(["linux"]), &json!(true))
                );
                let names: Vec<_> = after["packages"].as_object().unwrap().keys().collect();
                assert!(!names.iter().any(|name| name.starts_with("local/")), "{names:?}");
                assert_eq!(
                    after["packages"]["node_modules/gulp"],
                    json!({"version": "5.0.0", "integrity": "sha512-x"})
                );
            }
            if version < 3 {
                assert_eq!(after["dependencies"]["oauth1"]["version"], "npm:netsuite-tba@0.1.0");
                assert_eq!(after["dependencies"]["@netsuite-tba/linux-x64-gnu"]["optional"], true);
            }
            assert_eq!(pinned(&text, &[&line()], &package()).unwrap(), text, "once is enough");
        }
    }

    #[test]
    fn bytes_of_other_entries_newlines_and_mark_stay() {
        let before = format!("\u{feff}{}", lock(3).replace('\n', "\r\n").replace("  ", "\t"));
        let after = pinned(&before, &[&line()], &package()).unwrap();
        assert!(after.starts_with("\u{feff}{\r\n\t\"name\": \"shop\""));
        assert!(!after.replace("\r\n", "").contains('\n') && after.ends_with("}\r\n"));
        assert!(after.contains("\r\n\t\t\"node_modules/gulp\": {\r\n\t\t\t\"version\": \"5.0.0\""));
    }

    #[test]
    fn a_folder_that_another_link_needs_stays() {
        let mut whole = read(&lock(3));
        whole["packages"]["node_modules/twin"] = json!({"resolved": "local/oauth1", "link": true});
        let after = read(&pinned(&whole.to_string(), &[&line()], &package()).unwrap());
        assert!(after["packages"].get("local/oauth1").is_some());
    }

    #[test]
    fn what_only_npm_can_do_is_left_to_npm() {
        let unknown = Package { locked: None, ..package() };
        assert!(pinned(&lock(3), &[&line()], &unknown).is_err());
        for text in [
            "{}",
            "{",
            r#"{"lockfileVersion":9,"packages":{}}"#,
            r#"{"lockfileVersion":3}"#,
            r#"{"lockfileVersion":3,"packages":{}}"#,
        ] {
            assert!(pinned(text, &[&line()], &package()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_npm_writes_about_this_package_is_no_edit() {
        let ours = pinned(&lock(2), &[&line()], &package()).unwrap();
        let mut now = read(&ours);
        now["packages"]["node_modules/oauth1"]["integrity"] = json!("sha512-y");
        now["packages"].as_object_mut().unwrap().remove("node_modules/gulp");
        assert!(differs_only_in_ours(&ours, &now.to_string(), &["oauth1"]));
        now["packages"]["node_modules/gulp"] = json!({"version": "5.0.1"});
        assert!(!differs_only_in_ours(&ours, &now.to_string(), &["oauth1"]));
        assert!(!differs_only_in_ours(&ours, "{", &["oauth1"]));
    }

    #[test]
    fn a_lock_file_that_another_npm_rewrote_is_compared_by_what_it_pins() {
        let deep = json!({"lockfileVersion": 1, "dependencies": {
            "oauth1": {"version": "npm:netsuite-tba@0.1.0"}, "local": {"version": "file:local"},
            "gulp": {"version": "5.0.0", "dependencies": {"vinyl": {"version": "2.0.0"}}},
        }});
        let flat = |vinyl: &str| {
            json!({"lockfileVersion": 3, "packages": {
                "": {}, "local": {"version": "1.0.0"},
                "node_modules/local": {"resolved": "local", "link": true},
                "node_modules/oauth1": {"name": "netsuite-tba", "version": "0.1.1"},
                "node_modules/gulp": {"version": "5.0.0"},
                "node_modules/gulp/node_modules/vinyl": {"version": vinyl},
            }})
            .to_string()
        };
        let deep = deep.to_string();
        assert!(differs_only_in_ours(&deep, &flat("2.0.0"), &["oauth1"]));
        assert!(differs_only_in_ours(&flat("2.0.0"), &deep, &["oauth1"]));
        assert!(!differs_only_in_ours(&deep, &flat("2.0.1"), &["oauth1"]));
    }
}
