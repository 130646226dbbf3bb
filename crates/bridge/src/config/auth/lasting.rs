//! Times in settings that may be left out.

use std::time::Duration;

use serde::{Deserializer, Serialize as _, Serializer};

use crate::config::duration;

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration::deserialize(deserializer).map(Some)
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
pub(crate) fn serialize<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => duration::serialize(time, serializer),
        None => ().serialize(serializer),
    }
}
