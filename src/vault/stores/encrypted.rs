//! Encryption of a file under a passphrase: Argon2id, then XChaCha20-Poly1305. No I/O.
//!
//! Header: magic (8), version (1), memory in KiB, passes, lanes (4 each, little endian), salt (16),
//! nonce (24). The whole header is authenticated; the key follows from its parameters and salt.

#[cfg(any(test, fuzzing))]
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::credentials::Secret;
use crate::error::{Code, Error, Result};
use crate::vault::passphrase::Passphrase;

const MAGIC: &[u8; 8] = b"NSTBAENC";
const VERSION: u8 = 1;
const KDF_LENGTH: usize = 12 + 16;
const KDF_START: usize = MAGIC.len() + 1;
const NONCE_START: usize = KDF_START + KDF_LENGTH;
const HEADER_LENGTH: usize = NONCE_START + 24;
const TAG_LENGTH: usize = 16;
/// The second recommendation of RFC 9106, on one lane: 64 MiB, three passes.
const COST: Cost = Cost { memory: 64 * 1024, passes: 3, lanes: 1 };
/// A forged header must not make the reader spend more than a file written here does.
const MOST_LANES: u32 = 4;

/// What deriving a key costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// In KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// What deriving takes: memory that is filled, times how often.
    fn work(self) -> u64 {
        u64::from(self.memory) * u64::from(self.passes)
    }

    /// Whether it takes no more memory and time than what is written here.
    fn is_bounded(self) -> bool {
        self.memory <= COST.memory && self.lanes <= MOST_LANES && self.work() <= COST.work()
    }
}

/// Parameters and salt as the header holds them: what the key depends on besides the passphrase.
type KeySource = [u8; KDF_LENGTH];

/// Opens and closes sealed bytes. Derives a key once per process: that is slow on purpose.
pub struct Seal {
    passphrase: Passphrase,
    cost: Cost,
    /// The key that opened the file, or that it was made with.
    key: Mutex<Option<Derived>>,
}

type Derived = (KeySource, Zeroizing<[u8; 32]>);

impl Seal {
    /// A seal under this passphrase.
    pub fn new(passphrase: Passphrase) -> Self {
        Self { passphrase, cost: COST, key: Mutex::new(None) }
    }

    /// The same, cheap to open: for tests.
    #[cfg(any(test, fuzzing))]
    pub fn cheap(passphrase: &str) -> Self {
        let passphrase = Secret::new(passphrase.to_owned());
        let passphrase = Passphrase::new(Some(passphrase), None, Path::new("secrets.enc"));
        Self { cost: Cost { memory: 32, passes: 1, lanes: 1 }, ..Self::new(passphrase) }
    }

    /// Whether the passphrase is there without asking anybody.
    pub fn is_known(&self) -> bool {
        self.passphrase.is_known()
    }

    /// Sees to it that there is a passphrase to close a new file with.
    ///
    /// # Errors
    /// [`Code::PassphraseMissing`].
    pub fn ready_for_new(&self) -> Result<()> {
        self.passphrase.for_new().map(|_| ())
    }

    /// Decrypts; `name` is the file's, for the message.
    ///
    /// # Errors
    /// [`Code::PassphraseWrong`] when it does not open, which damage cannot be told from;
    /// [`Code::StoreNewer`], and [`Code::StoreDamaged`] for what was never such a file.
    pub fn open(&self, sealed: &[u8], name: &str) -> Result<Zeroizing<Vec<u8>>> {
        let (Some(header), Some(body)) = (sealed.get(..HEADER_LENGTH), sealed.get(HEADER_LENGTH..))
        else {
            return Err(not_sealed(name));
        };
        if !header.starts_with(MAGIC) || body.len() < TAG_LENGTH {
            return Err(not_sealed(name));
        }
        if header[MAGIC.len()] > VERSION {
            let what = format!("{name} was encrypted by a newer version of netsuite-tba.");
            return Err(Error::new(Code::StoreNewer, what));
        }
        if header[MAGIC.len()] != VERSION {
            return Err(wrong_passphrase(name));
        }
        let mut source = [0; KDF_LENGTH];
        source.copy_from_slice(&header[KDF_START..NONCE_START]);
        let mut nonce = XNonce::default();
        nonce.copy_from_slice(&header[NONCE_START..]);
        self.passphrase.open(|passphrase| {
            let key = self.key(&source, passphrase)?.ok_or_else(|| wrong_passphrase(name))?;
            let plain = XChaCha20Poly1305::new(&Key::from(*key))
                .decrypt(&nonce, Payload { msg: body, aad: header })
                .map(Zeroizing::new)
                .map_err(|_| wrong_passphrase(name))?;
            *self.lock() = Some((source, key));
            Ok(plain)
        })
    }

