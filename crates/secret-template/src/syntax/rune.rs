//! Characters as Go counts and classifies them.

use core::str;

use unicode_general_category::{GeneralCategory as Category, get_general_category};

/// The first character of `bytes` and its length; where it is not UTF-8, none and one byte.
pub(crate) fn decode(bytes: &[u8]) -> Option<(Option<char>, usize)> {
    let length = match bytes.first()? {
        0x00..=0x7f => 1,
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Some((None, 1)),
    };
    let first =
        bytes.get(..length).and_then(|bytes| str::from_utf8(bytes).ok()).and_then(|s| s.chars().next());
    Some(first.map_or((None, 1), |first| (Some(first), length)))
}

/// The characters of `bytes`, each with its bytes; a byte that is not UTF-8 stands for itself.
pub(crate) fn runes(bytes: &[u8]) -> impl Iterator<Item = (Option<char>, &[u8])> {
    let mut rest = bytes;
    core::iter::from_fn(move || {
        let (rune, length) = decode(rest)?;
        let (this, after) = rest.split_at(length);
        rest = after;
        Some((rune, this))
    })
}

/// `unicode.IsLetter`
pub(crate) fn is_letter(c: char) -> bool {
    use Category::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    matches!(
        get_general_category(c),
        UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter
    )
}

/// `unicode.IsDigit`
pub(crate) fn is_digit(c: char) -> bool {
    get_general_category(c) == Category::DecimalNumber
}

/// What a name may consist of.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    if c.is_ascii() { c == '_' || c.is_ascii_alphanumeric() } else { is_letter(c) || is_digit(c) }
}

/// `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub(crate) fn is_print(c: char) -> bool {
    use Category::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate, Unassigned,
    };
    c == ' '
        || !matches!(
            get_general_category(c),
            Control
                | Format
                | LineSeparator
                | ParagraphSeparator
                | PrivateUse
                | SpaceSeparator
                | Surrogate
                | Unassigned
        )
}

/// `unicode.IsSpace`
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace()
}
