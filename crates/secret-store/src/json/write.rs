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

/// How many bytes there are at the beginning that stand for themselves, most values being of nothing else: in steps of 32, which
/// compilers turn into a few instructions, and then of 8.
fn plain(text: &[u8]) -> usize {
    let (steps, _) = text.as_chunks::<32>();
    let are_plain = |step: &&[u8; 32]| step.iter().fold(true, |all, byte| all & is_plain(*byte));
    let many = 32 * steps.iter().take_while(are_plain).count();
    let (words, rest) = text[many..].as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        if let Some(at) = first_escape(*word) {
            return many + 8 * number + at;
        }
    }
    many + 8 * words.len() + rest.iter().take_while(|byte| is_plain(**byte)).count()
}

/// Which of eight bytes is the first that does not stand for itself.
fn first_escape(word: [u8; 8]) -> Option<usize> {
    let eight = |byte: u8| u64::from_le_bytes([byte; 8]);
    let word = u64::from_le_bytes(word);
    let is = |byte: u8| (word ^ eight(byte)).wrapping_sub(eight(1));
    // The highest bit of each byte that is no ASCII, a control or one of three. Each such byte may take one from the next above it,
    // and so mark it too: the lowest mark is right.
    let marks = word | word.wrapping_sub(eight(b' ')) | is(b'"') | is(b'\\') | is(0x7f);
    let marks = marks & eight(0x80);
    (marks != 0).then_some(marks.trailing_zeros() as usize / 8)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first(bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| !is_plain(*byte))
    }

    #[test]
    fn the_first_byte_that_does_not_stand_for_itself_is_found_wherever_it_is_and_whatever_is_behind_it() {
        for (byte, at, behind) in (0..=u8::MAX)
            .flat_map(|byte| (0..8).flat_map(move |at| (0..=u8::MAX).map(move |behind| (byte, at, behind))))
        {
            let mut word = [b'a'; 8];
            word[at..].fill(behind);
            word[at] = byte;
            assert_eq!(first_escape(word), first(&word), "{word:?}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_plain_as_far_as_each_of_its_bytes_is(
            mut text in "[ -~]{0,100}".prop_map(String::into_bytes),
            others in proptest::collection::vec((0_usize..100, any::<u8>()), 0..3),
        ) {
            for (at, byte) in others {
                if let Some(place) = text.get_mut(at) {
                    *place = byte;
                }
            }
            prop_assert_eq!(plain(&text), first(&text).unwrap_or(text.len()));
        }
    }
}
