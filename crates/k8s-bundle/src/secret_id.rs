//! Which Secret.

use core::fmt;

use serde::Serialize;

use crate::{Namespace, ObjectName};

/// The namespace and name of a Secret: `gitlab/gitlab-root`. Sorted by namespace, then name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SecretId {
    /// The namespace.
    pub namespace: Namespace,
    /// The name.
    pub name: ObjectName,
}

impl SecretId {
    /// The Secret `name` in `namespace`.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName) -> Self {
        Self { namespace, name }
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
