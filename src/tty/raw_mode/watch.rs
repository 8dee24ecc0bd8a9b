//! Watches signals while terminal attributes are changed.

use std::os::fd::RawFd;
use std::sync::atomic::Ordering;

use libc::{c_int, sigaction};

use crate::tty::raw_mode::state::{
    CHANGED, FD, RESTORED, Shared, TEXTS, abandon, restore_at_exit, set, write,
};

const WATCHED: usize = 10;
/// The signals that end a process, and SIGCONT, which wakes a suspended process.
const SIGNALS: [c_int; WATCHED] = [
    libc::SIGINT,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGQUIT,
    libc::SIGABRT,
    libc::SIGALRM,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGXCPU,
    libc::SIGCONT,
];
/// The signals that mean "end" even to a host that handles them. The others are watched only if they
/// would end the process at once, because a host may use them for anything.
const REQUESTS_TO_END: [c_int; 4] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT];

/// The previous handler of each signal.
static ACTIONS: Shared<[sigaction; WATCHED]> = Shared::new();

/// Installs the handlers. The caller has claimed the terminal.
pub(super) fn start(fd: RawFd) {
    restore_at_exit();
    // SAFETY: sigaction only fills the given structures. ACTIONS is written under the claim, before the
    // handlers that read it are installed.
    unsafe {
        let mut actions: [sigaction; WATCHED] = std::mem::zeroed();
        for (signal, action) in SIGNALS.iter().zip(&mut actions) {
            libc::sigaction(*signal, std::ptr::null(), action);
        }
        (*ACTIONS.0.get()).write(actions);
    }
    FD.store(fd, Ordering::Release);
    renew();
}

/// Installs the missing handlers again. Each handler removes itself when it has run.
pub(super) fn renew() {
    // SAFETY: ACTIONS was written by `start`; sigaction only reads and fills the structures given.
    unsafe {
        let actions = (*ACTIONS.0.get()).assume_init_ref();
        let mut ours: sigaction = std::mem::zeroed();
        ours.sa_flags = libc::SA_RESTART;
        libc::sigemptyset(&raw mut ours.sa_mask);
        // Setting attributes from the background would suspend the process instead of ending it.
        libc::sigaddset(&raw mut ours.sa_mask, libc::SIGTTOU);
        for (signal, before) in SIGNALS.iter().zip(actions) {
            ours.sa_sigaction = handler(*signal);
            // An ignored signal (nohup) stays ignored, and a newer handler stays in place.
            if is_watched(*signal, before) && current(*signal) == before.sa_sigaction {
                libc::sigaction(*signal, &raw const ours, std::ptr::null_mut());
            }
        }
    }
}

fn is_watched(signal: c_int, before: &sigaction) -> bool {
    match before.sa_sigaction {
        libc::SIG_IGN => false,
        libc::SIG_DFL => true,
        _ => signal == libc::SIGCONT || REQUESTS_TO_END.contains(&signal),
    }
}

/// Reinstates the previous handlers, except where a newer handler was installed.
pub(super) fn stop() {
    // SAFETY: ACTIONS was written by `start` and is not written while the claim is held.
    unsafe {
        let actions = (*ACTIONS.0.get()).assume_init_ref();
        for (signal, before) in SIGNALS.iter().zip(actions) {
            if current(*signal) == handler(*signal) {
                libc::sigaction(*signal, before, std::ptr::null_mut());
            }
        }
    }
}

/// The current handler of a signal.
fn current(signal: c_int) -> libc::sighandler_t {
    // SAFETY: sigaction fills the structure that it is given.
    unsafe {
        let mut current: sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut current);
        current.sa_sigaction
    }
}

fn handler(signal: c_int) -> libc::sighandler_t {
    let function: extern "C" fn(c_int) =
        if signal == libc::SIGCONT { change_again } else { abandon_and_raise };
    function as libc::sighandler_t
}

/// The previous handler of a signal. Async-signal-safe.
fn before(signal: c_int) -> Option<&'static sigaction> {
    // SAFETY: ACTIONS was written before a handler was installed, and is only read since.
    let actions = unsafe { (*ACTIONS.0.get()).assume_init_ref() };
    SIGNALS.iter().zip(actions).find(|(watched, _)| **watched == signal).map(|(_, action)| action)
}

/// Restores the terminal in the foreground only: in the background it belongs to another process.
extern "C" fn change_again(signal: c_int) {
    let fd = FD.load(Ordering::Acquire);
    // SAFETY: the statics were written before this handler was installed. The previous handler is a
    // function of one argument, unless it asked for more or is one of the two constants.
    unsafe {
        if fd >= 0 && libc::tcgetpgrp(fd) == libc::getpgrp() {
            set(fd, (*CHANGED.0.get()).assume_init_ref());
            write(fd, (*TEXTS.0.get()).assume_init_ref().enter);
            RESTORED.store(false, Ordering::SeqCst);
        }
        if let Some(action) = before(signal) {
            let callable = ![libc::SIG_DFL, libc::SIG_IGN].contains(&action.sa_sigaction)
                && action.sa_flags & libc::SA_SIGINFO == 0;
            if callable {
                let function: extern "C" fn(c_int) = std::mem::transmute(action.sa_sigaction);
                function(signal);
            }
        }
    }
}

extern "C" fn abandon_and_raise(signal: c_int) {
    abandon();
    if let Some(action) = before(signal) {
        // SAFETY: a complete structure that is only read; both calls are async-signal-safe.
        unsafe {
            libc::sigaction(signal, action, std::ptr::null_mut());
            libc::raise(signal);
        }
    }
}
