//! Pasting in a real terminal: a child process of this test has a pty as its terminal.

use crate::base::abort::Abort;
use crate::consent::flow::sign_in;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::base::environment::Environment;
use crate::consent::*;
use crate::netsuite::fake_server::{FakeServer, access_token_answer, request_token_answer};

const CHILD: &str = "consent::paste::terminal_tests::the_child_that_signs_in";

/// A child with a terminal of its own.
struct Session {
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<String>>,
    terminal: File,
}

impl Session {
    fn start(base: &str, port: u16) -> Self {
        let (mut master, mut slave) = (0, 0);
        let null = std::ptr::null_mut();
        // SAFETY: openpty fills the two integers; the other arguments are optional.
        let (keyboard, terminal) = unsafe {
            let name: *mut libc::c_char = null;
            let attributes = std::ptr::null_mut();
            let size = std::ptr::null_mut();
            assert_eq!(libc::openpty(&raw mut master, &raw mut slave, name, attributes, size), 0);
            (File::from_raw_fd(master), File::from_raw_fd(slave))
        };
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", CHILD, "--ignored", "--nocapture"])
            .env("NETSUITE_TBA_TEST_BASE", base)
            .env("NETSUITE_TBA_TEST_PORT", port.to_string())
            .stdin(terminal.try_clone().unwrap())
            .stdout(terminal.try_clone().unwrap())
            .stderr(terminal.try_clone().unwrap());
        // SAFETY: signal, setsid and ioctl are async-signal-safe.
        unsafe {
            command.pre_exec(|| {
                // A shell starts its background jobs with SIGINT ignored, and that is inherited.
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                libc::setsid();
                libc::ioctl(0, libc::TIOCSCTTY, 0);
                Ok(())
            });
        }
        let child = command.spawn().unwrap();
        let screen = Arc::new(Mutex::new(String::new()));
        let (mut output, shown) = (keyboard.try_clone().unwrap(), Arc::clone(&screen));
        std::thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(count) = output.read(&mut chunk) {
                shown.lock().unwrap().push_str(&String::from_utf8_lossy(&chunk[..count]));
            }
        });
        Self { child, keyboard, screen, terminal }
    }

    async fn shows(&self, words: &str) -> String {
        let since = Instant::now();
        loop {
            let screen = self.screen.lock().unwrap().clone();
            if screen.contains(words) {
                return screen;
            }
            assert!(since.elapsed() < Duration::from_secs(10), "no {words:?} in {screen}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    fn echoes(&self) -> bool {
        use std::os::fd::AsRawFd as _;
        let mut current = std::mem::MaybeUninit::<libc::termios>::uninit();
        // SAFETY: tcgetattr fills the structure or fails.
        let current = unsafe {
            assert_eq!(libc::tcgetattr(self.terminal.as_raw_fd(), current.as_mut_ptr()), 0);
            current.assume_init()
        };
        current.c_lflag & libc::ECHO != 0
    }

    /// How the child ended.
    async fn ends(&mut self) -> std::process::ExitStatus {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(since.elapsed() < Duration::from_secs(10), "the child does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn state(&self) -> String {
        let screen = self.shows("paste the address").await;
        let state = screen.split_once("state=").unwrap().1;
        state[..32].to_owned()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn redirect(state: &str) -> String {
    format!(
        "http://localhost:1/tba?oauth_token=rt1&oauth_verifier=veri1&company=1234567&role=3&entity=38&state={state}\n"
    )
}

/// Not a test: what the child runs.
#[test]
#[ignore = "runs only as the child of the tests here"]
fn the_child_that_signs_in() {
    let Ok(base) = std::env::var("NETSUITE_TBA_TEST_BASE") else { return };
    let port = std::env::var("NETSUITE_TBA_TEST_PORT").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut environment = Environment::new([], PathBuf::new());
    environment.terminal = true;
    let request = SignIn {
        auth_id: AuthId::parse_new("test").unwrap(),
        account: None,
        role: None,
        consumer: Consumer::parse("ck", "cs").unwrap(),
        site: Site::parse(Some(&base), None).unwrap(),
        network: NetworkSettings::default(),
        port: port.parse().unwrap(),
        deadline: Deadline::after(Duration::from_secs(30)),
        browser: Some(false),
        interactive: true,
        environment,
    };
    let result = runtime.block_on(sign_in(request, Abort::new(), Box::new(|_| Ok(()))));
    match result {
        Ok(granted) => println!("RESULT {} {}", granted.account, granted.token.id),
        Err(error) => println!("RESULT {:?}", error.code()),
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    println!("NEXT {}", line.trim());
}

#[tokio::test]
async fn a_pasted_address_signs_in_and_later_lines_stay() {
    let netsuite = FakeServer::start(vec![request_token_answer(), access_token_answer()]).await;
    let port = listener::Listener::bind(0).await.unwrap().port;
    let mut session = Session::start(&netsuite.base, port);
    let state = session.state().await;
    assert!(!session.echoes());
    session.types("https://1234567.app.netsuite.com/app/center/card.nl\n");
    session.shows("That is the consent page itself").await;
    session.types(&redirect("an earlier one"));
    session.shows("belongs to another sign-in").await;
    session.types(&redirect(&state));
    session.types("the next prompt\n");
    let screen = session.shows("NEXT the next prompt").await;
    assert!(screen.contains("RESULT 1234567 at1"), "{screen}");
    assert!(!screen.contains("veri1"), "{screen}");
    assert!(screen.contains("left"), "a countdown shows: {screen}");
    assert!(session.echoes());
}

#[tokio::test]
async fn ctrl_c_leaves_the_terminal_as_it_was() {
    use std::os::unix::process::ExitStatusExt as _;
    let netsuite = FakeServer::start(vec![request_token_answer()]).await;
    let port = listener::Listener::bind(0).await.unwrap().port;
    let mut session = Session::start(&netsuite.base, port);
    session.state().await;
    assert!(!session.echoes());
    session.types("\u{3}");
    assert_eq!(session.ends().await.signal(), Some(libc::SIGINT));
    assert!(session.echoes());
    assert!(listener::Listener::bind(port).await.is_ok());
}

#[tokio::test]
async fn a_person_may_continue_without_a_busy_port_by_pasting() {
    let netsuite = FakeServer::start(vec![request_token_answer(), access_token_answer()]).await;
    let held = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = held.local_addr().unwrap().port();
    let mut session = Session::start(&netsuite.base, port);
    session.shows("Type y and press Enter").await;
    assert!(netsuite.heads().is_empty());
    session.types("y\n");
    let state = session.state().await;
    session.types(&redirect(&state));
    session.shows("RESULT 1234567 at1").await;

    let mut stopped = Session::start(&netsuite.base, port);
    stopped.shows("Type y and press Enter").await;
    stopped.types("\n");
    stopped.shows("RESULT PortBusy").await;
}
