//! The head of a request on the callback port: no panic, and only the two paths are served.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netsuite_tba::fuzz::consent::head(data));
