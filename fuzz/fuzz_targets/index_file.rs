//! `tokens.json`: no panic, written and read again the same, nothing of it lost.
#![no_main]

use netsuite_tba::fuzz::vault::index;
use netsuite_tba_fuzz::shaken;

const INDEX: &str = r#"{
  "version": 1,
  "tokens": [
    {"authID": "a", "account": "1234567_SB1", "role": "1000", "store": "file", "id": "aaaaaaaaaaaaaaaa", "createdAt": 1700000000, "lastUsedAt": 1700000000, "note": {"by": "hand"}},
    {"authID": "b", "account": "7654321", "role": null, "store": "keychain", "id": "bbbbbbbbbbbbbbbb", "vm": "http://127.0.0.1:1", "molecule": "f", "consumer": "abcdefghijkl"}
  ],
  "pending": [{"store": "encrypted-file", "id": "cccccccccccccccc"}],
  "toldOfPlainFile": true,
  "colour": [1, {"x": 2}]
}
"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    index(data);
    index(&shaken(INDEX, data));
});
