//! Strings of JSON: what they say, and how Go writes them.

use zeroize::Zeroizing;

use crate::compose::sink::Sink;

/// The characters that a checked string says; `raw` is what is between its quotes.
pub(super) fn chars(raw: &str) -> impl Iterator<Item = char> {
    Chars { rest: raw }
}

/// The text that a checked string says.
pub(super) fn decoded(raw: &str) -> Zeroizing<String> {
    let mut size = 0;
    chars(raw).for_each(|c| size += c.len_utf8());
    let mut text = Zeroizing::new(String::with_capacity(size));
    text.extend(chars(raw));
    text
}

struct Chars<'a> {
    rest: &'a str,
}

impl Iterator for Chars<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let first = chars.next()?;
        if first != '\\' {
            self.rest = chars.as_str();
            return Some(first);
        }
        let escaped = match chars.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return Some(self.code_point()),
            itself => itself,
        };
        self.rest = chars.as_str();
        Some(escaped)
    }
}

impl Chars<'_> {
    /// Of `\uXXXX`, or of two of them that are a surrogate pair.
    fn code_point(&mut self) -> char {
        const ESCAPE: usize = 6;
        let first = unit(self.rest);
        self.rest = self.rest.get(ESCAPE..).unwrap_or_default();
        let Some(high) = first.filter(|unit| (0xd800..0xdc00).contains(unit)) else {
            return first.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        };
        let Some(low) = unit(self.rest).filter(|unit| (0xdc00..0xe000).contains(unit)) else {
            return char::REPLACEMENT_CHARACTER;
        };
        self.rest = self.rest.get(ESCAPE..).unwrap_or_default();
        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// The number in `\uXXXX` at the beginning of `text`.
fn unit(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// A string in quotes, with what `json.Marshal` escapes.
pub(in crate::compose) fn write_string(chars: impl Iterator<Item = char>, out: &mut dyn Sink) {
    out.push(b"\"");
    for c in chars {
        match c {
            '"' => out.push(b"\\\""),
            '\\' => out.push(b"\\\\"),
            '\u{8}' => out.push(b"\\b"),
            '\u{c}' => out.push(b"\\f"),
            '\n' => out.push(b"\\n"),
            '\r' => out.push(b"\\r"),
            '\t' => out.push(b"\\t"),
            '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let digit = |shift: u32| HEX[(u32::from(c) >> shift & 0xf) as usize];
                out.push(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
            }
            c => out.push_char(c),
        }
    }
    out.push(b"\"");
}
