//! The one way git is run: without a shell, with a deadline, and hardened against what a repository's own
//! configuration could make it do.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::base::console;
use crate::base::environment::Environment;

/// The variables that git needs. All others are left out: some contain secrets, and some change what git
/// does.
const PASSED_ON: [&str; 14] = [
    "PATH",
    "PATHEXT",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "USERPROFILE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "TMPDIR",
    "APPDATA",
    "PROGRAMDATA",
    "XDG_CONFIG_HOME",
    // Under sudo, git also trusts repositories of the user who ran sudo.
    "SUDO_UID",
];

/// Settings that a repository must not change: programs that git runs, and hosts that it connects to.
const CONFIGURATION: [&str; 6] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.askPass=",
    "credential.helper=",
    "protocol.allow=never",
];

/// No prompt, no lock, no network, and messages in one language.
const VARIABLES: [(&str, &str); 6] = [
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_ASKPASS", ""),
    ("LC_ALL", "C"),
];

/// The result of a git command.
pub struct Answer {
    /// Its exit code was 0.
    pub succeeded: bool,
    /// Its standard output.
    pub output: Zeroizing<Vec<u8>>,
}

/// A git command. Its arguments contain no secret, because other users can see command lines.
pub struct Question<'a> {
    /// The command and its arguments.
    pub arguments: &'a [&'a str],
    /// What is written to its standard input.
    pub input: &'a [u8],
    /// The longest answer that is accepted, in bytes.
    pub most: u64,
}

/// Git, run in one folder until a deadline.
pub struct Git {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    until: Instant,
}

impl Git {
    /// Git in this folder. All its answers together may take up to `patience`.
    pub fn new(folder: &Path, environment: &Environment, patience: Duration) -> Self {
        let passed_on =
            |name: &&str| Some(((**name).to_owned(), environment.var(name)?.to_owned()));
        Self {
            folder: folder.to_owned(),
            variables: PASSED_ON.iter().filter_map(passed_on).collect(),
            until: Instant::now() + patience,
        }
    }

    /// Whether the folder is part of a repository's work tree.
    pub fn is_repository(&self) -> bool {
        let asked = ["rev-parse", "--is-inside-work-tree"];
        self.short(&asked).is_some_and(|said| said.trim() == "true")
    }

    /// Whether a file is part of the repository, or `None` if git does not tell.
    pub fn tracks(&self, name: &str) -> Option<bool> {
        self.short(&["ls-files", "--", name]).map(|names| !names.is_empty())
    }

    /// Whether a new file of that name would be ignored, or `None` if git does not tell.
    pub fn ignores(&self, name: &str) -> Option<bool> {
        let arguments = ["check-ignore", "-q", "--no-index", "--", name];
        let answer = self.ask(&Question { arguments: &arguments, input: &[], most: 1024 });
        answer.map(|answer| answer.succeeded)
    }

    /// The output of a successful command, up to 8 MB.
    pub fn short(&self, arguments: &[&str]) -> Option<String> {
        let answer = self.ask(&Question { arguments, input: &[], most: 8 * 1024 * 1024 })?;
        answer.succeeded.then(|| String::from_utf8_lossy(&answer.output).into_owned())
    }

    /// The result of a command, or `None` if git could not be run, took too long or printed too much.
    pub fn ask(&self, question: &Question) -> Option<Answer> {
        let settings = CONFIGURATION.iter().flat_map(|setting| ["-c", setting]);
        let child = Command::new("git")
            .args(settings)
            .arg("--no-pager")
            .args(question.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .envs(VARIABLES)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let outcome = child.and_then(|child| answer(child, question, self.until));
        outcome.map_err(|error| console::debug(|| format!("git gave no answer: {error}"))).ok()
    }
}

/// Writes to and reads from the program on separate threads, because both pipes may fill up.
fn answer(mut child: Child, question: &Question, until: Instant) -> io::Result<Answer> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let (input, most) = (question.input.to_vec(), question.most);
    let (done, output) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || stdin.write_all(&input)).and_then(|_| {
        thread::Builder::new().spawn(move || {
            let mut bytes = Zeroizing::new(Vec::new());
            let read = stdout.take(most + 1).read_to_end(&mut bytes);
            let _ = done.send(read.map(|_| bytes));
        })
    });
    let left = until.saturating_duration_since(Instant::now());
    let output = match started.map(|_| output.recv_timeout(left)) {
        Ok(Ok(output)) => output,
        Ok(Err(_)) => Err(io::ErrorKind::TimedOut.into()),
        Err(error) => Err(error),
    };
    let output = output.and_then(|output| {
        if output.len() as u64 > most {
            Err(io::ErrorKind::FileTooLarge.into())
        } else {
            Ok(output)
        }
    });
    // A program that has closed its output may still be running.
    if output.is_err() {
        let _ = child.kill();
    }
    let succeeded = ended(&mut child, until)?;
    Ok(Answer { succeeded, output: output? })
}

