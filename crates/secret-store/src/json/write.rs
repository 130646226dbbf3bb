//! Writing.

use secrecy::ExposeSecret as _;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::buffer::WipedBuffer;
use crate::{SecretFields, SecretValue, ValueKind};

/// What stands between the fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    open: &'static [u8],
    colon: &'static [u8],
    comma: &'static [u8],
    close: &'static [u8],
}

/// One line for each field, for people.
#[cfg(feature = "file")]
pub(crate) const INDENTED: Layout = Layout { open: b"{\n  ", colon: b": ", comma: b",\n  ", close: b"\n}\n" };

/// Nothing but what must be there.
pub(crate) const COMPACT: Layout = Layout { open: b"{", colon: b":", comma: b",", close: b"}" };

/// Why fields are no JSON. Without a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WriteError {
    /// A field's bytes are not UTF-8.
    NotText(String),
    /// A field that should be JSON is not, or is a string.
    NotJson(String),
}

/// A JSON object.
#[cfg(any(feature = "file", feature = "vault", test))]
pub(crate) fn write(fields: &SecretFields, layout: Layout) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    write_between(Zeroizing::default(), b"", fields, layout, b"")
}

/// A JSON object between other text, in place of what is in a buffer, which is not used where it is too small.
pub(crate) fn write_between(
    buffer: Zeroizing<Vec<u8>>,
    before: &[u8],
    fields: &SecretFields,
    layout: Layout,
    behind: &[u8],
) -> Result<Zeroizing<Vec<u8>>, WriteError> {
    let size = fields.iter().map(|(name, value)| name.as_str().len() + value.len() + value.len() / 8 + 16);
    let mut out = WipedBuffer::of(buffer, before.len() + size.sum::<usize>() + 4 + behind.len());
    out.push(before);
    let mut separator = layout.open;
    for (name, value) in fields.iter() {
        out.push(separator);
        quote(name.as_str(), &mut out);
        out.push(layout.colon);
        match value.kind() {
            ValueKind::Json => {
                let raw = parse(value).ok_or_else(|| WriteError::NotJson(name.to_string()))?;
                out.push(raw.get().as_bytes());
            }
            ValueKind::Bytes => {
                quote_bytes(exposed(value), &mut out).ok_or_else(|| WriteError::NotText(name.to_string()))?;
            }
        }
        separator = layout.comma;
    }
    if fields.is_empty() {
        out.push(layout.open);
    }
    out.push(layout.close);
    out.push(behind);
    Ok(out.into_inner())
}

#[expect(clippy::disallowed_methods, reason = "values are encoded into buffers that are wiped")]
pub(crate) fn exposed(value: &SecretValue) -> &[u8] {
    value.expose_secret()
}

/// The JSON text of something other than a string.
pub(crate) fn parse(value: &SecretValue) -> Option<&RawValue> {
    let raw: &RawValue = serde_json::from_slice(exposed(value)).ok()?;
    (!raw.get().starts_with('"')).then_some(raw)
}

/// Whether a value is JSON's null.
#[cfg(feature = "file")]
pub(crate) fn is_null(value: &SecretValue) -> bool {
    value.kind() == ValueKind::Json && exposed(value).trim_ascii() == b"null"
}

/// A text in double quotes, as JSON and YAML both read it.
pub(crate) fn quote(text: &str, out: &mut WipedBuffer) {
    out.push(b"\"");
    push_escaped(text, out);
    out.push(b"\"");
}

/// The same of bytes that may be a text; none where they are not UTF-8, and `out` is then of no use. ASCII is not looked at twice.
fn quote_bytes(bytes: &[u8], out: &mut WipedBuffer) -> Option<()> {
    out.push(b"\"");
    let mut rest = bytes;
    loop {
        let plain = plain(rest);
        out.push(&rest[..plain]);
        rest = &rest[plain..];
        match rest {
            [] => break,
            [byte, behind @ ..] if byte.is_ascii() => {
                push_escape(char::from(*byte), out);
                rest = behind;
            }
            _ => {
                push_escaped(str::from_utf8(rest).ok()?, out);
                break;
            }
        }
    }
    out.push(b"\"");
    Some(())
}

fn push_escaped(text: &str, out: &mut WipedBuffer) {
    let mut rest = text;
    while let Some((start, c)) = next_escape(rest) {
        out.push(&rest.as_bytes()[..start]);
        push_escape(c, out);
        rest = &rest[start + c.len_utf8()..];
    }
    out.push(rest.as_bytes());
}

fn push_escape(c: char, out: &mut WipedBuffer) {
    match c {
        '"' => out.push(b"\\\""),
        '\\' => out.push(b"\\\\"),
        '\n' => out.push(b"\\n"),
        '\r' => out.push(b"\\r"),
        '\t' => out.push(b"\\t"),
        c => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let code = u32::from(c);
            let digit = |shift: u32| HEX[(code >> shift & 0xf) as usize];
            out.push(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
        }
    }
}

/// The first character that cannot stand for itself, and where it is.
fn next_escape(text: &str) -> Option<(usize, char)> {
    let plain = plain(text.as_bytes());
    text[plain..].char_indices().find(|&(_, c)| needs_escape(c)).map(|(start, c)| (plain + start, c))
}

/// How many bytes there are at the beginning that stand for themselves, most values being of nothing else: in steps of 32 and
/// of 8, which compilers turn into a few instructions.
fn plain(text: &[u8]) -> usize {
    let many = plain_steps::<32>(text);
    let most = many + plain_steps::<8>(&text[many..]);
    most + text[most..].iter().take_while(|byte| is_plain(**byte)).count()
}

/// How many bytes the first steps have, of `STEP` each, in which all stand for themselves.
fn plain_steps<const STEP: usize>(text: &[u8]) -> usize {
    let (steps, _) = text.as_chunks::<STEP>();
    let is_plain = |step: &&[u8; STEP]| step.iter().fold(true, |all, byte| all & is_plain(*byte));
    STEP * steps.iter().take_while(is_plain).count()
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')
}

/// Whether a character cannot stand for itself in JSON or in YAML: all of these are below U+10000.
fn needs_escape(c: char) -> bool {
    matches!(c, '"' | '\\') || is_special(c)
}

pub(crate) fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
