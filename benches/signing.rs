//! What the parts of a signature cost in Rust alone, so that a regression can be located.
//!
//! `cargo bench --bench signing`. What a header costs in Node, beside other signers: `npm run bench`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use netsuite_tba::Key;
use netsuite_tba::Parameters;
use netsuite_tba::ReusableBuffer;
use netsuite_tba::write_base_uri;
use netsuite_tba::{Request, Signer, clock, random};

const RESTLET: &str = "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl\
    ?script=customscript_ns_sca_deployer&deploy=customdeploy_ns_sca_deployer&get=revisions\
    &website=2&folder=31&page=1";
const TOKENS: &str = "https://1234567-sb1.restlets.api.netsuite.com/rest/requesttoken";

fn main() {
    divan::main();
}

/// Case c of `npm run bench`: 60 parameters with escapes and non-ASCII text.
fn many_parameters() -> String {
    let start =
        "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1";
    let rest = (0..59).map(|n| format!("&param_{n}=value%20{n}%2Fx+y%C3%A4-größe"));
    rest.fold(start.to_owned(), |url, pair| url + &pair)
}

fn signer() -> Signer {
    let (key, secret) = ("c".repeat(64), "s".repeat(64));
    Signer::opaque((&key, &secret), Some((&key, &secret)), Some("1234567_SB1"))
}

fn header(bencher: Bencher, method: &str, url: &str) {
    let signer = signer();
    let request = Request::new(method, url);
    bencher.bench_local(|| signer.with_authorization(black_box(&request), str::len).ok());
}

#[divan::bench]
fn header_a_restlet_get(bencher: Bencher) {
    header(bencher, "GET", RESTLET);
}

#[divan::bench]
fn header_b_post_without_query(bencher: Bencher) {
    header(bencher, "POST", TOKENS);
}

#[divan::bench]
fn header_c_60_parameters(bencher: Bencher) {
    header(bencher, "GET", &many_parameters());
}

#[divan::bench]
fn key_state() -> Signer {
    signer()
}

#[divan::bench(args = [64, 560, 5_600])]
fn mac(bencher: Bencher, length: usize) {
    let key = Key::new(b"key");
    let text = vec![b'x'; length];
    bencher.counter(BytesCount::new(length)).bench_local(|| key.sign(black_box(&text)));
}

#[divan::bench]
fn base_uri(bencher: Bencher) {
    let mut sheet = ReusableBuffer::default();
    bencher.bench_local(|| {
        sheet.clear();
        write_base_uri(&mut sheet, black_box(RESTLET)).map(<[u8]>::len).ok()
    });
}

#[divan::bench]
fn query(bencher: Bencher) {
    let mut parameters = Parameters::default();
    let query = &RESTLET.as_bytes()[RESTLET.find('?').unwrap_or_default()..];
    bencher.bench_local(|| {
        parameters.clear();
        parameters.push_query(black_box(query)).len()
    });
}

#[divan::bench]
fn nonce() -> [u8; random::NONCE_LENGTH] {
    let mut nonce = [0; random::NONCE_LENGTH];
    let _ = random::fill_alphanumeric(&mut nonce);
    nonce
}

#[divan::bench]
fn timestamp() -> u64 {
    clock::timestamp()
}
