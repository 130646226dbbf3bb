//! Durations of the API: whole seconds are written as they are read.
#![no_main]

use std::time::Duration;

use vault_api::duration::{parse, show};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Some(duration) = parse(text) {
        assert_eq!(parse(&show(duration)), Some(Duration::from_secs(duration.as_secs())));
    }
});
