use crate::init::*;
use std::cell::RefCell;
use std::fs;
use std::path::Path;

#[cfg(unix)]
mod outside;

/// Gives the scripted answers in order, and records what was shown.
struct Scripted(RefCell<Vec<bool>>, RefCell<Vec<String>>);

impl Scripted {
    fn new(answers: &[bool]) -> Self {
        Self(RefCell::new(answers.iter().rev().copied().collect()), RefCell::default())
    }
}

impl Questions for Scripted {
    fn agrees(&self, shown: &str, question: &str) -> Result<bool> {
        self.1.borrow_mut().push(format!("{shown}\n{question}"));
        Ok(self.0.borrow_mut().pop().unwrap_or_else(|| panic!("asked once too often: {question}")))
    }
}

/// A temporary folder with a project, a home folder and a vault.
struct Place {
    _root: tempfile::TempDir,
    project: PathBuf,
    environment: Environment,
    settings: VaultSettings,
}

const MANIFEST: &str = "\u{feff}{\r\n\t\"name\": \"sc-extension\",\r\n\t\"dependencies\": {\r\n\t\t\"gulp\": \"5.0.0\",\r\n\t\t\"oauth1\": \"file:./oauth1\"\r\n\t}\r\n}\r\n";
const LOCK: &str = "{\n  \"name\": \"sc-extension\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {\n      \"dependencies\": {\n        \"gulp\": \"5.0.0\",\n        \"oauth1\": \"file:./oauth1\"\n      }\n    },\n    \"node_modules/oauth1\": {\n      \"resolved\": \"oauth1\",\n      \"link\": true\n    },\n    \"oauth1\": {\n      \"version\": \"1.0.0\"\n    }\n  }\n}\n";
const DEPLOY: &str =
    "{\"credentials\":{\"authID\":\"dev\",\"key\":\"canary-key\",\"secret\":\"canary-secret\"}}";
const NSTBA: &str = r#"{"dev": {"token": "canary-token", "secret": "canary-token-secret", "account": "1234567-SB1"}}"#;

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let (project, home) = (root.path().join("project"), root.path().join("home"));
        fs::create_dir_all(project.join("gulp/config")).unwrap();
        fs::create_dir_all(&home).unwrap();
        for (name, text) in files {
            fs::write(project.join(name), text).unwrap();
        }
        let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let vault = root.path().join("vault");
        let variables = [
            variable("NETSUITE_TBA_HOME", &vault.display().to_string()),
            variable("NETSUITE_TBA_STORE", "file"),
            variable("PATH", &std::env::var("PATH").unwrap_or_default()),
        ];
        let mut environment = Environment::new(variables, project.clone());
        environment.home = Some(home);
        let settings = VaultSettings::from(&environment, None, None).unwrap();
        Self { _root: root, project, environment, settings }
    }

    /// Makes a project with everything that init can change.
    fn full() -> Self {
        let place = Self::new(&[
            ("gulp/distro.json", r#"{"name":"extension","version":"2024.1.2"}"#),
            ("package.json", MANIFEST),
            ("package-lock.json", LOCK),
            (".nsdeploy", DEPLOY),
        ]);
        fs::write(place.environment.home.as_ref().unwrap().join(".nstba"), NSTBA).unwrap();
        place
    }

    fn init(&self, request: &Request, questions: &dyn Questions) -> Result<Outcome> {
        init(request, &self.environment, &self.settings, questions)
    }

    fn undo(&self, request: &Request) -> Result<Undone> {
        undo(request, &self.environment, &self.settings, &Agreed)
    }

    fn done(&self, request: &Request) -> Outcome {
        self.init(request, &Agreed).unwrap_or_else(|error| panic!("{error}"))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.project.join(name)).unwrap_or_default()
    }

    /// Returns every file of the project with its bytes and mode.
    fn snapshot(&self) -> Vec<(PathBuf, Vec<u8>, Option<u32>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.project.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let mode = crate::fs::project_file::mode(&path);
                    files.push((path.clone(), fs::read(&path).unwrap(), mode));
                }
            }
        }
        files.sort();
        files
    }
}

fn all() -> Request {
    Request::default()
}

#[test]
fn one_line_changes_and_every_other_byte_of_package_json_stays() {
    let place = Place::full();
    let outcome = place.done(&all());
    let spec = format!("npm:netsuite-tba@^{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(place.read("package.json"), MANIFEST.replace("file:./oauth1", &spec));
    assert!(place.read("package-lock.json").contains(&spec));
    assert_eq!(outcome.next, ["npm install"]);
    assert!(
        !place.read(".nsdeploy").contains("canary") && place.read(".env").contains("canary-secret")
    );
    assert!(matches!(outcome.import, Import::Done(_)));
}

#[test]
fn undo_restores_every_byte_and_mode_and_removes_what_init_made() {
    let place = Place::full();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o640);
        fs::set_permissions(place.project.join(".nsdeploy"), mode).unwrap();
    }
    let before = place.snapshot();
    place.done(&all());
    assert_ne!(place.snapshot(), before);
    let undone = place.undo(&all()).unwrap();
    assert_eq!(undone.files[0].name, "package.json");
    assert!(place.snapshot() == before);
    assert!(place.undo(&all()).unwrap().files.is_empty(), "nothing is left to undo");
}

