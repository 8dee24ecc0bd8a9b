//! The attributes before and after, as signal handlers need them, and setting the terminal back.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use libc::termios;

/// What handlers need. Written while [`CLAIMED`] is held and before any handler is installed; only read
/// afterwards.
pub(super) struct Shared<T>(pub(super) UnsafeCell<MaybeUninit<T>>);

// SAFETY: see the rule above; `FD` is stored last and loaded first, with release and acquire.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(super) const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }
}

pub(super) static CLAIMED: AtomicBool = AtomicBool::new(false);
/// The terminal, or -1 while nothing is changed.
pub(super) static FD: AtomicI32 = AtomicI32::new(-1);
/// A handler has set the terminal back, and the process lives on.
pub(super) static RESTORED: AtomicBool = AtomicBool::new(false);
/// The process is about to end.
pub(super) static EXITING: AtomicBool = AtomicBool::new(false);
pub(super) static BEFORE: Shared<termios> = Shared::new();
pub(super) static CHANGED: Shared<termios> = Shared::new();
pub(super) static TEXTS: Shared<Texts> = Shared::new();

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

/// `TCSANOW` keeps what was typed already.
pub(super) fn set(fd: RawFd, attributes: &termios) -> bool {
    // SAFETY: the pointer is to a whole structure that outlives the call.
    unsafe { libc::tcsetattr(fd, libc::TCSANOW, attributes) == 0 }
}

/// Async-signal-safe. A terminal that takes nothing is left alone.
pub(super) fn write(fd: RawFd, text: &str) {
    if !text.is_empty() {
        // SAFETY: the text outlives the call.
        let _ = unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
    }
}

/// Sets the terminal back because the process ends, or may end. Async-signal-safe.
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

/// Has the terminal set back by `exit`, which `process.exit` and an uncaught exception end in.
pub(super) fn restore_at_exit() {
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
