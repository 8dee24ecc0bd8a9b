//! The signer: computes the state of the HMAC key once per credential, then one header per request.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::credentials::{Consumer, Token};
use crate::error::{Code, Error, Result};
use crate::signer::base_uri::{check_rest, write_base_uri};
use crate::signer::encode::{LONGEST_ROW, encode_once, encode_twice, encoded, into_ascii};
use crate::signer::mac::Key;
use crate::signer::parameters::{Own, Parameters};
use crate::signer::passport::TokenPassport;
use crate::signer::reusable_buffer::ReusableBuffer;
use crate::signer::{clock, random};

/// The longest method that is accepted.
const MAX_METHOD: usize = 40;
/// The largest form and parameters that are signed in one request, in bytes.
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
    /// Makes a request without parameters.
    pub fn new(method: &'a str, url: &'a str) -> Self {
        Self { method, url, parameters: &[], form: &[] }
    }
}

/// A nonce and a timestamp chosen by the caller, for tests and explanations.
#[derive(Clone, Copy)]
pub struct Fixed<'a> {
    /// Used unchanged.
    pub nonce: &'a str,
    /// Unix seconds.
    pub timestamp: u64,
}

/// A signature together with the values it was computed from.
pub struct Signed {
    /// The value of the `Authorization` header.
    pub header: String,
    /// The signature in base64, not percent-encoded.
    pub signature: String,
    /// The signature base string of RFC 5849 section 3.4.1.
    pub base_string: String,
}

/// Signs requests for one consumer and, usually, one token.
///
/// Contains the state of the HMAC key, which is as sensitive as the secrets: no `Debug`, and wiped
/// on drop.
#[derive(Clone)]
pub struct Signer {
    key: Key,
    consumer_key: String,
    token_id: Option<String>,
    /// The header from its start to the timestamp: `OAuth realm="…", oauth_consumer_key="…",
    /// oauth_token="…", …`.
    header_start: Vec<u8>,
    /// The start of the parameters in the base string: `oauth_consumer_key%3D…%26oauth_nonce%3D`.
    base_start: Vec<u8>,
    /// The part of the base string after the timestamp: `%26oauth_token%3D…%26oauth_version%3D1.0`.
    base_end: Vec<u8>,
}

const VERSION: &str = "1.0";
const METHOD: &str = "HMAC-SHA256";
/// The parameters that the signer writes into the header itself, and those that are never signed.
const RESERVED: [&str; 8] = [
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_token",
    "oauth_version",
    "realm",
];

/// The signer's own parameters in one request.
struct OwnParameters<'a> {
    signer: &'a Signer,
    nonce: &'a str,
    timestamp: &'a [u8],
}

impl Own for OwnParameters<'_> {
    fn write(&self, out: &mut ReusableBuffer) {
        out.push(&self.signer.base_start);
        encode_twice(out, self.nonce.as_bytes());
        out.push(b"%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D");
        out.push(self.timestamp);
        out.push(&self.signer.base_end);
    }

    fn each(&self, mut pair: impl FnMut(&str, &[u8])) {
        pair("oauth_consumer_key", self.signer.consumer_key.as_bytes());
        pair("oauth_nonce", self.nonce.as_bytes());
        pair("oauth_signature_method", METHOD.as_bytes());
        pair("oauth_timestamp", self.timestamp);
        if let Some(id) = &self.signer.token_id {
            pair("oauth_token", id.as_bytes());
        }
        pair("oauth_version", VERSION.as_bytes());
    }
}

