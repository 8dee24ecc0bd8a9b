//! Which requests are signed again: Oracle's tools ask for the same header once more when NetSuite
//! refused a request, and never say so.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::selection::setting::KeyHash;
use crate::session::commerce_tools::asked::TokenKey;
use crate::session::commerce_tools::request::ToolsRequest;

/// Within this time the same address means another attempt. An address that holds the time of its
/// first attempt (`t=`) means it however long that attempt took.
const SOON: Duration = Duration::from_secs(10);
/// Requests older than this are forgotten.
const REMEMBERED: Duration = Duration::from_secs(900);
/// No more requests than this are remembered.
const MOST: usize = 1000;

/// The requests signed lately.
#[derive(Default)]
pub struct Attempts(HashMap<(TokenKey, [u8; 32]), Attempt>);

struct Attempt {
    count: u32,
    last: Instant,
}

impl Attempts {
    /// Notes that a request is being signed, and says for which time.
    pub fn note(&mut self, token: TokenKey, request: &ToolsRequest) -> u32 {
        let now = Instant::now();
        self.0.retain(|_, attempt| now - attempt.last < REMEMBERED);
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let attempt =
            self.0.entry((token, key(request))).or_insert(Attempt { count: 0, last: now });
        if now - attempt.last > SOON && !has_time(&request.url) {
            attempt.count = 0;
        }
        attempt.count += 1;
        attempt.last = now;
        attempt.count
    }
}

fn key(request: &ToolsRequest) -> [u8; 32] {
    let mut key = KeyHash::new();
    for text in [&request.method, &request.url] {
        key.text(text);
    }
    key.text(request.body.as_deref().unwrap_or_default());
    key.finish()
}

/// Whether the query holds the time at which the request was made, as the tools' own do.
fn has_time(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| {
        pair.strip_prefix("t=")
            .is_some_and(|time| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::environment::Environment;
    use crate::selection::options::Options;
    use crate::session::single_flight::CallKey;

    fn token(name: &str) -> TokenKey {
        let configuration = CallKey::of(&Options::default(), &Environment::default());
        TokenKey { configuration, name: name.to_owned() }
    }

    fn request(url: &str, body: Option<&str>) -> ToolsRequest {
        ToolsRequest {
            method: "GET".to_owned(),
            url: url.to_owned(),
            path: None,
            body: body.map(str::to_owned),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_address_with_the_same_time_is_another_attempt_however_late() {
        let mut attempts = Attempts::default();
        let listing = request("https://h/x?script=1&t=100", None);
        assert_eq!(attempts.note(token("dev"), &listing), 1);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(attempts.note(token("dev"), &listing), 2);
        assert_eq!(attempts.note(token("dev"), &listing), 3);
        assert_eq!(attempts.note(token("live"), &listing), 1, "another token");
        tokio::time::advance(REMEMBERED).await;
        assert_eq!(attempts.note(token("dev"), &listing), 1, "forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_listing_has_another_time_and_is_no_attempt_of_the_first() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.note(token("dev"), &request("https://h/x?t=100&method=GET", None)), 1);
        assert_eq!(attempts.note(token("dev"), &request("https://h/x?t=101&method=GET", None)), 1);
        assert_eq!(attempts.note(token("dev"), &request("https://h/x?t=101&method=POST", None)), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn bodies_tell_requests_to_one_address_apart() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.note(token("dev"), &request("https://h/x?t=1", Some("[1]"))), 1);
        assert_eq!(attempts.note(token("dev"), &request("https://h/x?t=1", Some("[2]"))), 1);
        assert_eq!(attempts.note(token("dev"), &request("https://h/x?t=1", Some("[1]"))), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_time_only_the_next_seconds_count() {
        let mut attempts = Attempts::default();
        let deployer = request("https://h/x?script=1&at=5", None);
        assert_eq!(attempts.note(token("dev"), &deployer), 1);
        tokio::time::advance(SOON + Duration::from_secs(1)).await;
        assert_eq!(attempts.note(token("dev"), &deployer), 1);
        assert_eq!(attempts.note(token("dev"), &deployer), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_stays_bounded() {
        let mut attempts = Attempts::default();
        for at in 0..5 * MOST {
            attempts.note(token("dev"), &request(&format!("https://h/x?t={at}"), None));
            tokio::time::advance(SOON / 100).await;
        }
        assert!(attempts.0.len() <= MOST);
    }
}
