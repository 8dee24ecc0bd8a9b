//! `secrets.json`: no panic, written and read again the same, one changed byte costs one secret.
#![no_main]

use netsuite_tba::fuzz::vault::secrets;
use netsuite_tba_fuzz::shaken;

const SECRETS: &str = r#"{"version":1,"secrets":{"aaaaaaaaaaaaaaaa":{"token":"t1","secret":"s1"},"bbbbbbbbbbbbbbbb":{"token":"t2","secret":"s2"}}}"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    secrets(data);
    secrets(&shaken(SECRETS, data));
});
