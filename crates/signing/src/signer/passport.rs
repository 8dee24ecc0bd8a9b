//! SuiteTalk's token passport. Its text is not a base string: five fields joined as they are.
//!
//! Source: NetSuite help "The Signature for Web Services and RESTlets".

/// What a SOAP request carries instead of an `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPassport {
    /// The account ID in canonical form.
    pub account: String,
    /// Names the integration record.
    pub consumer_key: String,
    /// The token ID.
    pub token: String,
    /// Fresh for each passport.
    pub nonce: String,
    /// Unix seconds.
    pub timestamp: u64,
    /// Base64 of the HMAC-SHA256.
    pub signature: String,
}

/// What is signed: `account&consumerKey&token&nonce&timestamp`, not encoded.
pub fn text(account: &str, consumer_key: &str, token: &str, nonce: &str, timestamp: u64) -> String {
    format!("{account}&{consumer_key}&{token}&{nonce}&{timestamp}")
}
