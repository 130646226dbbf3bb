//! What every object carries: name, namespace, labels, annotations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{AnnotationKey, LabelKey, LabelValue, Namespace, ObjectName};

/// The largest sum of the bytes of all annotation keys and values that the API server takes: 256 KiB.
pub const ANNOTATIONS_MAX: usize = 256 * 1024;

/// The first character of a text that does not reach the API server as it is, by `kubectl apply --server-side` and its like:
/// they send JSON, which the API server reads as YAML. There U+0085 is a line break, which becomes a space without a word, and
/// the others are refused. Such a character is fine in a Secret's data, which is Base64.
///
/// ```
/// # use k8s_bundle::not_carried;
/// assert_eq!(not_carried("one\u{85}two"), Some('\u{85}'));
/// assert_eq!(not_carried("é\u{1}\u{2028}\u{feff}🔑"), None);
/// ```
#[must_use]
pub fn not_carried(text: &str) -> Option<char> {
    text.chars().find(|c| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}'))
}

/// `metadata`, in the field order that people write.
///
/// ```
/// # use k8s_bundle::ObjectMeta;
/// let meta = ObjectMeta::new("homelab".parse()?).in_namespace("gitlab".parse()?);
/// assert_eq!(meta.to_string(), "gitlab/homelab");
/// # Ok::<_, k8s_bundle::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ObjectMeta {
    /// The object's name.
    pub name: ObjectName,
    /// Its namespace; none for objects of the whole cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
    /// Labels, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Annotations, sorted by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<AnnotationKey, String>,
}

impl ObjectMeta {
    /// Metadata of an object of the whole cluster, until [`in_namespace`](Self::in_namespace) is called.
    #[must_use]
    pub fn new(name: ObjectName) -> Self {
        Self { name, namespace: None, labels: BTreeMap::new(), annotations: BTreeMap::new() }
    }

    /// Puts the object in a namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// Adds a label; an earlier value of the key is replaced.
    #[must_use]
    pub fn with_label(mut self, key: LabelKey, value: LabelValue) -> Self {
        self.labels.insert(key, value);
        self
    }

    /// Adds an annotation; an earlier value of the key is replaced.
    #[must_use]
    pub fn with_annotation(mut self, key: AnnotationKey, value: impl Into<String>) -> Self {
        self.annotations.insert(key, value.into());
        self
    }
}

/// `namespace/name`, or the name alone.
impl core::fmt::Display for ObjectMeta {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        write!(f, "{}", self.name)
    }
}
