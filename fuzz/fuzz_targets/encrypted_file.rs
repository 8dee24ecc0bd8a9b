//! `secrets.enc`: no panic, any changed byte is refused, what opening costs is bounded.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netsuite_tba::fuzz::vault::sealed(data));
