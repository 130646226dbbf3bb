//! What GitLab needs in the cluster.

use k8s_bundle::object::NamespaceObject;
use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, HelmRelease, HelmRepository, KubernetesBundle,
    SecretManifest, SyncMode,
};

/// Adds GitLab: its namespace, its Helm release, and the password of its first user.
#[derive(Debug, Clone, Default)]
pub struct Gitlab {
    target: ClusterSelector,
    database_at_run_time: bool,
}

impl Gitlab {
    /// GitLab on every cluster, with a database of its own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With an external database, whose password is rotated by others and so fetched in the cluster.
    #[must_use]
    pub fn with_external_database(mut self) -> Self {
        self.database_at_run_time = true;
        self
    }
}

impl Contributor for Gitlab {
    fn name(&self) -> &str {
        "gitlab"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        bundle.add_resource(NamespaceObject::new(&"gitlab".parse()?).to_resource()?);
        let root = SecretManifest::builder("gitlab-root")
            .namespace("gitlab")
            .source("GITLAB_ROOT_PASSWORD")
            .data_key("password")
            .build()?;
        bundle.add_secret(root);
        if self.database_at_run_time {
            let database = SecretManifest::builder("gitlab-database")
                .namespace("gitlab")
                .sync_mode(SyncMode::ExternalSecrets)
                .data("password", "GITLAB_DB_PASSWORD")
                .build()?;
            bundle.add_secret(database);
        }
        let charts = HelmRepository::new("gitlab", "https://charts.gitlab.io");
        let release = HelmRelease::new("gitlab".parse()?, "gitlab".parse()?, charts, "gitlab", "9.5.1");
        bundle.add_helm_release(release.with_value("installCertmanager", &false)?);
        Ok(())
    }
}
