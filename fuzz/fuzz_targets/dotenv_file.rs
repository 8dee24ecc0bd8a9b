//! `.env`: no panic, two names are read and no other, plain lines mean what they say.
#![no_main]

use netsuite_tba::fuzz::project::dotenv;
use netsuite_tba_fuzz::shaken;

const DOTENV: &str = "# the record\nexport CONSUMER_KEY = \"key\" # mine\r\nOTHER=x\nCONSUMER_SECRET='secret'\n";

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    dotenv(data);
    dotenv(&shaken(DOTENV, data));
});
