//! The signer: the state of the HMAC key is computed once per credential, then a header per request.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::credentials::{Consumer, Token};
use crate::error::{Code, Error, Result};

use super::address::Address;
use super::encode::{encode, encoded, into_ascii};
use super::parameters::Parameters;
use super::passport::TokenPassport;
use super::{clock, random};

/// Longest method accepted.
const MAX_METHOD: usize = 40;
/// Most bytes of form and parameters signed at once.
const MAX_FORM: usize = 16 * 1024 * 1024;

/// A request to sign. `parameters` are signed and sent in the header (`oauth_callback`,
/// `oauth_verifier`, `role`); `form` is the body of a form post and only signed.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The HTTP method, in any case.
    pub method: &'a str,
    /// The absolute URL, exactly as it will be requested.
    pub url: &'a str,
    /// Signed, and sent in the header.
    pub parameters: &'a [(&'a str, &'a str)],
    /// Signed only.
    pub form: &'a [(&'a str, &'a str)],
}

impl<'a> Request<'a> {
    /// A request without parameters of its own.
    pub fn new(method: &'a str, url: &'a str) -> Self {
        Self { method, url, parameters: &[], form: &[] }
    }
}

/// Nonce and timestamp given from outside, for tests and explanations.
#[derive(Clone, Copy)]
pub struct Fixed<'a> {
    /// Taken as it is.
    pub nonce: &'a str,
    /// Unix seconds.
    pub timestamp: u64,
}

/// A signature with everything that led to it.
pub struct Signed {
    /// The value of the `Authorization` header.
    pub header: String,
    /// The signature in base64, not percent-encoded.
    pub signature: String,
    /// The signature base string of RFC 5849 section 3.4.1.
    pub base_string: String,
}

/// Signs requests for one consumer and, mostly, one token.
///
/// Holds the state of the HMAC key, which is as good as the secrets: no `Debug`, wiped on drop.
#[derive(Clone)]
pub struct Signer {
    key: Hmac<Sha256>,
    consumer_key: String,
    token_id: Option<String>,
    consumer_key_encoded: Vec<u8>,
    token_id_encoded: Option<Vec<u8>>,
    /// `OAuth realm="…", oauth_consumer_key="…", oauth_token="…", …` up to the timestamp.
    header_start: Vec<u8>,
}

