//! Terminal attributes that are changed for a while, and set back on every way out.
//!
//! A pasted address holds a verifier, which does not belong on a screen; a question draws what is
//! typed itself. A destructor is not enough to set the terminal back: a signal, `process.exit` and an
//! uncaught exception end Node without running one. So the signals that end a process are watched
//! while attributes are changed ([`watch`]), and a function runs at exit ([`state`]).
//!
//! The handler sets the terminal back, reinstates whatever handled the signal before and raises it
//! again, so that the signal takes exactly the course it would have taken. A host that handles the
//! signal and goes on finds the question open still: [`AttributeGuard::keep`] changes the attributes
//! again. SIGCONT does so at once, because a shell has given the terminal its own settings meanwhile.
//! All that handlers call is async-signal-safe (POSIX.1-2017, 2.4.3).

mod state;
mod watch;

use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::atomic::Ordering;

use libc::termios;

pub use state::Texts;
use state::{BEFORE, CHANGED, CLAIMED, EXITING, FD, RESTORED, TEXTS, set, write};

/// How many calls of [`AttributeGuard::keep`] a host gets to end the process after a signal.
const PATIENCE: u8 = 8;

/// The attributes are changed while this lives. One at a time in a process.
pub struct AttributeGuard {
    fd: RawFd,
    texts: Texts,
    /// How often `keep` found the terminal set back.
    found_restored: u8,
}

impl AttributeGuard {
    /// Switches echo off on a terminal. `None` when the terminal refuses, or its attributes are
    /// changed already by another of these.
    pub fn without_echo(fd: RawFd) -> Option<Self> {
        Self::with(fd, Texts::NONE, |quiet| {
            quiet.c_lflag &= !libc::ECHO;
            // The line end stays visible, so that what is said next starts on a line of its own.
            quiet.c_lflag |= libc::ECHONL | libc::ICANON | libc::ISIG;
        })
    }

    /// The same, with every key reported at once, Ctrl-C among them.
    pub fn raw(fd: RawFd, texts: Texts) -> Option<Self> {
        Self::with(fd, texts, |raw| {
            let output = raw.c_oflag;
            // SAFETY: it only changes the structure it is given.
            unsafe { libc::cfmakeraw(raw) };
            // What others print meanwhile keeps its line ends.
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

    /// Changes the attributes again where a signal set them back and the process has lived on for a
    /// while. True when it did so: what was drawn is gone.
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
