//! Where a value comes from.

use std::fmt;

use k8s_bundle::SourceRef;
use secret_store::{FieldName, PathError, SecretPath, VALUE_FIELD};
use serde::Serialize;

/// A path of the store and one of its fields: `infrastructure/minio#rootUser`, or `GITLAB_ROOT_PASSWORD` for the field of
/// a plain value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Source {
    /// The path.
    pub path: SecretPath,
    /// The field.
    pub field: FieldName,
}

impl Source {
    /// What `Display` writes, without the cost of formatting.
    pub(crate) fn append_to(&self, out: &mut String) {
        out.push_str(self.path.as_str());
        if self.field.as_str() != VALUE_FIELD {
            out.push('#');
            out.push_str(self.field.as_str());
        }
    }

    /// How many bytes `Display` writes.
    pub(crate) fn text_len(&self) -> usize {
        let field = self.field.as_str();
        self.path.as_str().len() + if field == VALUE_FIELD { 0 } else { 1 + field.len() }
    }
}

impl TryFrom<&SourceRef> for Source {
    type Error = PathError;

    fn try_from(source: &SourceRef) -> Result<Self, PathError> {
        Ok(Self { path: SecretPath::new(source.key())?, field: FieldName::new(source.property())? })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path.as_str())?;
        if self.field.as_str() != VALUE_FIELD {
            write!(f, "#{}", self.field)?;
        }
        Ok(())
    }
}