#[derive(Default)]
struct Scratch {
    parameters: Parameters,
    base: Vec<u8>,
    header: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Signer {
    /// A signer for a consumer and a token, with the realm put first into each header.
    pub fn new(consumer: &Consumer, token: Option<&Token>, realm: Option<&str>) -> Self {
        let token = token.map(|token| (token.id.as_str(), token.secret.expose()));
        Self::opaque((consumer.key.as_str(), consumer.secret.expose()), token, realm)
    }

    /// The same with credentials taken as they are: the plain signer of RFC 5849.
    /// The pairs are (consumer key, consumer secret) and (token ID, token secret).
    pub fn opaque(
        consumer: (&str, &str),
        token: Option<(&str, &str)>,
        realm: Option<&str>,
    ) -> Self {
        let consumer_key_encoded = encoded(consumer.0).into_bytes();
        let token_id_encoded = token.map(|(id, _)| encoded(id).into_bytes());
        let mut header_start = b"OAuth ".to_vec();
        if let Some(realm) = realm {
            header_start.extend_from_slice(b"realm=\"");
            for byte in realm.bytes() {
                if matches!(byte, b'"' | b'\\') {
                    header_start.push(b'\\');
                }
                header_start.push(byte);
            }
            header_start.extend_from_slice(b"\", ");
        }
        write_field(&mut header_start, b"oauth_consumer_key", &consumer_key_encoded);
        if let Some(id) = &token_id_encoded {
            write_field(&mut header_start, b"oauth_token", id);
        }
        header_start
            .extend_from_slice(b"oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"");
        Self {
            key: key_state(consumer.1, token.map_or("", |(_, secret)| secret)),
            consumer_key: consumer.0.to_owned(),
            token_id: token.map(|(id, _)| id.to_owned()),
            consumer_key_encoded,
            token_id_encoded,
            header_start,
        }
    }

    /// The `Authorization` header for a request, with a fresh nonce and timestamp.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`] when the request cannot be signed for certain.
    pub fn authorize(&self, request: &Request<'_>) -> Result<String> {
        self.with_authorization(request, str::to_owned)
    }

    /// The same, handing the header to `use_it` from memory that is used again: the fastest way.
    ///
    /// # Errors
    /// As [`Signer::authorize`].
    pub fn with_authorization<R>(
        &self,
        request: &Request<'_>,
        use_it: impl FnOnce(&str) -> R,
    ) -> Result<R> {
        let mut nonce = [0u8; random::NONCE_LENGTH];
        random::fill_alphanumeric(&mut nonce)?;
        let nonce = str::from_utf8(&nonce).unwrap_or_default();
        let fixed = Fixed { nonce, timestamp: clock::timestamp() };
        SCRATCH.with_borrow_mut(|scratch| {
            self.sign_into(request, fixed, scratch)?;
            Ok(use_it(str::from_utf8(&scratch.header).unwrap_or_default()))
        })
    }

    /// Signs with a given nonce and timestamp, and shows how.
    ///
    /// # Errors
    /// As [`Signer::authorize`].
    pub fn sign(&self, request: &Request<'_>, fixed: Fixed<'_>) -> Result<Signed> {
        let mut scratch = Scratch::default();
        let signature = self.sign_into(request, fixed, &mut scratch)?;
        Ok(Signed {
            header: into_ascii(scratch.header),
            signature: into_ascii(signature.to_vec()),
            base_string: into_ascii(scratch.base),
        })
    }

    /// The token passport of SuiteTalk, with a fresh nonce and timestamp.
    ///
    /// # Errors
    /// [`Code::Internal`] when the OS has no random numbers to give.
    pub fn token_passport(&self, account: &str) -> Result<TokenPassport> {
        let nonce = random::alphanumeric(random::NONCE_LENGTH)?;
        Ok(self.token_passport_with(account, &nonce, clock::timestamp()))
    }

    /// The same with a given nonce and timestamp.
    pub fn token_passport_with(&self, account: &str, nonce: &str, timestamp: u64) -> TokenPassport {
        let token = self.token_id.clone().unwrap_or_default();
        let text = super::passport::text(account, &self.consumer_key, &token, nonce, timestamp);
        let signature = into_ascii(self.mac(text.as_bytes()).to_vec());
        TokenPassport {
            account: account.to_owned(),
            consumer_key: self.consumer_key.clone(),
            token,
            nonce: nonce.to_owned(),
            timestamp,
            signature,
        }
    }

    fn mac(&self, text: &[u8]) -> [u8; 44] {
        let mut mac = self.key.clone();
        mac.update(text);
        let mut signature = [0u8; 44];
        // 32 bytes are always 44 characters, so this cannot be too short.
        let _ = STANDARD.encode_slice(mac.finalize().into_bytes(), &mut signature);
        signature
    }

    fn sign_into(
        &self,
        request: &Request<'_>,
        fixed: Fixed<'_>,
        scratch: &mut Scratch,
    ) -> Result<[u8; 44]> {
        check_method(request.method)?;
        check_size(request)?;
        let address = Address::parse(request.url)?;
        let Scratch { parameters, base, header } = scratch;
        let mut digits = [0u8; 20];
        let timestamp = decimal(fixed.timestamp, &mut digits);

        parameters.clear();
        parameters.push_encoded(b"oauth_consumer_key", &self.consumer_key_encoded);
        parameters.push("oauth_nonce", fixed.nonce);
        parameters.push_encoded(b"oauth_signature_method", b"HMAC-SHA256");
        parameters.push_encoded(b"oauth_timestamp", timestamp);
        if let Some(id) = &self.token_id_encoded {
            parameters.push_encoded(b"oauth_token", id);
        }
        parameters.push_encoded(b"oauth_version", b"1.0");
        for (name, value) in request.parameters.iter().chain(request.form) {
            parameters.push(name, value);
        }
        parameters.push_query(address.query());

        write_base_string(base, request.method, &address, parameters);
        let signature = self.mac(base);
        self.write_header(header, request, fixed.nonce, timestamp, &signature);
        Ok(signature)
    }

    fn write_header(
        &self,
        header: &mut Vec<u8>,
        request: &Request<'_>,
        nonce: &str,
        timestamp: &[u8],
        signature: &[u8],
    ) {
        header.clear();
        header.extend_from_slice(&self.header_start);
        header.extend_from_slice(timestamp);
        header.extend_from_slice(b"\", oauth_nonce=\"");
        encode(header, nonce.as_bytes());
        header.extend_from_slice(b"\", oauth_version=\"1.0\", ");
        for (name, value) in request.parameters {
            encode(header, name.as_bytes());
            header.extend_from_slice(b"=\"");
            encode(header, value.as_bytes());
            header.extend_from_slice(b"\", ");
        }
        header.extend_from_slice(b"oauth_signature=\"");
        encode(header, signature);
        header.push(b'"');
    }
}

/// `METHOD&enc(URI)&enc(parameters)`, RFC 5849 section 3.4.1.1.
pub(super) fn write_base_string(
    base: &mut Vec<u8>,
    method: &str,
    address: &Address<'_>,
    parameters: &mut Parameters,
) {
    base.clear();
    base.extend(method.bytes().map(|b| b.to_ascii_uppercase()));
    base.push(b'&');
    address.write_base_uri(base);
    base.push(b'&');
    parameters.write_sorted(base);
}

/// The HMAC with `enc(consumer secret)&enc(token secret)` already worked in.
fn key_state(consumer_secret: &str, token_secret: &str) -> Hmac<Sha256> {
    // Room for the longest encoding, so that no copy of the key is left behind by growing.
    let room = 3 * (consumer_secret.len() + token_secret.len()) + 1;
    let mut key = Zeroizing::new(Vec::with_capacity(room));
    encode(&mut key, consumer_secret.as_bytes());
    key.push(b'&');
    encode(&mut key, token_secret.as_bytes());
    match Hmac::<Sha256>::new_from_slice(&key) {
        Ok(state) => state,
        Err(_) => unreachable!("HMAC takes keys of any length (RFC 2104 section 3)"),
    }
}

fn write_field(header: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    header.extend_from_slice(name);
    header.extend_from_slice(b"=\"");
    header.extend_from_slice(value);
    header.extend_from_slice(b"\", ");
}

fn check_method(method: &str) -> Result<()> {
    let right = !method.is_empty()
        && method.len() <= MAX_METHOD
        && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
    // The base string does not encode the method, so a character with a meaning there is refused.
    if right && !method.contains(['&', '%']) {
        return Ok(());
    }
    let shown = crate::talk::printable(method, 20);
    Err(Error::new(Code::RequestInvalid, format!("\"{shown}\" is not an HTTP method.")))
}

fn check_size(request: &Request<'_>) -> Result<()> {
    let pairs = request.parameters.iter().chain(request.form);
    let bytes: usize = pairs.map(|(name, value)| name.len() + value.len()).sum();
    if bytes <= MAX_FORM {
        return Ok(());
    }
    let message = format!("The parameters have {bytes} bytes, more than {MAX_FORM}.");
    Err(Error::new(Code::RequestInvalid, message))
}

fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}
