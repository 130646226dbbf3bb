//! Where Flux finds what it applies.

use serde::Deserialize;

use super::{FluxInterval, RepositoryPath};
use crate::{Namespace, ObjectName};

/// How Flux gets at the output: which of its sources it is in, and where in it.
///
/// The objects for Flux are a `HelmRepository` or `OCIRepository` and a `HelmRelease` for each chart, and two
/// `Kustomization`s: one of the charts, and one of the objects, which waits for the first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Flux {
    /// What the names of all objects for Flux start with.
    #[serde(default = "super::text::default_name")]
    pub name: ObjectName,
    /// The namespace of all objects for Flux.
    #[serde(default = "flux_system")]
    pub namespace: Namespace,
    /// The source that has the output.
    pub source: FluxSource,
    /// The folder of the output within the source.
    pub path: RepositoryPath,
    /// How often Flux compares the cluster with the source and the charts.
    #[serde(default)]
    pub interval: FluxInterval,
}

impl Flux {
    /// From `path` in `source`; all else as by default.
    #[must_use]
    pub fn new(source: FluxSource, path: RepositoryPath) -> Self {
        Self {
            name: super::text::default_name(),
            namespace: flux_system(),
            source,
            path,
            interval: FluxInterval::default(),
        }
    }

    /// What the names of all objects for Flux start with. By default `secretbridge`.
    #[must_use]
    pub fn with_name(mut self, name: ObjectName) -> Self {
        self.name = name;
        self
    }

    /// The namespace of all objects for Flux. By default `flux-system`.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = namespace;
        self
    }

    /// How often Flux compares. By default `10m`.
    #[must_use]
    pub fn with_interval(mut self, interval: FluxInterval) -> Self {
        self.interval = interval;
        self
    }
}

/// A source of Flux: <https://fluxcd.io/flux/components/source/>. It is the user's own: none is generated.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FluxSource {
    /// Its kind.
    pub kind: FluxSourceKind,
    /// Its name.
    pub name: ObjectName,
    /// Its namespace, unless it is the one of the objects for Flux.
    #[serde(default)]
    pub namespace: Option<Namespace>,
}

impl FluxSource {
    /// The source in the namespace of the objects for Flux.
    #[must_use]
    pub fn new(kind: FluxSourceKind, name: ObjectName) -> Self {
        Self { kind, name, namespace: None }
    }

    /// A source in another namespace; Flux may be set up to refuse that.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }
}

/// The kinds of source that a `Kustomization` of Flux takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum FluxSourceKind {
    /// A Git repository.
    GitRepository,
    /// An artifact in a registry.
    #[serde(rename = "OCIRepository")]
    OciRepository,
    /// An S3 bucket or the like.
    Bucket,
}

#[expect(clippy::expect_used, reason = "the literal is a namespace")]
fn flux_system() -> Namespace {
    Namespace::new("flux-system").expect("a namespace")
}
