//! SuiteTalk's token passport. Its signed text is not a base string: it is five fields, joined
//! without encoding.
//!
//! Source: NetSuite help "The Signature for Web Services and RESTlets".

/// The data that a SOAP request carries instead of an `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPassport {
    /// The account ID in its canonical form.
    pub account: String,
    /// The consumer key of the integration record.
    pub consumer_key: String,
    /// The token ID.
    pub token: String,
    /// A new nonce for each passport.
    pub nonce: String,
    /// Unix seconds.
    pub timestamp: u64,
    /// The HMAC-SHA256 in base64.
    pub signature: String,
}

/// Returns the text to sign: `account&consumerKey&token&nonce&timestamp`, not encoded.
pub fn text(account: &str, consumer_key: &str, token: &str, nonce: &str, timestamp: u64) -> String {
    format!("{account}&{consumer_key}&{token}&{nonce}&{timestamp}")
}
