//! Signatures for base strings that others put together, to find out what they did. Not for
//! requests of our own: those are signed by [`super::Signer`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encode::encode;

/// How a key was put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyShape {
    /// `enc(consumer secret)&enc(token secret)`, RFC 5849 section 3.4.2.
    Right,
    /// The token secret is missing, as in step one of the sign-in.
    NoTokenSecret,
    /// Without the `&`.
    NoAmpersand,
    /// Token secret first.
    Swapped,
}

/// The signature of a base string, in base64. The secrets are consumer's and token's.
pub fn recompute(base_string: &str, secrets: (&str, &str), shape: KeyShape) -> String {
    let (first, second) = match shape {
        KeyShape::Swapped => (secrets.1, secrets.0),
        KeyShape::NoTokenSecret => (secrets.0, ""),
        KeyShape::Right | KeyShape::NoAmpersand => secrets,
    };
    let mut key = Zeroizing::new(Vec::with_capacity(3 * (first.len() + second.len()) + 1));
    encode(&mut key, first.as_bytes());
    if shape != KeyShape::NoAmpersand {
        key.push(b'&');
    }
    encode(&mut key, second.as_bytes());
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(base_string.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::{Fixed, Request, Signer};

    #[test]
    fn the_right_shape_is_that_of_the_signer() {
        let signer = Signer::opaque(("ck", "c&s"), Some(("ti", "ts")), None);
        let request = Request::new("GET", "https://h.example/?a=b");
        let signed = signer.sign(&request, Fixed { nonce: "nonce1", timestamp: 1 }).unwrap();
        let with = |shape| recompute(&signed.base_string, ("c&s", "ts"), shape);
        assert_eq!(with(KeyShape::Right), signed.signature);
        for shape in [KeyShape::NoTokenSecret, KeyShape::NoAmpersand, KeyShape::Swapped] {
            assert_ne!(with(shape), signed.signature);
        }
    }
}
