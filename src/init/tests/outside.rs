//! Tests of links that lead out of the project.

use std::cell::RefCell;
use std::fs;

use super::{Place, all};
use crate::init::*;

/// Agrees to every change inside the project, and gives the scripted answer for changes outside.
struct Outside(bool, RefCell<Vec<String>>);

impl Questions for Outside {
    fn agrees(&self, _shown: &str, _question: &str) -> Result<bool> {
        Ok(true)
    }

    fn agrees_to_outside(&self, shown: &str, _question: &str) -> Result<bool> {
        self.1.borrow_mut().push(shown.to_owned());
        Ok(self.0)
    }
}

#[test]
fn a_link_out_of_the_project_is_written_through_only_if_a_person_agrees() {
    for name in [".env", ".gitignore", ".nsdeploy", "package.json"] {
        let place = Place::full();
        let elsewhere = tempfile::tempdir().unwrap();
        let real = elsewhere.path().join("profile");
        let link = place.project.join(name);
        let text = if link.exists() { place.read(name) } else { "A=1\n".to_owned() };
        let _ = fs::remove_file(&link);
        fs::write(&real, &text).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let before = place.snapshot();
        for dry_run in [true, false] {
            let request = Request { dry_run, ..all() };
            let error = place.init(&request, &Agreed).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::ProjectFile, "{name}");
            assert!(error.message().contains(&real.display().to_string()), "{error}");
        }
        assert!(place.snapshot() == before && fs::read_to_string(&real).unwrap() == text);
        let no = Outside(false, RefCell::default());
        assert!(place.init(&all(), &no).is_err());
        let shown = no.1.borrow().join("\n");
        assert!(
            shown.contains(&real.display().to_string()) && !shown.contains("canary"),
            "{shown}"
        );
        assert_eq!(fs::read_to_string(&real).unwrap(), text);
        let yes = Outside(true, RefCell::default());
        place.init(&all(), &yes).unwrap_or_else(|error| panic!("{error}"));
        assert!(fs::read_to_string(&real).unwrap() != text && link.is_symlink());
        place.undo(&all()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(fs::read_to_string(&real).unwrap(), text);
    }
}
