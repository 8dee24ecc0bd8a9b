//! `.nsdeploy`: no panic, and a new name in it changes nothing else.
#![no_main]

use netsuite_tba::fuzz::project::nsdeploy;
use netsuite_tba_fuzz::shaken;

const NSDEPLOY: &str = "new-name\n\u{feff}{\r\n\t\"x\": [1, {\"authID\":\"no\"}],\r\n\t\"credentials\": {\r\n\t\t\"domain\": \"a\\\"b}\",\r\n\t\t\"authID\" : \"old\",\r\n\t\t\"is_scis\": false\r\n\t}\r\n}\r\n";

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    nsdeploy(data);
    nsdeploy(&shaken(NSDEPLOY, data));
});
