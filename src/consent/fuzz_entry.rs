//! What the fuzz targets of `fuzz/` call: the parsers that read what anybody may send.

use crate::consent::callback::{ExpectedCallback, State, Verdict};
use crate::consent::head;
use crate::consent::head::Route;
use crate::consent::paste;
use crate::consent::paste::Pasted;

const STATE: &str = "Sj3kD8fQ0aZx7LmN2pRtUvWyBcEgHi45";

fn expected() -> ExpectedCallback {
    let request_token = "rt1".to_owned();
    ExpectedCallback { state: State::fixed(STATE), request_token, account: None, role: None }
}

/// The head of a request.
pub fn head(bytes: &[u8]) {
    if let Some(Route::Callback(_) | Route::Done(_)) = head::read(bytes) {
        assert!(bytes.windows(8).any(|window| window == b"GET /tba"));
    }
}

/// The query of a redirect.
pub fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let believed = !matches!(expected().judge(text), Verdict::Ignored(_));
    assert!(!believed || decoded(text).contains(STATE));
}

/// A pasted line.
pub fn pasted(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let taken = matches!(paste::read(&expected(), &text), Pasted::Final(_));
    assert!(!taken || decoded(&text).contains(STATE));
}

/// Every value of a query, decoded.
fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(text.as_bytes())
        .map(|(_, value)| value.into_owned() + "\n")
        .collect()
}
