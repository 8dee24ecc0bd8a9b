//! Computes signatures in ways that differ from NetSuite's, to find out what another program did
//! wrong. Our own requests are signed by [`crate::signer::request::Signer`].

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::signer::encode::encoded;

/// The credentials that sign a request.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The consumer key.
    pub consumer_key: &'a str,
    /// The consumer secret.
    pub consumer_secret: &'a str,
    /// The token ID.
    pub token_id: &'a str,
    /// The token secret.
    pub token_secret: &'a str,
}

/// How a signature is computed from a base string. The default is RFC 5849 with HMAC-SHA256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignatureRecipe {
    /// How the key is built.
    pub key: KeyRecipe,
    /// The algorithm.
    pub digest: Digest,
    /// How the result is written.
    pub writing: Writing,
}

/// How a key is built. The default is `enc(consumer secret)&enc(token secret)`, RFC 5849 section
/// 3.4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRecipe {
    /// The two halves.
    pub halves: [Half; 2],
    /// The text between the halves.
    pub separator: &'static str,
    /// How the halves are encoded.
    pub encoding: KeyEncoding,
}

impl Default for KeyRecipe {
    fn default() -> Self {
        Self {
            halves: [Half::plain(Part::ConsumerSecret), Half::plain(Part::TokenSecret)],
            separator: "&",
            encoding: KeyEncoding::Once,
        }
    }
}

/// One half of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Half {
    /// The credential it consists of.
    pub part: Part,
    /// Text that precedes it by mistake, such as a quotation mark.
    pub before: &'static str,
    /// Text that follows it by mistake, such as a line end.
    pub after: &'static str,
}

impl Half {
    /// Makes a half with nothing around it.
    pub const fn plain(part: Part) -> Self {
        Self { part, before: "", after: "" }
    }
}

/// A credential in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The consumer secret.
    ConsumerSecret,
    /// The token secret.
    TokenSecret,
    /// The consumer key.
    ConsumerKey,
    /// The token ID.
    TokenId,
    /// Nothing.
    Nothing,
}

/// How the halves of a key are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyEncoding {
    /// Percent-encoded.
    #[default]
    Once,
    /// Unchanged.
    Not,
    /// Percent-encoded twice.
    Twice,
    /// Joined first and then percent-encoded, including the separator.
    Joined,
    /// Interpreted as hexadecimal and decoded to bytes.
    HexDecoded,
    /// In upper case.
    UpperCase,
}

/// The algorithm applied to a base string and a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digest {
    /// HMAC-SHA256.
    #[default]
    HmacSha256,
    /// HMAC-SHA1.
    HmacSha1,
    /// HMAC-SHA512.
    HmacSha512,
    /// HMAC-SHA256 with the base string as the key and the key as the text.
    Swapped,
    /// SHA-256 of the base string, without a key.
    Unkeyed,
    /// SHA-256 of the key followed by the base string.
    KeyPrefixed,
    /// The key itself, as in the PLAINTEXT method.
    Plaintext,
}

/// The text encoding of a digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    /// Base64.
    #[default]
    Base64,
    /// Base64 for URLs, with padding.
    Base64Url,
    /// Base64 for URLs, without padding.
    Base64UrlUnpadded,
    /// Base64 without padding.
    Base64Unpadded,
    /// Hexadecimal.
    Hex,
    /// Hexadecimal in upper case.
    HexUpperCase,
    /// Base64 of the hexadecimal text.
    Base64OfHex,
    /// Base64 of the base64 text.
    Base64Twice,
}

/// Computes the signature of a base string.
pub fn signature_of(
    base_string: &str,
    credentials: &Credentials<'_>,
    recipe: &SignatureRecipe,
) -> String {
    let key = key_of(credentials, &recipe.key);
    let text = base_string.as_bytes();
    let bytes = match recipe.digest {
        Digest::HmacSha256 => hmac::<Hmac<Sha256>>(&key, text),
        Digest::Swapped => hmac::<Hmac<Sha256>>(text, &key),
        Digest::HmacSha1 => hmac::<Hmac<Sha1>>(&key, text),
        Digest::HmacSha512 => hmac::<Hmac<Sha512>>(&key, text),
        Digest::Unkeyed => Sha256::digest(text).to_vec(),
        Digest::KeyPrefixed => {
            Sha256::new().chain_update(&*key).chain_update(text).finalize().to_vec()
        }
        Digest::Plaintext => return String::from_utf8_lossy(&key).into_owned(),
    };
    written(&bytes, recipe.writing)
}

fn hmac<M: KeyInit + Mac>(key: &[u8], text: &[u8]) -> Vec<u8> {
    match <M as KeyInit>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(text).finalize().into_bytes().to_vec(),
        Err(_) => unreachable!("HMAC takes keys of any length (RFC 2104 section 3)"),
    }
}

fn key_of(credentials: &Credentials<'_>, recipe: &KeyRecipe) -> Zeroizing<Vec<u8>> {
    let halves = recipe.halves.map(|half| {
        let text = match half.part {
            Part::ConsumerSecret => credentials.consumer_secret,
            Part::TokenSecret => credentials.token_secret,
            Part::ConsumerKey => credentials.consumer_key,
            Part::TokenId => credentials.token_id,
            Part::Nothing => "",
        };
        let whole = Zeroizing::new([half.before, text, half.after].concat());
        Zeroizing::new(match recipe.encoding {
            KeyEncoding::Once => encoded(&whole).into_bytes(),
            KeyEncoding::Twice => encoded(&Zeroizing::new(encoded(&whole))).into_bytes(),
            KeyEncoding::Not | KeyEncoding::Joined => whole.as_bytes().to_vec(),
            KeyEncoding::UpperCase => {
                Zeroizing::new(encoded(&whole)).to_ascii_uppercase().into_bytes()
            }
            KeyEncoding::HexDecoded => from_hex(&whole).unwrap_or_default(),
        })
    });
    let [first, second] = &halves;
    let key =
        Zeroizing::new([first.as_slice(), recipe.separator.as_bytes(), second.as_slice()].concat());
    match recipe.encoding {
        KeyEncoding::Joined => Zeroizing::new(encoded(&String::from_utf8_lossy(&key)).into_bytes()),
        _ => key,
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match *pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|d| char::from_digit(d.into(), 16))
        .collect()
}

