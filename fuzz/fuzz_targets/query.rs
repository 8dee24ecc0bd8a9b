//! A query of any bytes: no panic, and its normalised form has itself for its normalised form.
#![no_main]

use libfuzzer_sys::fuzz_target;
use netsuite_tba::Parameters;
use netsuite_tba::ReusableBuffer;

/// The normalised parameters, encoded once, and what follows the query.
fn normalised(query: &[u8]) -> (String, &[u8]) {
    let (mut parameters, mut out) = (Parameters::default(), ReusableBuffer::default());
    let rest = parameters.push_query(query);
    parameters.write_sorted(&mut out);
    let text = String::from_utf8(out.text().to_vec()).expect("ASCII");
    (text.replace("%26", "&").replace("%3D", "=").replace("%25", "%"), rest)
}

fuzz_target!(|data: &[u8]| {
    let mut query = b"?".to_vec();
    query.extend_from_slice(data);
    let (first, rest) = normalised(&query);
    assert!(rest.first().is_none_or(|&b| b == b'#' || b.is_ascii_control()));
    let names: Vec<&str> =
        first.split('&').map(|pair| pair.split('=').next().unwrap_or("")).collect();
    assert!(names.is_sorted() && !names.contains(&"oauth_signature"));
    let again = format!("?{first}");
    assert_eq!(normalised(again.as_bytes()), (first, &b""[..]));
});
