//! Names that Kubernetes takes.

use k8s_bundle::{DataKey, LabelValue, Namespace, ObjectName};
use proptest::prelude::*;

/// The name of an object, up to the longest, some like a number or a boolean.
pub fn object_name() -> impl Strategy<Value = ObjectName> {
    let name = prop_oneof![
        6 => "[a-z]([a-z0-9-]{0,20}[a-z0-9])?",
        2 => "[a-z0-9]{1,5}(\\.[a-z0-9]{1,5}){1,3}",
        1 => prop::sample::select(YAML_NAMES).prop_map(str::to_owned),
        1 => "[a-z0-9]{253}",
    ];
    name.prop_filter_map("not a name", |text| ObjectName::new(text).ok())
}

/// A namespace, up to the longest, some like a number or a boolean.
pub fn namespace() -> impl Strategy<Value = Namespace> {
    let name = prop_oneof![
        6 => "[a-z]([a-z0-9-]{0,20}[a-z0-9])?",
        1 => prop::sample::select(YAML_NAMES).prop_map(str::to_owned),
        1 => "[a-z0-9]{63}",
    ];
    name.prop_filter_map("not a namespace", |text| Namespace::new(text).ok())
}

/// A key of a Secret, some like a number, a boolean or a file.
pub fn data_key() -> impl Strategy<Value = DataKey> {
    let key = prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9_.-]{0,20}",
        1 => "[-._A-Za-z0-9]{1,253}",
        1 => prop::sample::select(&["1", "1.0", "0x1", "null", "yes", "-", "_", ".a", "1_000", "1e3", "tls.crt", ".dockerconfigjson"][..])
            .prop_map(str::to_owned),
    ];
    key.prop_filter_map("not a key", |text| DataKey::new(text).ok())
}

/// The value of a label, the empty one as well.
pub fn label_value() -> impl Strategy<Value = LabelValue> {
    let value = prop_oneof![
        4 => "[A-Za-z0-9]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9])?",
        1 => Just(String::new()),
        1 => prop::sample::select(&["true", "null", "1", "1.0", "1e3", "0x1", "y", "2024-01-01", "1_000"][..]).prop_map(str::to_owned),
        1 => "[A-Za-z0-9]{63}",
    ];
    value.prop_filter_map("not the value of a label", |text| LabelValue::new(text).ok())
}

/// Names that a YAML reader takes for something else.
const YAML_NAMES: &[&str] =
    &["1", "12345", "0", "0x1f", "1e3", "no", "y", "on", "null", "true", "2024-01-01", "0b1", "0o7"];