/// Waits until a program ends. It is killed at the deadline.
fn ended(child: &mut Child, until: Instant) -> io::Result<bool> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() >= until {
            let _ = child.kill();
            return child.wait().map(|status| status.success());
        }
        thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// An environment that contains a secret.
    pub fn environment(folder: &Path) -> Environment {
        let path = ("PATH".to_owned(), std::env::var("PATH").unwrap_or_default());
        let home = ("HOME".to_owned(), folder.display().to_string());
        let secret = ("CONSUMER_SECRET".to_owned(), "s3cret".to_owned());
        let directory = ("GIT_DIR".to_owned(), "/nonexistent".to_owned());
        Environment::new([path, home, secret, directory], folder.to_owned())
    }

    /// Runs git as the user would.
    pub fn git(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=n", "-c", "user.email=n@invalid"])
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .status();
        assert!(done.unwrap().success(), "{arguments:?}");
    }

    #[test]
    fn git_says_what_it_tracks_and_ignores() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let surroundings = environment(here);
        let asked = Git::new(here, &surroundings, Duration::from_secs(20));
        assert!(!asked.is_repository());
        assert_eq!((asked.tracks("a"), asked.ignores("b.log")), (None, Some(false)));
        git(here, &["init", "-q"]);
        std::fs::write(here.join("a"), "").unwrap();
        std::fs::write(here.join(".gitignore"), "*.log\n").unwrap();
        git(here, &["add", "a"]);
        assert!(asked.is_repository());
        assert_eq!((asked.tracks("a"), asked.tracks("b")), (Some(true), Some(false)));
        assert_eq!((asked.ignores("b.log"), asked.ignores("b")), (Some(true), Some(false)));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_a_repository_names_is_run_and_no_secret_reaches_git() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        git(here, &["init", "-q"]);
        let trap = here.join("trap");
        std::fs::write(&trap, "#!/bin/sh\necho \"$0 $CONSUMER_SECRET\" >> ran\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&trap, mode).unwrap();
        std::fs::create_dir_all(here.join("hooks")).unwrap();
        std::fs::copy(&trap, here.join("hooks/post-index-change")).unwrap();
        let named = trap.display().to_string();
        for setting in ["core.fsmonitor", "core.pager", "diff.external", "core.askPass"] {
            git(here, &["config", setting, &named]);
        }
        git(here, &["config", "core.hooksPath", "hooks"]);
        git(here, &["config", "alias.ls-files", &format!("!{named}")]);
        let surroundings = environment(here);
        let asked = Git::new(here, &surroundings, Duration::from_secs(20));
        assert!(asked.is_repository());
        let _ = (asked.tracks("a"), asked.ignores("a"), asked.short(&["status", "--short"]));
        assert!(!here.join("ran").exists());
        // A remote is not asked, whatever its protocol.
        git(here, &["remote", "add", "origin", &format!("ext::{named} %S")]);
        assert!(asked.short(&["ls-remote", "origin"]).is_none());
        assert!(!here.join("ran").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_never_answers_or_never_stops_talking_is_given_up() {
        let start = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
            command.spawn().unwrap()
        };
        let question = Question { arguments: &[], input: &[], most: 1000 };
        for script in ["exec sleep 60", "exec sleep 60 >&-", "exec yes"] {
            let began = Instant::now();
            let answer = answer(start(script), &question, began + Duration::from_millis(200));
            assert!(answer.is_err() || !answer.unwrap().succeeded, "{script}");
            assert!(began.elapsed() < Duration::from_secs(10), "{script}");
        }
    }
}
