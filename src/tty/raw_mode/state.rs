//! The attributes before and after the change, as signal handlers need them, and how the terminal is
//! restored.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use libc::termios;

/// What handlers need. Written while [`CLAIMED`] is held and before any handler is installed. Only read
/// after that.
pub(super) struct Shared<T>(pub(super) UnsafeCell<MaybeUninit<T>>);

// SAFETY: see the rule above; `FD` is stored last and loaded first, with release and acquire.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }
}

pub(super) static CLAIMED: AtomicBool = AtomicBool::new(false);
/// The terminal's descriptor, or -1 while nothing is changed.
pub(super) static FD: AtomicI32 = AtomicI32::new(-1);
/// A handler has restored the terminal, and the process goes on.
pub(super) static RESTORED: AtomicBool = AtomicBool::new(false);
/// The process is about to end.
pub(super) static EXITING: AtomicBool = AtomicBool::new(false);
pub(super) static BEFORE: Shared<termios> = Shared::new();
pub(super) static CHANGED: Shared<termios> = Shared::new();
pub(super) static TEXTS: Shared<Texts> = Shared::new();

/// What is written to the terminal when its attributes change.
#[derive(Clone, Copy)]
pub struct Texts {
    /// Written when they are changed.
    pub enter: &'static str,
    /// Written when they are restored normally.
    pub leave: &'static str,
    /// Written when they are restored because the process ends. It also erases the rest of the question.
    pub abandon: &'static str,
}

impl Texts {
    /// Writes nothing.
    pub const NONE: Self = Self { enter: "", leave: "", abandon: "" };
}

/// `TCSANOW` keeps typed text that has not been read yet.
pub(super) fn set(fd: RawFd, attributes: &termios) -> bool {
    // SAFETY: the pointer refers to a complete structure that outlives the call.
    unsafe { libc::tcsetattr(fd, libc::TCSANOW, attributes) == 0 }
}

/// Async-signal-safe. Does nothing if the terminal does not accept data.
pub(super) fn write(fd: RawFd, text: &str) {
    if !text.is_empty() {
        // SAFETY: the text outlives the call.
        let _ = unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
    }
}

/// Restores the terminal because the process ends or may end. Async-signal-safe.
pub(super) fn abandon() {
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

/// Makes `exit` restore the terminal. `process.exit` and an uncaught exception end in `exit`.
pub(super) fn restore_at_exit() {
    extern "C" fn at_exit() {
        EXITING.store(true, Ordering::SeqCst);
        abandon();
    }
    static ONCE: Once = Once::new();
    // SAFETY: a plain function that stays loaded. Registering it fails only when memory has run out.
    ONCE.call_once(|| unsafe {
        libc::atexit(at_exit);
    });
}