#[test]
fn running_twice_is_nothing() {
    let place = Place::full();
    place.done(&all());
    let before = place.snapshot();
    let again = place.init(&all(), &Scripted::new(&[])).unwrap_or_else(|error| panic!("{error}"));
    assert!(again.is_nothing() && place.snapshot() == before);
}

#[test]
fn a_dry_run_and_three_times_no_write_nothing_at_all() {
    let place = Place::full();
    let before = place.snapshot();
    let outcome = place.init(&Request { dry_run: true, ..all() }, &Scripted::new(&[]));
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(outcome.files.len(), 5);
    assert!(matches!(outcome.import, Import::Possible(1)));
    let none = place.init(&all(), &Scripted::new(&[false, false, false]));
    assert!(none.unwrap_or_else(|error| panic!("{error}")).is_nothing());
    assert!(place.snapshot() == before && !place.settings.home.exists());
}

#[test]
fn each_part_is_asked_about_and_left_out_by_its_flag() {
    let place = Place::full();
    let asked = Scripted::new(&[true, false, false]);
    let outcome = place.init(&all(), &asked).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        outcome.files.iter().map(|file| file.name).collect::<Vec<_>>(),
        ["package-lock.json", "package.json"]
    );
    let shown = asked.1.borrow().join("\n");
    assert!(shown.contains("extension developer tools 24.1.2"), "{shown}");
    assert!(shown.contains("-     \"oauth1\": \"file:./oauth1\""), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    let flags = Request { no_import: true, no_clean: true, ..all() };
    assert!(
        place
            .init(&flags, &Scripted::new(&[]))
            .unwrap_or_else(|error| panic!("{error}"))
            .is_nothing()
    );
}

