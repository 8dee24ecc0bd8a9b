//! Nonces and `state` values: alphanumerics from the OS random source, drawn from a pool per
//! thread.
//!
//! Asking the OS for each nonce would cost more than all other random work of a signature. A pool
//! per thread needs no lock, and a forked child starts with an empty one.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};

use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// How many random bytes are requested from the OS at a time. Each character uses six bits of them.
const DRAW: usize = 1536;
const POOL: usize = DRAW / 3 * 4;
/// The length of a nonce (NetSuite help: at least 6 characters, 20 recommended).
pub const NONCE_LENGTH: usize = 20;

/// A pool of random characters. The unused ones are `ready[used..filled]`.
struct Pool {
    ready: [u8; POOL],
    used: usize,
    filled: usize,
    /// How often this process had been forked when the pool was filled. A child must not repeat its
    /// parent's nonces.
    forks: u32,
}

thread_local! {
    static RANDOM: RefCell<Pool> =
        const { RefCell::new(Pool { ready: [0; POOL], used: 0, filled: 0, forks: 0 }) };
}

/// The character for six random bits. Two of the 64 values have no character and are discarded;
/// otherwise some characters would be more likely than others.
static CHARACTER: [u8; 64] = {
    let mut table = [0u8; 64];
    let mut value = 0;
    while value < ALPHABET.len() {
        table[value] = ALPHABET[value];
        value += 1;
    }
    table
};

impl Pool {
    fn fill(&mut self, mut out: &mut [u8]) -> Result<()> {
        if self.forks != FORKS.load(Ordering::Relaxed) {
            self.used = self.filled;
        }
        while !out.is_empty() {
            if self.used == self.filled {
                self.refill()?;
            }
            let taken = out.len().min(self.filled - self.used);
            let ready = &mut self.ready[self.used..self.used + taken];
            out[..taken].copy_from_slice(ready);
            // A `state` value was a secret for a while, so no copy of it stays here.
            ready.fill(0);
            self.used += taken;
            out = &mut out[taken..];
        }
        Ok(())
    }

    fn refill(&mut self) -> Result<()> {
        self.forks = FORKS.load(Ordering::Relaxed);
        (self.used, self.filled) = (0, 0);
        let mut drawn = Zeroizing::new([0u8; DRAW]);
        getrandom::fill(&mut *drawn).map_err(|error| {
            Error::new(Code::Internal, format!("The system gave no random numbers: {error}."))
        })?;
        for &[a, b, c] in drawn.as_chunks::<3>().0 {
            let bits = u32::from_be_bytes([0, a, b, c]);
            for shift in [18, 12, 6, 0] {
                let character = CHARACTER[(bits >> shift & 63) as usize];
                self.ready[self.filled] = character;
                self.filled += usize::from(character != 0);
            }
        }
        Ok(())
    }
}

static FORKS: AtomicU32 = AtomicU32::new(0);

/// Makes every thread draw new random bytes. A forked child calls this, so that it does not repeat
/// its parent's nonces. It is only an atomic addition, which is allowed between fork and exec.
pub fn forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// Fills `out` with random alphanumerics.
///
/// # Errors
/// [`Code::Internal`] when the OS provides no random numbers.
pub fn fill_alphanumeric(out: &mut [u8]) -> Result<()> {
    RANDOM.with_borrow_mut(|pool| pool.fill(out))
}

/// Returns a random text of `length` alphanumerics.
///
/// # Errors
/// As [`fill_alphanumeric`].
pub fn alphanumeric(length: usize) -> Result<String> {
    let mut out = vec![0; length];
    fill_alphanumeric(&mut out)?;
    Ok(crate::signer::encode::into_ascii(out))
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
            // Comparing 16 of the 20 characters is stricter and takes a third of the memory.
            let (head, _) = nonce.split_first_chunk::<16>().unwrap();
            assert!(seen.insert(u128::from_le_bytes(*head)));
        }
    }

    #[test]
    fn a_text_longer_than_the_pool_is_filled_whole() {
        let text = alphanumeric(3 * POOL + 1).unwrap();
        assert_eq!(text.len(), 3 * POOL + 1);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric()));
    }

    #[test]
    fn what_was_given_out_does_not_stay_in_the_pool() {
        let mut out = [0u8; 32];
        fill_alphanumeric(&mut out).unwrap();
        RANDOM.with_borrow(|pool| {
            assert!(pool.ready[..pool.used].iter().all(|&b| b == 0) && pool.used >= 32);
        });
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
