//! For tests: a whole sign-in against a fake NetSuite, with the test as the browser.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::account::AccountId;
use crate::base::abort::Abort;
use crate::base::deadline::Deadline;
use crate::base::environment::Environment;
use crate::consent::flow::sign_in;
use crate::consent::listener::Listener;
use crate::consent::{Granted, Save, SignIn};
use crate::credentials::{AuthId, Consumer, RoleId};
use crate::error::{Code, Error, Result};
use crate::netsuite::fake_server::{FakeServer, access_token_answer, request_token_answer};
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;

/// A sign-in under way, and everything a browser would know about it.
pub(super) struct Running {
    pub(super) _netsuite: FakeServer,
    pub(super) port: u16,
    pub(super) state: String,
    pub(super) abort: Abort,
    pub(super) saved: Arc<Mutex<Option<String>>>,
    pub(super) call: JoinHandle<Result<Granted>>,
}

/// What a test changes about the usual sign-in.
pub(super) struct Case {
    pub(super) account: Option<&'static str>,
    pub(super) role: Option<&'static str>,
    pub(super) timeout: Duration,
    pub(super) step_three: Vec<u8>,
    pub(super) save: fn() -> Result<()>,
}

impl Default for Case {
    fn default() -> Self {
        let timeout = Duration::from_secs(60);
        Self {
            account: None,
            role: None,
            timeout,
            step_three: access_token_answer(),
            save: || Ok(()),
        }
    }
}

pub(super) async fn free_port() -> u16 {
    Listener::bind(0).await.unwrap().port
}

pub(super) fn request(base: &str, port: u16, case: &Case) -> SignIn {
    SignIn {
        auth_id: AuthId::parse_new("test").unwrap(),
        account: case.account.map(|id| AccountId::parse(id).unwrap()),
        role: case.role.map(|id| RoleId::parse(id).unwrap()),
        consumer: Consumer::parse("ck", "cs").unwrap(),
        site: Site::parse(Some(base), None).unwrap(),
        network: NetworkSettings::default(),
        port,
        deadline: Deadline::after(case.timeout),
        browser: Some(true),
        interactive: false,
        environment: Environment::default(),
    }
}

/// Starts a sign-in whose browser is a script that writes the consent page's address to a file.
pub(super) async fn start(case: Case) -> Running {
    let netsuite = FakeServer::start(vec![request_token_answer(), case.step_three.clone()]).await;
    let port = free_port().await;
    let folder = tempfile::tempdir().unwrap();
    let opened = folder.path().join("opened");
    let mut request = request(&netsuite.base, port, &case);
    request.environment = browser_that_writes_to(folder.path(), &opened);
    let abort = Abort::new();
    let saved = Arc::new(Mutex::new(None));
    let record = Arc::clone(&saved);
    let save: Save = Box::new(move |granted| {
        (case.save)()?;
        *record.lock().unwrap() = Some(format!("{} {}", granted.account, granted.token.id));
        Ok(())
    });
    let call = tokio::spawn(sign_in(request, abort.clone(), save));
    let url = wait_for_file(&opened).await;
    let state = url.split_once("state=").expect("a state").1.trim().to_owned();
    assert!(url.contains("/app/login/secure/authorizetoken.nl?oauth_token=rt1&state="), "{url}");
    Running { _netsuite: netsuite, port, state, abort, saved, call }
}

fn browser_that_writes_to(folder: &std::path::Path, file: &std::path::Path) -> Environment {
    use std::os::unix::fs::PermissionsExt as _;
    let script = folder.join("browser");
    let (temporary, file) = (file.with_extension("part"), file.display());
    let part = temporary.display();
    std::fs::write(
        &script,
        format!("#!/bin/sh\nprintf '%s' \"$1\" > '{part}'\nmv '{part}' '{file}'\n"),
    )
    .unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let variables =
        [("BROWSER".to_owned(), script.display().to_string()), ("PATH".to_owned(), path)];
    Environment::new(variables, PathBuf::new())
}

async fn wait_for_file(file: &std::path::Path) -> String {
    for _ in 0..500 {
        if let Ok(text) = std::fs::read_to_string(file) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the browser was not started");
}

/// Sends raw bytes and reads the answer to its end.
pub(super) async fn exchange_bytes(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

pub(super) async fn get(port: u16, target: &str) -> String {
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    exchange_bytes(([127, 0, 0, 1], port).into(), head.as_bytes()).await
}

impl Running {
    pub(super) fn allow(&self) -> String {
        format!(
            "/tba?oauth_token=rt1&oauth_verifier=v1&company=1234567_SB1&role=3&entity=38&state={}",
            self.state
        )
    }

    pub(super) async fn get(&self, target: &str) -> String {
        get(self.port, target).await
    }

    pub(super) fn saved(&self) -> Option<String> {
        self.saved.lock().unwrap().clone()
    }

    pub(super) async fn ends(self) -> Result<Granted> {
        let result = tokio::time::timeout(Duration::from_secs(20), self.call).await;
        let result = result.expect("the call ends").unwrap();
        // Not bound again: a connection of another test may use the number as its own port.
        for host in ["127.0.0.1", "::1"] {
            assert!(
                TcpStream::connect((host, self.port)).await.is_err(),
                "nobody listens afterwards"
            );
        }
        result
    }

    pub(super) async fn ends_with(self, code: Code) -> Error {
        let saved = Arc::clone(&self.saved);
        let error = self.ends().await.map(|_| ()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(*saved.lock().unwrap(), None, "nothing is saved");
        error
    }
}

pub(super) fn is(answer: &str, status: &str, words: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    assert!(answer.contains(words), "{answer}");
}

/// Where a browser is sent that brought the answer.
pub(super) fn last_page(redirect: &str) -> String {
    let (_, location) = redirect.split_once("Location: ").expect(redirect);
    location.split("\r\n").next().unwrap().to_owned()
}
