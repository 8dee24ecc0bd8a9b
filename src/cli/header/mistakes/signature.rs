//! The key, what is computed with it, and how the result is written.

use super::row::{Mistake, recomputed};
use crate::signer::diagnose::{Digest, Half, KeyEncoding, Part, Writing};

const KEY: &str = "The key is the encoded consumer secret, &, and the encoded token secret (RFC 5849 section 3.4.2).";
const DIGEST: &str = "Compute HMAC-SHA256 of the base string with the key (3.4.2).";
const WRITING: &str =
    "Write the 32 bytes of the HMAC in base64: 44 characters, with + / and one = at the end.";

const CONSUMER_SECRET: Half = Half::plain(Part::ConsumerSecret);
const TOKEN_SECRET: Half = Half::plain(Part::TokenSecret);
const CONSUMER_KEY: Half = Half::plain(Part::ConsumerKey);
const TOKEN_ID: Half = Half::plain(Part::TokenId);
const NOTHING: Half = Half::plain(Part::Nothing);

pub const ROWS: &[Mistake] = &[
    recomputed(
        "key-token-secret-missing",
        &[
            |r| r.signature.key.halves[1] = NOTHING,
            |r| {
                r.signature.key.halves[1] = NOTHING;
                r.signature.key.separator = "";
            },
        ],
        "The key does not contain the token secret.",
        KEY,
    ),
    recomputed(
        "key-consumer-secret-missing",
        &[
            |r| r.signature.key.halves[0] = NOTHING,
            |r| {
                r.signature.key.halves[0] = NOTHING;
                r.signature.key.separator = "";
            },
        ],
        "The key does not contain the consumer secret.",
        KEY,
    ),
    recomputed(
        "key-swapped",
        &[|r| r.signature.key.halves.reverse()],
        "The two secrets stand in the key in the wrong order.",
        "The consumer secret comes first, then & and the token secret (3.4.2).",
    ),
    recomputed(
        "key-token-id",
        &[
            |r| r.signature.key.halves = [CONSUMER_SECRET, TOKEN_ID],
            |r| r.signature.key.halves = [TOKEN_ID, CONSUMER_SECRET],
        ],
        "The key contains the token ID where the token secret belongs.",
        "Use the token secret, which NetSuite shows once, next to the token ID (3.4.2).",
    ),
    recomputed(
        "key-consumer-key",
        &[
            |r| r.signature.key.halves = [CONSUMER_KEY, TOKEN_SECRET],
            |r| r.signature.key.halves = [TOKEN_SECRET, CONSUMER_KEY],
        ],
        "The key contains the consumer key where the consumer secret belongs.",
        "Use the consumer secret, which NetSuite shows once, next to the consumer key (3.4.2).",
    ),
    recomputed(
        "key-of-ids",
        &[
            |r| r.signature.key.halves = [CONSUMER_KEY, TOKEN_ID],
            |r| r.signature.key.halves = [CONSUMER_KEY, CONSUMER_SECRET],
            |r| r.signature.key.halves = [TOKEN_ID, TOKEN_SECRET],
        ],
        "The key is made of consumer key or token ID.",
        "Both halves of the key are secrets: consumer secret & token secret (3.4.2).",
    ),
    recomputed(
        "key-no-ampersand",
        &[|r| r.signature.key.separator = ""],
        "The key has no & between the secrets.",
        KEY,
    ),
    recomputed(
        "key-separator",
        &[
            |r| r.signature.key.separator = ":",
            |r| r.signature.key.separator = ",",
            |r| r.signature.key.separator = " ",
            |r| r.signature.key.separator = "+",
            |r| r.signature.key.separator = "|",
            |r| r.signature.key.separator = "&amp;",
        ],
        "The secrets are not joined with & in the key.",
        KEY,
    ),
    recomputed(
        "key-line-end",
        &[
            |r| r.signature.key.halves[1].after = "\n",
            |r| r.signature.key.halves[1].after = "\r\n",
            |r| r.signature.key.halves[1].after = "\r",
            |r| r.signature.key.halves[0].after = "\n",
            |r| r.signature.key.halves[0].after = "\r\n",
            |r| r.signature.key.halves[0].after = "\r",
            |r| r.signature.key.halves.iter_mut().for_each(|half| half.after = "\n"),
            |r| r.signature.key.halves.iter_mut().for_each(|half| half.after = "\r\n"),
        ],
        "A secret has a line end after it.",
        "Trim what is read from files and variables before the key is made.",
    ),
    recomputed(
        "key-white-space",
        &[
            |r| r.signature.key.halves[1].after = " ",
            |r| r.signature.key.halves[0].after = " ",
            |r| r.signature.key.halves.iter_mut().for_each(|half| half.after = " "),
            |r| r.signature.key.halves[1].before = " ",
            |r| r.signature.key.halves[0].before = " ",
            |r| r.signature.key.halves[1].after = "\t",
            |r| r.signature.key.halves[0].after = "\t",
            |r| r.signature.key.halves[0].before = "\u{feff}",
        ],
        "A secret has white space before or after it.",
        "Trim what is copied from a page or read from a file before the key is made.",
    ),
    recomputed(
        "key-quotes",
        &[
            |r| r.signature.key.halves.iter_mut().for_each(|half| quote(half, "\"")),
            |r| r.signature.key.halves.iter_mut().for_each(|half| quote(half, "'")),
            |r| quote(&mut r.signature.key.halves[0], "\""),
            |r| quote(&mut r.signature.key.halves[1], "\""),
            |r| quote(&mut r.signature.key.halves[0], "'"),
            |r| quote(&mut r.signature.key.halves[1], "'"),
        ],
        "A secret has its quotation marks around it.",
        "Remove the quotes: Docker's --env-file and some CI systems keep those of a .env file.",
    ),
    recomputed(
        "key-not-encoded",
        &[|r| r.signature.key.encoding = KeyEncoding::Not],
        "The secrets are not percent-encoded in the key.",
        "Encode each secret, then put & between them (3.4.2).",
    ),
    recomputed(
        "key-encoded-twice",
        &[|r| r.signature.key.encoding = KeyEncoding::Twice],
        "The secrets are percent-encoded twice in the key.",
        "Encode each secret once, then put & between them (3.4.2).",
    ),
    recomputed(
        "key-encoded-whole",
        &[|r| r.signature.key.encoding = KeyEncoding::Joined],
        "The key was percent-encoded after it was joined, its & included.",
        "Encode each secret, then put & between them (3.4.2).",
    ),
    recomputed(
        "key-hex-decoded",
        &[|r| r.signature.key.encoding = KeyEncoding::HexDecoded],
        "The secrets were decoded from hexadecimal to bytes.",
        "Use the secrets as text, with all their 64 characters (3.4.2).",
    ),
    recomputed(
        "key-upper-case",
        &[|r| r.signature.key.encoding = KeyEncoding::UpperCase],
        "The secrets were converted to upper case.",
        "Use the secrets exactly as NetSuite shows them (3.4.2).",
    ),
    recomputed(
        "digest-sha1",
        &[|r| r.signature.digest = Digest::HmacSha1],
        "The signature was made with HMAC-SHA1, which is not what the header says.",
        DIGEST,
    ),
    recomputed(
        "digest-sha512",
        &[|r| r.signature.digest = Digest::HmacSha512],
        "The signature was made with HMAC-SHA512, which is not what the header says.",
        DIGEST,
    ),
    recomputed(
        "digest-sha256",
        &[|r| r.signature.digest = Digest::HmacSha256],
        "The signature was made with HMAC-SHA256, which is not what the header says.",
        "Write oauth_signature_method=\"HMAC-SHA256\" into the header and into the base string.",
    ),
    recomputed(
        "digest-swapped",
        &[|r| r.signature.digest = Digest::Swapped],
        "The base string was used as the key, and the key as the text.",
        "Check the order of the HMAC function's arguments: PHP takes the text first, Python the key.",
    ),
    recomputed(
        "digest-unkeyed",
        &[|r| r.signature.digest = Digest::Unkeyed, |r| r.signature.digest = Digest::KeyPrefixed],
        "The signature is a plain SHA-256 hash, not an HMAC.",
        DIGEST,
    ),
    recomputed(
        "digest-plaintext",
        &[|r| r.signature.digest = Digest::Plaintext],
        "The signature is the key itself, as PLAINTEXT has it: the header reveals both secrets.",
        "Sign with HMAC-SHA256, and reset the consumer secret and the token: they were sent in the header.",
    ),
    recomputed(
        "signature-hex",
        &[|r| r.signature.writing = Writing::Hex, |r| r.signature.writing = Writing::HexUpperCase],
        "The signature is written in hexadecimal.",
        WRITING,
    ),
    recomputed(
        "signature-base64-of-hex",
        &[|r| r.signature.writing = Writing::Base64OfHex],
        "The signature is the base64 form of hexadecimal text.",
        "Ask the HMAC function for bytes: hash_hmac(…, true) in PHP, digest() instead of hexdigest() in Python.",
    ),
    recomputed(
        "signature-base64-twice",
        &[|r| r.signature.writing = Writing::Base64Twice],
        "The signature was converted to base64 twice.",
        WRITING,
    ),
    recomputed(
        "signature-unpadded",
        &[|r| r.signature.writing = Writing::Base64Unpadded],
        "The signature lacks the = at its end.",
        WRITING,
    ),
    recomputed(
        "signature-base64url",
        &[
            |r| r.signature.writing = Writing::Base64Url,
            |r| r.signature.writing = Writing::Base64UrlUnpadded,
        ],
        "The signature is written in base64url, with - and _.",
        WRITING,
    ),
];

fn quote(half: &mut Half, mark: &'static str) {
    (half.before, half.after) = (mark, mark);
}
