//! Values on their way into the bundle.

use serde::Serialize;
use serde_yaml::{Mapping, Value};

/// `value` as plain YAML: an enum variant with data is the map of one key that JSON and Kubernetes know, not a YAML tag.
///
/// # Errors
/// When a type's own serialization fails.
pub(crate) fn to_value(value: &impl Serialize) -> Result<Value, serde_yaml::Error> {
    serde_yaml::to_value(value).map(untagged)
}

fn untagged(value: Value) -> Value {
    match value {
        Value::Tagged(tagged) => {
            let variant = tagged.tag.to_string().trim_start_matches('!').to_owned();
            Value::Mapping(Mapping::from_iter([(Value::String(variant), untagged(tagged.value))]))
        }
        Value::Sequence(values) => values.into_iter().map(untagged).collect(),
        Value::Mapping(map) => {
            Value::Mapping(map.into_iter().map(|(key, value)| (key, untagged(value))).collect())
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_with_data_is_a_map_of_one_key() {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        enum Provider {
            Vault { server: &'static str },
        }
        let value = to_value(&[Some(Provider::Vault { server: "http://bridge" })]).unwrap();
        assert_eq!(crate::yaml::to_string(&value).unwrap(), "- vault:\n    server: http://bridge\n");
    }
}
