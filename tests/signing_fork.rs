//! A forked child does not repeat the nonces of its parent.

#![cfg(unix)]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use std::io::Read as _;
use std::os::fd::FromRawFd as _;

use netsuite_tba::random;

fn nonce() -> [u8; random::NONCE_LENGTH] {
    let mut nonce = [0; random::NONCE_LENGTH];
    random::fill_alphanumeric(&mut nonce).unwrap();
    nonce
}

#[test]
fn a_forked_child_draws_nonces_of_its_own() {
    let before = nonce();
    let mut ends = [0; 2];
    // SAFETY: room for the two ends of a pipe.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: the child draws a nonce, writes it and ends, without running anything of the harness.
    unsafe {
        let child = libc::fork();
        assert!(child >= 0);
        if child == 0 {
            let nonce = nonce();
            libc::write(ends[1], nonce.as_ptr().cast(), nonce.len());
            libc::_exit(0);
        }
        libc::close(ends[1]);
        libc::waitpid(child, std::ptr::null_mut(), 0);
    }
    let mut of_child = Vec::new();
    // SAFETY: the end of the pipe is ours alone.
    unsafe { std::fs::File::from_raw_fd(ends[0]) }.read_to_end(&mut of_child).unwrap();
    assert_eq!(of_child.len(), random::NONCE_LENGTH);
    assert_ne!(of_child, before);
    assert_ne!(of_child, nonce());
}
