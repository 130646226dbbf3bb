//! Writing YAML, and JSON as people read it.
//!
//! YAML is written so that readers of YAML 1.1 and 1.2 read the same: every text in double quotes with the escapes of
//! JSON, or as a literal block where that is exactly reversible; one field after the other, for the sake of diffs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::DEPTH;
use crate::buffer::WipedBuffer;
use crate::json::{self, Object, WriteError, exposed, is_null, is_special, parse, quote, text};
use crate::provider::tree::error::Fault;
use crate::{SecretFields, ValueKind};

/// Readers of YAML look only so far for the colon after a key; a longer key needs a question mark before it.
const LONGEST_SIMPLE_KEY: usize = 1000;

/// The bytes of a plain value.
pub(in super::super) fn plain(fields: &SecretFields) -> Zeroizing<Vec<u8>> {
    let bytes = fields.as_plain().map(exposed).unwrap_or_default();
    Zeroizing::new(bytes.to_vec())
}

/// A YAML map.
pub(in super::super) fn to_yaml(fields: &SecretFields) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut out = WipedBuffer::with_capacity(expected_size(fields));
    for (name, value) in fields.iter() {
        key(name.as_str(), &mut out);
        match (value.kind(), str::from_utf8(exposed(value))) {
            (ValueKind::Json, _) => {
                let json = parse(value).filter(|_| !is_null(value));
                flow(json.ok_or_else(|| not_json(name.as_str()))?, DEPTH, &mut out)
                    .ok_or_else(|| not_json(name.as_str()))?;
            }
            (ValueKind::Bytes, Ok(text)) if is_block(text) => block(text, &mut out),
            (ValueKind::Bytes, Ok(text)) => quote(text, &mut out),
            (ValueKind::Bytes, Err(_)) => binary(exposed(value), &mut out),
        }
        out.push(b"\n");
    }
    Ok(out.into_inner())
}

/// A JSON object.
pub(in super::super) fn to_json(fields: &SecretFields) -> Result<Zeroizing<Vec<u8>>, Fault> {
    if let Some((name, _)) = fields.iter().find(|(_, value)| is_null(value)) {
        return Err(not_json(name.as_str()));
    }
    json::write(fields, json::INDENTED).map_err(|error| match error {
        WriteError::NotJson(field) => not_json(&field),
        WriteError::NotText(field) => Fault::Unwritable {
            field,
            reason: "is not UTF-8, and JSON knows only text",
            help: "delete the secret first: then it is written as YAML, which can hold any bytes",
        },
    })
}

fn expected_size(fields: &SecretFields) -> usize {
    fields.iter().map(|(name, value)| name.as_str().len() + value.len() + value.len() / 8 + 16).sum()
}

fn not_json(field: &str) -> Fault {
    Fault::Unwritable {
        field: field.to_owned(),
        reason: "is not the JSON text of a number, a boolean, a list or an object",
        help: "write it as bytes, or mend its text",
    }
}

/// A key, and what comes between it and its value.
fn key(name: &str, out: &mut WipedBuffer) {
    if is_bare(name) {
        out.push(name.as_bytes());
        out.push(b": ");
    } else {
        quoted_key(name, b"? ", b"\n: ", out);
    }
}

fn quoted_key(name: &str, long: &[u8], long_end: &[u8], out: &mut WipedBuffer) {
    let mut quoted = WipedBuffer::with_capacity(name.len() + 2);
    quote(name, &mut quoted);
    let quoted = quoted.into_inner();
    let is_long = quoted.len() > LONGEST_SIMPLE_KEY;
    if is_long {
        out.push(long);
    }
    out.push(&quoted);
    out.push(if is_long { long_end } else { b": " });
}

/// Whether every reader of YAML takes a key for the text that it is.
fn is_bare(name: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !WORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// Whether a literal block gives exactly this text back: several lines, none of which is indented or blank.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && body.split('\n').all(|line| !line.is_empty() && !line.starts_with(' '))
        && !body.chars().any(|c| c != '\n' && is_special(c))
}

fn block(text: &str, out: &mut WipedBuffer) {
    let body = text.strip_suffix('\n');
    out.push(if body.is_some() { b"|" } else { b"|-" });
    for line in body.unwrap_or(text).split('\n') {
        out.push(b"\n  ");
        out.push(line.as_bytes());
    }
}

fn binary(bytes: &[u8], out: &mut WipedBuffer) {
    out.push(b"!!binary \"");
    // A multiple of three, so that the pieces join without padding.
    for chunk in bytes.chunks(3 * 256) {
        let mut base64 = Zeroizing::new([0; 4 * 256]);
        let length = STANDARD.encode_slice(chunk, &mut *base64).unwrap_or_default();
        out.push(&base64[..length]);
    }
    out.push(b"\"");
}

/// JSON as YAML in flow style; none when it is too deep or holds a string that is not valid.
fn flow(raw: &RawValue, depth: usize, out: &mut WipedBuffer) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match raw.get().as_bytes() {
        [b'{', ..] => {
            let mut separator: &[u8] = b"{";
            let entries = serde_json::from_str::<Object<'_>>(raw.get()).ok()?.0;
            out.push(if entries.is_empty() { b"{" } else { b"" });
            for (name, value) in entries {
                out.push(separator);
                quoted_key(&Zeroizing::new(name), b"? ", b" : ", out);
                flow(value, depth, out)?;
                separator = b", ";
            }
            out.push(b"}");
        }
        [b'[', ..] => {
            let mut separator: &[u8] = b"";
            out.push(b"[");
            for item in serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok()? {
                out.push(separator);
                flow(item, depth, out)?;
                separator = b", ";
            }
            out.push(b"]");
        }
        [b'"', ..] => quote(str::from_utf8(exposed(&text(raw).ok()?)).ok()?, out),
        scalar => out.push(scalar),
    }
    Some(())
}
