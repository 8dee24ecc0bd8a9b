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
    let split = |value| from_variable(value, "URL");
    assert_eq!(split("firefox"), [["firefox", "URL"]]);
    assert_eq!(split("a --new %s -x"), [["a", "--new", "URL", "-x"]]);
    assert_eq!(split("a --url=%s : b"), [vec!["a", "--url=URL"], vec!["b", "URL"]]);
    assert_eq!(split("a; rm -rf $HOME"), [["a;", "rm", "-rf", "$HOME", "URL"]]);
    assert!(split("none").is_empty() && split(" : ").is_empty());
}

#[test]
fn a_browser_that_is_not_there_is_no_crash_and_the_next_one_is_tried() {
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
fn secrets_stay_out_of_the_browser_and_no_zombie_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (script, dump) = (folder.path().join("browser"), folder.path().join("dump"));
    let text = format!(
        "#!/bin/sh\nenv > '{0}.part'\necho \"URL=$1\" >> '{0}.part'\nmv '{0}.part' '{0}'\n",
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
    assert!(seen.contains("URL=https://system.netsuite.com/?a=b&c=d"), "{seen}");
}
