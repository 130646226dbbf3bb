//! Base64 and base32.
//!
//! Where the text is not what it should be, the operator puts the message of its error into the Secret. Here that is an
//! error: nobody wants it there.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use data_encoding::{BASE32, Encoding, Specification};
use zeroize::Zeroizing;

use crate::render::fault::{Fault, Result};
use crate::render::text::{Buffer, MAX_TEXT, Text};
use crate::render::value::Value;

use super::{Function, function, text};

pub(super) const TABLE: &[Function] = &[
    function("b64enc", "s", |_, a| encode_base64(text(a, 0))),
    function("b64dec", "s", |_, a| decode_base64(text(a, 0))),
    function("b32enc", "s", |_, a| encode_base32(text(a, 0))),
    function("b32dec", "s", |_, a| decode_base32(text(a, 0))),
];

/// As Go reads it: with padding, and whatever is in the bits that are not used.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

fn encode_base64(raw: &[u8]) -> Result<Value> {
    Ok(Value::Text(encode_base64_bytes(raw)?))
}

pub(crate) fn encode_base64_bytes(raw: &[u8]) -> Result<Text> {
    if raw.len() > MAX_TEXT / 4 * 3 {
        return Err(Fault::LIMIT_LENGTH);
    }
    let mut encoded = Zeroizing::new(vec![0; raw.len().div_ceil(3) * 4]);
    let length = BASE64.encode_slice(raw, &mut encoded).map_err(|_| Fault::LIMIT_LENGTH)?;
    Ok(Text::of(&encoded[..length]))
}

/// Go skips line ends wherever they are.
fn without_line_ends(encoded: &[u8]) -> Buffer {
    let mut plain = Buffer::with_capacity(encoded.len());
    for line in encoded.split(|byte| matches!(byte, b'\r' | b'\n')) {
        plain.extend(line);
    }
    plain
}

fn decode_base64(encoded: &[u8]) -> Result<Value> {
    Ok(Value::Text(decode_base64_bytes(encoded)?))
}

pub(crate) fn decode_base64_bytes(encoded: &[u8]) -> Result<Text> {
    let encoded = without_line_ends(encoded);
    let mut raw = Zeroizing::new(vec![0; encoded.bytes().len().div_ceil(4) * 3]);
    let decoded = BASE64.decode_slice(encoded.bytes(), &mut raw);
    let length = decoded.map_err(|_| Fault::new("the value is not base64"))?;
    Ok(Text::of(&raw[..length]))
}

fn encode_base32(raw: &[u8]) -> Result<Value> {
    if raw.len() > MAX_TEXT / 8 * 5 {
        return Err(Fault::LIMIT_LENGTH);
    }
    let mut encoded = Zeroizing::new(vec![0; BASE32.encode_len(raw.len())]);
    BASE32.encode_mut(raw, &mut encoded);
    Ok(Value::of_text(&encoded))
}

fn decode_base32(encoded: &[u8]) -> Result<Value> {
    const NOT_BASE32: Fault = Fault::new("the value is not base32");
    let encoded = without_line_ends(encoded);
    let encoding = lenient_base32().ok_or(NOT_BASE32)?;
    let room = encoding.decode_len(encoded.bytes().len()).map_err(|_| NOT_BASE32)?;
    let mut raw = Zeroizing::new(vec![0; room]);
    let length = encoding.decode_mut(encoded.bytes(), &mut raw).map_err(|_| NOT_BASE32)?;
    Ok(Value::of_text(&raw[..length]))
}

/// Base32 with whatever is in the bits that are not used.
fn lenient_base32() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    specification.padding = Some('=');
    specification.check_trailing_bits = false;
    specification.encoding().ok()
}
