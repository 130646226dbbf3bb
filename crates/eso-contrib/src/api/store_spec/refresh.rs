//! `refreshInterval` of a store: a number of seconds up to chart 2.7, that or a duration from 2.8.0 on.

use core::fmt;
use core::time::Duration;

use k8s_bundle::GoDuration;
use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
pub(super) fn serialize<S: Serializer>(
    interval: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match interval {
        Some(interval) => serializer.serialize_u64(interval.as_secs()),
        None => serializer.serialize_none(),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    deserializer.deserialize_any(Interval).map(Some)
}

struct Interval;

impl Visitor<'_> for Interval {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds, or a duration such as 5m")
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Duration, E> {
        Ok(Duration::from_secs(seconds))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        text.parse::<GoDuration>().map(|duration| duration.as_duration()).map_err(E::custom)
    }
}

#[cfg(feature = "schema")]
pub(super) fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let duration = generator.subschema_for::<GoDuration>();
    schemars::json_schema!({
        "description": "How often the operator looks whether the store answers: whole seconds, or a duration in Go's notation",
        "anyOf": [{ "type": "integer", "minimum": 0 }, duration],
    })
}
