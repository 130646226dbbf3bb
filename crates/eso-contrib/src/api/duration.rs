//! Durations as the operator itself writes them.

use core::fmt::Write;
use core::time::Duration;

use k8s_bundle::GoDuration;
use serde::{Deserialize, Deserializer, Serializer};

/// `duration` as Go's `Duration.String` has it: `1h0m0s`, `15m0s`, `1.5s`, `250ms`, `0s`.
///
/// The operator adds a finalizer to its resources by writing them back whole (0.20.4), and that turns `1h` into `1h0m0s`. A
/// text that is already in this form stays what it is.
pub(crate) fn canonical(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let seconds = duration.as_secs();
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = match nanos {
        0 => write!(text, "0s"),
        1..1_000 => write!(text, "{nanos}ns"),
        1_000..1_000_000 => write!(text, "{}µs", decimal(nanos, 1_000)),
        1_000_000..1_000_000_000 => write!(text, "{}ms", decimal(nanos, 1_000_000)),
        _ => {
            let below_a_minute = decimal(nanos % 60_000_000_000, 1_000_000_000);
            match (seconds / 3600, seconds / 60 % 60) {
                (0, 0) => write!(text, "{below_a_minute}s"),
                (0, minutes) => write!(text, "{minutes}m{below_a_minute}s"),
                (hours, minutes) => write!(text, "{hours}h{minutes}m{below_a_minute}s"),
            }
        }
    };
    text
}

/// For `#[serde(with)]`: writes [`canonical`].
pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&canonical(*duration))
}

/// For `#[serde(with)]`: reads what Go reads.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Ok(GoDuration::deserialize(deserializer)?.as_duration())
}

/// The same where there may be none.
pub(crate) mod optional {
    use super::{Deserialize, Deserializer, Duration, GoDuration, Serializer};

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(crate) fn serialize<S: Serializer>(
        value: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(duration) => super::serialize(duration, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<GoDuration>::deserialize(deserializer)?.map(|duration| duration.as_duration()))
    }
}

/// `nanos / unit` with as many decimals as it needs.
fn decimal(nanos: u128, unit: u128) -> String {
    let (whole, rest) = (nanos / unit, nanos % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let fraction = format!("{rest:0width$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_go() {
        // From the tests of Go's package time.
        for (nanos, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"),
            (9_223_372_036_854_775_807, "2562047h47m16.854775807s"),
            (3_600_000_000_000, "1h0m0s"),
        ] {
            assert_eq!(canonical(Duration::from_nanos(nanos)), text);
        }
    }
}