fn written(bytes: &[u8], writing: Writing) -> String {
    match writing {
        Writing::Base64 => STANDARD.encode(bytes),
        Writing::Base64Url => URL_SAFE.encode(bytes),
        Writing::Base64UrlUnpadded => URL_SAFE_NO_PAD.encode(bytes),
        Writing::Base64Unpadded => STANDARD_NO_PAD.encode(bytes),
        Writing::Hex => hex(bytes),
        Writing::HexUpperCase => hex(bytes).to_ascii_uppercase(),
        Writing::Base64OfHex => STANDARD.encode(hex(bytes)),
        Writing::Base64Twice => STANDARD.encode(STANDARD.encode(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::request::{Fixed, Request, Signer};

    const CREDENTIALS: Credentials<'static> = Credentials {
        consumer_key: "ck",
        consumer_secret: "c&s",
        token_id: "ti",
        token_secret: "ab01",
    };

    fn with(change: impl FnOnce(&mut SignatureRecipe)) -> String {
        let mut recipe = SignatureRecipe::default();
        change(&mut recipe);
        signature_of("text", &CREDENTIALS, &recipe)
    }

    #[test]
    fn the_default_recipe_is_that_of_the_signer() {
        let signer = Signer::opaque(("ck", "c&s"), Some(("ti", "ab01")), None);
        let request = Request::new("GET", "https://h.example/?a=b");
        let made = signer.sign(&request, Fixed { nonce: "nonce1", timestamp: 1 }).unwrap();
        let recipe = SignatureRecipe::default();
        assert_eq!(signature_of(&made.base_string, &CREDENTIALS, &recipe), made.signature);
    }

    // The expected values come from Python's `hmac` and `hashlib` with the key `c%26s&ab01`.
    #[test]
    fn digests_are_those_of_another_implementation() {
        let hex_with = |digest| with(|r| (r.digest, r.writing) = (digest, Writing::Hex));
        assert_eq!(
            hex_with(Digest::HmacSha256),
            "eb19a06ece2ffa604e4de08f58e3d95fad6baffbc34875aa687cf39ed5a72ca2"
        );
        assert_eq!(hex_with(Digest::HmacSha1), "504adf14e95ff335e5722508a271d6ff261e97bb");
        assert_eq!(&hex_with(Digest::HmacSha512)[..32], "5cfd3509f31ee34dc93ca42012e3ba15");
        assert_eq!(
            hex_with(Digest::Unkeyed),
            "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"
        );
        assert_eq!(
            hex_with(Digest::KeyPrefixed),
            "d03d57ed0e1e460d3bdecfe0dee36424c5cbfb3e46781754a46e90a8c7c7db69"
        );
        assert_eq!(
            hex_with(Digest::Swapped),
            "307643a1d1f8481c68551d60c62e107c59cc9ea0d7d5afcfc5ffaeea4ba86ade"
        );
        assert_eq!(hex_with(Digest::Plaintext), "c%26s&ab01");
    }

    #[test]
    fn keys_are_put_together_as_their_recipe_says() {
        let key = |change: fn(&mut KeyRecipe)| {
            let mut recipe = KeyRecipe::default();
            change(&mut recipe);
            String::from_utf8_lossy(&key_of(&CREDENTIALS, &recipe)).into_owned()
        };
        assert_eq!(key(|_| ()), "c%26s&ab01");
        assert_eq!(key(|k| k.encoding = KeyEncoding::Not), "c&s&ab01");
        assert_eq!(key(|k| k.encoding = KeyEncoding::Twice), "c%2526s&ab01");
        assert_eq!(key(|k| k.encoding = KeyEncoding::Joined), "c%26s%26ab01");
        assert_eq!(key(|k| k.encoding = KeyEncoding::UpperCase), "C%26S&AB01");
        assert_eq!(key(|k| k.separator = ""), "c%26sab01");
        assert_eq!(key(|k| k.halves[1].after = "\n"), "c%26s&ab01%0A");
        assert_eq!(key(|k| k.halves[0].part = Part::ConsumerKey), "ck&ab01");
        assert_eq!(key(|k| k.halves[1].part = Part::TokenId), "c%26s&ti");
        assert_eq!(from_hex("ab01"), Some(vec![0xab, 0x01]));
        assert_eq!((from_hex("abc"), from_hex("zz")), (None, None));
    }

    #[test]
    fn writings_differ_as_their_names_say() {
        let bytes = [0xfb, 0xef, 0xff, 0x00];
        for (writing, text) in [
            (Writing::Base64, "++//AA=="),
            (Writing::Base64Url, "--__AA=="),
            (Writing::Base64UrlUnpadded, "--__AA"),
            (Writing::Base64Unpadded, "++//AA"),
            (Writing::Hex, "fbefff00"),
            (Writing::HexUpperCase, "FBEFFF00"),
            (Writing::Base64OfHex, "ZmJlZmZmMDA="),
            (Writing::Base64Twice, "KysvL0FBPT0="),
        ] {
            assert_eq!(written(&bytes, writing), text);
        }
    }
}
