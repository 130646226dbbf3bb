//! Go's quotes: `strconv.Quote` and its relatives.

use crate::syntax::rune::{is_print, runes};

use super::text::Buffer;

/// Writes `bytes` in double quotes, with Go's escapes.
pub(crate) fn quote(out: &mut Buffer, bytes: &[u8], ascii_only: bool) {
    out.push(b'"');
    for (rune, raw) in runes(bytes) {
        match rune {
            None => out.extend(escape_byte(raw[0]).as_slice()),
            Some(c) => escape(out, c, '"', ascii_only),
        }
    }
    out.push(b'"');
}

/// Writes a character in single quotes.
pub(crate) fn quote_char(out: &mut Buffer, c: char, ascii_only: bool) {
    out.push(b'\'');
    escape(out, c, '\'', ascii_only);
    out.push(b'\'');
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn escape_byte(byte: u8) -> [u8; 4] {
    [b'\\', b'x', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xf)]]
}

fn escape(out: &mut Buffer, c: char, quote: char, ascii_only: bool) {
    let short = match c {
        '\x07' => 'a',
        '\x08' => 'b',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        '\\' => '\\',
        _ if c == quote => quote,
        _ if (c.is_ascii() || !ascii_only) && is_print(c) => return out.push_char(c),
        _ if c < ' ' || c == '\x7f' => return out.extend(&escape_byte(u32::from(c).to_le_bytes()[0])),
        _ => {
            let (letter, width) = if u32::from(c) < 0x1_0000 { (b'u', 4) } else { (b'U', 8) };
            out.extend(&[b'\\', letter]);
            return hex(out, u32::from(c), width);
        }
    };
    out.push(b'\\');
    out.push_char(short);
}

/// Writes a number of `width` hexadecimal digits.
pub(crate) fn hex(out: &mut Buffer, number: u32, width: u32) {
    for place in (0..width).rev() {
        out.push(HEX[usize::from((number >> (4 * place)).to_le_bytes()[0] & 0xf)]);
    }
}

/// Whether a text can stand in backquotes: `strconv.CanBackquote`.
pub(crate) fn can_backquote(bytes: &[u8]) -> bool {
    runes(bytes).all(|(rune, _)| match rune {
        None | Some('`' | '\u{feff}' | '\x7f') => false,
        Some(c) => c >= ' ' || c == '\t',
    })
}
