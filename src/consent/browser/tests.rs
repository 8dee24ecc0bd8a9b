use crate::consent::browser::*;
use std::path::PathBuf;

fn with(variables: &[(&str, &str)]) -> Environment {
    let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Environment::new(variables, PathBuf::new())
}

#[test]
fn only_web_addresses_are_opened() {
    for url in [
        "",
        "-version",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://h/",
        "calc.exe",
        "http://",
        "https://u:p@h/",
    ] {
        let refused = open_browser(url, &with(&[("BROWSER", "true")])).unwrap_err();
        assert_eq!(refused.code(), Code::OptionInvalid, "{url}");
    }
    let odd =
        web_address("https://system.netsuite.com/a?b=$(id)`id`'\"; touch x\n|&c=%0a").unwrap();
    assert!(!odd.contains(['"', '\'', ' ', '\n']), "{odd}");
}

#[test]
fn browser_is_split_into_words_without_a_shell() {
    let split = |value| from_variable(value, "URL", Path::new("/"));
    assert_eq!(split("firefox"), [["firefox", "URL"]]);
    assert_eq!(split("a --new %s -x"), [["a", "--new", "URL", "-x"]]);
    assert_eq!(split("a --url=%s : b"), [vec!["a", "--url=URL"], vec!["b", "URL"]]);
    assert_eq!(split("a; rm -rf $HOME"), [["a;", "rm", "-rf", "$HOME", "URL"]]);
    assert!(split("none").is_empty() && split(" : ").is_empty());
}

#[test]
fn a_browser_may_lie_in_a_path_with_blanks() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("Program Files").join("My Browser");
    std::fs::create_dir_all(&place).unwrap();
    let program = place.join("browser x");
    std::fs::write(&program, "").unwrap();
    let path = program.to_str().unwrap();
    let split = |value: &str| from_variable(value, "URL", folder.path());
    for (value, expected) in [
        (path.to_owned(), vec![path, "URL"]),
        (format!("{path} --new"), vec![path, "--new", "URL"]),
        (format!("\"{path}\""), vec![path, "URL"]),
        (format!("\"{path}\" --to=%s -x"), vec![path, "--to=URL", "-x"]),
        (format!("\"{path}\" --title \"my page\" %s"), vec![path, "--title", "my page", "URL"]),
        ("\"/no such/browser\" -x".to_owned(), vec!["/no such/browser", "-x", "URL"]),
    ] {
        assert_eq!(split(&value), [expected], "{value}");
    }
    // A separator between quotes belongs to the path.
    let separator = if cfg!(windows) { ';' } else { ':' };
    let two = format!("\"/a{separator}b/c d\"{separator}e f");
    assert_eq!(
        split(&two),
        [
            vec![format!("/a{separator}b/c d"), "URL".to_owned()],
            vec!["e".into(), "f".into(), "URL".into()]
        ]
    );
    let relative = format!("Program Files/My Browser/browser x{separator}x");
    assert_eq!(split(&relative)[0][0], "Program Files/My Browser/browser x");
}

#[test]
fn on_windows_the_default_browser_is_opened_by_a_program_with_an_environment_of_its_own() {
    let words = from_windows(&with(&[("SystemRoot", "D:\\Windows")]));
    assert_eq!(words, ["D:\\Windows\\System32\\rundll32.exe", "url.dll,FileProtocolHandler"]);
    assert!(from_windows(&with(&[]))[0].starts_with("C:\\Windows"));
}

#[test]
fn a_missing_browser_is_an_error_and_the_next_alternative_is_tried() {
    let path = std::env::var("PATH").unwrap();
    let missing = with(&[("BROWSER", "/no/such/browser"), ("PATH", &path)]);
    assert_eq!(
        open_browser("http://localhost/", &missing).unwrap_err().code(),
        Code::BrowserFailed
    );
    let second = with(&[("BROWSER", "/no/such/browser:true"), ("PATH", &path)]);
    assert!(open_browser("http://localhost/", &second).is_ok());
}

#[cfg(unix)]
#[test]
fn a_browser_gets_no_secrets_and_starts_outside_the_project() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (script, dump) = (folder.path().join("browser"), folder.path().join("dump"));
    let text = format!(
        "#!/bin/sh\nenv > '{0}.part'\necho \"FOLDER=$(pwd)\" >> '{0}.part'\necho \"URL=$1\" >> '{0}.part'\nmv '{0}.part' '{0}'\n",
        dump.display()
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let environment = with(&[
        ("BROWSER", script.to_str().unwrap()),
        ("PATH", &path),
        ("KEPT", "kept"),
        ("CONSUMER_KEY", "canary1"),
        ("CONSUMER_SECRET", "canary2"),
        ("NETSUITE_TBA_TOKEN_SECRET", "canary3"),
        ("netsuite_tba_passphrase", "canary4"),
    ]);
    let mut environment = environment;
    environment.cwd = folder.path().to_owned();
    let home = tempfile::tempdir().unwrap();
    environment.home = Some(home.path().canonicalize().unwrap());
    open_browser("https://system.netsuite.com/?a=b&c=d", &environment).unwrap();
    let mut seen = String::new();
    for _ in 0..300 {
        std::thread::sleep(std::time::Duration::from_millis(10));
        seen = std::fs::read_to_string(&dump).unwrap_or_default();
        if !seen.is_empty() {
            break;
        }
    }
    assert!(seen.contains("KEPT=kept") && !seen.contains("canary"), "{seen}");
    let folder = format!("FOLDER={}", environment.home.unwrap().display());
    assert!(seen.contains(&folder), "not the project's folder: {seen}");
    assert!(seen.contains("URL=https://system.netsuite.com/?a=b&c=d"), "{seen}");
}
