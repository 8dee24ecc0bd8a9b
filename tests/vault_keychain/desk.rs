//! A home folder with a session bus and a Secret Service of its own, in every state it can be in.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Names the steps a child process runs.
pub const STEPS: &str = "NETSUITE_TBA_TEST_STEPS";
/// Names its store.
pub const STORE: &str = "NETSUITE_TBA_TEST_STORE";
/// Says whether a person is taken to be there.
pub const PROMPT: &str = "NETSUITE_TBA_TEST_PROMPT";

/// How the Secret Service of a session is started.
#[derive(Clone, Copy)]
pub enum Provider {
    /// With an unlocked default keyring (made where there is none).
    Unlocked,
    /// With whatever keyrings the home folder has, locked.
    AsFound,
    /// Not at all, and the bus cannot start one.
    None,
    /// Unlocked, then stopped in its tracks: it is there and never answers.
    Deaf,
    /// With its keyring locked and a prompter that never answers.
    LockedWithSilentPrompter,
}

impl Provider {
    pub fn script(self) -> &'static str {
        match self {
            Self::Unlocked => {
                // On a busy machine the daemon's first program ends before the keyring is open. Asking for the owner
                // of the name starts no second daemon.
                "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \
                 for I in $(seq 200); do \
                 dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / \
                 org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true && \
                 dbus-send --session --print-reply=literal --dest=org.freedesktop.secrets \
                 /org/freedesktop/secrets/aliases/default org.freedesktop.DBus.Properties.Get \
                 string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null | grep -q 'boolean false' && break; \
                 sleep 0.05; done; "
            }
            Self::AsFound => "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; ",
            Self::None => "",
            // The number of the process is the one the bus knows.
            Self::Deaf => {
                "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \
                 dbus-send --session --print-reply --dest=org.freedesktop.secrets \
                 /org/freedesktop/secrets org.freedesktop.DBus.Peer.Ping >/dev/null; \
                 P=$(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / \
                 org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets \
                 | sed 's/.* //'); kill -STOP $P; trap 'kill -KILL $P' EXIT; "
            }
            Self::LockedWithSilentPrompter => {
                "$SELF --exact own_the_prompter --ignored >/dev/null 2>&1 & \
                 B=$!; trap 'kill $B' EXIT; sleep 0.5; \
                 gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1; "
            }
        }
    }
}

/// A home folder with a session bus of its own for each run.
pub struct Desk {
    folder: tempfile::TempDir,
    /// As the vault's setting.
    pub store: &'static str,
    /// As the vault's setting.
    pub prompt: bool,
}

impl Desk {
    /// None, with a line that says so, where the tools for it are missing.
    pub fn new(store: &'static str) -> Option<Self> {
        for tool in ["dbus-run-session", "gnome-keyring-daemon", "secret-tool", "dbus-send"] {
            if !has(tool) {
                assert!(std::env::var_os("NETSUITE_TBA_TEST_ALL").is_none(), "{tool} is missing");
                println!("skipped: {tool} is missing");
                return None;
            }
        }
        Some(Self { folder: tempfile::tempdir().unwrap(), store, prompt: false })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `steps` in a new process on a new bus; what they print.
    pub fn run(&self, provider: Provider, steps: &str) -> String {
        let child = "$SELF --exact steps_in_this_process --ignored --nocapture";
        let script = format!("{}{child}", provider.script());
        self.command(provider, &script, steps)
    }

    pub fn command(&self, provider: Provider, script: &str, steps: &str) -> String {
        let bus = self.path().join("bus.conf");
        let services = match provider {
            Provider::None => "",
            _ => "<standard_session_servicedirs/>",
        };
        std::fs::write(&bus, BUS.replace("SERVICES", services)).unwrap();
        let mut command = Command::new("dbus-run-session");
        command.arg(format!("--config-file={}", bus.display()));
        command.args(["--", "bash", "-c", script]);
        self.output_of(self.surroundings(&mut command, steps))
    }

    /// Runs `steps` where the bus is at this address, which need not exist.
    pub fn run_without_bus(&self, address: Option<&str>, steps: &str) -> String {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "steps_in_this_process", "--ignored", "--nocapture"]);
        self.surroundings(&mut command, steps);
        match address {
            Some(address) => command.env("DBUS_SESSION_BUS_ADDRESS", address),
            None => command.env_remove("DBUS_SESSION_BUS_ADDRESS"),
        };
        self.output_of(&mut command)
    }

    /// What a program says, in files: a provider that the bus started and that outlives its bus would
    /// hold a pipe open for ever.
    fn output_of(&self, command: &mut Command) -> String {
        let files = ["stdout", "stderr"].map(|name| self.path().join(name));
        let create = |at: usize| std::fs::File::create(&files[at]).unwrap();
        let status = command.stdout(create(0)).stderr(create(1)).status().unwrap();
        let [stdout, stderr] = files.map(|file| std::fs::read(file).unwrap());
        said(&Output { status, stdout, stderr })
    }

    fn surroundings<'a>(&self, command: &'a mut Command, steps: &str) -> &'a mut Command {
        let run = self.path().join("run");
        std::fs::create_dir_all(&run).unwrap();
        command
            .env("HOME", self.path())
            .env("XDG_DATA_HOME", self.path().join("data"))
            .env("XDG_RUNTIME_DIR", run)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("SELF", std::env::current_exe().unwrap())
            .env(STEPS, steps)
            .env(STORE, self.store)
            .env(PROMPT, if self.prompt { "1" } else { "0" })
            .stdin(Stdio::null())
    }

    pub fn index(&self) -> serde_json::Value {
        let bytes = std::fs::read(self.path().join("vault/tokens.json")).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }
}

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>SERVICES
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"#;

fn has(tool: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(tool).is_file())
}

/// The lines of the steps, without what the test harness says around them.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter_map(|line| line.strip_prefix("> "));
    let said = lines.collect::<Vec<_>>().join("\n");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    let mut said = said;
    for line in errors.lines().filter(|line| line.starts_with("Warning: ")) {
        write!(said, "\n{line}").unwrap();
    }
    said
}
