//! Terminal attributes that are changed for a while, and set back on every way out.
//!
//! A pasted address holds a verifier, which does not belong on a screen; a question draws what is
//! typed itself. A destructor is not enough to set the terminal back: a signal, `process.exit` and an
//! uncaught exception end Node without running one. So the signals that end a process are watched
//! while attributes are changed ([`watch`]), and a function runs at exit ([`restore_at_exit`]).
//!
//! The handler sets the terminal back, reinstates whatever handled the signal before and raises it
//! again, so that the signal takes exactly the course it would have taken. A host that handles the
//! signal and goes on finds the question open still: [`AttributeGuard::keep`] changes the attributes
//! again. SIGCONT does so at once, because a shell has given the terminal its own settings meanwhile.
//! All that handlers call is async-signal-safe (POSIX.1-2017, 2.4.3).

mod watch;

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use libc::termios;

/// How many calls of [`AttributeGuard::keep`] a host gets to end the process after a signal.
const PATIENCE: u8 = 8;

/// What handlers need. Written while [`CLAIMED`] is held and before any handler is installed; only read
/// afterwards.
struct Shared<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: see the rule above; `FD` is stored last and loaded first, with release and acquire.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }
}

static CLAIMED: AtomicBool = AtomicBool::new(false);
/// The terminal, or -1 while nothing is changed.
static FD: AtomicI32 = AtomicI32::new(-1);
/// A handler has set the terminal back, and the process lives on.
static RESTORED: AtomicBool = AtomicBool::new(false);
/// The process is about to end.
static EXITING: AtomicBool = AtomicBool::new(false);
static BEFORE: Shared<termios> = Shared::new();
static CHANGED: Shared<termios> = Shared::new();
static TEXTS: Shared<Texts> = Shared::new();

/// What is written to the terminal along with the attributes.
#[derive(Clone, Copy)]
pub struct Texts {
    /// When they are changed.
    pub enter: &'static str,
    /// When they are set back in the ordinary way.
    pub leave: &'static str,
    /// When they are set back because the process ends: what is left of the question goes as well.
    pub abandon: &'static str,
}

impl Texts {
    /// Nothing at all.
    pub const NONE: Self = Self { enter: "", leave: "", abandon: "" };
}

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

/// `TCSANOW` keeps what was typed already.
fn set(fd: RawFd, attributes: &termios) -> bool {
    // SAFETY: the pointer is to a whole structure that outlives the call.
    unsafe { libc::tcsetattr(fd, libc::TCSANOW, attributes) == 0 }
}

/// Async-signal-safe. A terminal that takes nothing is left alone.
fn write(fd: RawFd, text: &str) {
    if !text.is_empty() {
        // SAFETY: the text outlives the call.
        let _ = unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
    }
}

/// Sets the terminal back because the process ends, or may end. Async-signal-safe.
fn abandon() {
    let fd = FD.load(Ordering::Acquire);
    if fd < 0 || RESTORED.swap(true, Ordering::SeqCst) {
        return;
    }
    // SAFETY: both were written before `FD` was stored, and are only read since.
    unsafe {
        set(fd, (*BEFORE.0.get()).assume_init_ref());
        write(fd, (*TEXTS.0.get()).assume_init_ref().abandon);
    }
}

/// Has the terminal set back by `exit`, which `process.exit` and an uncaught exception end in.
fn restore_at_exit() {
    extern "C" fn at_exit() {
        EXITING.store(true, Ordering::SeqCst);
        abandon();
    }
    static ONCE: Once = Once::new();
    // SAFETY: a plain function that stays loaded; if it cannot be registered, memory has run out.
    ONCE.call_once(|| unsafe {
        libc::atexit(at_exit);
    });
}
