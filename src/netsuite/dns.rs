//! Resolves host names with the system's resolver, on a separate thread. The HTTP library would use
//! tokio's thread pool, which panics if the process cannot start another thread.

use std::net::{SocketAddr, ToSocketAddrs as _};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::base::blocking::blocking;

/// Resolves each name every time.
pub(super) struct OnAThread;

impl Resolve for OnAThread {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = blocking(move || {
                let found = (host.as_str(), 0).to_socket_addrs();
                Ok(found.map(Iterator::collect::<Vec<SocketAddr>>))
            });
            let addresses: Addrs = Box::new(found.await??.into_iter());
            Ok(addresses)
        })
    }
}
