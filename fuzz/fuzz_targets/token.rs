//! Tokens and accessors: nothing that was not signed is one.
#![no_main]

use std::sync::LazyLock;

use bridge::token::{Kind, SigningKey, SigningKeys, parse};

static KEYS: LazyLock<SigningKeys> =
    LazyLock::new(|| SigningKeys::new(vec![SigningKey::new("k1", &[7; 32])]));

libfuzzer_sys::fuzz_target!(|text: &[u8]| {
    assert!(parse(Kind::Token, text, &KEYS).is_err());
    assert!(parse(Kind::Accessor, text, &KEYS).is_err());
    bridge::fuzzing::records(text);
});
