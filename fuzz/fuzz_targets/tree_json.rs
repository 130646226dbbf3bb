//! The content of a JSON file of a tree: what is read is written and read as the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| secret_store::fuzzing::tree_json(content));
