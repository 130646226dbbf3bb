//! Where a value comes from.

use std::fmt;

use k8s_bundle::{DecodingStrategy, SourceRef};
use secret_store::{FieldName, PathError, SecretPath, VALUE_FIELD};
use serde::Serialize;

/// A path of the store and one of its fields: `infrastructure/minio#rootUser`, or `GITLAB_ROOT_PASSWORD` for the field of
/// a plain value; with `@3` for a version of the path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub struct Source {
    /// The path.
    pub path: SecretPath,
    /// The field.
    pub field: FieldName,
    /// The version of the path; without it, the current one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How the value is decoded.
    #[serde(skip_serializing_if = "is_not_decoded")]
    pub decoding_strategy: DecodingStrategy,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_not_decoded(strategy: &DecodingStrategy) -> bool {
    *strategy == DecodingStrategy::None
}

impl Source {
    /// What `Display` writes, without the cost of formatting.
    pub(crate) fn append_to(&self, out: &mut String) {
        out.push_str(self.path.as_str());
        if self.field.as_str() != VALUE_FIELD {
            out.push('#');
            out.push_str(self.field.as_str());
        }
        if let Some(version) = &self.version {
            out.push('@');
            out.push_str(version);
        }
    }

    /// How many bytes `Display` writes.
    pub(crate) fn text_len(&self) -> usize {
        let field = self.field.as_str();
        let field = if field == VALUE_FIELD { 0 } else { 1 + field.len() };
        self.path.as_str().len() + field + self.version.as_ref().map_or(0, |version| 1 + version.len())
    }
}

impl TryFrom<&SourceRef> for Source {
    type Error = PathError;

    fn try_from(source: &SourceRef) -> Result<Self, PathError> {
        Ok(Self {
            path: SecretPath::new(source.key())?,
            field: FieldName::new(source.property())?,
            version: source.version().map(ToOwned::to_owned),
            decoding_strategy: source.decoding_strategy(),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.text_len());
        self.append_to(&mut text);
        f.write_str(&text)
    }
}
