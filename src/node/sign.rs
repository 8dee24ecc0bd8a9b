//! `signRequest`: the plain signer, which uses credentials unchanged.

use napi_derive::napi;

use crate::error::{Code, Error};
use crate::node::errors::{thrown, wrong_option};
use crate::signer::request::{Fixed, Request, Signer};
use crate::signer::{clock, random};

/// The request of `signRequest`.
#[napi(object)]
pub struct RequestToSign {
    /// The HTTP method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// Signed and sent in the header.
    pub parameters: Option<Vec<Vec<String>>>,
    /// Signed only.
    pub form: Option<Vec<Vec<String>>>,
}

/// The credentials of `signRequest`.
#[napi(object)]
pub struct OpaqueCredentials {
    /// Consumer key.
    pub consumer_key: String,
    /// Consumer secret.
    pub consumer_secret: String,
    /// Token ID.
    pub token_id: Option<String>,
    /// Token secret.
    pub token_secret: Option<String>,
    /// The realm. It is added to the header and not signed.
    pub realm: Option<String>,
}

/// Nonce and timestamp chosen by the caller.
#[napi(object)]
pub struct FixedParts {
    /// Used unchanged.
    pub nonce: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<f64>,
}

/// The result of `signRequest`.
#[napi(object)]
pub struct SignedRequest {
    /// The value of the `Authorization` header.
    pub header: String,
    /// The signature in base64.
    pub signature: String,
    /// The signature base string.
    pub base_string: String,
}

/// Signs one request and returns the intermediate values.
#[napi(catch_unwind)]
pub fn sign_request(
    request: RequestToSign,
    credentials: OpaqueCredentials,
    fixed: Option<FixedParts>,
) -> napi::Result<SignedRequest> {
    let token = match (&credentials.token_id, &credentials.token_secret) {
        (None, None) => None,
        (Some(id), secret) => Some((id.as_str(), secret.as_deref().unwrap_or(""))),
        (None, Some(_)) => return Err(wrong_option("tokenSecret was given without tokenId.")),
    };
    if credentials.realm.as_deref().is_some_and(|realm| !is_header_text(realm)) {
        return Err(wrong_option("realm holds characters that cannot be in a header."));
    }
    let consumer = (credentials.consumer_key.as_str(), credentials.consumer_secret.as_str());
    let signer = Signer::opaque(consumer, token, credentials.realm.as_deref());
    let parameters = pairs(request.parameters.as_deref(), "parameters")?;
    let form = pairs(request.form.as_deref(), "form")?;
    let to_sign = Request {
        method: &request.method,
        url: &request.url,
        parameters: &parameters,
        form: &form,
    };
    let fixed = fixed.unwrap_or(FixedParts { nonce: None, timestamp: None });
    let nonce = match fixed.nonce {
        Some(nonce) => nonce,
        None => random::alphanumeric(random::NONCE_LENGTH).map_err(|error| thrown(&error))?,
    };
    let timestamp = fixed.timestamp.map_or_else(|| Ok(clock::timestamp()), whole_seconds)?;
    let result = signer
        .sign(&to_sign, Fixed { nonce: &nonce, timestamp })
        .map_err(|error| thrown(&error))?;
    Ok(SignedRequest {
        header: result.header,
        signature: result.signature,
        base_string: result.base_string,
    })
}

/// `[name, value]` pairs.
pub fn pairs<'a>(
    given: Option<&'a [Vec<String>]>,
    what: &str,
) -> napi::Result<Vec<(&'a str, &'a str)>> {
    given
        .unwrap_or_default()
        .iter()
        .map(|pair| match pair.as_slice() {
            [name, value] => Ok((name.as_str(), value.as_str())),
            _ => Err(wrong_option(format!("{what} must be a list of [name, value] pairs."))),
        })
        .collect()
}

fn whole_seconds(timestamp: f64) -> napi::Result<u64> {
    // 2^53: above it, JavaScript numbers skip integers.
    if (0.0..9_007_199_254_740_992.0).contains(&timestamp) && timestamp.fract() == 0.0 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above"
        )]
        return Ok(timestamp as u64);
    }
    let message = "timestamp must be whole Unix seconds.";
    Err(thrown(&Error::new(Code::OptionInvalid, message)))
}

fn is_header_text(text: &str) -> bool {
    text.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}
