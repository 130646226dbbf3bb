//! The namespaces that a bundle needs.

use std::collections::BTreeSet;

use crate::{KubernetesBundle, Namespace, RawManifest};

/// Those that each cluster has from the start.
const OF_KUBERNETES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

impl KubernetesBundle {
    /// The namespaces of Secrets, objects and Helm releases that nothing in the bundle makes: they must exist before it is
    /// applied.
    ///
    /// ```
    /// # use k8s_bundle::{KubernetesBundle, SecretManifest};
    /// let mut bundle = KubernetesBundle::new();
    /// bundle.add_secret(SecretManifest::builder("db").namespace("shop").source("DB").build()?);
    /// assert_eq!(bundle.required_namespaces().first().map(|namespace| namespace.as_str()), Some("shop"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn required_namespaces(&self) -> BTreeSet<Namespace> {
        let mut namespaces = self.namespaces_used();
        let releases = self.helm_releases().iter().filter(|release| release.create_namespace);
        for release in releases {
            namespaces.remove(&release.namespace);
        }
        for name in self.namespaces_made() {
            namespaces.remove(name);
        }
        namespaces
    }

    /// The namespaces to make before anything else, by a tool that installs charts first and applies objects then.
    pub(super) fn namespaces_to_make(&self) -> BTreeSet<Namespace> {
        let mut namespaces = self.required_namespaces();
        let releases = self.helm_releases().iter().filter(|release| !release.create_namespace);
        namespaces.extend(releases.map(|release| release.namespace.clone()).filter(is_made_by_someone));
        namespaces
    }

    fn namespaces_used(&self) -> BTreeSet<Namespace> {
        let secrets = self.secrets().iter().flat_map(|manifest| manifest.ids().map(|id| id.namespace));
        let objects = self.resources().iter().filter_map(|resource| resource.metadata().namespace.clone());
        let documents = self.raw().iter().flat_map(RawManifest::documents);
        let documents = documents.filter_map(|document| document.namespace().cloned());
        let releases = self.helm_releases().iter().map(|release| release.namespace.clone());
        secrets.chain(objects).chain(documents).chain(releases).filter(is_made_by_someone).collect()
    }

    fn namespaces_made(&self) -> impl Iterator<Item = &str> {
        let resources = self.resources().iter();
        let objects = resources.map(|resource| (resource.kind(), resource.metadata().name.as_str()));
        let documents = self.raw().iter().flat_map(RawManifest::documents);
        let documents = documents.map(|document| (document.kind(), document.name()));
        objects.chain(documents).filter(|(kind, _)| *kind == "Namespace").map(|(_, name)| name)
    }
}

fn is_made_by_someone(namespace: &Namespace) -> bool {
    !OF_KUBERNETES.contains(&namespace.as_str())
}
