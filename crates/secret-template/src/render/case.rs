//! Upper and lower case as Go has them: one character for one.

use crate::syntax::rune::{is_digit, is_letter, is_space, runes};

use super::fault::Result;
use super::text::{Buffer, Text};

/// `unicode.ToUpper`
pub(crate) fn to_upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        // The Greek letters with a subscript iota, whose full mapping is two letters.
        _ => title_of_greek(c).unwrap_or(c),
    }
}

fn title_of_greek(c: char) -> Option<char> {
    let number = u32::from(c);
    let title = match number {
        0x1f80..=0x1faf if number & 8 == 0 => number + 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => number + 9,
        _ => return None,
    };
    char::from_u32(title)
}

/// `unicode.ToLower`
pub(crate) fn to_lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// `unicode.ToTitle`
fn to_title(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian is not capitalised.
        '\u{10d0}'..='\u{10ff}' => c,
        c => to_upper(c),
    }
}

/// Each character mapped. A byte that is none becomes the replacement character.
pub(crate) fn mapped(bytes: &[u8], map: impl Fn(char) -> char) -> Result<Text> {
    let mut out = Buffer::with_capacity(bytes.len());
    for (rune, _) in runes(bytes) {
        out.push_char(map(rune.unwrap_or('\u{fffd}')));
    }
    out.finish()
}

/// `strings.Title`
pub(crate) fn title(bytes: &[u8]) -> Result<Text> {
    let mut out = Buffer::with_capacity(bytes.len());
    let mut before = ' ';
    for (rune, _) in runes(bytes) {
        let c = rune.unwrap_or('\u{fffd}');
        out.push_char(if separates(before) { to_title(c) } else { c });
        before = c;
    }
    out.finish()
}

fn separates(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '_';
    }
    !is_letter(c) && !is_digit(c) && is_space(c)
}

/// The first character of each word in lower case.
pub(crate) fn untitle(bytes: &[u8]) -> Result<Text> {
    let mut out = Buffer::with_capacity(bytes.len());
    let mut at_start = true;
    for (rune, _) in runes(bytes) {
        let c = rune.unwrap_or('\u{fffd}');
        if is_space(c) {
            at_start = true;
            out.push_char(c);
        } else {
            out.push_char(if at_start { to_lower(c) } else { c });
            at_start = false;
        }
    }
    out.finish()
}
