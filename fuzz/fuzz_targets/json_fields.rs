//! Fields as a JSON object: what is read is written and read as the same.
#![no_main]

use secret_store::json;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(fields) = json::decode(body) else { return };
    let written = json::encode(&fields).expect("what JSON said has a form in JSON");
    assert!(json::decode(&written).expect("what was written is read") == fields);
});
