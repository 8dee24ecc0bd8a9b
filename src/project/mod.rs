//! The project that a task runs in: its folder, its `.nsdeploy`, its `.env` and the account lock in
//! its package.json. Reads these files, and writes `.nsdeploy`.

pub mod account_lock;
pub mod dotenv;
#[cfg(fuzzing)]
pub mod fuzz_entry;
pub mod nsdeploy;
pub mod task;

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::base::console;
use crate::base::environment::Environment;
use crate::error::Result;
use crate::fs::project_file;
use crate::project::account_lock::AccountLock;
use crate::project::nsdeploy::{Deployment, Settled};
use crate::text::printable;

/// The largest file that is read. `.nsdeploy` files are smaller.
const MAX_BYTES: u64 = 1024 * 1024;

/// The location of the project's files. So far, only their existence has been checked.
pub struct Project {
    /// The nearest folder with a package.json, or else the working folder.
    folder: PathBuf,
    /// The nearest `.nsdeploy` of this user, if there is one.
    deployment: Option<PathBuf>,
    /// A nearer `.nsdeploy` that is not used, and the reason.
    passed_over: Option<(PathBuf, &'static str)>,
}

impl Project {
    /// Searches upwards from the working folder to the folder with package.json.
    pub fn find(environment: &Environment) -> Self {
        let cwd = &environment.cwd;
        let root = cwd.ancestors().find(|folder| folder.join("package.json").is_file());
        let folder = root.unwrap_or(cwd).to_owned();
        let (mut deployment, mut passed_over) = (None, None);
        for ancestor in cwd.ancestors().take_while(|ancestor| ancestor.starts_with(&folder)) {
            let path = ancestor.join(".nsdeploy");
            match unusable(&path, environment) {
                None => deployment = path.exists().then_some(path),
                Some(why) => passed_over = passed_over.or(Some((path, why))),
            }
            if deployment.is_some() {
                break;
            }
        }
        Self { folder, deployment, passed_over }
    }

    /// Reads `.nsdeploy`. Returns empty values if there is none.
    ///
    /// # Errors
    /// [`crate::error::Code::ProjectFile`] when the file exists but cannot be read.
    pub fn deployment(&self) -> Result<Deployment> {
        if let Some((path, why)) = &self.passed_over {
            console::warn(&format!("{} is not read: {why}.", path.display()));
        }
        let Some(path) = &self.deployment else { return Ok(Deployment::default()) };
        let deployment =
            nsdeploy::parse(&read(path)?).map_err(|why| project_file::unusable(path, &why))?;
        console::debug(|| {
            let name = deployment.auth_id.as_deref().unwrap_or("none");
            format!("read {}: authID {}", path.display(), crate::text::printable(name, 80))
        });
        Ok(deployment)
    }

    /// Warns once per process about secrets in shared files of the project: Oracle's tools write
    /// the consumer key and secret into `.nsdeploy` and `config.json`.
    pub fn warn_of_secrets(&self) {
        static SAID: AtomicBool = AtomicBool::new(false);
        if SAID.swap(true, Ordering::Relaxed) {
            return;
        }
        for path in self.written_by_tools() {
            // A file that cannot be read is reported where it is needed.
            let found = read(&path).ok().and_then(|text| nsdeploy::parse(&text).ok());
            let Some(found) = found else { continue };
            let shown = path.display();
            let (token, record): (Vec<_>, Vec<_>) =
                found.secrets.into_iter().partition(|name| name == "token");
            if !token.is_empty() {
                console::warn(&format!(
                    "{shown} holds a token with its secret, which Oracle's tools write there after --token. \
                     Remove \"token\" from its credentials, and revoke the token in NetSuite if the file was ever shared."
                ));
            }
            if !record.is_empty() {
                console::warn(&format!(
                    "{shown} holds {} of the integration record. Move them to .env, keep that out of git, \
                     and make new ones in NetSuite if the file was ever shared.",
                    record.join(" and ")
                ));
            }
        }
    }

