//! Base64 as Go's `encoding/base64` decodes it: `Decode` in the operator's `esutils`.
//!
//! Padding must be there, line breaks may be anywhere, and what the last character has too many bits for is passed over.

use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};
use k8s_bundle::DecodingStrategy;
use zeroize::Zeroizing;

use super::sink::exactly;
use super::value::Value;

const AS_GO: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, AS_GO);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, AS_GO);

/// A value that is not what its strategy decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotDecoded;

/// The value as the strategy has it.
pub(super) fn decode(strategy: DecodingStrategy, value: Value<'_>) -> Result<Value<'_>, NotDecoded> {
    let decoded = match strategy {
        DecodingStrategy::None => return Ok(value),
        DecodingStrategy::Base64 => decode_with(&BASE64, value.bytes()),
        DecodingStrategy::Base64URL => decode_with(&BASE64_URL, value.bytes()),
        DecodingStrategy::Auto => {
            let decoded = decode_with(&BASE64, value.bytes());
            match decoded.or_else(|| decode_with(&BASE64_URL, value.bytes())) {
                Some(decoded) => Some(decoded),
                None => return Ok(value),
            }
        }
    };
    decoded.map(Value::Made).ok_or(NotDecoded)
}

fn decode_with(engine: &GeneralPurpose, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    if text.iter().any(is_break) {
        let joined = exactly(|out| text.split(is_break).for_each(|line| out.push(line)));
        return decode_line(engine, &joined);
    }
    decode_line(engine, text)
}

fn decode_line(engine: &GeneralPurpose, line: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(line.len())]);
    let length = engine.decode_slice(line, &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}
