//! How one string is written: bare, in double quotes, or as a literal block.

/// The longest key that a reader must take without the `?` form: YAML 1.1 and 1.2, section "Simple keys".
pub(super) const SIMPLE_KEY_MAX: usize = 1000;

/// The most bytes that [`Emitter::string`](super::Emitter::string) or [`Emitter::key`](super::Emitter::key) adds for `text`
/// at `depth` maps or sequences deep (1 at the top), indentation and separators included.
#[must_use]
pub fn string_size(text: &str, depth: usize) -> usize {
    // The longest escape of one byte is `\x00`; a literal block indents each line, a long key stands on two.
    let lines = text.bytes().filter(|&byte| byte == b'\n').count() + 2;
    text.len() * 4 + 10 + lines * 2 * (depth + 1)
}

/// The most bytes that [`Emitter::base64`](super::Emitter::base64) adds for a value of `length` bytes, separators
/// included.
#[must_use]
pub fn base64_size(length: usize) -> usize {
    length.div_ceil(3) * 4 + 4
}

/// The form that `text` can take without changing its meaning for any reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Quoted,
    /// A literal block, with the chomping indicator that brings the trailing line breaks back.
    Literal(&'static str),
}

pub(super) fn value_form(text: &str) -> Form {
    if is_plain(text) {
        Form::Plain
    } else if let Some(chomping) = literal_chomping(text) {
        Form::Literal(chomping)
    } else {
        Form::Quoted
    }
}

/// Bytes that never need a second look inside a bare string.
const SAFE: [bool; 256] = {
    let mut safe = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        safe[byte as usize] = !matches!(byte, b':' | b'#');
        byte += 1;
    }
    safe
};

/// Whether `text` may stand bare as a value or a key of a block map.
pub(super) fn is_plain(text: &str) -> bool {
    starts_as_string(text) && has_only_plain_characters(text)
}

/// Whether the start of `text` already rules out every other type and every indicator of both versions.
fn starts_as_string(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else { return false };
    match first {
        b'a'..=b'z' | b'A'..=b'Z' => !is_word(text),
        b'_' | b'/' | b'$' | b'(' => true,
        b'0'..=b'9' => proves_no_number(bytes),
        b'.' => bytes.get(1).is_some_and(u8::is_ascii_alphabetic) && !is_word(text),
        0x80.. => text.chars().next().is_some_and(char::is_alphabetic),
        _ => false,
    }
}

/// The words that some reader takes for a boolean, null or a number; case-insensitively, which is more than any reader.
fn is_word(text: &str) -> bool {
    let words: &[&str] = match text.as_bytes() {
        [b'y' | b'Y', ..] => &["y", "yes"],
        [b'n' | b'N', ..] => &["n", "no", "null", "nan"],
        [b'o' | b'O', ..] => &["on", "off"],
        [b't' | b'T', ..] => &["true"],
        [b'f' | b'F', ..] => &["false"],
        [b'i' | b'I', ..] => &["inf", "infinity"],
        [b'.', ..] => &[".inf", ".nan"],
        _ => return false,
    };
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A letter that occurs in no number, date or time of either version: those have only `a`-`f`, `x`, `o`, `b`, `p`, `t`
/// and `z`.
fn proves_no_number(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .any(|byte| matches!(byte.to_ascii_lowercase(), b'g'..=b'n' | b'q'..=b's' | b'u'..=b'w' | b'y'))
}

fn has_only_plain_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut index = 0;
    while let Some(safe) = bytes[index..].iter().position(|&byte| !SAFE[byte as usize]) {
        index += safe;
        let next = bytes.get(index + 1);
        index += match bytes[index] {
            b' ' if !matches!(next, None | Some(b'#')) => 1,
            b':' if !matches!(next, None | Some(b' ')) => 1,
            // A hash starts a comment only after a space, which the arm above has refused.
            b'#' => 1,
            0x80.. => match text[index..].chars().next() {
                Some(c) if !needs_escape(c) && !c.is_whitespace() => c.len_utf8(),
                _ => return false,
            },
            _ => return false,
        };
    }
    true
}

/// Whether base64 `text` may stand bare: its alphabet has no indicator but a leading `+`.
pub(super) fn is_plain_base64(text: &[u8]) -> bool {
    match text.first() {
        Some(b'a'..=b'z' | b'A'..=b'Z') => {
            // Base64 comes in fours, and two of the words have four letters.
            text.len() != 4 || !(text.eq_ignore_ascii_case(b"true") || text.eq_ignore_ascii_case(b"null"))
        }
        Some(b'/') => true,
        Some(b'0'..=b'9') => proves_no_number(text),
        _ => false,
    }
}

/// A literal block keeps a text exactly only if no line needs an escape, the first line shows the indentation, and no
/// line ends in a space.
fn literal_chomping(text: &str) -> Option<&'static str> {
    if !text.contains('\n') || text.starts_with([' ', '\t', '\n']) || text.ends_with([' ', '\t']) {
        return None;
    }
    let keeps = |line: &str| {
        !line.ends_with([' ', '\t'])
            && line.chars().all(|c| c == '\t' || !(c.is_control() || needs_escape(c)))
    };
    if !text.split('\n').all(keeps) {
        return None;
    }
    let trailing = text.len() - text.trim_end_matches('\n').len();
    Some(match trailing {
        0 => "-",
        1 => "",
        _ => "+",
    })
}

/// Characters that are not printable in one of the versions, that some reader takes for a line break, or that change the
/// order in which a person sees the text.
fn needs_escape(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Double quotes, with the escapes that YAML 1.1, YAML 1.2 and JSON share where there is a choice.
pub(super) fn quote(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        if matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\') {
            index += 1;
            continue;
        }
        let Some(c) = text[index..].chars().next() else { break };
        let next = index + c.len_utf8();
        if matches!(c, '"' | '\\') || needs_escape(c) {
            out.extend_from_slice(&bytes[copied..index]);
            escape(out, c);
            copied = next;
        }
        index = next;
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

fn escape(out: &mut Vec<u8>, c: char) {
    match c {
        '"' => out.extend_from_slice(b"\\\""),
        '\\' => out.extend_from_slice(b"\\\\"),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        _ => {
            let code = u32::from(c);
            let (letter, digits) = if code <= 0xff { (b'x', 2) } else { (b'u', 4) };
            out.extend_from_slice(&[b'\\', letter]);
            for place in (0..digits).rev() {
                let digit = (code >> (4 * place)) & 0xf;
                out.push(b"0123456789ABCDEF"[digit as usize]);
            }
        }
    }
}