    /// Encrypts with a fresh nonce; salt and parameters stay those of the file opened before.
    pub fn close(&self, plain: &[u8]) -> Result<Vec<u8>> {
        let known = self.lock().clone();
        let (source, key) = match known {
            Some(derived) => derived,
            None => self.new_key()?,
        };
        let mut nonce = XNonce::default();
        random(&mut nonce)?;
        let mut sealed = Vec::with_capacity(HEADER_LENGTH + plain.len() + TAG_LENGTH);
        sealed.extend_from_slice(MAGIC);
        sealed.push(VERSION);
        sealed.extend_from_slice(&source);
        sealed.extend_from_slice(&nonce);
        let body = XChaCha20Poly1305::new(&Key::from(*key))
            .encrypt(&nonce, Payload { msg: plain, aad: &sealed })
            .map_err(|_| internal())?;
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    fn new_key(&self) -> Result<Derived> {
        let source = self.new_source()?;
        let key = self.key(&source, &self.passphrase.for_new()?)?.ok_or_else(internal)?;
        *self.lock() = Some((source, key.clone()));
        Ok((source, key))
    }

    fn new_source(&self) -> Result<KeySource> {
        let mut source = [0; KDF_LENGTH];
        let cost = [self.cost.memory, self.cost.passes, self.cost.lanes];
        for (place, number) in source.chunks_exact_mut(4).zip(cost) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        random(&mut source[12..])?;
        Ok(source)
    }

    /// The key for these parameters, or none when they are not ones this program ever writes.
    fn key(&self, source: &KeySource, passphrase: &Secret) -> Result<Option<Zeroizing<[u8; 32]>>> {
        // Only a key that opened the file is kept, so this is the one of the right passphrase.
        if let Some((_, key)) = self.lock().as_ref().filter(|(known, _)| known == source) {
            return Ok(Some(key.clone()));
        }
        let Some(params) = params_of(source) else { return Ok(None) };
        let mut key = Zeroizing::new([0_u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &source[12..], &mut *key)
            .map_err(|_| internal())?;
        Ok(Some(key))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Derived>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn params_of(source: &KeySource) -> Option<Params> {
    let mut numbers = source
        .chunks_exact(4)
        .map(|bytes| bytes.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)));
    let cost = Cost { memory: numbers.next()?, passes: numbers.next()?, lanes: numbers.next()? };
    if !cost.is_bounded() {
        return None;
    }
    Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).ok()
}

/// What opening a file would cost, in KiB of memory times passes; nothing when it would be refused.
#[cfg(fuzzing)]
pub fn cost_of(sealed: &[u8]) -> Option<u64> {
    let params = params_of(sealed.get(KDF_START..NONCE_START)?.try_into().ok()?)?;
    Some(u64::from(params.m_cost()) * u64::from(params.t_cost()))
}

fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|_| internal())
}

fn not_sealed(name: &str) -> Error {
    let what = format!("{name} is not an encrypted token file of netsuite-tba, or is cut short.");
    Error::new(Code::StoreDamaged, what)
        .with_next_step("It was left as it is. Restore it, or move it away and sign in again.")
}

fn wrong_passphrase(name: &str) -> Error {
    let what = format!("The passphrase does not open {name} (or the file is damaged).");
    Error::new(Code::PassphraseWrong, what)
}

fn internal() -> Error {
    Error::new(Code::Internal, "The token file could not be encrypted.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    fn code<T>(outcome: Result<T>) -> Code {
        outcome.map(|_| ()).unwrap_err().code()
    }

    #[test]
    fn what_was_closed_opens_with_the_same_passphrase_only() {
        let seal = Seal::cheap("one");
        let sealed = seal.close(b"text").unwrap();
        assert_eq!(&**seal.open(&sealed, "f").unwrap(), b"text");
        assert_eq!(&**Seal::cheap("one").open(&sealed, "f").unwrap(), b"text");
        assert_eq!(code(Seal::cheap("two").open(&sealed, "f")), Code::PassphraseWrong);
        let none = Seal::new(Passphrase::new(None, None, Path::new("f")));
        assert_eq!(code(none.open(&sealed, "f")), Code::PassphraseMissing);
    }

    #[test]
    fn two_files_of_the_same_text_have_nothing_in_common() {
        let (one, two) =
            (Seal::cheap("x").close(b"text").unwrap(), Seal::cheap("x").close(b"text").unwrap());
        assert_ne!(one[KDF_START + 12..], two[KDF_START + 12..]);
        let seal = Seal::cheap("x");
        let (first, second) = (seal.close(b"text").unwrap(), seal.close(b"text").unwrap());
        assert_ne!(first[NONCE_START..HEADER_LENGTH], second[NONCE_START..HEADER_LENGTH]);
    }

    #[test]
    fn the_cost_of_opening_is_in_the_header_and_bounded() {
        let mut sealed = Seal::cheap("x").close(b"text").unwrap();
        assert_eq!(sealed[KDF_START..KDF_START + 12], [32, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        assert!(COST.is_bounded());
        for (memory, passes, lanes) in [
            (u32::MAX, u32::MAX, u32::MAX),
            (COST.memory + 1, 1, 1),
            (COST.memory, COST.passes + 1, 1),
            (8, u32::MAX, 1),
            (COST.memory, COST.passes, MOST_LANES + 1),
        ] {
            for (place, number) in [memory, passes, lanes].into_iter().enumerate() {
                let at = KDF_START + 4 * place;
                sealed[at..at + 4].copy_from_slice(&number.to_le_bytes());
            }
            let began = std::time::Instant::now();
            assert_eq!(code(Seal::cheap("x").open(&sealed, "f")), Code::PassphraseWrong);
            assert!(began.elapsed() < std::time::Duration::from_secs(1), "{memory} {passes}");
        }
    }

    #[test]
    fn a_file_of_version_one_always_opens() {
        let sealed = STANDARD.decode(GOLDEN).unwrap();
        assert_eq!(&**Seal::cheap("correct horse").open(&sealed, "f").unwrap(), b"{\"kept\":true}");
    }

    const GOLDEN: &str = "TlNUQkFFTkMBIAAAAAEAAAABAAAAYZZF3JDtmn4YXSN0qoIIIHPpFdm7QKp9z7gXf4NMLL\
        sL/Mo+zvL7tC3S2SHInzo5NZWgS84s1uH+HAV+nCSfo+cHxSkV";
}
