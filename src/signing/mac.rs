//! HMAC-SHA256 with the key worked in once.
//!
//! RFC 2104 section 4: the two blocks the key makes are compressed when the key is set, so a
//! signature costs only the text's own blocks and one more. Written on the compression function of
//! `sha2` because the general types copy and wipe block buffers at each use, which costs as much as
//! three blocks; compared with the `hmac` crate on random keys and texts in the tests.

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

const BLOCK: usize = 64;
/// FIPS 180-4 section 5.3.3.
const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The state of a key: as good as the key itself. No `Debug`, no comparison, wiped on drop.
#[derive(Clone)]
pub struct Key {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Drop for Key {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl Key {
    /// Works a key of any length in.
    pub fn new(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0u8; BLOCK]);
        if key.len() <= BLOCK {
            block[..key.len()].copy_from_slice(key);
        } else {
            let mut digest = Sha256::digest(key);
            block[..32].copy_from_slice(&digest);
            digest.as_mut_slice().zeroize();
        }
        Self { inner: padded(&block, 0x36), outer: padded(&block, 0x5c) }
    }

    /// The HMAC-SHA256 of a text.
    pub fn sign(&self, text: &[u8]) -> [u8; 32] {
        let mut inner = self.inner;
        digest(&mut inner, text);
        let mut outer = self.outer;
        digest(&mut outer, &bytes(&inner));
        bytes(&outer)
    }

    fn wipe(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

fn padded(key: &[u8; BLOCK], pad: u8) -> [u32; 8] {
    let mut state = START;
    compress256(&mut state, &[*Zeroizing::new(key.map(|byte| byte ^ pad))]);
    state
}

/// Goes on from `state`, which one block led to, to the digest of that block and `text`.
fn digest(state: &mut [u32; 8], text: &[u8]) {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    compress256(state, blocks);
    let mut last = [[0u8; BLOCK]; 2];
    let flat = last.as_flattened_mut();
    flat[..rest.len()].copy_from_slice(rest);
    flat[rest.len()] = 0x80;
    // The length takes eight bytes: with 56 or more before it a second block is needed.
    let needed = if rest.len() < BLOCK - 8 { 1 } else { 2 };
    let bits = (BLOCK + text.len()) as u64 * 8;
    flat[needed * BLOCK - 8..needed * BLOCK].copy_from_slice(&bits.to_be_bytes());
    compress256(state, &last[..needed]);
}

fn bytes(state: &[u32; 8]) -> [u8; 32] {
    let mut out = [0u8; 32];
    for (out, word) in out.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *out = word.to_be_bytes();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;

    fn hex(bytes: &[u8]) -> String {
        use std::fmt::Write;
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// RFC 4231 sections 4.2 to 4.8, without 4.6, which tests truncation.
    #[test]
    fn rfc_4231() {
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, text, expected) in cases {
            assert_eq!(hex(&Key::new(key).sign(text)), expected);
        }
    }

    proptest! {
        #[test]
        fn equals_the_hmac_crate(
            key in prop::collection::vec(any::<u8>(), 0..200),
            text in prop::collection::vec(any::<u8>(), 0..400),
        ) {
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            mac.update(&text);
            let expected: [u8; 32] = mac.finalize().into_bytes().into();
            prop_assert_eq!(Key::new(&key).sign(&text), expected);
        }
    }

    #[test]
    fn every_length_around_a_block_is_padded_right() {
        for length in 0..=200 {
            let text = vec![b'x'; length];
            let mut mac = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
            mac.update(&text);
            let expected: [u8; 32] = mac.finalize().into_bytes().into();
            assert_eq!(Key::new(b"key").sign(&text), expected, "{length}");
        }
    }

    #[test]
    fn a_key_is_wiped() {
        let mut key = Key::new(b"key");
        assert!(key.inner != [0; 8] && key.outer != [0; 8]);
        key.wipe();
        assert_eq!((key.inner, key.outer), ([0; 8], [0; 8]));
        assert!(std::mem::needs_drop::<Key>());
    }
}
