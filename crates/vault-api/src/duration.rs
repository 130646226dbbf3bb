//! Durations as the API takes and gives them.

use std::time::Duration;

/// Reads a duration: whole seconds (`3600`), or numbers with units from days to nanoseconds as Go writes them (`768h0m0s`,
/// `1.5h`, `30d`). None for anything else, for one below zero, and for one of
/// more than 292 years, which is more than Go can hold.
///
/// ```
/// use std::time::Duration;
/// use vault_api::duration::{parse, show};
///
/// assert_eq!(parse("1h30m"), Some(Duration::from_secs(5400)));
/// assert_eq!(parse("90"), Some(Duration::from_secs(90)));
/// assert_eq!(parse("soon"), None);
/// assert_eq!(show(Duration::from_secs(5400)), "1h30m0s");
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds)).filter(|duration| duration.as_nanos() <= LONGEST);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let unit_end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        nanos = nanos.checked_add(part(number, nanos_of(unit)?)?)?;
        rest = tail;
    }
    if nanos > LONGEST {
        return None;
    }
    let seconds = u64::try_from(nanos / NANOS).ok()?;
    let left = u32::try_from(nanos % NANOS).ok()?;
    (!text.is_empty()).then(|| Duration::new(seconds, left))
}

const NANOS: u128 = 1_000_000_000;

/// Go's longest duration, 292 years.
const LONGEST: u128 = i64::MAX as u128;

fn nanos_of(unit: &str) -> Option<u128> {
    Some(match unit {
        "d" => 86_400 * NANOS,
        "h" => 3600 * NANOS,
        "m" => 60 * NANOS,
        "s" => NANOS,
        "ms" => 1_000_000,
        "us" | "µs" | "μs" => 1000,
        "ns" => 1,
        _ => return None,
    })
}

/// A number, whole or not, of units.
fn part(number: &str, unit: u128) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || whole.len() > 19 {
        return None;
    }
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut total = whole.checked_mul(unit)?;
    let mut place = unit;
    for digit in fraction.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        place /= 10;
        total = total.checked_add(place * u128::from(digit - b'0'))?;
    }
    Some(total)
}

/// Writes a duration as Go does, down to whole seconds: `768h0m0s`.
#[must_use]
pub fn show(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (seconds, text) in
            [(0, "0s"), (59, "59s"), (60, "1m0s"), (3600, "1h0m0s"), (2_764_800, "768h0m0s")]
        {
            assert_eq!(show(Duration::from_secs(seconds)), text);
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn go_s_forms_are_read_and_others_are_not() {
        for (text, millis) in [
            ("1.5h", 5_400_000),
            ("1h1m1s1ms", 3_661_001),
            ("2d", 172_800_000),
            (".5s", 500),
            ("100", 100_000),
        ] {
            assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in [
            "",
            "x",
            "1x",
            "-1s",
            "h",
            ".s",
            "1.2.3s",
            "1h ",
            "99999999999999999999h",
            "1 h",
            "10000000h",
            "99999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
