//! What is read of an `ExternalSecret`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// What is read of an `ExternalSecret`: what it refers to. Its templates, which may have anything in them, are not read.
///
/// `external-secrets.io/v1` and `v1beta1` are alike in this:
/// <https://external-secrets.io/latest/api/externalsecret/>.
#[derive(Debug, Clone, Deserialize)]
pub struct ExternalSecret {
    pub(crate) metadata: Metadata,
    #[serde(default)]
    pub(crate) spec: Spec,
}

/// The name of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ObjectRef {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metadata {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) namespace: String,
    #[serde(default)]
    pub(crate) deletion_timestamp: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Spec {
    pub(crate) secret_store_ref: Option<StoreRef>,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) data: Vec<Data>,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) data_from: Vec<DataFrom>,
    pub(crate) refresh_policy: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StoreRef {
    pub(crate) name: String,
    /// A `SecretStore` unless it is given.
    pub(crate) kind: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Data {
    pub(crate) remote_ref: RemoteRef,
    #[serde(default)]
    pub(crate) source_ref: Option<SourceRef>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DataFrom {
    pub(crate) extract: Option<RemoteRef>,
    pub(crate) find: Option<Find>,
    pub(crate) source_ref: Option<SourceRef>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RemoteRef {
    pub(crate) key: String,
    pub(crate) property: String,
    /// With `Fetch`, it is the notes that are read.
    pub(crate) metadata_policy: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Find {
    pub(crate) path: Option<String>,
    pub(crate) name: Option<FindName>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FindName {
    pub(crate) regexp: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct SourceRef {
    pub(crate) store_ref: Option<StoreRef>,
    pub(crate) generator_ref: Option<serde::de::IgnoredAny>,
}

impl ExternalSecret {
    /// Its name.
    #[must_use]
    pub fn reference(&self) -> ObjectRef {
        ObjectRef { namespace: self.metadata.namespace.clone(), name: self.metadata.name.clone() }
    }

    /// Why a touch does nothing to it, if so.
    #[must_use]
    pub fn ignores_touches(&self) -> Option<&'static str> {
        if self.metadata.deletion_timestamp.is_some() {
            Some("it is being deleted")
        } else if self.spec.refresh_policy.as_deref() == Some("CreatedOnce") {
            Some("its refreshPolicy is CreatedOnce: it is read once and never again")
        } else {
            None
        }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// What is null is empty, as for the operator.
fn or_empty<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
