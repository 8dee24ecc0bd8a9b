//! Echo off for a while, and on again on every way out, signals included.
//!
//! A pasted address holds a verifier, which does not belong on a screen; a question draws what is
//! typed itself. A destructor is not enough to bring echo back: Ctrl-C usually ends Node without
//! running one. So SIGINT, SIGTERM, SIGHUP and SIGQUIT are watched while echo is off. The watcher
//! sets the terminal right, puts back whatever handled the signal before and raises it again, so
//! that the signal takes exactly the course it would have taken. SIGCONT switches echo off again
//! and goes on to whoever handled it. All that is called is async-signal-safe (POSIX.1-2017, 2.4.3).

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use libc::{c_int, sigaction, termios};

const WATCHED: usize = 5;
/// What ends a process, and what wakes one that was stopped: a shell has given the terminal its own
/// settings meanwhile, echo among them.
const SIGNALS: [c_int; WATCHED] =
    [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT, libc::SIGCONT];

/// What the signal handler needs. Written while [`CLAIMED`] is held and before any handler is
/// installed; only read afterwards.
struct Shared<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: see the rule above; `FD` is stored last and loaded first, with release and acquire.
unsafe impl<T> Sync for Shared<T> {}

static CLAIMED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(-1);
static BEFORE: Shared<termios> = Shared(UnsafeCell::new(MaybeUninit::uninit()));
static CHANGED: Shared<termios> = Shared(UnsafeCell::new(MaybeUninit::uninit()));
static ACTIONS: Shared<[sigaction; WATCHED]> = Shared(UnsafeCell::new(MaybeUninit::uninit()));

/// Echo is off while this lives. One at a time in a process.
pub struct AttributeGuard {
    fd: RawFd,
    before: termios,
}

impl AttributeGuard {
    /// Switches echo off on a terminal. `None` when the terminal refuses, or echo is off already
    /// by another of these.
    pub fn without_echo(fd: RawFd) -> Option<Self> {
        Self::with(fd, |quiet| {
            quiet.c_lflag &= !libc::ECHO;
            // The line end stays visible, so that what is said next starts on a line of its own.
            quiet.c_lflag |= libc::ECHONL | libc::ICANON | libc::ISIG;
        })
    }

    /// The same, with every key told at once, Ctrl-C among them.
    pub fn raw(fd: RawFd) -> Option<Self> {
        Self::with(fd, |raw| {
            let output = raw.c_oflag;
            // SAFETY: it only changes the structure it is given.
            unsafe { libc::cfmakeraw(raw) };
            // What others print meanwhile keeps its line ends.
            raw.c_oflag = output;
        })
    }

    fn with(fd: RawFd, change: impl FnOnce(&mut termios)) -> Option<Self> {
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
        }
        watch_signals(fd);
        let guard = Self { fd, before };
        set(fd, &changed).then_some(guard)
    }
}

impl Drop for AttributeGuard {
    fn drop(&mut self) {
        set(self.fd, &self.before);
        unwatch_signals();
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

fn watch_signals(fd: RawFd) {
    // SAFETY: sigaction only reads and fills the structures given; ACTIONS is written under the
    // claim before the handler that reads it can run, because FD is stored first thing after.
    unsafe {
        let mut actions: [sigaction; WATCHED] = std::mem::zeroed();
        for (signal, action) in SIGNALS.iter().zip(&mut actions) {
            libc::sigaction(*signal, std::ptr::null(), action);
        }
        (*ACTIONS.0.get()).write(actions);
        FD.store(fd, Ordering::Release);
        let mut ours: sigaction = std::mem::zeroed();
        ours.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut ours.sa_mask);
        // Setting attributes from the background would stop the process instead of ending it.
        libc::sigaddset(&raw mut ours.sa_mask, libc::SIGTTOU);
        for (signal, action) in SIGNALS.iter().zip(&actions) {
            ours.sa_sigaction = handler(*signal);
            // An ignored signal (nohup) stays ignored.
            if action.sa_sigaction != libc::SIG_IGN {
                libc::sigaction(*signal, &raw const ours, std::ptr::null_mut());
            }
        }
    }
}

/// Puts the handlers back, except where somebody has installed a newer one meanwhile.
fn unwatch_signals() {
    // SAFETY: ACTIONS was written by `watch_signals`, and nobody writes it while the claim is held.
    unsafe {
        let actions = (*ACTIONS.0.get()).assume_init_ref();
        for (signal, action) in SIGNALS.iter().zip(actions) {
            let mut current: sigaction = std::mem::zeroed();
            libc::sigaction(*signal, std::ptr::null(), &raw mut current);
            if current.sa_sigaction == handler(*signal) {
                libc::sigaction(*signal, action, std::ptr::null_mut());
            }
        }
    }
}

fn handler(signal: c_int) -> libc::sighandler_t {
    let function: extern "C" fn(c_int) =
        if signal == libc::SIGCONT { change_again } else { restore_and_raise };
    function as libc::sighandler_t
}

/// Only in the foreground: in the background the terminal is somebody else's.
extern "C" fn change_again(signal: c_int) {
    let fd = FD.load(Ordering::Acquire);
    // SAFETY: as below. What handled the signal before is a function of one argument, unless it asked
    // for more or is one of the two constants.
    unsafe {
        if fd >= 0 && libc::tcgetpgrp(fd) == libc::getpgrp() {
            libc::tcsetattr(fd, libc::TCSANOW, (*CHANGED.0.get()).as_ptr());
        }
        let actions = (*ACTIONS.0.get()).assume_init_ref();
        for (watched, action) in SIGNALS.iter().zip(actions) {
            let callable = ![libc::SIG_DFL, libc::SIG_IGN].contains(&action.sa_sigaction)
                && action.sa_flags & libc::SA_SIGINFO == 0;
            if *watched == signal && callable {
                let before: extern "C" fn(c_int) = std::mem::transmute(action.sa_sigaction);
                before(signal);
            }
        }
    }
}

extern "C" fn restore_and_raise(signal: c_int) {
    let fd = FD.load(Ordering::Acquire);
    // SAFETY: both structures were written before this handler was installed; every function
    // called is async-signal-safe.
    unsafe {
        if fd >= 0 {
            libc::tcsetattr(fd, libc::TCSANOW, (*BEFORE.0.get()).as_ptr());
        }
        let actions = (*ACTIONS.0.get()).assume_init_ref();
        for (watched, action) in SIGNALS.iter().zip(actions) {
            if *watched == signal {
                libc::sigaction(signal, action, std::ptr::null_mut());
            }
        }
        libc::raise(signal);
    }
}
