//! The forms in which a value may turn up that cannot be read backwards.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// Each form, named, without white space.
pub(super) fn forms(value: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let list =
        |number: fn(&u8) -> String| value.iter().map(number).collect::<Vec<_>>().join(",").into_bytes();
    let mut forms = vec![
        ("hexadecimal", hex::encode(value).into_bytes()),
        ("hexadecimal", hex::encode_upper(value).into_bytes()),
        ("list of numbers", list(ToString::to_string)),
        ("list of hexadecimal numbers", list(|byte| format!("{byte:x}"))),
        ("list of hexadecimal numbers", list(|byte| format!("{byte:X}"))),
        ("list of hexadecimal numbers", list(|byte| format!("0x{byte:02x}"))),
    ];
    for before in 0..3 {
        forms.push(("base64", base64_core(value, before, &STANDARD)));
        forms.push(("base64url", base64_core(value, before, &URL_SAFE)));
    }
    forms
}

/// What base64 makes of `value` with `before` bytes before it, without the characters that depend on what is before and
/// after.
fn base64_core(value: &[u8], before: usize, engine: &impl Engine) -> Vec<u8> {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(value);
    let text = engine.encode(&bytes);
    let (first, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
    text.as_bytes()[first..end].to_vec()
}
