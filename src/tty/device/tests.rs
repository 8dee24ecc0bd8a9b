use crate::tty::device::*;
use std::io::Write;
use std::os::fd::{FromRawFd, OwnedFd};

/// A pseudo-terminal of the test. Text that is written to `keyboard` is typed.
struct Pty {
    keyboard: File,
    _screen: OwnedFd,
    path: std::path::PathBuf,
}

/// Echo can be off on only one terminal at a time, so these tests take turns.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

impl Pty {
    fn open() -> Self {
        let (mut master, mut slave) = (0, 0);
        let mut name = [0; 128];
        let null = std::ptr::null_mut();
        // SAFETY: openpty fills the integers and the buffer, which is longer than any name.
        let (keyboard, screen, path) = unsafe {
            let null_termios: *mut libc::termios = null;
            let done = libc::openpty(
                &raw mut master,
                &raw mut slave,
                name.as_mut_ptr(),
                null_termios.cast(),
                std::ptr::null_mut(),
            );
            assert_eq!(done, 0);
            let path = std::ffi::CStr::from_ptr(name.as_ptr()).to_str().unwrap().to_owned();
            (File::from_raw_fd(master), OwnedFd::from_raw_fd(slave), path)
        };
        Self { keyboard, _screen: screen, path: path.into() }
    }

    fn types(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }

    fn echoes(&self) -> bool {
        let file = File::open(&self.path).unwrap();
        let mut current = std::mem::MaybeUninit::<libc::termios>::uninit();
        // SAFETY: as above.
        let current = unsafe {
            assert_eq!(libc::tcgetattr(file.as_raw_fd(), current.as_mut_ptr()), 0);
            current.assume_init()
        };
        current.c_lflag & libc::ECHO != 0
    }
}

#[test]
fn echo_is_off_while_the_terminal_is_open_and_on_again_afterwards() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let pty = Pty::open();
    assert!(pty.echoes());
    let terminal = Terminal::open_at(&pty.path, true).unwrap();
    assert!(!pty.echoes());
    drop(terminal);
    assert!(pty.echoes());
    let shown = Terminal::open_at(&pty.path, false).unwrap();
    assert!(pty.echoes());
    drop(shown);
}

#[test]
fn only_complete_lines_are_read_and_later_ones_stay() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut pty = Pty::open();
    let mut terminal = Terminal::open_at(&pty.path, true).unwrap();
    assert!(terminal.poll().is_none());
    pty.types("http://local");
    assert!(terminal.poll().is_none());
    pty.types("host/ \nnext prompt\n");
    assert_eq!(terminal.poll().unwrap().as_str(), "http://localhost/");
    drop(terminal);
    let mut later = Terminal::open_at(&pty.path, false).unwrap();
    assert_eq!(later.poll().unwrap().as_str(), "next prompt");
}

#[test]
fn a_signal_restores_echo_and_takes_its_course() {
    use std::os::unix::process::ExitStatusExt as _;
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Ok(path) = std::env::var("NETSUITE_TBA_TEST_PTY") {
        // The child process that is started below switches echo off and raises the signal.
        let signal = std::env::var("NETSUITE_TBA_TEST_SIGNAL").unwrap().parse().unwrap();
        // SAFETY: restores the default, because a background job inherits an ignored signal.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        let _terminal = Terminal::open_at(Path::new(&path), true).unwrap();
        // SAFETY: raising a signal in this process is what is tested.
        unsafe { libc::kill(libc::getpid(), signal) };
        std::thread::sleep(Duration::from_secs(5));
        return;
    }
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let pty = Pty::open();
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tty::device::tests::a_signal_restores_echo_and_takes_its_course"])
            .env("NETSUITE_TBA_TEST_PTY", &pty.path)
            .env("NETSUITE_TBA_TEST_SIGNAL", signal.to_string())
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.signal(), Some(signal));
        assert!(pty.echoes(), "signal {signal}");
    }
}
