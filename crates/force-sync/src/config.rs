//! Settings.

use std::path::PathBuf;
use std::time::Duration;

use events::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::access::KubeAccess;
use crate::stores::{StoreKind, StoreName, Stores};

/// Tells the External Secrets Operator at once that a secret has changed, through the Kubernetes API.
///
/// ```yaml
/// force_sync:
///   namespaces: [shop]
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ForceSyncConfig {
    /// The kubeconfig. Without one, `KUBECONFIG`, then `~/.kube/config`, then the service account of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubeconfig: Option<PathBuf>,
    /// The kubeconfig's context; its current one unless set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The namespaces to look in, so that no right on others is needed. All unless set.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "namespaces")]
    pub namespaces: Vec<String>,
    /// The operator's stores that read from here. Unless set, those of `k8s.secrets.runtime_sync` that read from the bridge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<StoreNameConfig>,
    /// Tell a second time after this time, when no bridge answers from memory any more; `0s` for not. Unless set, it is the
    /// bridge's `cache.ttl` where a bridge may not have seen the write.
    #[serde(skip_serializing_if = "Option::is_none", with = "duration")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub again_after: Option<Duration>,
}

/// One of the operator's stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StoreNameConfig {
    /// Its kind: a `ClusterSecretStore` unless set.
    #[serde(default)]
    pub kind: StoreKind,
    /// Its name.
    pub name: String,
    /// The namespace of a `SecretStore`; any unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its mount, `spec.provider.vault.path`. Without one, keys begin with the mount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mount: Option<String>,
}

impl ForceSyncConfig {
    /// How the cluster is reached.
    #[must_use]
    pub fn access(&self) -> KubeAccess {
        KubeAccess { kubeconfig: self.kubeconfig.clone(), context: self.context.clone() }
    }

    /// The stores that are named; none when there are none.
    #[must_use]
    pub fn named_stores(&self) -> Option<Stores> {
        let named = self.stores.iter().map(StoreNameConfig::store);
        (!self.stores.is_empty()).then(|| Stores::new(named))
    }
}

impl StoreNameConfig {
    fn store(&self) -> StoreName {
        let store = match self.kind {
            StoreKind::ClusterSecretStore => StoreName::cluster(&self.name),
            StoreKind::SecretStore => StoreName::namespaced(&self.name),
        };
        let store = match &self.namespace {
            Some(namespace) => store.in_namespace(namespace),
            None => store,
        };
        match &self.mount {
            Some(mount) => store.at_mount(mount),
            None => store,
        }
    }
}

impl From<StoreName> for StoreNameConfig {
    fn from(StoreName { kind, name, namespace, mount }: StoreName) -> Self {
        Self { kind, name, namespace, mount }
    }
}

/// They become parts of addresses.
fn namespaces<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let is_one = |name: &String| {
        let is_edge = |edge: Option<char>| edge.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        let is_inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        name.len() <= 63
            && is_edge(name.chars().next())
            && is_edge(name.chars().last())
            && name.chars().all(is_inside)
    };
    match names.iter().find(|name| !is_one(name)) {
        None => Ok(names),
        Some(_) => Err(de::Error::custom(
            "a namespace has lower-case letters, digits and `-`, a letter or digit at both ends, and at most 63 of them",
        )),
    }
}

mod duration {
    use super::{Deserialize as _, Deserializer, Duration, Serializer, SignedDuration, de};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let written = Option::<SignedDuration>::deserialize(deserializer)?;
        let not_negative = |written: SignedDuration| {
            written.try_into().map_err(|_| de::Error::custom("a time is not negative"))
        };
        written.map(not_negative).transpose()
    }

    #[expect(clippy::ref_option, reason = "serde hands it over like this")]
    pub(super) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            None => serializer.serialize_none(),
            Some(duration) => {
                let written = SignedDuration::try_from(*duration).unwrap_or(SignedDuration::MAX);
                serializer.collect_str(&format_args!("{written:#}"))
            }
        }
    }
}
