//! Everything that goes to one cluster, without a single value.

use crate::{Delivery, HelmRelease, RawManifest, Resource, SecretManifest};

/// Everything that goes to one cluster: what Secrets there shall be, Helm releases, objects, and YAML of the user.
///
/// Its types can hold no secret value, so that it may be printed, compared and committed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KubernetesBundle {
    secrets: Vec<SecretManifest>,
    helm_releases: Vec<HelmRelease>,
    resources: Vec<Resource>,
    raw: Vec<RawManifest>,
    delivery: Delivery,
}

impl KubernetesBundle {
    /// A bundle with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A bundle of these manifests, for contributors to build upon.
    #[must_use]
    pub fn with_secrets(manifests: impl IntoIterator<Item = SecretManifest>) -> Self {
        Self { secrets: manifests.into_iter().collect(), ..Self::default() }
    }

    /// Sets the form in which Helm releases and objects reach the cluster.
    #[must_use]
    pub fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// Declares a Secret.
    pub fn add_secret(&mut self, manifest: SecretManifest) -> &mut Self {
        self.secrets.push(manifest);
        self
    }

    /// Adds a Helm release.
    pub fn add_helm_release(&mut self, release: HelmRelease) -> &mut Self {
        self.helm_releases.push(release);
        self
    }

    /// Adds an object.
    pub fn add_resource(&mut self, resource: Resource) -> &mut Self {
        self.resources.push(resource);
        self
    }

    /// Adds YAML of the user.
    pub fn add_raw(&mut self, raw: RawManifest) -> &mut Self {
        self.raw.push(raw);
        self
    }

    /// The Secrets declared, of both sync modes, in the order they were added.
    #[must_use]
    pub fn secrets(&self) -> &[SecretManifest] {
        &self.secrets
    }

    /// The Helm releases, in the order they were added.
    #[must_use]
    pub fn helm_releases(&self) -> &[HelmRelease] {
        &self.helm_releases
    }

    /// The objects, in the order they were added.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The YAML of the user, in the order it was added.
    #[must_use]
    pub fn raw(&self) -> &[RawManifest] {
        &self.raw
    }

    /// The form in which Helm releases and objects reach the cluster.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }
}
