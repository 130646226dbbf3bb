//! Any object of the cluster that holds no secret, in the field order that people write.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_yaml::{Mapping, Value};

use crate::error::{Error, Result};
use crate::yaml;
use crate::{Namespace, ObjectMeta};

/// One object: `apiVersion`, `kind`, `metadata`, and then its own fields in the order they were added.
///
/// There is deliberately no way to make a `v1 Secret` of it: values never enter the bundle.
///
/// ```
/// # use k8s_bundle::{ObjectMeta, Resource, yaml};
/// #[derive(serde::Serialize)]
/// struct Spec { replicas: u32 }
///
/// let meta = ObjectMeta::new("web".parse()?).in_namespace("shop".parse()?);
/// let web = Resource::new("apps/v1", "Deployment", meta)?.with_spec(&Spec { replicas: 2 })?;
/// assert_eq!(yaml::to_string(&web)?, "\
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata:
///   name: web
///   namespace: shop
/// spec:
///   replicas: 2
/// ");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    api_version: String,
    kind: String,
    metadata: ObjectMeta,
    body: Mapping,
}

impl Resource {
    /// An object without fields of its own yet.
    ///
    /// # Errors
    /// [`Error::InvalidObject`] if `api_version` or `kind` cannot be one; [`Error::SecretRefused`] for a `v1 Secret`.
    pub fn new(
        api_version: impl Into<String>,
        kind: impl Into<String>,
        metadata: ObjectMeta,
    ) -> Result<Self> {
        let (api_version, kind) = (api_version.into(), kind.into());
        let object = || format!("{kind} {metadata}");
        check_type_text(&api_version, "apiVersion", object, |c| matches!(c, '.' | '/' | '-'))?;
        check_type_text(&kind, "kind", object, |_| false)?;
        if is_secret(&api_version, &kind) {
            return Err(Error::SecretRefused { object: object() });
        }
        Ok(Self { api_version, kind, metadata, body: Mapping::new() })
    }

    /// Sets the field `spec`.
    ///
    /// # Errors
    /// As [`with_field`](Self::with_field).
    pub fn with_spec(self, spec: &impl Serialize) -> Result<Self> {
        self.with_field("spec", spec)
    }

    /// Sets a field beside `metadata`: `data`, `rules`, `subjects` … A field set again keeps its place.
    ///
    /// # Errors
    /// [`Error::InvalidObject`] if `value` cannot be written as YAML, or the field is one of those in front.
    pub fn with_field(mut self, field: &str, value: &impl Serialize) -> Result<Self> {
        let invalid = |problem| Error::InvalidObject { object: self.to_string(), problem };
        if matches!(field, "apiVersion" | "kind" | "metadata") {
            return Err(invalid(format!("the field {field:?} is set by its own method")));
        }
        let value = yaml::to_value(value).map_err(|error| invalid(format!("field {field:?}: {error}")))?;
        self.body.insert(Value::String(field.to_owned()), value);
        Ok(self)
    }

    /// `apiVersion`: group and version.
    #[must_use]
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// `kind`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `metadata`.
    #[must_use]
    pub fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }

    /// `metadata`, to add labels and annotations.
    pub fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    /// A field beside `metadata`, such as `spec`.
    #[must_use]
    pub fn field(&self, field: &str) -> Option<&Value> {
        self.body.get(field)
    }

    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity {
            kind: &self.kind,
            namespace: self.metadata.namespace.as_ref().map(Namespace::as_str),
            name: self.metadata.name.as_str(),
        }
    }
}

/// `kind namespace/name`.
impl core::fmt::Display for Resource {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {}", self.kind, self.metadata)
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3 + self.body.len()))?;
        map.serialize_entry("apiVersion", &self.api_version)?;
        map.serialize_entry("kind", &self.kind)?;
        map.serialize_entry("metadata", &self.metadata)?;
        for (field, value) in &self.body {
            map.serialize_entry(field, value)?;
        }
        map.end()
    }
}

/// What names an object within its cluster, as far as a file name needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity<'a> {
    pub(crate) kind: &'a str,
    pub(crate) namespace: Option<&'a str>,
    pub(crate) name: &'a str,
}

pub(crate) fn is_secret(api_version: &str, kind: &str) -> bool {
    api_version == "v1" && kind == "Secret"
}

/// `kind` and `apiVersion` become parts of file names and of commands: letters, digits and little else.
pub(crate) fn check_type_text(
    text: &str,
    what: &str,
    object: impl FnOnce() -> String,
    also: fn(char) -> bool,
) -> Result<()> {
    let fine = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || also(c));
    if fine {
        return Ok(());
    }
    Err(Error::InvalidObject { object: object(), problem: format!("{what} {text:?} is not valid") })
}
