//! What a generator of the operator makes.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ObjectName;
use crate::parse::deserialize_from_text;

/// A generator object in the namespace of the Secret.
///
/// ```
/// # use k8s_bundle::GeneratorRef;
/// let generator = GeneratorRef::new("Password".parse()?, "db".parse()?);
/// assert_eq!(generator.to_string(), "Password db");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(description = "A generator object in the namespace of the Secret."))]
#[serde(deny_unknown_fields, expecting = "a map of kind and name")]
#[non_exhaustive]
pub struct GeneratorRef {
    /// What kind of generator.
    pub kind: GeneratorKind,
    /// Its name.
    pub name: ObjectName,
}

impl GeneratorRef {
    /// The generator of that kind and name.
    #[must_use]
    pub fn new(kind: GeneratorKind, name: ObjectName) -> Self {
        Self { kind, name }
    }
}

impl fmt::Display for GeneratorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// A kind of generator, such as `Password` or `UUID`. Which there are is for the operator's version to say:
/// <https://external-secrets.io/latest/api/generator/>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GeneratorKind(String);

/// A text that cannot be the kind of an object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "generator kind {text:?} is not valid: a kind is letters and digits, the first an upper-case letter, such as Password"
)]
pub struct GeneratorKindError {
    text: String,
}

impl GeneratorKind {
    /// The kind, as it stands in the object.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GeneratorKind {
    type Err = GeneratorKindError;

    fn from_str(text: &str) -> Result<Self, GeneratorKindError> {
        let is_kind = text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_alphanumeric());
        if is_kind { Ok(Self(text.to_owned())) } else { Err(GeneratorKindError { text: text.to_owned() }) }
    }
}

deserialize_from_text!(GeneratorKind);

impl Serialize for GeneratorKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for GeneratorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for GeneratorKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GeneratorKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The kind of a generator of the operator",
            "pattern": "^[A-Z][A-Za-z0-9]*$",
            "examples": ["Password", "UUID"],
        })
    }
}
