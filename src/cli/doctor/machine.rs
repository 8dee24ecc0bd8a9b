//! Callback port, loopback addresses, the store for secrets, and the vault's files.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, ToSocketAddrs};

use crate::base::blocking::blocking;
use crate::cli::context::Context;
use crate::cli::doctor::finding::Check;
use crate::cli::doctor::network;
use crate::consent;
use crate::error::Result;
use crate::vault::Vault;
use crate::vault::model::StoreKind;

/// Everything about this machine.
pub async fn check(context: &Context) -> Result<Vec<Check>> {
    let port = network::port(context)?;
    let mut checks = vec![match consent::listener::try_port(port).await {
        Ok(_) => Check::ok("port", format!("{port} is free, so the browser can return to it")),
        Err(error) => Check::failed("port", &error),
    }];
    let vault = context.vault()?;
    checks.extend(
        blocking(move || {
            // Before the store is tried, which corrects the permissions of its files.
            let files = files(&vault);
            let mut checks = vec![loopback(), store(&vault)];
            checks.extend(files);
            Ok(checks)
        })
        .await?,
    );
    Ok(checks)
}

/// The callback URL says `localhost`, which browsers resolve to 127.0.0.1 or `::1`.
fn loopback() -> Check {
    const NAME: &str = "loopback";
    let binds = |address: IpAddr| TcpListener::bind((address, 0)).is_ok();
    let (v4, v6) = (binds(Ipv4Addr::LOCALHOST.into()), binds(Ipv6Addr::LOCALHOST.into()));
    let found: Vec<IpAddr> = ("localhost", 7777)
        .to_socket_addrs()
        .map(|addresses| addresses.map(|address| address.ip()).collect())
        .unwrap_or_default();
    if let Some(elsewhere) = found.iter().find(|address| !address.is_loopback()) {
        let what = format!("localhost resolves to {elsewhere}, which is not this machine.");
        return Check::problem(NAME, what, "Set localhost to 127.0.0.1 in the hosts file.");
    }
    if found.is_empty() {
        let what = "localhost does not resolve.";
        return Check::warning(NAME, what, "Add 127.0.0.1 localhost to the hosts file.");
    }
    match (v4, v6) {
        (true, true) => Check::ok(NAME, "127.0.0.1 and ::1 both accept a listener"),
        (true, false) if found.iter().any(IpAddr::is_ipv6) => Check::warning(
            NAME,
            "localhost also resolves to ::1, which accepts no listener.",
            "If the browser cannot return, remove the line \"::1 localhost\" from the hosts file.",
        ),
        (true, false) => Check::ok(NAME, "127.0.0.1 accepts a listener; this machine has no IPv6"),
        (false, _) => Check::problem(
            NAME,
            "127.0.0.1 accepts no listener.",
            "Check the firewall or sandbox, or sign in in two steps: npx netsuite-tba login NAME --start",
        ),
    }
}

/// Stores a made-up secret and reads it back.
fn store(vault: &Vault) -> Check {
    const NAME: &str = "keychain";
    let trial = match vault.trial() {
        Ok(trial) => trial,
        Err(error) => return Check::failed(NAME, &error),
    };
    match (trial.store, trial.no_keychain) {
        (StoreKind::Keychain, _) => Check::ok(NAME, "stores and returns secrets"),
        (StoreKind::File, Some(why)) => Check::warning(
            NAME,
            // What the system says about it helps nobody; the debug trace has it.
            format!("{} New tokens go to a file that is not encrypted.", why.code().row().summary),
            "Set up a keychain, or set NETSUITE_TBA_STORE=encrypted-file and NETSUITE_TBA_PASSPHRASE.",
        ),
        (StoreKind::Nstba, _) => Check::ok(NAME, "not used (NETSUITE_TBA_STORE=nstba)"),
        (store, _) => {
            let store = store.as_str();
            Check::ok(NAME, format!("not used; the store {store} stores and returns secrets"))
        }
    }
}

fn files(vault: &Vault) -> Vec<Check> {
    const NAME: &str = "files";
    let mut checks = Vec::new();
    let found = vault.files();
    for file in &found {
        let Some(problem) = &file.problem else { continue };
        let path = file.path.display();
        let fix = if problem.contains("mode") {
            let rights = if file.path == *vault.home() { "700" } else { "600" };
            format!("chmod {rights} {path}")
        } else {
            "Replace it with one of your own, or set NETSUITE_TBA_HOME to a folder of your own."
                .into()
        };
        checks.push(Check::problem(NAME, format!("{path}: {problem}."), fix));
    }
    for file in vault.kept_aside() {
        let what = format!("{} is a damaged file that was moved aside.", file.display());
        checks.push(Check::warning(NAME, what, "Check it, then delete it."));
    }
    match vault.list() {
        Err(error) => checks.push(Check::failed(NAME, &error)),
        Ok(tokens) if checks.is_empty() => {
            let count = tokens.len();
            let noun = if count == 1 { "token" } else { "tokens" };
            let what =
                format!("{count} {noun} in {}, accessible only to you", vault.home().display());
            checks.push(Check::ok(NAME, what));
        }
        Ok(_) => {}
    }
    checks
}
