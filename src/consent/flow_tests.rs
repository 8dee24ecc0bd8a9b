//! Whole sign-ins against a fake NetSuite, with this test as the browser.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::credentials::{AuthId, Consumer, RoleId};
use crate::environment::Environment;
use crate::netsuite::fake_server::{FakeServer, access_token_answer, answer, request_token_answer};
use crate::netsuite::{NetworkSettings, Site};

/// A sign-in under way, and everything a browser would know about it.
pub(super) struct Running {
    pub(super) _netsuite: FakeServer,
    pub(super) port: u16,
    pub(super) state: String,
    pub(super) abort: Abort,
    pub(super) saved: Arc<Mutex<Option<String>>>,
    pub(super) call: JoinHandle<Result<Granted>>,
}

/// How a test departs from the ordinary.
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

async fn free_port() -> u16 {
    Listener::bind(0).await.unwrap().port
}

fn request(base: &str, port: u16, case: &Case) -> SignIn {
    SignIn {
        auth_id: AuthId::typed("test").unwrap(),
        account: case.account.map(|id| AccountId::parse(id).unwrap()),
        role: case.role.map(|id| RoleId::parse(id).unwrap()),
        consumer: Consumer::parse("ck", "cs").unwrap(),
        site: Site::parse(Some(base), None).unwrap(),
        network: NetworkSettings::default(),
        port,
        timeout: case.timeout,
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
        assert!(Listener::bind(self.port).await.is_ok(), "the port is free afterwards");
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

#[tokio::test]
async fn allow_saves_the_token_and_only_then_shows_success() {
    let running = start(Case::default()).await;
    is(&running.get("/tba/done").await, "404", "There is nothing here");
    let redirect = running.get(&running.allow()).await;
    is(&redirect, "303", "Location: /tba/done\r\n");
    assert!(!redirect.contains("v1") && !redirect.contains("rt1"));
    assert_eq!(running.saved().as_deref(), Some("1234567_SB1 at1"));
    is(&running.get("/tba/done").await, "200", "You can close this window");
    let granted = running.ends().await.unwrap();
    assert_eq!(granted.account.as_str(), "1234567_SB1");
    assert_eq!((granted.role.as_deref(), granted.entity.as_deref()), (Some("3"), Some("38")));
}

#[tokio::test]
async fn the_call_does_not_wait_long_for_a_browser_that_does_not_come_back() {
    let running = start(Case::default()).await;
    running.get(&running.allow()).await;
    let since = Instant::now();
    assert!(running.ends().await.is_ok());
    assert!(since.elapsed() < Duration::from_millis(1_500));
}

#[tokio::test]
async fn the_redirect_is_heard_on_ipv6_too() {
    let running = start(Case::default()).await;
    let Ok(mut stream) = TcpStream::connect(("::1", running.port)).await else { return };
    let head = format!("GET {} HTTP/1.1\r\nHost: [::1]:{}\r\n\r\n", running.allow(), running.port);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    is(&answer, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn a_redirect_that_comes_twice_gets_the_same_ending() {
    let running = start(Case::default()).await;
    let target = running.allow();
    let (one, two) = tokio::join!(running.get(&target), running.get(&target));
    is(&one, "303", "");
    is(&two, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn deny_ends_the_wait() {
    let running = start(Case::default()).await;
    let target =
        format!("/tba?oauth_token=rt1&oauth_verifier=&company=1234567&state={}", running.state);
    is(&running.get(&target).await, "403", "Access was denied");
    running.ends_with(Code::SignInDenied).await;
}

#[tokio::test]
async fn another_account_ends_the_wait() {
    let running = start(Case { account: Some("7654321"), ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "403", "This is another account");
    let error = running.ends_with(Code::CallbackAccount).await;
    assert!(error.message().contains("1234567_SB1") && error.message().contains("7654321"));
}

#[tokio::test]
async fn another_role_ends_the_wait() {
    let running = start(Case { role: Some("1000"), ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "403", "This is another role");
    running.ends_with(Code::CallbackRole).await;
}

#[tokio::test]
async fn an_expired_request_token_is_told_to_browser_and_caller() {
    let refused =
        answer(401, "", "{\"error\":{\"code\":\"INVALID_LOGIN_ATTEMPT\",\"message\":\"x\"}}");
    let running = start(Case { step_three: refused, ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "410", "This sign-in has expired");
    running.ends_with(Code::RequestTokenExpired).await;
}

#[tokio::test]
async fn a_token_that_cannot_be_saved_is_no_success() {
    let save = || Err(Error::new(Code::StoreUnwritable, "no"));
    let running = start(Case { save, ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "500", "could not be saved");
    running.ends_with(Code::StoreUnwritable).await;
}

#[tokio::test]
async fn the_deadline_ends_the_wait() {
    let running = start(Case { timeout: Duration::from_secs(1), ..Case::default() }).await;
    let error = running.ends_with(Code::SignInTimeout).await;
    assert_eq!(error.message(), "Nobody pressed Allow within 1 second.");
}

#[tokio::test]
async fn an_abort_ends_the_wait_at_once() {
    let running = start(Case::default()).await;
    let since = Instant::now();
    let abort = running.abort.clone();
    std::thread::spawn(move || abort.abort()).join().unwrap();
    running.ends_with(Code::Cancelled).await;
    assert!(since.elapsed() < Duration::from_millis(200));
}

#[tokio::test]
async fn a_sign_in_that_was_aborted_before_it_began_asks_nothing() {
    let netsuite = FakeServer::start(vec![request_token_answer()]).await;
    let abort = Abort::new();
    abort.abort();
    let request = request(&netsuite.base, free_port().await, &Case::default());
    let result = sign_in(request, abort, Box::new(|_| Ok(()))).await;
    assert_eq!(result.map(|_| ()).unwrap_err().code(), Code::Cancelled);
    assert!(netsuite.heads().is_empty());
}

#[tokio::test]
async fn a_busy_port_is_told_before_netsuite_is_asked() {
    let netsuite = FakeServer::start(vec![request_token_answer()]).await;
    let held = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = held.local_addr().unwrap().port();
    let request = request(&netsuite.base, port, &Case::default());
    let result = sign_in(request, Abort::new(), Box::new(|_| Ok(()))).await;
    let error = result.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::PortBusy);
    assert!(netsuite.heads().is_empty());
    if cfg!(target_os = "linux") {
        assert!(error.message().contains(&std::process::id().to_string()), "{error}");
    }
}

#[tokio::test]
async fn what_does_not_end_the_wait() {
    let running = start(Case::default()).await;
    let state = running.state.clone();
    for target in [
        "/tba".to_owned(),
        "/tba?oauth_token=rt1&oauth_verifier=v1&company=1".to_owned(),
        "/tba?oauth_token=rt1&oauth_verifier=&company=1".to_owned(),
        format!("/tba?oauth_token=rt2&oauth_verifier=v1&company=1&state={state}"),
        format!("/tba?oauth_verifier=v1&company=1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&state={state}x"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&state={}", &state[1..]),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&state={state}&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_token=rt1&oauth_verifier=v1&company=1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&company=1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=evil.example/&state={state}"),
        format!(
            "/tba?oauth_token=rt1&oauth_verifier=v1&company=https://1234567.app.netsuite.com&state={state}"
        ),
        format!("/tba?oauth_token=rt1&oauth_verifier=a%20b&company=1&state={state}"),
    ] {
        is(&running.get(&target).await, "400", "not the answer that is waited for");
    }
    is(&running.get("/favicon.ico").await, "404", "");
    assert!(!running.call.is_finished());
    is(&running.get(&running.allow()).await, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn nothing_of_a_request_is_ever_shown() {
    let running = start(Case::default()).await;
    let script = "%3Cscript%3Ealert(1)%3C/script%3E<script>alert(1)</script>";
    let shows_nothing = |answer: String| {
        assert!(!answer.is_empty() && !answer.to_lowercase().contains("script>"), "{answer}");
    };
    for name in ["oauth_token", "oauth_verifier", "company", "role", "entity", "state", "error"] {
        shows_nothing(running.get(&format!("/tba?{name}={script}")).await);
        shows_nothing(running.get(&format!("/{script}?{name}={script}")).await);
        let replaced = running.allow().replace(&format!("{name}="), &format!("{name}={script}"));
        let harmless = ["oauth_verifier", "role", "entity", "error"].contains(&name);
        let target = if harmless { replaced.replace("rt1", "rt2") } else { replaced };
        shows_nothing(running.get(&target).await);
    }
    let last = running.allow().replace("v1", "").replace("role=3", &format!("role={script}"));
    let answer = running.get(&last).await;
    is(&answer, "403", "Access was denied");
    shows_nothing(answer);
    running.ends_with(Code::SignInDenied).await;
}
