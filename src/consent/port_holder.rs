//! Which process holds a port, where the system tells (Linux).

use std::fmt;

/// A process that listens.
pub(super) struct Holder {
    name: String,
    process: u32,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (process {})", self.name, self.process)
    }
}

/// The process that listens on a port of this machine. Those of other users stay unknown.
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
        let name = held.then(|| std::fs::read_to_string(entry.path().join("comm")).ok())??;
        Some(Holder { name: crate::text::printable(name.trim(), 40), process })
    })
}

/// Other systems tell only through other programs, which are not worth starting for this.
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
    fn only_listening_sockets_of_that_port_count() {
        let table = "head\n\
            0: 0100007F:1E61 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1\n\
            1: 0100007F:1E61 0100007F:9999 01 00000000:00000000 00:00000000 00000000 0 0 222 1\n\
            2: 0100007F:1E62 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 333 1\n\
            broken";
        assert_eq!(listening_sockets(table, 7777), ["111"]);
    }
}
