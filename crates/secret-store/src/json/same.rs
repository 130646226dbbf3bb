//! Whether two texts of JSON are the same, however they are written.

use std::cmp::Ordering;

use serde_json::value::RawValue;

use super::read::{Object, text};

/// How deep lists and maps are looked into; beyond, only the same text is the same.
const DEPTH: usize = 100;

/// Whether two JSON values are the same: the order of keys, white space, escapes and how a number is written mean nothing.
pub(crate) fn is_same(a: &[u8], b: &[u8]) -> bool {
    let parse = |bytes| serde_json::from_slice::<&RawValue>(bytes).ok();
    matches!((parse(a), parse(b)), (Some(a), Some(b)) if same(a, b, DEPTH))
}

fn same(a: &RawValue, b: &RawValue, depth: usize) -> bool {
    if a.get() == b.get() {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (a.get().as_bytes(), b.get().as_bytes()) {
        ([b'{', ..], [b'{', ..]) => {
            let (Some(a), Some(b)) = (entries(a), entries(b)) else { return false };
            a.len() == b.len()
                && a.iter().zip(&b).all(|((a, x), (b, y))| a.cmp(b) == Ordering::Equal && same(x, y, depth))
        }
        ([b'[', ..], [b'[', ..]) => {
            let (Some(a), Some(b)) = (items(a), items(b)) else { return false };
            a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| same(x, y, depth))
        }
        ([b'"', ..], [b'"', ..]) => matches!((text(a), text(b)), (Ok(a), Ok(b)) if a == b),
        _ => {
            let (a, b) = (Decimal::parse(a.get()), Decimal::parse(b.get()));
            a.is_some() && a == b
        }
    }
}

fn entries(raw: &RawValue) -> Option<Vec<(String, &RawValue)>> {
    let mut entries = serde_json::from_str::<Object<'_>>(raw.get()).ok()?.0;
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Some(entries)
}

fn items(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

/// Whether every number in a JSON value is still the same number after a reader that holds numbers as 64-bit floats.
pub(crate) fn keeps_its_numbers(json: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(json) else { return false };
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        rest = &rest[start..];
        let length = if rest.starts_with('"') {
            string_length(rest)
        } else {
            let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
            let length = end.unwrap_or(rest.len());
            if !survives(&rest[..length]) {
                return false;
            }
            length
        };
        rest = &rest[length..];
    }
    true
}

/// The length of the JSON string that a text begins with, with both quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn survives(number: &str) -> bool {
    let Ok(float) = number.parse::<f64>() else { return false };
    float.is_finite() && Decimal::parse(number) == Decimal::parse(&format!("{float:e}"))
}

/// A number: its digits, without zeros at either end, and how far left of the point the first one is.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let leading = all.len() - all.trim_start_matches('0').len();
        let digits = all.trim_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let exponent = exponent.checked_add(i64::try_from(whole.len()).ok()?)?;
        Some(Self { negative, digits, exponent: exponent - i64::try_from(leading).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_otherwise_is_the_same() {
        for (a, b) in [
            ("1.50", "1.5"),
            ("1E2", "100"),
            ("-0", "0"),
            ("0.1000", "1e-1"),
            (r#"{"a":1,"b":[true,null]}"#, r#"{ "b" : [ true, null ], "a" : 1.0 }"#),
            (r#""\u00fc<""#, "\"ü\\u003c\""),
        ] {
            assert!(is_same(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
    }

    #[test]
    fn what_is_something_else_is_not_the_same() {
        for (a, b) in [
            ("1", "10"),
            ("1", "-1"),
            ("1", "\"1\""),
            ("null", "false"),
            ("true", "false"),
            ("[]", "{}"),
            ("[1,2]", "[2,1]"),
            (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            ("12345678901234567890", "12345678901234567000"),
        ] {
            assert!(!is_same(a.as_bytes(), b.as_bytes()), "{a} {b}");
        }
    }

    #[test]
    fn numbers_that_a_float_cannot_hold_are_seen_wherever_they_are() {
        for kept in ["5432", "-0", "1.50", "0.1", "9007199254740992", r#"["99999999999999999999",1e2,"\"9"]"#]
        {
            assert!(keeps_its_numbers(kept.as_bytes()), "{kept}");
        }
        for lost in ["9007199254740993", "12345678901234567890", "1e400", r#"{"a":[0.12345678901234567891]}"#]
        {
            assert!(!keeps_its_numbers(lost.as_bytes()), "{lost}");
        }
    }
}
