//! The callback port on both loopback addresses, bound before NetSuite is asked for anything.
//!
//! The callback URL says `localhost`: some browsers try `::1` first, others 127.0.0.1. No other address
//! may reach the port.

use std::io::{Error as IoError, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};

use tokio::net::TcpListener;

use crate::consent::port_holder;
use crate::error::{Code, Error, Result};

/// The bound port.
pub(super) struct Listener {
    /// Absent when the port is another program's and the answer is pasted.
    pub(super) v4: Option<TcpListener>,
    /// Absent on machines without IPv6, too.
    pub(super) v6: Option<TcpListener>,
    pub(super) port: u16,
}

impl Listener {
    /// Binds the port on 127.0.0.1 and, where there is IPv6, on `::1`.
    ///
    /// # Errors
    /// [`Code::PortBusy`] when either address cannot be bound: on the one that is free, another program
    /// could receive the redirect.
    pub(super) async fn bind(port: u16) -> Result<Self> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let v4 = v4.map_err(|error| not_bound(port, &error))?;
        let port = v4.local_addr().map_err(|error| not_bound(port, &error))?.port();
        let v6 = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(listener) => Some(listener),
            Err(error) if says_no_ipv6(&error) => None,
            Err(error) => return Err(not_bound(port, &error)),
        };
        Ok(Self { v4: Some(v4), v6, port })
    }

    /// No listener at all, for a callback URL on a port that another program has.
    pub(super) fn absent(port: u16) -> Self {
        Self { v4: None, v6: None, port }
    }
}

/// On which loopback addresses the callback port could be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundAddresses {
    /// `::1`, besides 127.0.0.1.
    pub v6: bool,
}

/// Binds the callback port for a moment.
///
/// # Errors
/// [`Code::PortBusy`], naming what has it where that can be known.
pub async fn try_port(port: u16) -> Result<BoundAddresses> {
    Listener::bind(port).await.map(|listener| BoundAddresses { v6: listener.v6.is_some() })
}

/// Whether an error of the IPv6 socket means that this machine has no IPv6 loopback address. Any other,
/// such as a lack of file descriptors, would leave the address to another program.
fn says_no_ipv6(error: &IoError) -> bool {
    #[cfg(unix)]
    let codes = [libc::EADDRNOTAVAIL, libc::EAFNOSUPPORT];
    #[cfg(windows)]
    let codes = {
        use windows_sys::Win32::Networking::WinSock::{WSAEADDRNOTAVAIL, WSAEAFNOSUPPORT};
        [WSAEADDRNOTAVAIL, WSAEAFNOSUPPORT]
    };
    error.raw_os_error().is_some_and(|code| codes.contains(&code))
}

fn not_bound(port: u16, error: &IoError) -> Error {
    if error.kind() == ErrorKind::AddrInUse {
        let holder = port_holder::find(port);
        let by = holder.map_or("another program".to_owned(), |holder| holder.to_string());
        return Error::new(Code::PortBusy, format!("Port {port} is in use by {by}."));
    }
    let reason = crate::text::printable(&error.to_string(), 120);
    Error::new(Code::PortBusy, format!("Port {port} cannot be opened: {reason}."))
        .with_next_step("Pass --port with another port if the record allows http://localhost:*.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn both_loopback_addresses_and_no_other_are_bound() {
        let listener = Listener::bind(0).await.unwrap();
        assert_eq!(listener.v4.as_ref().unwrap().local_addr().unwrap().ip(), Ipv4Addr::LOCALHOST);
        if let Some(v6) = &listener.v6 {
            let address = v6.local_addr().unwrap();
            assert_eq!((address.ip(), address.port()), (Ipv6Addr::LOCALHOST.into(), listener.port));
        }
    }

    #[tokio::test]
    async fn a_port_taken_on_either_address_is_busy() {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = v4.local_addr().unwrap().port();
        assert_eq!(Listener::bind(port).await.map(|_| ()).unwrap_err().code(), Code::PortBusy);
        let Ok(v6) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else { return };
        let port = v6.local_addr().unwrap().port();
        let busy = Listener::bind(port).await.map(|_| ()).unwrap_err();
        assert_eq!(busy.code(), Code::PortBusy);
        assert!(busy.message().contains(&port.to_string()), "{busy}");
    }

    #[cfg(unix)]
    #[test]
    fn only_two_errors_mean_that_there_is_no_ipv6() {
        let says = |code| says_no_ipv6(&IoError::from_raw_os_error(code));
        assert!(says(libc::EADDRNOTAVAIL) && says(libc::EAFNOSUPPORT));
        for code in [
            libc::EMFILE,
            libc::ENFILE,
            libc::ENOBUFS,
            libc::ENOMEM,
            libc::EACCES,
            libc::EADDRINUSE,
            libc::EPERM,
            libc::EINVAL,
        ] {
            assert!(!says(code), "{code}");
        }
    }

    /// Runs in a child process: a limit on file descriptors holds for the whole process.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_lack_of_file_descriptors_is_not_taken_for_a_lack_of_ipv6() {
        const CHILD: &str = "NETSUITE_TBA_TEST_FILES";
        if std::env::var_os(CHILD).is_none() {
            let name = "consent::listener::tests::a_lack_of_file_descriptors_is_not_taken_for_a_lack_of_ipv6";
            let child = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", name, "--test-threads=1"])
                .env(CHILD, "1")
                .output()
                .unwrap();
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
            return;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let limit = libc::rlimit { rlim_cur: 64, rlim_max: 64 };
        // SAFETY: the structure is whole and outlives the call.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) }, 0);
        let mut held = Vec::new();
        while let Ok(file) = std::fs::File::open("/dev/null") {
            held.push(file);
        }
        for free in 0..2 {
            held.truncate(held.len() - free);
            let bound = runtime.block_on(Listener::bind(0));
            let error = bound.map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::PortBusy, "{free} left");
        }
    }

    #[tokio::test]
    async fn a_dropped_listener_frees_its_port_at_once() {
        let port = Listener::bind(0).await.unwrap().port;
        assert!(Listener::bind(port).await.is_ok());
    }
}
