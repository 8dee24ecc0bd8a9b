//! `~/.nstba`: no panic, and whatever is done to one entry, the others keep every byte.
#![no_main]

use netsuite_tba::fuzz::vault::nstba;
use netsuite_tba_fuzz::shaken;

const NSTBA: &str = r#"{
  "sb1 dev": {
    "token": "t1",
    "secret": "s1",
    "account": "1234567-SB1"
  },
  "__proto__": {"token":"t2","secret":"s2","account":"1234567_sb2", "note" : [1.50, 1e2]},
  "half": {
    "account": "1234567"
  },
  "molecule": { "token": "t3", "secret": "s3", "account": "1", "molecule": "f" }
}"#;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    nstba(data);
    nstba(&shaken(NSTBA, data));
});
