//! Changes terminal attributes for a while and restores them on every way out.
//!
//! A pasted address contains a verifier, which must not be shown, and a question draws typed text
//! itself. A destructor is not enough to restore the terminal: a signal, `process.exit` and an uncaught
//! exception end Node without running it. So the signals that end a process are watched while
//! attributes are changed ([`watch`]), and a function runs at exit ([`state`]).
//!
//! The handler restores the terminal, reinstates the previous handler and raises the signal again, so
//! that the signal has its usual effect. If the host handles the signal and goes on, the question is
//! still open: [`AttributeGuard::keep`] changes the attributes again. SIGCONT does so at once, because
//! the shell has set the terminal meanwhile. Handlers call only async-signal-safe functions
//! (POSIX.1-2017, 2.4.3).

mod state;
mod watch;

use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::atomic::Ordering;

use libc::termios;

pub use state::Texts;
use state::{BEFORE, CHANGED, CLAIMED, EXITING, FD, RESTORED, TEXTS, set, write};

/// How many calls of [`AttributeGuard::keep`] pass before the attributes are changed again after a
/// signal. The host has that long to end the process.
const PATIENCE: u8 = 8;

/// The attributes are changed while this exists. A process has at most one.
pub struct AttributeGuard {
    fd: RawFd,
    texts: Texts,
    /// How often `keep` found the terminal restored.
    found_restored: u8,
}

impl AttributeGuard {
    /// Switches echo off. `None` if the terminal refuses, or if its attributes are already changed by
    /// another guard.
    pub fn without_echo(fd: RawFd) -> Option<Self> {
        Self::with(fd, Texts::NONE, |quiet| {
            quiet.c_lflag &= !libc::ECHO;
            // The line end stays visible, so that the next message starts on a new line.
            quiet.c_lflag |= libc::ECHONL | libc::ICANON | libc::ISIG;
        })
    }

    /// The same, and every key is reported at once, Ctrl-C included.
    pub fn raw(fd: RawFd, texts: Texts) -> Option<Self> {
        Self::with(fd, texts, |raw| {
            let output = raw.c_oflag;
            // SAFETY: it only changes the structure that it is given.
            unsafe { libc::cfmakeraw(raw) };
            // Output of others keeps its line ends.
            raw.c_oflag = output;
        })
    }

    fn with(fd: RawFd, texts: Texts, change: impl FnOnce(&mut termios)) -> Option<Self> {
        if CLAIMED.swap(true, Ordering::SeqCst) {
            return None;
        }
        let Some(before) = attributes(fd) else {
            CLAIMED.store(false, Ordering::SeqCst);
            return None;
        };
        let mut changed = before;
        change(&mut changed);
        // SAFETY: the claim makes this thread the only writer, and no handler of ours is installed.
        unsafe {
            (*BEFORE.0.get()).write(before);
            (*CHANGED.0.get()).write(changed);
            (*TEXTS.0.get()).write(texts);
        }
        RESTORED.store(false, Ordering::SeqCst);
        watch::start(fd);
        let guard = Self { fd, texts, found_restored: 0 };
        if !set(fd, &changed) {
            return None;
        }
        write(fd, texts.enter);
        Some(guard)
    }

    /// Changes the attributes again if a signal restored them and the process went on for a while. Returns
    /// whether it did so; what was drawn is then gone.
    pub fn keep(&mut self) -> bool {
        if !RESTORED.load(Ordering::SeqCst) || EXITING.load(Ordering::SeqCst) {
            return false;
        }
        self.found_restored += 1;
        if self.found_restored < PATIENCE {
            return false;
        }
        self.found_restored = 0;
        RESTORED.store(false, Ordering::SeqCst);
        watch::renew();
        // SAFETY: written before this guard was made, and only read since.
        set(self.fd, unsafe { (*CHANGED.0.get()).assume_init_ref() });
        write(self.fd, self.texts.enter);
        true
    }
}

impl Drop for AttributeGuard {
    fn drop(&mut self) {
        // SAFETY: written before this guard was made, and only read since.
        set(self.fd, unsafe { (*BEFORE.0.get()).assume_init_ref() });
        write(self.fd, self.texts.leave);
        watch::stop();
        FD.store(-1, Ordering::SeqCst);
        CLAIMED.store(false, Ordering::SeqCst);
    }
}

fn attributes(fd: RawFd) -> Option<termios> {
    let mut current = MaybeUninit::<termios>::uninit();
    // SAFETY: tcgetattr fills the structure it is given, or fails.
    unsafe { (libc::tcgetattr(fd, current.as_mut_ptr()) == 0).then(|| current.assume_init()) }
}
