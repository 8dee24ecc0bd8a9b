//! The callback port on both loopback addresses, bound before anything is asked of NetSuite.
//!
//! The callback URL says `localhost`: browsers try `::1` first on many machines, 127.0.0.1 on the
//! others, and no address but these two may reach the port.

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
    /// [`Code::PortBusy`] when either address is taken: half a port would leave it to the browser
    /// who gets the redirect.
    pub(super) async fn bind(port: u16) -> Result<Self> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let v4 = v4.map_err(|error| not_bound(port, &error))?;
        let port = v4.local_addr().map_err(|error| not_bound(port, &error))?.port();
        let v6 = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(listener) => Some(listener),
            Err(error) if is_taken(&error) => return Err(not_bound(port, &error)),
            Err(_) => None,
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
pub struct Stacks {
    /// `::1`, besides 127.0.0.1.
    pub v6: bool,
}

/// Binds the callback port for a moment.
///
/// # Errors
/// [`Code::PortBusy`], naming what has it where that can be known.
pub async fn try_port(port: u16) -> Result<Stacks> {
    Listener::bind(port).await.map(|listener| Stacks { v6: listener.v6.is_some() })
}

fn is_taken(error: &IoError) -> bool {
    matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied)
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

    #[tokio::test]
    async fn a_dropped_listener_frees_its_port_at_once() {
        let port = Listener::bind(0).await.unwrap().port;
        assert!(Listener::bind(port).await.is_ok());
    }
}
