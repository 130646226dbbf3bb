//! Reading the forms backwards that may escape any part of a value and leave the rest.

use std::borrow::Cow;

/// `%41` is `A`. Anything else stays.
pub(super) fn percent(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let code =
            (byte == b'%').then(|| number(after, 2, 16)).flatten().and_then(|code| u8::try_from(code).ok());
        decoded.push(code.unwrap_or(byte));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    Cow::Owned(decoded)
}

/// `\n`, `\"`, `\x41`, `\u0041` (also in pairs), `\u{41}`, `\U00000041`: the escapes of JSON, YAML and Rust.
pub(super) fn backslash(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_first()) {
            (b'\\', Some((&escape, after))) => rest = unescape(escape, after, &mut decoded),
            _ => decoded.push(byte),
        }
    }
    Cow::Owned(decoded)
}

/// Pushes what `\` and `escape` mean; returns what is left of `after`.
fn unescape<'a>(escape: u8, after: &'a [u8], decoded: &mut Vec<u8>) -> &'a [u8] {
    let simple = match escape {
        b'0' => Some("\0"),
        b'a' => Some("\x07"),
        b'b' => Some("\x08"),
        b'e' => Some("\x1b"),
        b'f' => Some("\x0c"),
        b'n' => Some("\n"),
        b'r' => Some("\r"),
        b't' => Some("\t"),
        b'v' => Some("\x0b"),
        b'N' => Some("\u{85}"),
        b'_' => Some("\u{a0}"),
        b'L' => Some("\u{2028}"),
        b'P' => Some("\u{2029}"),
        _ => None,
    };
    if let Some(text) = simple {
        decoded.extend_from_slice(text.as_bytes());
        return after;
    }
    if escape == b'x' {
        // In Rust's `b"\xff"` a byte, in YAML a character: the value is looked for as bytes.
        if let Some(byte) = number(after, 2, 16).and_then(|code| u8::try_from(code).ok()) {
            decoded.push(byte);
            return &after[2..];
        }
    }
    if let Some((c, length)) = character(escape, after) {
        decoded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        return &after[length..];
    }
    decoded.push(escape);
    after
}

/// The character of a `\u…` or `\U…`, and how long the rest of the escape is.
fn character(escape: u8, after: &[u8]) -> Option<(char, usize)> {
    match escape {
        b'U' => Some((char::from_u32(number(after, 8, 16)?)?, 8)),
        b'u' if after.first() == Some(&b'{') => {
            let length = after.iter().position(|&byte| byte == b'}')?;
            Some((char::from_u32(number(&after[1..], length - 1, 16)?)?, length + 1))
        }
        b'u' => {
            let first = number(after, 4, 16)?;
            if let Some(c) = char::from_u32(first) {
                return Some((c, 4));
            }
            let second = number(after.get(4..)?.strip_prefix(b"\\u")?, 4, 16)?;
            let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            Some((char::decode_utf16(units).next()?.ok()?, 10))
        }
        _ => None,
    }
}

fn number(text: &[u8], digits: usize, radix: u32) -> Option<u32> {
    let text = core::str::from_utf8(text.get(..digits)?).ok()?;
    if text.starts_with('+') { None } else { u32::from_str_radix(text, radix).ok() }
}

/// `''` is `'`, as in YAML and in shells' relatives.
pub(super) fn doubled_quotes(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(text, b"''").is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        decoded.push(byte);
        rest = if byte == b'\'' { after.strip_prefix(b"'").unwrap_or(after) } else { after };
    }
    Cow::Owned(decoded)
}

/// What is left without white space: a value on several lines, indented, folded or wrapped is the same as on one.
pub(super) fn without_white_space(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
}
