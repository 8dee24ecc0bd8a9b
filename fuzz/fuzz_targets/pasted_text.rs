//! A pasted line: no panic, and nothing without the state is taken.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| netsuite_tba::fuzz::consent::pasted(data));
