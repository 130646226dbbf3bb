//! [`proptest`](mod@proptest) strategies: names that are valid and odd, values that formats get wrong.
//!
//! ```
//! use proptest::prelude::*;
//! use test_kit::strategy;
//!
//! proptest! {
//!     # #![proptest_config(ProptestConfig::with_cases(16))]
//!     # /*
//!     #[test]
//!     # */
//!     fn a_path_is_its_text(path in strategy::secret_path()) {
//!         prop_assert_eq!(secret_store::SecretPath::new(path.as_str()).unwrap(), path);
//!     }
//! }
//! # a_path_is_its_text();
//! ```

mod kubernetes;
mod manifest;
mod text;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use secret_store::{FieldName, SecretFields, SecretPath, SecretValue};

pub use self::kubernetes::{data_key, label_value, namespace, object_name};
pub use self::manifest::{data_from, manifest, manifest_of, source_ref, template};
pub use self::text::{annotation_text, hostile_text, yaml_hazard};

/// A valid path of one to four segments: upper and lower case, dots, spaces, other alphabets, names that formats and file
/// systems get wrong; a few as long as they may be.
pub fn secret_path() -> impl Strategy<Value = SecretPath> {
    let path = vec(segment(), 1..=4).prop_map(|segments| SecretPath::new(&segments.join("/")));
    path.prop_filter_map("too long", Result::ok)
}

fn segment() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        6 => "[A-Za-z_][A-Za-z0-9_-]{0,11}",
        2 => "[A-Za-z0-9][A-Za-z0-9. _@%+~-]{0,9}",
        1 => prop::sample::select(SEGMENTS).prop_map(str::to_owned),
        1 => hostile_text(),
        1 => "[a-z]{240}",
    ];
    segment.prop_filter("not a segment", |text| SecretPath::new(text).is_ok() && !text.contains('/'))
}

/// Segments that somebody gets wrong.
const SEGMENTS: &[&str] = &[
    "value",
    "data",
    "metadata",
    "a.yaml",
    "a.age",
    "a.json",
    "a..b",
    "~",
    "-",
    "--",
    "CON",
    "trailing.",
    " ",
    "%2e%2e",
    "caf\u{e9}",
    "cafe\u{301}",
    "日本語",
    "🔑",
    "a\u{200b}b",
    "$HOME",
    "*",
    "?",
    "a:b",
    "\u{7f62}",
];

/// A valid field name, of the kinds of [`hostile_text`] as well.
pub fn field_name() -> impl Strategy<Value = FieldName> {
    let name = prop_oneof![4 => "[A-Za-z][A-Za-z0-9_.-]{0,15}", 1 => hostile_text(), 1 => yaml_hazard()];
    name.prop_filter_map("not a field name", |text| FieldName::new(&text).ok())
}

/// The bytes of a value: text, hazards of YAML, line ends, nothing, bytes that are no text, and now and then many.
pub fn value_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[ -~]{0,40}".prop_map(String::into_bytes),
        3 => hostile_text().prop_map(String::into_bytes),
        2 => yaml_hazard().prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 0..64),
        1 => Just(Vec::new()),
        1 => vec(any::<u8>(), 8_000..20_000),
    ]
}

/// A value of [`value_bytes`].
pub fn value() -> impl Strategy<Value = SecretValue> {
    value_bytes().prop_map(SecretValue::new)
}

/// One to six fields.
pub fn fields() -> impl Strategy<Value = SecretFields> {
    btree_map(field_name(), value(), 1..=6).prop_map(|fields| fields.into_iter().collect())
}
