//! Which process holds a port. Known on Linux only.

use std::fmt;
#[cfg(target_os = "linux")]
use std::path::Path;

/// A listening process.
pub(super) struct Holder {
    name: String,
    process: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.process)
    }
}

/// The process that listens on a port of this machine, unless it belongs to another user.
#[cfg(target_os = "linux")]
pub(super) fn find(port: u16) -> Option<Holder> {
    let sockets: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .flat_map(|table| listening_sockets(&table, port))
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    if sockets.is_empty() {
        return None;
    }
    std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let process: u32 = entry.file_name().to_str()?.parse().ok()?;
        let held = std::fs::read_dir(entry.path().join("fd")).ok()?.flatten().any(|file| {
            let target = std::fs::read_link(file.path()).unwrap_or_default();
            sockets.iter().any(|socket| target.as_os_str() == socket.as_str())
        });
        held.then(|| Holder { name: name_of(&entry.path()), process })
    })
}

/// The name of a process by its program file, or by the first word of its command line where that
/// cannot be read. `comm` names a thread: in Node 24 it is `MainThread`. No other word of the command
/// line is shown, because it may hold a secret.
#[cfg(target_os = "linux")]
fn name_of(process: &Path) -> String {
    let file_name = |path: &Path| Some(path.file_name()?.to_str()?.to_owned());
    let by_file = || file_name(&std::fs::read_link(process.join("exe")).ok()?);
    let by_command = || {
        let command = std::fs::read(process.join("cmdline")).ok()?;
        let first = command.split(|byte| *byte == 0).next()?;
        file_name(Path::new(std::str::from_utf8(first).ok()?))
    };
    let by_thread = || std::fs::read_to_string(process.join("comm")).ok();
    let name = by_file().or_else(by_command).or_else(by_thread).unwrap_or_default();
    // Linux adds this when the file was replaced after the start.
    crate::text::printable(name.trim_end_matches(" (deleted)").trim(), 40)
}

/// Elsewhere another program would have to be started to find out.
#[cfg(not(target_os = "linux"))]
pub(super) fn find(_port: u16) -> Option<Holder> {
    None
}

/// The inodes of the sockets that listen on a port, from the kernel's table (`man 5 proc_net`):
/// local address in the second column, state 0A in the fourth, inode in the tenth.
#[cfg(target_os = "linux")]
fn listening_sockets(table: &str, port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    let rows = table.lines().skip(1).map(|line| line.split_ascii_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row.len() > 9 && row[1].ends_with(&suffix) && row[3] == "0A")
        .map(|row| row[9].to_owned())
        .collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_process_that_listens_is_named() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let holder = find(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(holder.process, std::process::id());
    }

    #[test]
    fn a_process_is_named_by_its_program_and_never_by_its_arguments() {
        let file = std::env::current_exe().unwrap();
        let own = name_of(Path::new("/proc/self"));
        assert!(file.file_name().unwrap().to_str().unwrap().starts_with(&own[..12]), "{own}");
        let process = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(process.path().join(name), text).unwrap();
        };
        write("comm", "MainThread\n");
        assert_eq!(name_of(process.path()), "MainThread");
        write("cmdline", "/usr/bin/node\0server.js\0--password=hunter2\0");
        assert_eq!(name_of(process.path()), "node");
        std::os::unix::fs::symlink("/opt/node 24/bin/node24 (deleted)", process.path().join("exe"))
            .unwrap();
        assert_eq!(name_of(process.path()), "node24");
    }

    #[test]
    fn only_listening_sockets_of_that_port_count() {
        let table = "head\n\
            0: 0100007F:1E61 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1\n\
            1: 0100007F:1E61 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 222 1\n\
            2: 0100007F:1E62 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 333 1\n\
            broken";
        assert_eq!(listening_sockets(table, 7777), ["111"]);
    }
}
