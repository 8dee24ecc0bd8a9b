//! The query of a redirect: no panic, and nothing without the state is believed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netsuite_tba::fuzz::consent::query(data));