#[derive(Default)]
struct Scratch {
    parameters: Parameters,
    base: ReusableBuffer,
    header: ReusableBuffer,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Signer {
    /// Makes a signer for a consumer and a token. Each header starts with the realm, if there is
    /// one.
    pub fn new(consumer: &Consumer, token: Option<&Token>, realm: Option<&str>) -> Self {
        let token = token.map(|token| (token.id.as_str(), token.secret.expose()));
        Self::opaque((consumer.key.as_str(), consumer.secret.expose()), token, realm)
    }

    /// Makes a plain RFC 5849 signer, which uses credentials without parsing them. The pairs are
    /// (consumer key, consumer secret) and (token ID, token secret).
    pub fn opaque(
        consumer: (&str, &str),
        token: Option<(&str, &str)>,
        realm: Option<&str>,
    ) -> Self {
        let consumer_key = encoded(consumer.0);
        let token_id = token.map(|(id, _)| encoded(id));
        let again = |text: &str| text.replace('%', "%25");
        let base_token =
            token_id.as_ref().map_or(String::new(), |id| format!("%26oauth_token%3D{}", again(id)));
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
        write_field(&mut header_start, b"oauth_consumer_key", consumer_key.as_bytes());
        if let Some(id) = &token_id {
            write_field(&mut header_start, b"oauth_token", id.as_bytes());
        }
        header_start
            .extend_from_slice(b"oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"");
        Self {
            key: key_of(consumer.1, token.map_or("", |(_, secret)| secret)),
            consumer_key: consumer.0.to_owned(),
            token_id: token.map(|(id, _)| id.to_owned()),
            header_start,
            base_start: format!("oauth_consumer_key%3D{}%26oauth_nonce%3D", again(&consumer_key))
                .into_bytes(),
            base_end: format!("{base_token}%26oauth_version%3D{VERSION}").into_bytes(),
        }
    }

    /// Returns the `Authorization` header for a request, with a new nonce and timestamp.
    ///
    /// # Errors
    /// [`Code::RequestInvalid`] when it is not certain what a client would send.
    pub fn authorize(&self, request: &Request<'_>) -> Result<String> {
        self.with_authorization(request, str::to_owned)
    }

    /// Signs like [`Signer::authorize`], but passes the header to `use_it` from reused memory,
    /// which is the fastest way.
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
            Ok(use_it(str::from_utf8(scratch.header.text()).unwrap_or_default()))
        })
    }

    /// Signs with the given nonce and timestamp, and returns the values on the way.
    ///
    /// # Errors
    /// As [`Signer::authorize`].
    pub fn sign(&self, request: &Request<'_>, fixed: Fixed<'_>) -> Result<Signed> {
        let mut scratch = Scratch::default();
        let signature = self.sign_into(request, fixed, &mut scratch)?;
        Ok(Signed {
            header: into_ascii(scratch.header.text().to_vec()),
            signature: into_ascii(signature.to_vec()),
            base_string: into_ascii(scratch.base.text().to_vec()),
        })
    }

    /// Returns the token passport of SuiteTalk, with a new nonce and timestamp.
    ///
    /// # Errors
    /// [`Code::Internal`] when the OS provides no random numbers.
    pub fn token_passport(&self, account: &str) -> Result<TokenPassport> {
        let nonce = random::alphanumeric(random::NONCE_LENGTH)?;
        Ok(self.token_passport_with(account, &nonce, clock::timestamp()))
    }

    /// Returns the token passport for the given nonce and timestamp.
    pub fn token_passport_with(&self, account: &str, nonce: &str, timestamp: u64) -> TokenPassport {
        let token = self.token_id.clone().unwrap_or_default();
        let text =
            crate::signer::passport::text(account, &self.consumer_key, &token, nonce, timestamp);
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
        let mut signature = [0u8; 44];
        // 32 bytes are always 44 characters, so this cannot be too short.
        let _ = STANDARD.encode_slice(self.key.sign(text), &mut signature);
        signature
    }

    // Compiled in this crate and not inlined into the caller, whose crate is compiled for size.
    #[inline(never)]
    fn sign_into(
        &self,
        request: &Request<'_>,
        fixed: Fixed<'_>,
        scratch: &mut Scratch,
    ) -> Result<[u8; 44]> {
        check_method(request.method)?;
        check_parameters(request)?;
        let Scratch { parameters, base, header } = scratch;
        let mut digits = [0u8; 20];
        let timestamp = decimal(fixed.timestamp, &mut digits);

        parameters.clear();
        let query = write_base_start(base, request.method, request.url)?;
        check_rest(parameters.push_query(query))?;
        for (name, value) in request.parameters.iter().chain(request.form) {
            parameters.push(name, value);
        }
        let own = OwnParameters { signer: self, nonce: fixed.nonce, timestamp };
        parameters.write_with(&own, base);
        let signature = self.mac(base.text());
        self.write_header(header, request, &own, &signature);
        Ok(signature)
    }

    fn write_header(
        &self,
        header: &mut ReusableBuffer,
        request: &Request<'_>,
        own: &OwnParameters<'_>,
        signature: &[u8],
    ) {
        header.clear();
        header.push(&self.header_start);
        header.push(own.timestamp);
        header.push(b"\", oauth_nonce=\"");
        encode_once(header, own.nonce.as_bytes());
        header.push(b"\", oauth_version=\"1.0\", ");
        for (name, value) in request.parameters {
            encode_once(header, name.as_bytes());
            header.push(b"=\"");
            encode_once(header, value.as_bytes());
            header.push(b"\", ");
        }
        header.push(b"oauth_signature=\"");
        encode_once(header, signature);
        header.push(b"\"");
    }
}

