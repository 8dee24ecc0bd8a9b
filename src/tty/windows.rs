//! The console of Windows.

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
        // SAFETY: takes a constant and returns a handle that stays the process's own.
        unsafe { GetStdHandle(which) }
    }
}

/// The console mode of a stream; nothing where it is no console.
pub fn mode(stream: Stream) -> Option<u32> {
    let mut mode = 0;
    // SAFETY: fills the number given, or fails, also for a handle that is not valid.
    let done = unsafe { GetConsoleMode(stream.handle(), &raw mut mode) };
    (done != 0).then_some(mode)
}

fn set_mode(mode: u32) -> bool {
    // SAFETY: takes a handle and a number.
    unsafe { SetConsoleMode(Stream::Input.handle(), mode) != 0 }
}

/// How many bytes a pipe at stdin holds; nothing where it is no pipe, or will hold no more.
pub fn bytes_waiting() -> Option<u32> {
    let mut count = 0;
    let null = std::ptr::null_mut();
    // SAFETY: only the count is asked for; the other pointers are documented as optional.
    let done = unsafe {
        PeekNamedPipe(Stream::Input.handle(), null, 0, null.cast(), &raw mut count, null.cast())
    };
    (done != 0).then_some(count)
}

/// Sends Ctrl-C to every process of this console, as the console itself does.
pub fn interrupt() {
    // SAFETY: takes two numbers.
    unsafe {
        GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0);
    }
}

/// What the console does with keys unless it is told otherwise.
const COOKED: u32 = ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT | ENABLE_PROCESSED_INPUT;

static RAW: AtomicBool = AtomicBool::new(false);
static BEFORE: AtomicU32 = AtomicU32::new(0);

/// The console with every key reported at once and none shown, until it is dropped or the process
/// ends. One at a time.
pub struct RawMode {
    raw: u32,
}

impl RawMode {
    /// Takes the console, where there is one and nobody here has taken it.
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

    /// Takes the console again where another program has set its mode meanwhile. True when it did.
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

/// A console keeps its mode when a process ends, so it is set back by `exit`, too.
fn restore_at_exit() {
    unsafe extern "C" {
        fn atexit(function: extern "C" fn()) -> std::ffi::c_int;
    }
    extern "C" fn at_exit() {
        restore();
    }
    static ONCE: Once = Once::new();
    // SAFETY: a function of the C library every program of Windows is linked with; it is given a plain
    // function that stays loaded.
    ONCE.call_once(|| unsafe {
        atexit(at_exit);
    });
}
