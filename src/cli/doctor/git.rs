//! What git knows of a file: asked without a shell, with a deadline, and without letting the
//! repository's configuration run anything.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::base::console;
use crate::base::environment::Environment;

/// How long one question may take; the history of a large project is long.
const PATIENCE: Duration = Duration::from_secs(5);
/// The names of a hundred thousand files.
const LONGEST_ANSWER: u64 = 8 * 1024 * 1024;
const POLL: Duration = Duration::from_millis(10);
/// What git needs of the environment. Not the rest: there are secrets in it.
const PASSED_ON: [&str; 8] =
    ["PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TEMP", "TMP", "APPDATA", "XDG_CONFIG_HOME"];

/// The repository a folder is in, if it is in one.
pub struct Git {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    there: bool,
}

impl Git {
    /// Asks whether there is a repository.
    pub fn new(folder: &Path, environment: &Environment) -> Self {
        let variables = PASSED_ON
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), environment.var(name)?.to_owned())))
            .collect();
        let mut git = Self { folder: folder.to_owned(), variables, there: false };
        git.there =
            git.ask(&["rev-parse", "--is-inside-work-tree"]).is_some_and(|said| said == "true");
        git
    }

    /// Whether there is a repository.
    pub fn is_there(&self) -> bool {
        self.there
    }

    /// Whether a file is tracked.
    pub fn tracks(&self, file: &str) -> bool {
        self.there && self.ask(&["ls-files", "--", file]).is_some_and(|said| !said.is_empty())
    }

    /// The files that are tracked in the whole repository, as seen from the folder.
    pub fn tracked(&self) -> Vec<String> {
        if !self.there {
            return Vec::new();
        }
        let said = self.ask(&["ls-files", "-z", "--", ":/"]).unwrap_or_default();
        said.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// Whether a file is ignored.
    pub fn ignores(&self, file: &str) -> bool {
        self.ask(&["check-ignore", "--", file]).is_some_and(|said| !said.is_empty())
    }

    /// The last commit that added or removed a line of this pattern in a file. The pattern names no
    /// secret: command lines can be seen by others.
    pub fn commit_with(&self, file: &str, pattern: &str) -> Option<String> {
        if !self.there {
            return None;
        }
        let pattern = format!("-G{pattern}");
        let asked = [
            "log",
            "--all",
            "-n1",
            "--format=%h",
            "--no-ext-diff",
            "--no-textconv",
            "--extended-regexp",
            &pattern,
            "--",
            file,
        ];
        let said = self.ask(&asked)?;
        let is_hash = !said.is_empty() && said.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then_some(said)
    }

    /// What git says to one question; nothing when it says no, or nothing in time.
    fn ask(&self, arguments: &[&str]) -> Option<String> {
        let mut child = Command::new("git")
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager"])
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| console::debug(|| format!("git did not start: {error}")))
            .ok()?;
        // Read meanwhile: git does not end while its answer does not fit into the pipe.
        let answer = child.stdout.take()?;
        let reading = std::thread::spawn(move || {
            let mut said = Vec::new();
            let read = answer.take(LONGEST_ANSWER).read_to_end(&mut said);
            read.map(|_| said)
        });
        let well = ended_well(&mut child, Instant::now() + PATIENCE);
        let said = reading.join().ok()?.ok().filter(|_| well)?;
        Some(String::from_utf8_lossy(&said).trim().to_owned())
    }
}

fn ended_well(child: &mut Child, deadline: Instant) -> bool {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(POLL),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
