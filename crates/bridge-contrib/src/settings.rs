//! The settings `k8s.bridge`.

mod image;
mod monitoring;
mod quantity;

use k8s_bundle::{Namespace, ObjectName};
use serde::{Deserialize, Serialize};

pub use self::image::Image;
pub use self::monitoring::{KeyOfSecret, Monitoring};
pub use self::quantity::Quantity;
use crate::{ConfigProblem, Served};

/// The bridge as a workload of the cluster.
///
/// ```yaml
/// bridge:
///   enabled: true
///   image: registry.acme.lab/secretbridge:0.1.0
///   tls: { issuer: { name: homelab-ca } }
///   credentials: secretbridge-credentials
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct BridgeWorkload {
    /// Whether the workload is generated.
    pub enabled: bool,
    /// The name of its objects.
    pub name: ObjectName,
    /// The namespace of its objects; it must exist.
    pub namespace: Namespace,
    /// The image, with its tag or digest. Needed when `enabled`.
    pub image: Option<Image>,
    /// Secrets with the credentials of the registry that the image is pulled from.
    pub image_pull_secrets: Vec<ObjectName>,
    /// How many pods. Two unless set, and one where the store is a tree of files: that one has no second.
    pub replicas: Option<u32>,
    /// Where the certificate comes from. Needed when `enabled`.
    pub tls: Option<Tls>,
    /// A Secret whose keys lie as files beside the configuration: identities, secret ids, certificates of authorities.
    pub credentials: Option<ObjectName>,
    /// A Secret whose keys are environment variables, such as `BAO_TOKEN`.
    pub environment: Option<ObjectName>,
    /// The volume of a store that is a tree of files.
    pub store: StoreVolume,
    /// The volume of the audit log.
    pub audit: AuditVolume,
    /// The namespaces whose pods may ask; that of the operator unless set.
    pub clients: Option<Vec<Namespace>>,
    /// Ports that the pods may reach beside those of the store.
    pub egress_ports: Vec<u16>,
    /// A `ServiceMonitor` of the Prometheus operator.
    pub monitoring: Option<Monitoring>,
    /// What a pod asks for and may take.
    pub resources: Resources,
}

impl Default for BridgeWorkload {
    fn default() -> Self {
        Self {
            enabled: false,
            name: literal(ObjectName::new("secretbridge")),
            namespace: literal(Namespace::new("secretbridge")),
            image: None,
            image_pull_secrets: Vec::new(),
            replicas: None,
            tls: None,
            credentials: None,
            environment: None,
            store: StoreVolume::default(),
            audit: AuditVolume::default(),
            clients: None,
            egress_ports: Vec::new(),
            monitoring: None,
            resources: Resources::default(),
        }
    }
}

/// Where the certificate comes from: one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "WrittenTls"))]
#[serde(try_from = "WrittenTls")]
#[non_exhaustive]
pub enum Tls {
    /// From cert-manager: a `Certificate` is generated.
    Issuer(IssuerRef),
    /// From a Secret of type `kubernetes.io/tls` that is there already; for `monitoring`, with the authority as `ca.crt`.
    Secret(ObjectName),
}

/// As it is written.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("minProperties" = 1, "maxProperties" = 1)))]
#[serde(default, deny_unknown_fields)]
struct WrittenTls {
    /// The issuer of cert-manager that signs it: a `Certificate` is generated.
    issuer: Option<IssuerRef>,
    /// A Secret of type `kubernetes.io/tls` that is there already; for `monitoring`, with the authority as `ca.crt`.
    secret: Option<ObjectName>,
}

impl TryFrom<WrittenTls> for Tls {
    type Error = &'static str;

    fn try_from(written: WrittenTls) -> Result<Self, Self::Error> {
        match written {
            WrittenTls { issuer: Some(issuer), secret: None } => Ok(Self::Issuer(issuer)),
            WrittenTls { issuer: None, secret: Some(secret) } => Ok(Self::Secret(secret)),
            _ => Err("the certificate comes from an `issuer` or is in a `secret`: name one of them"),
        }
    }
}