    /// Returns the files into which Oracle's tools write their configuration.
    fn written_by_tools(&self) -> impl Iterator<Item = PathBuf> {
        let config = self.folder.join("gulp").join("config").join("config.json");
        self.deployment.iter().cloned().chain([config])
    }

    /// Returns those of these files that contain the text. A file that cannot be read is left out.
    pub fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let holds = |path: &PathBuf| read(path).is_ok_and(|content| content.contains(text));
        self.written_by_tools().filter(holds).collect()
    }

    /// Reads the account lock of the project.
    ///
    /// # Errors
    /// [`crate::error::Code::ProjectFile`] when package.json exists but cannot be understood.
    pub fn account_lock(&self) -> Result<AccountLock> {
        AccountLock::read(&self.folder)
    }

    /// Returns the folder of the project.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a token the project's token: writes its name into `.nsdeploy`, creates the file if
    /// needed, and corrects values in it that belong to another account. `account_of` returns the
    /// account of the token that the file named before. Returns the path of the file.
    ///
    /// # Errors
    /// [`crate::error::Code::ProjectFile`] when the file cannot be changed; it is then unchanged.
    pub fn remember(
        &self,
        auth_id: &str,
        account: &AccountId,
        account_of: impl FnOnce(&str) -> Option<AccountId>,
    ) -> Result<PathBuf> {
        let path = self.deployment.clone().unwrap_or_else(|| self.folder.join(".nsdeploy"));
        if let Some((_, why)) = self.passed_over.as_ref().filter(|(passed, _)| *passed == path) {
            return Err(project_file::unusable(&path, why));
        }
        let before = if path.exists() { read(&path)? } else { Zeroizing::default() };
        let after = nsdeploy::with_auth_id(&before, auth_id)
            .map_err(|why| project_file::unusable(&path, &why))?;
        let replaced = nsdeploy::parse(&before).ok().and_then(|file| file.auth_id);
        let replaced = replaced.filter(|name| name != auth_id).and_then(|name| account_of(&name));
        let settled = nsdeploy::settled(&after, account, replaced);
        let after = Zeroizing::new(settled.as_ref().map_or(&after, |(text, _)| text).clone());
        if *after != *before {
            project_file::replace(&path, after.as_bytes(), None)
                .map_err(|error| project_file::unwritable(&path, &error))?;
        }
        if let Some((_, settled)) = settled {
            console::say(&told(&path, account, &settled));
        }
        Ok(path)
    }

    /// Reads the consumer key and secret from `.env` beside `.nsdeploy`, or else beside
    /// package.json.
    ///
    /// # Errors
    /// [`crate::error::Code::ProjectFile`] when a file exists but cannot be read.
    pub fn consumer_lines(&self) -> Result<dotenv::ConsumerLines> {
        let beside = self.deployment.as_deref().and_then(Path::parent);
        let mut lines = dotenv::ConsumerLines::default();
        let own = Some(self.folder.as_path()).filter(|own| beside != Some(own));
        // Each file is read once, because a named pipe gives its content to one reader only.
        for folder in beside.into_iter().chain(own) {
            let more = dotenv::read(&folder.join(".env"))?;
            lines.key = lines.key.or(more.key);
            lines.secret = lines.secret.or(more.secret);
        }
        Ok(lines)
    }
}

/// Describes the values that were corrected for another account.
fn told(path: &Path, account: &AccountId, settled: &Settled) -> String {
    let hostname = settled.hostname.as_deref();
    let hostname = hostname.map_or(String::new(), |hostname| {
        format!(": its hostname is {}", printable(hostname, 120))
    });
    let (path, from) = (path.display(), &settled.from);
    let told = format!("{path} was for account {from} and is now for {account}{hostname}");
    if settled.removed.is_empty() {
        return format!("{told}.");
    }
    format!(
        "{told}. Removed, because they belong to the other account: {}. The next fetch or deploy asks for them.",
        settled.removed.join(", ")
    )
}

