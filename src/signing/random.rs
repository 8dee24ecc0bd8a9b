//! Nonces and states: alphanumerics from the OS random source, drawn from a pool per thread.
//!
//! A request of its own to the OS for every nonce costs more than the rest of a signature's
//! random part; a pool per thread needs no lock, and a child process starts with an empty one.

use std::cell::RefCell;

use crate::error::{Code, Error, Result};

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The largest multiple of 62 below 256: bytes from here on are thrown away, or some characters
/// would be likelier than others.
const FAIR: u8 = 248;
const POOL: usize = 1024;
/// Length of a nonce (NetSuite help: at least 6 characters, 20 recommended).
pub const NONCE_LENGTH: usize = 20;

struct Pool {
    bytes: [u8; POOL],
    used: usize,
    /// A forked child must not repeat its parent's nonces.
    process: u32,
}

thread_local! {
    static RANDOM: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; POOL], used: POOL, process: 0 }) };
}

impl Pool {
    fn fill(&mut self, out: &mut [u8]) -> Result<()> {
        let mut done = 0;
        while done < out.len() {
            if self.used == POOL {
                getrandom::fill(&mut self.bytes).map_err(|error| {
                    Error::new(
                        Code::Internal,
                        format!("The system gave no random numbers: {error}."),
                    )
                })?;
                self.used = 0;
                self.process = std::process::id();
            }
            let byte = std::mem::take(&mut self.bytes[self.used]);
            self.used += 1;
            if byte < FAIR {
                out[done] = ALPHABET[usize::from(byte % 62)];
                done += 1;
            }
        }
        Ok(())
    }
}

/// Fills `out` with random alphanumerics.
///
/// # Errors
/// [`Code::Internal`] when the OS has no random numbers to give.
pub fn fill_alphanumeric(out: &mut [u8]) -> Result<()> {
    RANDOM.with_borrow_mut(|pool| {
        if pool.used < POOL && pool.process != std::process::id() {
            pool.used = POOL;
        }
        pool.fill(out)
    })
}

/// A random text of `length` alphanumerics.
///
/// # Errors
/// As [`fill_alphanumeric`].
pub fn alphanumeric(length: usize) -> Result<String> {
    let mut out = vec![0; length];
    fill_alphanumeric(&mut out)?;
    Ok(super::encode::into_ascii(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn nonces_are_alphanumeric_and_all_characters_occur() {
        let text = alphanumeric(20_000).unwrap();
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric()));
        let counts = ALPHABET.map(|c| text.bytes().filter(|&b| b == c).count());
        assert!(counts.iter().all(|&n| (200..460).contains(&n)), "{counts:?}");
    }

    #[test]
    fn ten_million_nonces_do_not_repeat() {
        let mut seen = HashSet::with_capacity(10_000_000);
        let mut nonce = [0u8; NONCE_LENGTH];
        for _ in 0..10_000_000 {
            fill_alphanumeric(&mut nonce).unwrap();
            // 16 of the 20 characters: a stricter claim in a third of the memory.
            let (head, _) = nonce.split_first_chunk::<16>().unwrap();
            assert!(seen.insert(u128::from_le_bytes(*head)));
        }
    }

    #[test]
    fn threads_draw_from_pools_of_their_own() {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                std::thread::spawn(|| {
                    (0..1000).map(|_| alphanumeric(20).unwrap()).collect::<Vec<_>>()
                })
            })
            .collect();
        let all: HashSet<String> = threads.into_iter().flat_map(|t| t.join().unwrap()).collect();
        assert_eq!(all.len(), 8000);
    }
}
