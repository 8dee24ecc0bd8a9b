use super::*;
use std::fs;

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("gulp/config")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn cleaned(files: &[(&str, &str)]) -> Cleaning {
    let folder = project(files);
    cleaning(folder.path(), &Environment::new([], folder.path().to_owned())).unwrap()
}

fn after<'a>(cleaning: &'a Cleaning, name: &str) -> Option<&'a str> {
    let change = cleaning.changes.iter().find(|change| change.name == name)?;
    Some(change.after.as_str())
}

const CONFIG: &str = "gulp/config/config.json";
const BOTH: &str = "{\n  \"credentials\": {\n    \"key\": \"k1\",\n    \"authID\": \"dev\",\n    \"secret\": \"s1\"\n  }\n}";

#[test]
fn key_and_secret_move_to_a_private_ignored_env_and_nothing_else_changes() {
    let cleaning = cleaned(&[
        (".nsdeploy", BOTH),
        (CONFIG, "{\"credentials\":{\"key\":\"k1\",\"secret\":\"s1\",\"account\":\"1\"},\"x\":1}"),
    ]);
    let names: Vec<_> = cleaning.changes.iter().map(|change| change.name).collect();
    assert_eq!(names, [".gitignore", ".env", ".nsdeploy", CONFIG]);
    assert_eq!(
        after(&cleaning, ".env"),
        Some("NETSUITE_TBA_CONSUMER_KEY=k1\nNETSUITE_TBA_CONSUMER_SECRET=s1\n")
    );
    assert_eq!(cleaning.changes[1].mode, Some(0o600));
    assert_eq!(after(&cleaning, ".gitignore"), Some(".env\n"));
    assert_eq!(
        after(&cleaning, ".nsdeploy"),
        Some("{\n  \"credentials\": {\n    \"authID\": \"dev\"\n  }\n}")
    );
    assert_eq!(after(&cleaning, CONFIG), Some("{\"credentials\":{\"account\":\"1\"},\"x\":1}"));
    assert_eq!(cleaning.history, Some(History::NoRepository));
    for change in &cleaning.changes {
        assert!(!change.what.contains("k1") && !change.what.contains("s1"), "{}", change.what);
    }
}

#[test]
fn lines_that_are_there_stay_with_their_newlines() {
    let cleaning = cleaned(&[(".nsdeploy", BOTH), (".env", "A=1\r\nCONSUMER_KEY=\"k1\"")]);
    assert_eq!(
        after(&cleaning, ".env"),
        Some("A=1\r\nNETSUITE_TBA_CONSUMER_KEY=\"k1\"\r\nNETSUITE_TBA_CONSUMER_SECRET=s1\r\n")
    );
    let ignored = cleaned(&[(".nsdeploy", BOTH), (".gitignore", "node_modules\n/.env\n")]);
    assert_eq!(after(&ignored, ".gitignore"), None);
    let again = cleaned(&[(".nsdeploy", BOTH), (".gitignore", ".env\n!.env")]);
    assert_eq!(after(&again, ".gitignore"), Some(".env\n!.env\n.env\n"));
}

#[test]
fn different_values_are_never_overwritten_and_nothing_is_cleaned_by_halves() {
    for files in [
        [(".nsdeploy", BOTH), (".env", "CONSUMER_SECRET=other")],
        [(".nsdeploy", BOTH), (CONFIG, "{\"credentials\":{\"key\":\"k2\"}}")],
    ] {
        let cleaning = cleaned(&files);
        assert!(cleaning.changes.is_empty() && cleaning.warnings.len() == 1);
        assert!(cleaning.warnings[0].contains("nothing was moved"));
        assert!(!cleaning.warnings[0].contains("k2") && !cleaning.warnings[0].contains("s1"));
    }
}

#[test]
fn a_token_moves_with_its_account_or_not_at_all() {
    let with =
        |members: &str| cleaned(&[(".nsdeploy", &format!("{{\"credentials\":{{{members}}}}}"))]);
    let moved = with("\"token\":\"id1:ts1\",\"account\":\"1234567_SB1\"");
    let expected = "NETSUITE_TBA_ACCOUNT=1234567_SB1\nNETSUITE_TBA_TOKEN_ID=id1\nNETSUITE_TBA_TOKEN_SECRET=ts1\n";
    assert_eq!(after(&moved, ".env"), Some(expected));
    for members in ["\"token\":\"id1:ts1\"", "\"token\":\"ts1\",\"account\":\"1\""] {
        let left = with(members);
        assert!(left.changes.is_empty() && left.warnings[0].contains("by hand"));
    }
}

#[test]
fn values_that_cannot_be_credentials_are_written_nowhere() {
    for value in
        ["a#b", "k; touch x", "a|b", "{a,b}", "a<b", "a>b", "$(x)", "`x`", "a b", "a\\nb=c", "a&b"]
    {
        for member in ["key", "secret"] {
            let text = format!("{{\"credentials\":{{\"{member}\":\"{value}\"}}}}");
            let odd = cleaned(&[(".nsdeploy", &text)]);
            assert!(odd.changes.is_empty() && odd.warnings.len() == 1, "{value}");
            assert!(!odd.warnings[0].contains(value), "{}", odd.warnings[0]);
        }
        let text = format!("{{\"credentials\":{{\"token\":\"id:s\",\"account\":\"{value}\"}}}}");
        assert!(cleaned(&[(".nsdeploy", &text)]).changes.is_empty(), "{value}");
    }
}

#[test]
fn the_pair_in_env_gets_names_that_the_tools_do_not_copy() {
    let only = cleaned(&[(".env", "CONSUMER_KEY=k1\nexport CONSUMER_SECRET='s1' # mine\nA=1\n")]);
    assert_eq!(
        after(&only, ".env"),
        Some(
            "NETSUITE_TBA_CONSUMER_KEY=k1\nexport NETSUITE_TBA_CONSUMER_SECRET='s1' # mine\nA=1\n"
        )
    );
    assert!(only.history.is_none() && only.warnings.is_empty());
    let again =
        cleaned(&[(".env", "NETSUITE_TBA_CONSUMER_KEY=k1\nNETSUITE_TBA_CONSUMER_SECRET=s1\n")]);
    assert!(again.changes.is_empty());
    let both = cleaned(&[(".nsdeploy", BOTH), (".env", "NETSUITE_TBA_CONSUMER_KEY=k1\n")]);
    assert_eq!(
        after(&both, ".env"),
        Some("NETSUITE_TBA_CONSUMER_KEY=k1\nNETSUITE_TBA_CONSUMER_SECRET=s1\n")
    );
    let differing = cleaned(&[(".nsdeploy", BOTH), (".env", "NETSUITE_TBA_CONSUMER_KEY=k2\n")]);
    assert!(differing.changes.is_empty() && differing.warnings.len() == 1);
}

#[test]
fn a_project_without_secrets_is_left_alone() {
    for text in
        ["", "{}", "{\"credentials\":{\"authID\":\"dev\",\"key\":\"\"}}", "{\"credentials\":null}"]
    {
        let nothing = cleaned(&[(".nsdeploy", text)]);
        assert!(
            nothing.changes.is_empty() && nothing.warnings.is_empty() && nothing.history.is_none()
        );
    }
}
