//! Go's literals: numbers, and what stands in quotes.

use super::tree::Number;

/// The bytes of a quoted string, its quotes included.
pub(crate) fn unquote(quoted: &str) -> Result<Vec<u8>, &'static str> {
    if let Some(raw) = quoted.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        return Ok(raw.bytes().filter(|byte| *byte != b'\r').collect());
    }
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let mut rest = inner.ok_or("it is not in quotes")?;
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (unit, after) = unquote_one(rest, '"')?;
        match unit {
            Unit::Byte(byte) => bytes.push(byte),
            Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = after;
    }
    Ok(bytes)
}

enum Unit {
    Byte(u8),
    Char(char),
}

const ESCAPE: &str = "an escape that Go does not have";

fn unquote_one(text: &str, quote: char) -> Result<(Unit, &str), &'static str> {
    let mut chars = text.chars();
    let first = chars.next().ok_or("it is empty")?;
    if first == quote || first == '\n' {
        return Err("a quote or line end inside it");
    }
    if first != '\\' {
        return Ok((Unit::Char(first), chars.as_str()));
    }
    let kind = chars.next().ok_or(ESCAPE)?;
    let rest = chars.as_str();
    let unit = match kind {
        'a' => Unit::Char('\x07'),
        'b' => Unit::Char('\x08'),
        'f' => Unit::Char('\x0c'),
        'n' => Unit::Char('\n'),
        'r' => Unit::Char('\r'),
        't' => Unit::Char('\t'),
        'v' => Unit::Char('\x0b'),
        '\\' => Unit::Char('\\'),
        '\'' | '"' if kind == quote => Unit::Char(kind),
        'x' => return digits(rest, 16, 2),
        'u' => return digits(rest, 16, 4),
        'U' => return digits(rest, 16, 8),
        '0'..='7' => return digits(&text[1..], 8, 3),
        _ => return Err(ESCAPE),
    };
    Ok((unit, rest))
}

fn digits(text: &str, radix: u32, count: usize) -> Result<(Unit, &str), &'static str> {
    let (digits, rest) = text.split_at_checked(count).ok_or(ESCAPE)?;
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(ESCAPE);
    }
    let number = u32::from_str_radix(digits, radix).map_err(|_| ESCAPE)?;
    let is_byte = count < 4;
    let unit = if is_byte {
        Unit::Byte(u8::try_from(number).map_err(|_| ESCAPE)?)
    } else {
        Unit::Char(char::from_u32(number).ok_or(ESCAPE)?)
    };
    Ok((unit, rest))
}

/// A character in single quotes is the number of the character.
pub(crate) fn character(quoted: &str) -> Result<Number, &'static str> {
    let inner = quoted.strip_prefix('\'').ok_or("it is not in quotes")?;
    let (unit, rest) = unquote_one(inner, '\'')?;
    if rest != "'" {
        return Err("it is not one character");
    }
    let number = match unit {
        Unit::Byte(byte) => u32::from(byte),
        Unit::Char(c) => u32::from(c),
    };
    Ok(Number { int: Some(i64::from(number)), float: Some(f64::from(number)), reads_as_float: false })
}

/// A number that is not a character.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "the conversions that Go makes"
)]
pub(crate) fn number(text: &str) -> Result<Number, &'static str> {
    let looks_like_float = text.contains(['.', 'e', 'E', 'p', 'P']);
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    if let Some(int) = parse_int(text, 0) {
        return Ok(Number {
            int: Some(int),
            float: Some(int as f64),
            reads_as_float: looks_like_float && !is_hex,
        });
    }
    if !looks_like_float {
        return Err("it is no number, or does not fit in 64 bits");
    }
    if text.contains(['x', 'X', '_']) {
        return Err("a hexadecimal number with a fraction, which is not rendered here");
    }
    let float: f64 = text.parse().map_err(|_| "it is no number")?;
    if !float.is_finite() {
        return Err("it does not fit in 64 bits");
    }
    let int = Some(float as i64).filter(|int| *int as f64 == float && *int != i64::MAX);
    Ok(Number { int, float: Some(float), reads_as_float: true })
}

/// `strconv.ParseInt` for 64 bits: `radix` 0 means that a prefix says it, and that digits may be parted by `_`.
pub(crate) fn parse_int(text: &str, radix: u32) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = parse_uint(digits, radix)?;
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

fn parse_uint(text: &str, radix: u32) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    if radix != 0 {
        return if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            u64::from_str_radix(text, radix).ok()
        } else {
            None
        };
    }
    let lower = text.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (radix, digits) = match lower.as_str() {
        "0x" => (16, &text[2..]),
        "0b" => (2, &text[2..]),
        "0o" => (8, &text[2..]),
        _ if text.len() > 1 && text.starts_with('0') => (8, &text[1..]),
        _ => (10, text),
    };
    let has_prefix = radix != 10;
    let misplaced =
        digits.ends_with('_') || digits.contains("__") || (!has_prefix && digits.starts_with('_'));
    if misplaced || !digits.contains(|c| c != '_') {
        return None;
    }
    // Digit by digit: the text may be a value, and shall have no copy.
    digits.chars().filter(|c| *c != '_').try_fold(0u64, |number, c| {
        number.checked_mul(u64::from(radix))?.checked_add(u64::from(c.to_digit(radix)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_has_the_escapes_of_go() {
        assert_eq!(unquote(r#""a\n\x41\101\u00e9\"""#).as_deref(), Ok("a\nAA\u{e9}\"".as_bytes()));
        assert_eq!(unquote(r#""\xff""#).as_deref(), Ok(&[0xff][..]));
        assert_eq!(unquote("`a\\n\r\nb`").as_deref(), Ok(&b"a\\n\nb"[..]));
        for wrong in [r#""\q""#, r#""\'""#, r#""\x4""#, r#""\400""#, r#""\ud800""#] {
            assert!(unquote(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn integers_have_the_prefixes_and_separators_of_go() {
        for (text, number) in
            [("0x1F", 31), ("0b101", 5), ("0o17", 15), ("017", 15), ("1_000", 1000), ("-9", -9)]
        {
            assert_eq!(parse_int(text, 0), Some(number), "{text}");
        }
        for wrong in ["", "_1", "1_", "1__0", "09", "0x", "9223372036854775808", "+-1"] {
            assert_eq!(parse_int(wrong, 0), None, "{wrong}");
        }
        assert_eq!(parse_int("010", 10), Some(10));
    }

    #[test]
    fn what_a_number_is_depends_on_how_it_is_written() {
        assert_eq!(number("1.0"), Ok(Number { int: Some(1), float: Some(1.0), reads_as_float: true }));
        assert_eq!(number("1"), Ok(Number { int: Some(1), float: Some(1.0), reads_as_float: false }));
        assert_eq!(number("1.5"), Ok(Number { int: None, float: Some(1.5), reads_as_float: true }));
        assert_eq!(character("'a'").map(|number| number.int), Ok(Some(97)));
        assert!(number("99999999999999999999").is_err());
    }
}
