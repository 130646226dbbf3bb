//! The way out: YAML that the user wrote and that is passed on as it is.

mod split;

use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use crate::error::{Error, Result};
use crate::resource::{Identity, check_type_text, is_secret};
use crate::{Namespace, ObjectName, yaml};

/// `kubectl apply` without `--server-side` copies the whole object, values included, into this annotation.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// One or more objects as the user wrote them, comments included.
///
/// The text is kept, not written anew: YAML 1.1 readers such as kubectl read `yes` or `0644` other than YAML 1.2 does, and
/// what they read must not change. A `Secret` with values is refused, also inside a `List`.
///
/// ```
/// # use k8s_bundle::RawManifest;
/// let raw = RawManifest::parse("extra.yaml", "\
/// apiVersion: v1
/// kind: ConfigMap
/// metadata: { name: motd, namespace: web }
/// data: { motd: hello }   # kept
/// ")?;
/// assert_eq!(raw.documents().len(), 1);
///
/// let secret = "{apiVersion: v1, kind: Secret, metadata: {name: x}, stringData: {password: hunter2}}";
/// let refused = RawManifest::parse("extra.yaml", secret).unwrap_err().to_string();
/// assert!(!refused.contains("hunter2"));
/// # Ok::<_, k8s_bundle::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawManifest {
    origin: String,
    documents: Vec<RawDocument>,
}

/// One object of a [`RawManifest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawDocument {
    kind: String,
    namespace: Option<Namespace>,
    name: String,
    text: String,
}

impl RawManifest {
    /// Reads YAML with any number of documents; empty ones are left out. `origin` names the text in errors, such as the
    /// file it was read from.
    ///
    /// # Errors
    /// [`Error::Yaml`] if the text is no YAML or has a key twice; [`Error::InvalidObject`] if a document lacks
    /// `apiVersion`, `kind` or `metadata.name`; [`Error::SecretRefused`] for a `Secret` with values.
    pub fn parse(origin: impl Into<String>, text: &str) -> Result<Self> {
        let origin = origin.into();
        let mut documents = Vec::new();
        let texts = split::documents(text)
            .map_err(|problem| Error::InvalidObject { object: origin.clone(), problem })?;
        for (index, text) in texts.into_iter().enumerate() {
            let place = format!("{origin}, document {}", index + 1);
            documents.extend(RawDocument::parse(&place, text)?);
        }
        Ok(Self { origin, documents })
    }

    /// What the text was called.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The objects, in the order written.
    #[must_use]
    pub fn documents(&self) -> &[RawDocument] {
        &self.documents
    }
}

impl RawDocument {
    fn parse(place: &str, text: String) -> Result<Option<Self>> {
        let what = || format!("read {place}");
        let mut value: Value =
            yaml::from_str(&text).map_err(|source| Error::Yaml { what: what(), source })?;
        if value.is_null() {
            return Ok(None);
        }
        // A merge key must not hide `data` from the check below.
        value.apply_merge().map_err(|error| Error::Yaml { what: what(), source: error.into() })?;
        refuse_secret_values(&value, place)?;
        let invalid = |problem: String| Error::InvalidObject { object: place.to_owned(), problem };
        if !value.is_mapping() {
            // Said without the text: it may be a value that was given for YAML by mistake.
            return Err(invalid("not an object with apiVersion, kind and metadata".to_owned()));
        }
        let head = Head::deserialize(&value).map_err(|error| invalid(error.to_string()))?;
        check_name(&head.kind, &head.metadata.name).map_err(invalid)?;
        let object = || place.to_owned();
        check_type_text(&head.api_version, "apiVersion", object, |c| matches!(c, '.' | '/' | '-'))?;
        check_type_text(&head.kind, "kind", object, |_| false)?;
        Ok(Some(Self { kind: head.kind, namespace: head.metadata.namespace, name: head.metadata.name, text }))
    }

    /// `kind`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `metadata.namespace`.
    #[must_use]
    pub fn namespace(&self) -> Option<&Namespace> {
        self.namespace.as_ref()
    }

    /// `metadata.name`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text as it was written, without document markers, with one line break at the end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn identity(&self) -> Identity<'_> {
        Identity {
            kind: &self.kind,
            namespace: self.namespace.as_ref().map(Namespace::as_str),
            name: &self.name,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    api_version: String,
    kind: String,
    metadata: HeadMeta,
}

#[derive(Deserialize)]
#[serde(expecting = "metadata with a name")]
struct HeadMeta {
    #[serde(default)]
    name: String,
    namespace: Option<Namespace>,
}

/// Some kinds (RBAC) take any name that is one segment of a URL: `IsValidPathSegmentName` of the API server.
fn check_name(kind: &str, name: &str) -> Result<(), String> {
    if name.is_empty() && kind == "List" {
        return Err("a List has no name and so no file: write its items as documents of their own".to_owned());
    }
    if name.is_empty() {
        return Err("metadata.name is missing".to_owned());
    }
    if name == "." || name == ".." || name.contains(['/', '%']) || name.chars().any(char::is_control) {
        return Err(format!("metadata.name {name:?} is not valid"));
    }
    Ok(())
}

/// Walks the whole document: a `List` may hold Secrets, and an object may embed others.
fn refuse_secret_values(value: &Value, place: &str) -> Result<()> {
    match value {
        Value::Mapping(map) => {
            if holds_secret_values(map) {
                return Err(Error::SecretRefused { object: format!("{} in {place}", secret_name(map)) });
            }
            map.values().try_for_each(|value| refuse_secret_values(value, place))
        }
        Value::Sequence(items) => items.iter().try_for_each(|value| refuse_secret_values(value, place)),
        Value::Tagged(tagged) => refuse_secret_values(&tagged.value, place),
        _ => Ok(()),
    }
}

fn holds_secret_values(map: &Mapping) -> bool {
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("kind") == "SecretList" {
        let items = map.get("items").and_then(Value::as_sequence);
        return items.is_some_and(|items| items.iter().filter_map(Value::as_mapping).any(has_value_fields));
    }
    is_secret(text("apiVersion"), text("kind")) && has_value_fields(map)
}

fn has_value_fields(map: &Mapping) -> bool {
    let filled = |key: &str| map.get(key).is_some_and(|value| !is_empty(value));
    let annotations = map.get("metadata").and_then(|metadata| metadata.get("annotations"));
    filled("data") || filled("stringData") || annotations.is_some_and(|map| map.get(LAST_APPLIED).is_some())
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_mapping().is_some_and(Mapping::is_empty)
}

fn secret_name(map: &Mapping) -> String {
    let name = map.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Value::as_str);
    match name.and_then(|name| ObjectName::new(name).ok()) {
        Some(name) => format!("Secret {name}"),
        None => "a Secret".to_owned(),
    }
}