/// An issuer of cert-manager.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IssuerRef {
    /// Its name.
    pub name: ObjectName,
    /// Its kind; a `ClusterIssuer` unless set.
    #[serde(default)]
    pub kind: IssuerKind,
}

/// The kind of an issuer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum IssuerKind {
    /// For all namespaces.
    #[default]
    ClusterIssuer,
    /// Of the namespace of the bridge.
    Issuer,
}

/// The volume of a store that is a tree of files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct StoreVolume {
    /// A claim that is there already. Without one, the pod is given one of its own.
    pub claim: Option<ObjectName>,
    /// The size of the pod's own claim; `1Gi` unless set.
    pub size: Quantity,
    /// The storage class of the pod's own claim; the cluster's default unless set.
    pub storage_class: Option<ObjectName>,
}

impl Default for StoreVolume {
    fn default() -> Self {
        Self { claim: None, size: Quantity::literal("1Gi"), storage_class: None }
    }
}

/// The volume of the audit log, which grows with each request: collect it. Where a claim is full, the bridge answers nothing;
/// without a claim, a pod whose log is larger than `size` is ended, and its log with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AuditVolume {
    /// Its size; `1Gi` unless set.
    pub size: Quantity,
    /// The storage class of a claim of its own for each pod. Without one, the log of a pod is gone with the pod, unless something
    /// collects it; where the store is a tree of files, it is on a claim in any case.
    pub storage_class: Option<ObjectName>,
}

impl Default for AuditVolume {
    fn default() -> Self {
        Self { size: Quantity::literal("1Gi"), storage_class: None }
    }
}

/// What a pod asks for and may take.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Resources {
    /// Processor time that is kept for it; `50m` unless set. It may take more.
    pub cpu: Quantity,
    /// Memory that is kept for it, and that it may not take more than; `128Mi` unless set.
    pub memory: Quantity,
}

impl Default for Resources {
    fn default() -> Self {
        Self { cpu: Quantity::literal("50m"), memory: Quantity::literal("128Mi") }
    }
}

impl BridgeWorkload {
    /// Everything that is wrong, for what is to be served.
    #[must_use]
    pub fn problems(&self, served: &Served) -> Vec<ConfigProblem> {
        if !self.enabled {
            return Vec::new();
        }
        let mut problems = Vec::new();
        if self.image.is_none() {
            let help = "build one with deploy/docker/Dockerfile, push it, and name it with its tag or digest";
            problems.push(ConfigProblem::new(&["enabled"], "the workload has no `image`", help));
        }
        if self.tls.is_none() {
            let help = "name an issuer of cert-manager, `tls: { issuer: { name: … } }`, or a Secret, `tls: { secret: … }`";
            problems.push(ConfigProblem::new(
                &["enabled"],
                "the workload has no `tls`: tokens and values would be sent in the clear",
                help,
            ));
        }
        match self.replicas {
            Some(0) => {
                let help = "leave it out, or say `enabled: false`";
                problems.push(ConfigProblem::new(&["replicas"], "with no pod, nobody answers", help));
            }
            Some(replicas @ 2..) if served.is_local => {
                let help = "leave it out, or let the store be a server, such as OpenBao";
                let message = format!(
                    "a store of files has one pod, not {replicas}: each would write behind the other's back"
                );
                problems.push(ConfigProblem::new(&["replicas"], message, help));
            }
            _ => {}
        }
        problems.extend(self.monitoring.iter().flat_map(|monitoring| monitoring.problems(served)));
        problems
    }

    pub(crate) fn replicas(&self, served: &Served) -> u32 {
        self.replicas.unwrap_or(if served.is_local { 1 } else { 2 })
    }
}

fn literal<T>(name: Result<T, k8s_bundle::NameError>) -> T {
    match name {
        Ok(name) => name,
        Err(error) => unreachable!("{error}"),
    }
}
