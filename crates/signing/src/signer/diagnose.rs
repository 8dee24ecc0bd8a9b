//! Signatures for base strings that others put together, to find out what they did. Not for
//! requests of our own: those are signed by [`crate::signer::Signer`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::signer::encode::encoded;
use crate::signer::mac::Key;

/// How a key was put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRecipe {
    /// `enc(consumer secret)&enc(token secret)`, RFC 5849 section 3.4.2.
    Right,
    /// The token secret is missing, as in step one of the sign-in.
    NoTokenSecret,
    /// Without the `&`.
    NoAmpersand,
    /// Token secret first.
    Swapped,
    /// With a line end after the token secret, as a file has one.
    LineEnd,
    /// The secrets as they are.
    NotEncoded,
}

/// The signature of a base string, in base64. The secrets are consumer's and token's.
pub fn signature_of(base_string: &str, secrets: (&str, &str), shape: KeyRecipe) -> String {
    let (first, second) = match shape {
        KeyRecipe::Swapped => (secrets.1, secrets.0),
        KeyRecipe::NoTokenSecret => (secrets.0, ""),
        _ => secrets,
    };
    let part = |text: &str| match shape {
        KeyRecipe::NotEncoded => text.to_owned(),
        _ => encoded(text),
    };
    let (first, mut second) = (Zeroizing::new(part(first)), Zeroizing::new(part(second)));
    if shape == KeyRecipe::LineEnd {
        second.push_str("%0A");
    }
    let between = if shape == KeyRecipe::NoAmpersand { "" } else { "&" };
    let mut key = Zeroizing::new(String::with_capacity(first.len() + second.len() + 1));
    for part in [first.as_str(), between, second.as_str()] {
        key.push_str(part);
    }
    STANDARD.encode(Key::new(key.as_bytes()).sign(base_string.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::request::{Fixed, Request, Signer};

    #[test]
    fn the_right_shape_is_that_of_the_signer() {
        let signer = Signer::opaque(("ck", "c&s"), Some(("ti", "ts")), None);
        let request = Request::new("GET", "https://h.example/?a=b");
        let made = signer.sign(&request, Fixed { nonce: "nonce1", timestamp: 1 }).unwrap();
        let with = |shape| signature_of(&made.base_string, ("c&s", "ts"), shape);
        assert_eq!(with(KeyRecipe::Right), made.signature);
        for shape in [KeyRecipe::NoTokenSecret, KeyRecipe::NoAmpersand, KeyRecipe::Swapped] {
            assert_ne!(with(shape), made.signature);
        }
    }
}
