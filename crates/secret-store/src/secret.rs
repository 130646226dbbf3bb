//! Values, and the maps that hold them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice};
use smol_str::SmolStr;
use zeroize::Zeroizing;

use crate::{FieldName, VersionInfo};

/// The bytes of one field. They need not be text; a newline at the end is part of them.
///
/// Wiped from memory when the last clone goes; a clone shares the bytes. `Debug` shows nothing of them, not even how
/// many there are.
#[derive(Clone)]
pub struct SecretValue {
    bytes: Arc<SecretSlice<u8>>,
    kind: ValueKind,
}

/// What the bytes of a [`SecretValue`] are to a store that knows more than bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ValueKind {
    /// Just bytes; where a store knows text, text.
    #[default]
    Bytes,
    /// The JSON text of something other than a string: a number, a boolean, a list, an object. A store that keeps JSON
    /// writes it back as what it was.
    Json,
}

impl SecretValue {
    /// A value of these bytes, which are moved, not copied. `Vec<u8>` and `String` that were grown piece by piece have
    /// left copies behind: give them their capacity first.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self::with_kind(bytes, ValueKind::Bytes)
    }

    /// A value that is the JSON text of something other than a string.
    #[must_use]
    pub fn json(text: impl Into<Vec<u8>>) -> Self {
        Self::with_kind(text, ValueKind::Json)
    }

    fn with_kind(bytes: impl Into<Vec<u8>>, kind: ValueKind) -> Self {
        let mut bytes = bytes.into();
        // `Vec::into_boxed_slice` reallocates when there is room to spare, and does not wipe what it leaves.
        let boxed: Box<[u8]> = if bytes.len() == bytes.capacity() {
            bytes.into_boxed_slice()
        } else {
            let exact = bytes.as_slice().into();
            zeroize::Zeroize::zeroize(&mut bytes);
            exact
        };
        Self { bytes: Arc::new(SecretSlice::new(boxed)), kind }
    }

    /// A value copied from a buffer that its owner wipes.
    #[must_use]
    pub fn copied_from(bytes: &[u8]) -> Self {
        Self { bytes: Arc::new(SecretSlice::new(bytes.into())), kind: ValueKind::Bytes }
    }

    /// What the bytes are.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.kind
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exposed().len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the length and the comparison of a value, not the value, leave here"
    )]
    fn exposed(&self) -> &[u8] {
        self.bytes.expose_secret()
    }
}

impl ExposeSecret<[u8]> for SecretValue {
    #[expect(
        clippy::disallowed_methods,
        reason = "hands the exposure on under the same name; callers give the reason"
    )]
    fn expose_secret(&self) -> &[u8] {
        self.bytes.expose_secret()
    }
}

/// In time that depends on the lengths alone.
impl PartialEq for SecretValue {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.exposed(), other.exposed());
        let differing = a.iter().zip(b).fold(0_u8, |all, (x, y)| std::hint::black_box(all | (x ^ y)));
        self.kind == other.kind && a.len() == b.len() && differing == 0
    }
}

impl Eq for SecretValue {}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for SecretValue {
    fn from(text: &str) -> Self {
        Self::copied_from(text.as_bytes())
    }
}

impl From<&[u8]> for SecretValue {
    fn from(bytes: &[u8]) -> Self {
        Self::copied_from(bytes)
    }
}

impl From<Zeroizing<Vec<u8>>> for SecretValue {
    fn from(mut bytes: Zeroizing<Vec<u8>>) -> Self {
        Self::new(std::mem::take(&mut *bytes))
    }
}

/// The fields of a secret, by name, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecretFields(BTreeMap<FieldName, SecretValue>);

impl SecretFields {
    /// No field.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A plain value: the one field [`VALUE_FIELD`](crate::VALUE_FIELD).
    #[must_use]
    pub fn plain(value: impl Into<SecretValue>) -> Self {
        Self(BTreeMap::from([(FieldName::value(), value.into())]))
    }