#[test]
fn no_secret_is_in_anything_that_is_said() {
    let place = Place::full();
    let outcome = place.done(&all());
    let said = format!(
        "{:?} {:?} {:?} {:?}",
        outcome.files, outcome.warnings, outcome.next, outcome.import
    );
    assert!(!said.contains("canary"), "{said}");
    fs::write(place.project.join(".env"), "NETSUITE_TBA_CONSUMER_SECRET=canary-other").unwrap();
    let error = place.undo(&all()).map(|_| ()).unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[test]
fn undo_is_refused_with_a_diff_if_what_init_changed_was_edited_and_nothing_is_half_done() {
    let place = Place::full();
    place.done(&all());
    let edited = place.read("package.json").replace("npm:netsuite-tba@", "npm:netsuite-tba-fork@");
    fs::write(place.project.join("package.json"), &edited).unwrap();
    let before = place.snapshot();
    let error = place.undo(&all()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::FileEdited);
    assert!(error.message().contains("dependencies.oauth1"), "{error}");
    assert!(place.snapshot() == before);
}

#[test]
fn edits_of_anything_else_stay_and_do_not_stop_undo() {
    let place = Place::full();
    place.done(&all());
    let edit = |name: &str, from: &str, to: &str| {
        let text = place.read(name);
        assert!(text.contains(from), "{text}");
        fs::write(place.project.join(name), text.replace(from, to)).unwrap();
    };
    edit("package.json", "5.0.0", "5.0.1");
    edit(".env", "NETSUITE_TBA_CONSUMER_KEY", "MORE=1\nNETSUITE_TBA_CONSUMER_KEY");
    // The file as the tools write it after a fetch.
    let rewritten =
        "{\n  \"credentials\": {\n    \"authID\": \"new\",\n    \"domain\": \"d\"\n  }\n}";
    fs::write(place.project.join(".nsdeploy"), rewritten).unwrap();
    place.undo(&all()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(place.read("package.json"), MANIFEST.replace("5.0.0", "5.0.1"));
    assert_eq!(place.read(".env"), "MORE=1\n");
    let deploy = place.read(".nsdeploy");
    for part in ["canary-key", "canary-secret", "\"new\"", "\"domain\""] {
        assert!(deploy.contains(part), "{part}: {deploy}");
    }
}

#[test]
fn secrets_the_tools_wrote_anew_stop_undo_but_not_that_of_the_package() {
    let place = Place::full();
    place.done(&all());
    let other = "{\"credentials\":{\"authID\":\"dev\",\"secret\":\"another\"}}";
    fs::write(place.project.join(".nsdeploy"), other).unwrap();
    assert_eq!(place.undo(&all()).map(|_| ()).unwrap_err().code(), Code::FileEdited);
    place.undo(&Request { no_clean: true, ..all() }).unwrap();
    assert_eq!(
        (place.read("package.json").as_str(), place.read("package-lock.json").as_str()),
        (MANIFEST, LOCK)
    );
    assert!(place.read(".env").contains("canary-secret"));
}

#[test]
fn what_npm_adds_to_the_lock_file_does_not_stop_undo() {
    let place = Place::full();
    place.done(&all());
    let version = format!("\"version\": \"{}\",", env!("CARGO_PKG_VERSION"));
    let with_sum = format!("{version}\n      \"integrity\": \"sha512-x\",");
    let lock = place.read("package-lock.json").replacen(&version, &with_sum, 1);
    fs::write(place.project.join("package-lock.json"), lock).unwrap();
    place.undo(&all()).unwrap();
    assert_eq!(place.read("package-lock.json"), LOCK);
}

#[test]
fn several_runs_are_undone_together() {
    let place = Place::full();
    let before = place.snapshot();
    place.done(&Request { no_clean: true, ..all() });
    place.done(&all());
    place.undo(&all()).unwrap();
    assert!(place.snapshot() == before);
}

#[test]
fn an_interrupted_init_is_finished_by_the_next_or_undone() {
    for finish in [true, false] {
        let place = Place::full();
        let before = place.snapshot();
        // Simulates a process that died before package.json was written.
        place.done(&all());
        fs::write(place.project.join("package.json"), MANIFEST).unwrap();
        if finish {
            place.done(&all());
            assert!(place.read("package.json").contains("netsuite-tba"));
        }
        place.undo(&all()).unwrap_or_else(|error| panic!("{error}"));
        assert!(place.snapshot() == before);
    }
}

#[test]
fn no_file_is_written_before_all_is_kept_and_package_json_comes_last() {
    let place = Place::full();
    let outcome =
        place.init(&Request { dry_run: true, ..all() }, &Agreed).unwrap_or_else(|e| panic!("{e}"));
    let names: Vec<_> = outcome.files.iter().map(|file| file.name).collect();
    assert_eq!(names, [".gitignore", ".env", ".nsdeploy", "package-lock.json", "package.json"]);
    // The vault's folder cannot be created, so the project is not changed.
    let before = place.snapshot();
    fs::write(&place.settings.home, "in the way").unwrap();
    let request = Request { no_import: true, ..all() };
    assert!(place.init(&request, &Agreed).is_err());
    assert!(place.snapshot() == before);
}

#[cfg(unix)]
#[test]
fn the_backup_is_private_and_outside_the_project() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::full();
    place.done(&all());
    let backups = Backups::of(&place.project, &place.settings).unwrap();
    assert!(backups.folder().starts_with(&place.settings.home));
    let mut files = 0;
    for entry in fs::read_dir(backups.folder().join("0001")).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        files += 1;
    }
    assert_eq!(files, 9);
    assert_eq!(
        fs::metadata(place.project.join(".env")).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_damaged_backup_is_never_written_back() {
    let place = Place::full();
    place.done(&all());
    let before = place.snapshot();
    let backups = Backups::of(&place.project, &place.settings).unwrap();
    fs::write(backups.folder().join("0001/4.before"), "something else").unwrap();
    assert_eq!(place.undo(&all()).map(|_| ()).unwrap_err().code(), Code::StoreDamaged);
    assert!(place.snapshot() == before);
}

#[test]
fn a_project_without_a_lock_file_gets_one_from_npm() {
    let place = Place::full();
    fs::remove_file(place.project.join("package-lock.json")).unwrap();
    let outcome = place.done(&all());
    assert!(!Path::new(&place.project).join("package-lock.json").exists());
    assert_eq!(
        (outcome.next.as_slice(), outcome.warnings.len()),
        (&["npm install".to_owned()][..], 0)
    );
}

#[test]
fn another_package_manager_is_told_what_to_run() {
    let place = Place::full();
    fs::remove_file(place.project.join("package-lock.json")).unwrap();
    fs::write(place.project.join("yarn.lock"), "").unwrap();
    assert_eq!(place.done(&all()).next, ["yarn install"]);
}

#[test]
fn a_project_on_this_package_keeps_its_version_unless_another_is_asked_for() {
    let place = Place::full();
    let older = MANIFEST.replace("file:./oauth1", "npm:netsuite-tba@^0.0.1");
    fs::write(place.project.join("package.json"), &older).unwrap();
    place.done(&all());
    assert_eq!(place.read("package.json"), older);
    place.done(&Request { package: Some("netsuite-tba@0.0.2".into()), ..all() });
    assert!(place.read("package.json").contains("npm:netsuite-tba@0.0.2"));
}
