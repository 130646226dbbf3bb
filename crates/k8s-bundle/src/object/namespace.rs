//! `v1 Namespace`.

use crate::error::Result;
use crate::{LabelKey, LabelValue, Namespace, ObjectMeta, ObjectName, Resource};

/// A namespace as an object: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/>.
///
/// ```
/// # use k8s_bundle::{object::NamespaceObject, yaml};
/// let namespace = NamespaceObject::new(&"gitlab".parse()?);
/// assert_eq!(yaml::to_string(&namespace.to_resource()?)?, "\
/// apiVersion: v1
/// kind: Namespace
/// metadata:
///   name: gitlab
/// ");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceObject {
    metadata: ObjectMeta,
}

impl NamespaceObject {
    /// The namespace of that name.
    #[must_use]
    pub fn new(name: &Namespace) -> Self {
        Self { metadata: ObjectMeta::new(ObjectName::from(name)) }
    }

    /// Adds a label, such as the level of the pod security standards.
    #[must_use]
    pub fn with_label(self, key: LabelKey, value: LabelValue) -> Self {
        Self { metadata: self.metadata.with_label(key, value) }
    }

    /// The object.
    ///
    /// # Errors
    /// None today; the signature is the one of every kind.
    pub fn to_resource(&self) -> Result<Resource> {
        Resource::new("v1", "Namespace", self.metadata.clone())
    }
}