/// Checks that it is certain what a client would send for this URL.
///
/// # Errors
/// [`Code::RequestInvalid`] if it is not.
pub fn check_url(url: &str) -> Result<()> {
    let query = write_base_uri(&mut ReusableBuffer::default(), url)?;
    check_rest(Parameters::default().push_query(query))
}

/// Appends `METHOD&enc(URI)&` of RFC 5849 section 3.4.1.1, which the parameters follow. Returns
/// what follows the path of the URL.
pub(super) fn write_base_start<'a>(
    base: &mut ReusableBuffer,
    method: &str,
    url: &'a str,
) -> Result<&'a [u8]> {
    base.clear();
    let room = base.room(method.len());
    for (out, byte) in room.iter_mut().zip(method.bytes()) {
        *out = byte.to_ascii_uppercase();
    }
    base.claim(method.len());
    base.push(b"&");
    let rest = write_base_uri(base, url)?;
    base.push(b"&");
    Ok(rest)
}

/// Computes the state of the HMAC key `enc(consumer secret)&enc(token secret)`.
fn key_of(consumer_secret: &str, token_secret: &str) -> Key {
    let mut sheet = Zeroizing::new(ReusableBuffer::default());
    // Reserves all of the memory at once, so that growing leaves no copy of a secret behind.
    sheet.room(LONGEST_ROW * (consumer_secret.len() + token_secret.len() + 2));
    encode_once(&mut sheet, consumer_secret.as_bytes());
    sheet.push(b"&");
    encode_once(&mut sheet, token_secret.as_bytes());
    Key::new(sheet.text())
}

fn write_field(header: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    header.extend_from_slice(name);
    header.extend_from_slice(b"=\"");
    header.extend_from_slice(value);
    header.extend_from_slice(b"\", ");
}

fn check_method(method: &str) -> Result<()> {
    // The base string does not encode the method. `&` and `%` have a meaning there and are
    // therefore refused, although RFC 9110 section 5.6.2 allows them in a method.
    let right = !method.is_empty()
        && method.len() <= MAX_METHOD
        && method.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$'*+-.^_`|~".contains(&b));
    if right {
        return Ok(());
    }
    let shown = crate::text::printable(method, 20);
    Err(Error::new(Code::RequestInvalid, format!("\"{shown}\" is not an HTTP method.")))
}

fn check_parameters(request: &Request<'_>) -> Result<()> {
    let invalid = |message| Err(Error::new(Code::RequestInvalid, message));
    let pairs = request.parameters.iter().chain(request.form);
    let bytes: usize = pairs.map(|(name, value)| name.len() + value.len()).sum();
    if bytes > MAX_FORM {
        return invalid(format!("The parameters have {bytes} bytes, more than {MAX_FORM}."));
    }
    match request.parameters.iter().find(|(name, _)| RESERVED.contains(name)) {
        Some((name, _)) => {
            invalid(format!("The parameter {name} is written by the signer itself."))
        }
        None => Ok(()),
    }
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

#[cfg(test)]
mod tests;
