//! Numbers as Go writes them and as sprig reads them.

use crate::syntax::literal::parse_int;

use super::text::Text;
use super::value::Value;

/// `%e`, `%f` or `%g` of `strconv.FormatFloat`, with `precision` digits, or as many as are needed.
pub(crate) fn format_float(value: f64, verb: u8, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match (verb, precision) {
        (b'e' | b'E', _) => exponential(value, verb, precision),
        (b'f', Some(precision)) => format!("{value:.precision$}"),
        (b'f', None) => format!("{value}"),
        _ => general(value, verb, precision),
    }
}

/// The sign, the digits without zeros at the end, and the exponent of the first.
fn digits(value: f64, precision: Option<usize>) -> (bool, String, i32) {
    let text = match precision {
        Some(precision) => format!("{:.*e}", precision.saturating_sub(1), value.abs()),
        None => format!("{:e}", value.abs()),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    (value.is_sign_negative(), digits.to_owned(), exponent.parse().unwrap_or(0))
}

fn with_exponent(sign: &str, digits: &str, exponent: i32, letter: char) -> String {
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let first = if first.is_empty() { "0" } else { first };
    let point = if rest.is_empty() { "" } else { "." };
    let direction = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{first}{point}{rest}{letter}{direction}{:02}", exponent.abs())
}

fn exponential(value: f64, verb: u8, precision: Option<usize>) -> String {
    let (negative, mut all, exponent) = digits(value, precision.map(|precision| precision + 1));
    if let Some(precision) = precision {
        all.extend(core::iter::repeat_n('0', (precision + 1).saturating_sub(all.len())));
    }
    with_exponent(if negative { "-" } else { "" }, &all, exponent, char::from(verb))
}

fn general(value: f64, verb: u8, precision: Option<usize>) -> String {
    let precision = precision.map(|precision| precision.max(1));
    let (negative, digits, exponent) = digits(value, precision);
    let sign = if negative { "-" } else { "" };
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let limit = match precision {
        None => 6,
        Some(precision) => {
            let precision = i32::try_from(precision).unwrap_or(i32::MAX);
            if precision > count && count > exponent { count } else { precision }
        }
    };
    if exponent < -4 || exponent >= limit {
        let letter = if verb == b'G' { 'E' } else { 'e' };
        return with_exponent(sign, &digits, exponent, letter);
    }
    format!("{sign}{}", positional(&digits, exponent))
}

/// Digits with their point where it belongs.
pub(crate) fn positional(digits: &str, exponent: i32) -> String {
    if digits.is_empty() {
        return "0".to_owned();
    }
    let Ok(before) = usize::try_from(exponent + 1) else {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("0.{zeros}{digits}");
    };
    if before == 0 {
        return format!("0.{digits}");
    }
    match digits.split_at_checked(before) {
        Some((whole, "")) => whole.to_owned(),
        Some((whole, fraction)) => format!("{whole}.{fraction}"),
        None => format!("{digits}{}", "0".repeat(before - digits.len())),
    }
}

/// As `encoding/json` writes a float, which is as JavaScript does.
pub(crate) fn format_json_float(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = exponential(value, b'e', None);
        // One digit is enough for a small negative exponent.
        return Some(match text.split_once("e-0") {
            Some((mantissa, exponent)) => format!("{mantissa}e-{exponent}"),
            None => text,
        });
    }
    Some(format!("{value}"))
}

/// `float64(…)` to `int64(…)`, as Go's compiler for amd64 does it.
#[expect(clippy::cast_possible_truncation, reason = "what does not fit is looked at first")]
fn truncate(value: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value) {
        value as i64
    } else {
        i64::MIN
    }
}

/// Sprig's `int64` and `int`: what is no number is 0.
pub(crate) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Int(value) | Value::Int64(value) => *value,
        Value::Byte(value) => i64::from(*value),
        Value::Float(value) => truncate(*value),
        Value::Bool(value) => i64::from(*value),
        Value::Text(text) => text.utf8().and_then(|text| parse_int(whole_part(text), 0)).unwrap_or(0),
        Value::Nil | Value::NilElement | Value::List(_) | Value::Map(_) => 0,
    }
}

/// The digits before the point, where there is nothing but digits.
fn whole_part(text: &str) -> &str {
    let Some((whole, fraction)) = text.split_once('.') else { return text };
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    if !digits.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    if digits.is_empty() { "0" } else { whole }
}

/// Sprig's `float64`: what is no number is 0.
#[expect(clippy::cast_precision_loss, reason = "as Go does it")]
pub(crate) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Int(value) | Value::Int64(value) => *value as f64,
        Value::Byte(value) => f64::from(*value),
        Value::Float(value) => *value,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Text(text) => parse_float(text).unwrap_or(0.0),
        Value::Nil | Value::NilElement | Value::List(_) | Value::Map(_) => 0.0,
    }
}

/// `strconv.ParseFloat`, decimal.
fn parse_float(text: &Text) -> Option<f64> {
    let text = text.utf8()?;
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_word = ["inf", "infinity", "nan"].iter().any(|word| unsigned.eq_ignore_ascii_case(word));
    if is_word && unsigned.eq_ignore_ascii_case("nan") && unsigned != text {
        return None;
    }
    let parsed: f64 = text.parse().ok()?;
    // What does not fit is an error in Go.
    (is_word || parsed.is_finite()).then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_go_writes_them() {
        let cases = [
            (0.0, "0"),
            (1.0, "1"),
            (1.5, "1.5"),
            (100_000.0, "100000"),
            (123_456.0, "123456"),
            (1_234_567.0, "1.234567e+06"),
            (1e6, "1e+06"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-2.25, "-2.25"),
            (123_456_789.125, "1.23456789125e+08"),
        ];
        for (value, text) in cases {
            assert_eq!(format_float(value, b'g', None), text);
        }
        assert_eq!(format_float(1e5, b'g', Some(10)), "100000");
        assert_eq!(format_float(1e5, b'g', Some(3)), "1e+05");
        assert_eq!(format_float(1.0, b'g', Some(3)), "1");
        assert_eq!(format_float(1.5, b'e', Some(6)), "1.500000e+00");
        assert_eq!(format_float(0.0, b'e', Some(2)), "0.00e+00");
        assert_eq!(format_float(2.5, b'f', Some(0)), "2");
    }

    #[test]
    fn json_writes_floats_as_javascript_does() {
        for (value, text) in [(1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-7, "1e-7"), (0.1, "0.1")]
        {
            assert_eq!(format_json_float(value).as_deref(), Some(text));
        }
        assert_eq!(format_json_float(f64::NAN), None);
    }
}
