//! Durations in Go's notation, as Kubernetes writes them.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use crate::parse::deserialize_from_text;

/// A length of time in the notation of Go's `time.ParseDuration`: `1h`, `24h0m0s`, `1.5s`, `0`. Never negative.
///
/// The text is kept as it was written.
///
/// ```
/// # use k8s_bundle::GoDuration;
/// # use std::time::Duration;
/// let refresh: GoDuration = "1h30m".parse()?;
/// assert_eq!(refresh.as_duration(), Duration::from_secs(5400));
/// assert_eq!(refresh.to_string(), "1h30m");
/// assert!("1 hour".parse::<GoDuration>().is_err());
/// # Ok::<_, k8s_bundle::GoDurationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GoDuration {
    text: String,
    duration: Duration,
}

/// A text that Go would not read as a duration, or would read as a negative one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("duration {text:?} is not valid; write it as Go does: \"30s\", \"15m\", \"1h\", \"1h30m\", or \"0\"")]
pub struct GoDurationError {
    text: String,
}

impl GoDuration {
    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The length of time, to the nanosecond.
    #[must_use]
    pub fn as_duration(&self) -> Duration {
        self.duration
    }
}

impl FromStr for GoDuration {
    type Err = GoDurationError;

    fn from_str(text: &str) -> Result<Self, GoDurationError> {
        match parse(text) {
            Some(duration) => Ok(Self { text: text.to_owned(), duration }),
            None => Err(GoDurationError { text: text.to_owned() }),
        }
    }
}

deserialize_from_text!(GoDuration);

impl TryFrom<String> for GoDuration {
    type Error = GoDurationError;

    fn try_from(text: String) -> Result<Self, GoDurationError> {
        text.parse()
    }
}

impl TryFrom<&str> for GoDuration {
    type Error = GoDurationError;

    fn try_from(text: &str) -> Result<Self, GoDurationError> {
        text.parse()
    }
}

impl fmt::Display for GoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl serde::Serialize for GoDuration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for GoDuration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GoDuration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A length of time as Go writes it: 30s, 15m, 1h, 1h30m, 0",
            "pattern": r"^\+?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$",
        })
    }
}

fn parse(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest == "0" {
        return Some(Duration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), digits);
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let unit_len = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_len);
        let unit = unit_nanos(unit)?;
        nanos = nanos.checked_add(number(whole)?.checked_mul(unit)?)?;
        nanos = nanos.checked_add(fraction_nanos(fraction, unit))?;
        rest = after;
    }
    // Go keeps a duration in an int64 of nanoseconds and refuses a larger one.
    let nanos = i64::try_from(nanos).ok()?;
    Some(Duration::from_nanos(nanos.unsigned_abs()))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn number(digits: &str) -> Option<u128> {
    if digits.is_empty() { Some(0) } else { digits.parse().ok() }
}

/// Digits past the eighteenth are below a nanosecond for every unit.
fn fraction_nanos(digits: &str, unit: u128) -> u128 {
    let mut sum = 0;
    let mut denominator = 1;
    for digit in digits.bytes().take(18) {
        sum = sum * 10 + u128::from(digit - b'0');
        denominator *= 10;
    }
    sum * unit / denominator
}

fn unit_nanos(unit: &str) -> Option<u128> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}
