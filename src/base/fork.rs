//! Notices that the process was forked.

/// Makes a forked child process draw its own random numbers. Comparing process IDs would work too, but
/// needs a system call for every nonce, which costs about as much as three SHA-256 blocks.
#[cfg(unix)]
pub fn watch() {
    extern "C" fn in_child() {
        crate::signer::random::forked();
    }
    static WATCH: std::sync::Once = std::sync::Once::new();
    // SAFETY: the handler is a plain function that only adds to an atomic, which is allowed between
    // fork and exec. If it cannot be registered, memory has run out.
    WATCH.call_once(|| unsafe {
        libc::pthread_atfork(None, None, Some(in_child));
    });
}

/// Windows has no fork.
#[cfg(not(unix))]
pub fn watch() {}
