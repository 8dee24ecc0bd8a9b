//! The Windows console.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{
    CTRL_C_EVENT, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, ENABLE_PROCESSED_INPUT,
    GenerateConsoleCtrlEvent, GetConsoleMode, GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE,
    SetConsoleMode,
};
use windows_sys::Win32::System::Pipes::PeekNamedPipe;

/// One of the standard streams.
#[derive(Clone, Copy)]
pub enum Stream {
    /// stdin
    Input,
    /// stderr
    Error,
}

impl Stream {
    fn handle(self) -> HANDLE {
        let which = match self {
            Self::Input => STD_INPUT_HANDLE,
            Self::Error => STD_ERROR_HANDLE,
        };
        // SAFETY: takes a constant and returns a handle that the process keeps.
        unsafe { GetStdHandle(which) }
    }
}

/// The console mode of a stream, or `None` if it is not a console.
pub fn mode(stream: Stream) -> Option<u32> {
    let mut mode = 0;
    // SAFETY: fills the given number or fails, also for an invalid handle.
    let done = unsafe { GetConsoleMode(stream.handle(), &raw mut mode) };
    (done != 0).then_some(mode)
}

fn set_mode(mode: u32) -> bool {
    // SAFETY: takes a handle and a number.
    unsafe { SetConsoleMode(Stream::Input.handle(), mode) != 0 }
}

/// How many bytes wait in a pipe at stdin, or `None` if it is not a pipe or has ended.
pub fn bytes_waiting() -> Option<u32> {
    let mut count = 0;
    let null = std::ptr::null_mut();
    // SAFETY: only the count is requested; the other pointers are documented as optional.
    let done = unsafe {
        PeekNamedPipe(Stream::Input.handle(), null, 0, null.cast(), &raw mut count, null.cast())
    };
    (done != 0).then_some(count)
}

/// Sends Ctrl-C to every process of this console, as the console does.
pub fn interrupt() {
    // SAFETY: takes two numbers.
    unsafe {
        GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    }
}

/// How the console handles keys by default.
const COOKED: u32 = ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT;

static RAW: AtomicBool = AtomicBool::new(false);
static BEFORE: AtomicU32 = AtomicU32::new(0);

/// The console in raw mode, until this is dropped or the process ends: every key is reported at once
/// and none is shown. A process has at most one.
pub struct RawMode {
    raw: u32,
}

impl RawMode {
    /// Takes the console, if there is one and this process has not taken it already.
    pub fn enter() -> Option<Self> {
        let before = mode(Stream::Input)?;
        if RAW.swap(true, Ordering::SeqCst) {
            return None;
        }
        BEFORE.store(before, Ordering::SeqCst);
        restore_at_exit();
        let raw = before & !COOKED;
        if !set_mode(raw) {
            RAW.store(false, Ordering::SeqCst);
            return None;
        }
        Some(Self { raw })
    }

    /// Takes the console again if another program has set its mode meanwhile. Returns whether it did so.
    pub fn renew(&mut self) -> bool {
        mode(Stream::Input).is_some_and(|mode| mode != self.raw) && set_mode(self.raw)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        restore();
    }
}

fn restore() {
    if RAW.swap(false, Ordering::SeqCst) {
        set_mode(BEFORE.load(Ordering::SeqCst));
    }
}

/// A console keeps its mode when a process ends, so `exit` restores it, too.
fn restore_at_exit() {
    unsafe extern "C" {
        fn atexit(function: extern "C" fn()) -> std::ffi::c_int;
    }
    extern "C" fn at_exit() {
        restore();
    }
    static ONCE: Once = Once::new();
    // SAFETY: a function of the C runtime that every Windows program is linked with. It gets a plain
    // function that stays loaded.
    ONCE.call_once(|| unsafe {
        atexit(at_exit);
    });
}
