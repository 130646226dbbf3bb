//! What follows the question mark.
#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &str| bridge::fuzzing::query(raw));
