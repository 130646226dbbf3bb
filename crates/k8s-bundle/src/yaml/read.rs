//! Reading.

use core::fmt;
use core::marker::PhantomData;
use std::collections::BTreeMap;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde_yaml::Value;

use super::YamlError;

/// Reads one YAML document. A key that stands twice in one map is an error, wherever it is.
///
/// # Errors
/// [`YamlError::Read`], with a [location](YamlError::location) where there is one. Its message may quote the text.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    // Maps of std take the last of two equal keys in silence; `Value` does not.
    serde_yaml::from_str::<Value>(text)?;
    Ok(serde_yaml::from_str(text)?)
}

/// For `#[serde(deserialize_with)]`: a map that takes no key twice, whatever it is read from.
///
/// # Errors
/// Those of the deserializer, and one that names the key.
pub fn unique_map<'de, K, V, D>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: Deserialize<'de> + Ord + fmt::Display,
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(UniqueMap(PhantomData))
}

struct UniqueMap<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for UniqueMap<K, V>
where
    K: Deserialize<'de> + Ord + fmt::Display,
    V: Deserialize<'de>,
{
    type Value = BTreeMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(key) = access.next_key()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("the key \"{key}\" stands twice")));
            }
            map.insert(key, access.next_value()?);
        }
        Ok(map)
    }
}
