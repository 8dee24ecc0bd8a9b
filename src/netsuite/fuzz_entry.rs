//! Entry points for the fuzz targets in `fuzz/`: the parser of a token endpoint's answer.

use crate::netsuite::clock;
use crate::netsuite::response::Response;
use crate::netsuite::token_endpoints::read_for_fuzzing;

/// Parses the body of a token endpoint. The first bytes choose status and step.
pub fn token_body(bytes: &[u8]) {
    let [status, rest @ ..] = bytes else { return };
    let header = String::from_utf8_lossy(rest).into_owned();
    let _ = clock::parse_http_date(&header);
    let response = Response {
        host: "system.netsuite.com".to_owned(),
        status: [200, 302, 400, 401, 405, 429, 500, 503][usize::from(status % 8)],
        body: rest.to_vec().into(),
        content_type: String::new(),
        www_authenticate: header,
        skew: None,
        retry_after: None,
    };
    read_for_fuzzing(&response);
}