fn read(path: &Path) -> Result<Zeroizing<String>> {
    let text = project_file::read(path, MAX_BYTES)?;
    text.ok_or_else(|| project_file::unusable(path, "it is gone"))
}

/// Returns the reason why a file cannot be used as this user's file. Follows links.
fn unusable(path: &Path, environment: &Environment) -> Option<&'static str> {
    // A link that another user created could lead to any file of this user, which would then be
    // rewritten.
    let link = std::fs::symlink_metadata(path).ok().filter(Metadata::is_symlink);
    if link.is_some_and(|link| !is_own(&link, environment)) {
        return Some("it is a link that another user made");
    }
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Some("it is not a file"),
        Ok(found) if !is_own(&found, environment) => Some("it belongs to another user"),
        Err(_) if path.is_symlink() => Some("it is a link that leads nowhere"),
        _ => None,
    }
}

#[cfg(unix)]
fn is_own(found: &Metadata, environment: &Environment) -> bool {
    use std::os::unix::fs::MetadataExt;
    environment.user_id.is_none_or(|user| user == found.uid())
}

#[cfg(not(unix))]
fn is_own(_found: &Metadata, _environment: &Environment) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use std::fs;

    fn account() -> AccountId {
        AccountId::parse("7654321").unwrap()
    }

    fn project_in(cwd: &Path) -> Project {
        Project::find(&Environment::new([], cwd.to_owned()))
    }

    #[test]
    fn the_nearest_file_counts_up_to_the_folder_with_package_json() {
        let home = tempfile::tempdir().unwrap();
        let inner = home.path().join("project/Workspace/Extension");
        fs::create_dir_all(&inner).unwrap();
        fs::write(home.path().join(".nsdeploy"), r#"{"credentials":{"authID":"outside"}}"#)
            .unwrap();
        fs::write(home.path().join("project/package.json"), "{}").unwrap();
        assert_eq!(project_in(&inner).deployment().unwrap(), Deployment::default());
        fs::write(home.path().join("project/.nsdeploy"), r#"{"credentials":{"authID":"mine"}}"#)
            .unwrap();
        assert_eq!(project_in(&inner).deployment().unwrap().auth_id.as_deref(), Some("mine"));
    }

    #[test]
    fn what_belongs_to_a_website_goes_with_the_account_of_the_token_that_was_replaced() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("package.json"), "{}").unwrap();
        let path = home.path().join(".nsdeploy");
        let of = |id: &'static str| move |_: &str| AccountId::parse(id).ok();
        for members in
            [r#""website":"2","domain":"d""#, r#""target_folder":"9""#, r#""ssp_folder":"1""#]
        {
            let text = format!(r#"{{"credentials":{{"authID":"sb1",{members},"is":1}}}}"#);
            fs::write(&path, &text).unwrap();
            let project = project_in(home.path());
            project.remember("live", &account(), of("7654321_SB1")).unwrap();
            let after = r#"{"credentials":{"authID":"live","is":1}}"#;
            assert_eq!(fs::read_to_string(&path).unwrap(), after, "{members}");
            for kept in ["7654321", "unknown"] {
                fs::write(&path, &text).unwrap();
                project_in(home.path()).remember("other", &account(), of(kept)).unwrap();
                let after = text.replace("sb1", "other");
                assert_eq!(fs::read_to_string(&path).unwrap(), after, "{kept}");
            }
        }
    }

    #[test]
    fn a_name_is_remembered_where_it_was_read_or_beside_package_json() {
        let home = tempfile::tempdir().unwrap();
        let inner = home.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(home.path().join("package.json"), "{}").unwrap();
        project_in(&inner).remember("one", &account(), |_| None).unwrap();
        assert!(home.path().join(".nsdeploy").is_file());
        project_in(&inner).remember("two", &account(), |_| None).unwrap();
        assert_eq!(project_in(home.path()).deployment().unwrap().auth_id.as_deref(), Some("two"));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_damaged_file_is_an_error_and_is_not_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".nsdeploy");
        for bytes in [&b"{\"credentials\":"[..], b"\xff\xfe", b"[1]"] {
            fs::write(&path, bytes).unwrap();
            assert_eq!(project_in(home.path()).deployment().unwrap_err().code(), Code::ProjectFile);
            assert_eq!(
                project_in(home.path()).remember("x", &account(), |_| None).unwrap_err().code(),
                Code::ProjectFile
            );
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }

    #[test]
    fn consumer_lines_come_from_beside_nsdeploy_first() {
        let home = tempfile::tempdir().unwrap();
        let inner = home.path().join("app");
        fs::create_dir_all(&inner).unwrap();
        fs::write(home.path().join("package.json"), "{}").unwrap();
        fs::write(home.path().join(".env"), "CONSUMER_KEY=outer\nCONSUMER_SECRET=s").unwrap();
        fs::write(inner.join(".nsdeploy"), "{}").unwrap();
        fs::write(inner.join(".env"), "CONSUMER_KEY=inner").unwrap();
        let lines = project_in(&inner).consumer_lines().unwrap();
        let text = |named: dotenv::Named| named.value.to_string();
        assert_eq!(lines.key.map(text).as_deref(), Some("inner"));
        assert_eq!(lines.secret.map(text).as_deref(), Some("s"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_another_user_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(".nsdeploy"), r#"{"credentials":{"authID":"a"}}"#).unwrap();
        let mut environment = Environment::new([], home.path().to_owned());
        environment.user_id = Some(4_000_000);
        let project = Project::find(&environment);
        assert_eq!(project.deployment().unwrap(), Deployment::default());
        assert_eq!(
            project.remember("b", &account(), |_| None).unwrap_err().code(),
            Code::ProjectFile
        );
        assert!(fs::read_to_string(home.path().join(".nsdeploy")).unwrap().contains("\"a\""));
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_file_is_read_and_written_where_it_is_and_a_link_to_nowhere_is_left_alone() {
        let (home, shared) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (link, there) = (home.path().join(".nsdeploy"), shared.path().join("shared.json"));
        std::os::unix::fs::symlink(&there, &link).unwrap();
        let refused = project_in(home.path()).remember("a", &account(), |_| None).unwrap_err();
        assert_eq!(refused.code(), Code::ProjectFile);
        assert!(link.is_symlink() && !there.exists(), "nothing is made at its end");
        fs::write(&there, r#"{"credentials":{"authID":"a"},"x":1}"#).unwrap();
        let project = project_in(home.path());
        assert_eq!(project.deployment().unwrap().auth_id.as_deref(), Some("a"));
        project.remember("b", &account(), |_| None).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&there).unwrap(), r#"{"credentials":{"authID":"b"},"x":1}"#);
        assert_eq!(fs::read_dir(shared.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_of_that_name_is_passed_over() {
        let home = tempfile::tempdir().unwrap();
        let inner = home.path().join("a");
        fs::create_dir_all(inner.join(".nsdeploy")).unwrap();
        fs::write(home.path().join("package.json"), "{}").unwrap();
        fs::write(home.path().join(".nsdeploy"), r#"{"credentials":{"authID":"mine"}}"#).unwrap();
        let project = project_in(&inner);
        assert_eq!(project.deployment().unwrap().auth_id.as_deref(), Some("mine"));
        project.remember("b", &account(), |_| None).unwrap();
    }

    #[test]
    fn a_choice_settles_the_account_of_the_project_too() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".nsdeploy");
        for other in ["1234567-sb1.app.netsuite.com", "1234567.restlets.api.netsuite.com"] {
            let credentials = format!(r#""authID":"sb1","hostname":"{other}","website":"2""#);
            fs::write(&path, format!("{{\"credentials\":{{{credentials}}}}}")).unwrap();
            project_in(home.path()).remember("live", &account(), |_| None).unwrap();
            let now = project_in(home.path()).deployment().unwrap();
            assert_eq!((now.auth_id.as_deref(), now.account()), (Some("live"), Some(account())));
            assert!(!fs::read_to_string(&path).unwrap().contains("website"));
        }
    }
}
