//! What a plain scalar is, by the rules of YAML 1.1.

use zeroize::Zeroizing;

use crate::syntax::literal::parse_int;

/// What a scalar without quotes stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Resolved {
    Null,
    Bool(bool),
    Int(i64),
    /// One that only fits without a sign.
    Unsigned(u64),
    Float(f64),
    Timestamp,
    Text,
}

pub(super) fn resolve(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Resolved::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Resolved::Bool(false);
        }
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Resolved::Float(f64::NEG_INFINITY),
        _ => {}
    }
    match text.as_bytes()[0] {
        b'.' => {
            text.parse().ok().filter(|float: &f64| float.is_finite()).map_or(Resolved::Text, Resolved::Float)
        }
        b'0'..=b'9' | b'+' | b'-' => number(text),
        _ => Resolved::Text,
    }
}

fn number(text: &str) -> Resolved {
    if is_timestamp(text) {
        return Resolved::Timestamp;
    }
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(|c| *c != '_'));
    if let Some(int) = parse_int(&plain, 0) {
        return Resolved::Int(int);
    }
    if let Ok(unsigned) = plain.parse::<u64>()
        && !plain.starts_with(['+', '0'])
    {
        return Resolved::Unsigned(unsigned);
    }
    if let Some(hex) = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X"))
        && let Ok(unsigned) = u64::from_str_radix(hex, 16)
    {
        return Resolved::Unsigned(unsigned);
    }
    if is_float(&plain)
        && let Ok(float) = plain.parse::<f64>()
        && float.is_finite()
    {
        return Resolved::Float(float);
    }
    Resolved::Text
}

/// A sign, digits with or without a point, and an exponent.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) =
        unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let are_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_exponent = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && are_digits(digits)
    });
    let is_mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            are_digits(whole) && are_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && are_digits(mantissa),
    };
    is_mantissa && is_exponent
}

/// `1:20`, which YAML 1.1 takes for a number in base 60.
pub(super) fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let Some((first, rest)) = unsigned.split_once(':') else { return false };
    let (rest, fraction) = rest.split_once('.').map_or((rest, ""), |(rest, fraction)| (rest, fraction));
    let are_digits =
        |digits: &str, more: &str| digits.chars().all(|c| c.is_ascii_digit() || more.contains(c));
    let is_part = |part: &str| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [tens, digit] => (b'0'..=b'5').contains(tens) && digit.is_ascii_digit(),
        _ => false,
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && are_digits(first, "_")
        && rest.split(':').all(is_part)
        && are_digits(fraction, "_")
}

/// A date, or a date and a time.
fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    let Some((month, rest)) = rest.split_once('-') else { return false };
    let day_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, time) = rest.split_at(day_end);
    let small = |digits: &str| {
        let is_small = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| is_small)
    };
    let Some(year) = year.parse::<u32>().ok().filter(|_| year.len() == 4 && !year.starts_with('+')) else {
        return false;
    };
    let (Some(month), Some(day)) = (small(month), small(day)) else { return false };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day) && (time.is_empty() || is_time(time, small))
}

fn is_time(text: &str, small: impl Fn(&str) -> Option<u32>) -> bool {
    let Some((separator, clock)) = text.split_at_checked(1) else { return false };
    let (clock, zone) = match (separator, clock.find(['Z', '+', '-'])) {
        ("T" | "t", Some(at)) => clock.split_at(at),
        (" ", None) => (clock, ""),
        _ => return false,
    };
    let is_zone = match zone.as_bytes() {
        b"" | b"Z" => true,
        [b'+' | b'-', hours @ .., b':', a, b] => {
            let hours = core::str::from_utf8(hours).ok().filter(|hours| hours.len() == 2).and_then(&small);
            hours.is_some_and(|hours| hours <= 24) && (b'0'..=b'5').contains(a) && b.is_ascii_digit()
        }
        _ => false,
    };
    let (clock, fraction) = clock.split_once(['.', ',']).map_or((clock, None), |(c, f)| (c, Some(f)));
    let is_fraction =
        fraction.is_none_or(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let mut parts = clock.split(':');
    let mut below = |limit| parts.next().and_then(&small).is_some_and(|part| part < limit);
    let is_clock = below(24) && below(60) && below(60);
    is_zone && is_fraction && is_clock && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_no_texts() {
        for text in ["2001-01-01", "2001-1-2", "2024-02-29", "2001-01-01T10:20:30Z", "2001-01-01 1:2:3.5"] {
            assert_eq!(resolve(text), Resolved::Timestamp, "{text}");
        }
        for text in ["2001-02-29", "2001-13-01", "2001-01-01T10:20:30", "2001-01-01 10:20", "01-01-2001"] {
            assert_ne!(resolve(text), Resolved::Timestamp, "{text}");
        }
    }
}