    /// Adds a field, or replaces the one of that name.
    #[must_use]
    pub fn with(mut self, name: FieldName, value: impl Into<SecretValue>) -> Self {
        self.0.insert(name, value.into());
        self
    }

    /// Adds a field, or replaces the one of that name, which is returned.
    pub fn insert(&mut self, name: FieldName, value: SecretValue) -> Option<SecretValue> {
        self.0.insert(name, value)
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretValue> {
        self.0.get(name)
    }

    /// The plain value, if that is all there is: the one field is [`VALUE_FIELD`](crate::VALUE_FIELD).
    #[must_use]
    pub fn as_plain(&self) -> Option<&SecretValue> {
        if self.len() == 1 { self.get(crate::VALUE_FIELD) } else { None }
    }

    /// The fields, sorted by name.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&FieldName, &SecretValue)> {
        self.0.iter()
    }

    /// The names, sorted.
    #[must_use]
    pub fn names(&self) -> impl ExactSizeIterator<Item = &FieldName> {
        self.0.keys()
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(FieldName, SecretValue)> for SecretFields {
    fn from_iter<I: IntoIterator<Item = (FieldName, SecretValue)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl Extend<(FieldName, SecretValue)> for SecretFields {
    fn extend<I: IntoIterator<Item = (FieldName, SecretValue)>>(&mut self, fields: I) {
        self.0.extend(fields);
    }
}

impl IntoIterator for SecretFields {
    type Item = (FieldName, SecretValue);
    type IntoIter = std::collections::btree_map::IntoIter<FieldName, SecretValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// What a store holds at a path: fields, and the version that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secret {
    /// The fields. Shared: cloning a secret does not copy its values.
    pub fields: Arc<SecretFields>,
    /// The version, where the store tells versions apart.
    pub version: Option<SecretVersion>,
    /// The number of the version and what is noted on it, where the store is a [`VersionedStore`](crate::VersionedStore).
    pub info: Option<Arc<VersionInfo>>,
    /// For how long it is no longer known to be what the store holds, where a cache answers because the store is not there:
    /// see [`CachePolicy::stale`](crate::wrapper::CachePolicy::stale). None for what the store has said, or said a moment ago.
    pub stale: Option<Duration>,
}

impl Secret {
    /// A secret of these fields, with no version.
    #[must_use]
    pub fn new(fields: SecretFields) -> Self {
        Self { fields: Arc::new(fields), version: None, info: None, stale: None }
    }

    /// The same, as this version.
    #[must_use]
    pub fn with_version(mut self, version: SecretVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// The same, as the version of that number.
    #[must_use]
    pub fn with_info(mut self, info: VersionInfo) -> Self {
        self.version = Some(SecretVersion::new(info.number.to_string()));
        self.info = Some(Arc::new(info));
        self
    }
}

/// What tells one version of a secret from another: opaque, only equality means anything. Not made from the value.
/// Cloning it allocates nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecretVersion(SmolStr);

impl SecretVersion {
    /// A version as its store writes it.
    #[must_use]
    pub fn new(version: impl Into<String>) -> Self {
        Self(version.into().into())
    }

    /// The text of the version.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_and_no_values() {
        let fields = SecretFields::plain("hunter2").with(FieldName::new("user").unwrap(), "admin");
        let text = format!("{:?}", Secret::new(fields));
        assert_eq!(
            text,
            r#"Secret { fields: SecretFields({"user": [redacted], "value": [redacted]}), version: None, info: None, stale: None }"#
        );
    }

    #[test]
    fn values_are_equal_when_their_bytes_are() {
        assert_eq!(SecretValue::from("a"), SecretValue::new(b"a".to_vec()));
        assert_ne!(SecretValue::from("a"), SecretValue::from("ab"));
        assert_ne!(SecretValue::from("1"), SecretValue::json("1"));
    }
}
