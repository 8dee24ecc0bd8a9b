//! The body of a token endpoint: no panic, whatever it holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netsuite_tba::fuzz::netsuite::token_body(data));
