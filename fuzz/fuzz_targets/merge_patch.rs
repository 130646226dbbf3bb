//! A merge patch: what comes out has a form in JSON, and the same patch once more changes nothing.
#![no_main]

use secret_store::json;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (Some(there), Some(patch)) = (parts.next(), parts.next()) else { return };
    let Ok(fields) = json::decode(there) else { return };
    let Ok(merged) = json::merge_patch(&fields, patch) else { return };
    let written = json::encode(&merged).expect("what was merged has a form in JSON");
    assert!(json::decode(&written).expect("what was written is read") == merged);
    assert!(json::merge_patch(&merged, patch).expect("it fitted before") == merged);
});
