//! Numbers and lists as clients write them.

use serde::{Deserialize, Deserializer};

/// What is `null` as if it were missing.
pub(crate) fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A number, or a text that is one: clients send both.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a number, or a text that is one")]
pub(crate) enum Number {
    Number(u64),
    Text(String),
}

impl Number {
    pub(crate) fn get<E: serde::de::Error>(self) -> Result<u64, E> {
        match self {
            Self::Number(number) => Ok(number),
            // Not what is there instead, which could be anything.
            Self::Text(text) => text.trim().parse().map_err(|_| E::custom("not a number")),
        }
    }
}

pub(crate) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::<Number>::deserialize(deserializer)?.map(Number::get).transpose()
}

/// A list of numbers: as numbers, as texts, or all in one text with commas between.
pub(crate) fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a list of numbers")]
    enum Numbers {
        List(Vec<Number>),
        One(Number),
    }
    match Numbers::deserialize(deserializer)? {
        Numbers::List(numbers) => numbers.into_iter().map(Number::get).collect(),
        Numbers::One(Number::Number(number)) => Ok(vec![number]),
        Numbers::One(Number::Text(text)) => {
            let parts = text.split(',').filter(|part| !part.trim().is_empty());
            parts.map(|part| Number::Text(part.to_owned()).get()).collect()
        }
    }
}
