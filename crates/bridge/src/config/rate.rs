//! How often somebody may ask.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// How often somebody may ask, or `off`, for as often as they like.
///
/// ```yaml
/// per_address: { rate: 1000, burst: 20000 }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "Written"))]
pub enum RateConfig {
    /// As often as they like.
    Off,
    /// So often.
    Limited(Rate),
}

/// So many requests a second in the long run, and so many at once after a while without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Requests a second, in the long run; at least 1.
    pub rate: u32,
    /// Requests at once, after some time without any; at least 1.
    pub burst: u32,
}

impl RateConfig {
    /// So many a second, and so many at once.
    #[must_use]
    pub fn limited(rate: u32, burst: u32) -> Self {
        Self::Limited(Rate { rate, burst })
    }

    /// The rate, where there is one.
    #[must_use]
    pub fn rate(self) -> Option<Rate> {
        match self {
            Self::Off => None,
            Self::Limited(rate) => Some(rate),
        }
    }
}

/// Its form in a file.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is wanted")]
enum Written {
    Off(Off),
    Limited(Rate),
}

#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is wanted")]
enum Off {
    Off,
}

impl Serialize for RateConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => serializer.serialize_str("off"),
            Self::Limited(rate) => rate.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RateConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = RateConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`{ rate: …, burst: … }` or `off`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RateConfig, E> {
                match text {
                    "off" => Ok(RateConfig::Off),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            /// `off` is that to older readers of YAML.
            fn visit_bool<E: de::Error>(self, is_on: bool) -> Result<RateConfig, E> {
                if is_on {
                    Err(E::invalid_value(de::Unexpected::Bool(is_on), &self))
                } else {
                    Ok(RateConfig::Off)
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RateConfig, A::Error> {
                Rate::deserialize(MapAccessDeserializer::new(map)).map(RateConfig::Limited)
            }
        }

        deserializer.deserialize_any(Read)
    }
}
