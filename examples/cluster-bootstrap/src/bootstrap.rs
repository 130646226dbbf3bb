//! From contributors to files.

use std::error::Error;
use std::sync::Arc;

use eso_contrib::RuntimeSync;
use events::{Clock, EventBus};
use k8s_bundle::{BundleWriter, ClusterName, Contributor, KubernetesBundle, WriteReport, generate};
use materializer::{Materializer, Plan, Report};
use secret_store::SecretStore;

use crate::Gitlab;

/// A cluster that is to be brought up.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    cluster: ClusterName,
    gitlab: Gitlab,
    runtime_sync: RuntimeSync,
}

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// The Secrets, with their values.
    pub secrets: Report,
    /// All other files.
    pub files: WriteReport,
}

impl Bootstrap {
    /// The cluster of this name, with GitLab; Secrets are delivered by value.
    #[must_use]
    pub fn new(cluster: ClusterName, gitlab: Gitlab) -> Self {
        Self { cluster, gitlab, runtime_sync: RuntimeSync::off() }
    }

    /// With an operator in the cluster that fetches what is to be fetched at run time.
    #[must_use]
    pub fn with_runtime_sync(mut self, runtime_sync: RuntimeSync) -> Self {
        self.runtime_sync = runtime_sync;
        self
    }

    /// What goes to the cluster. No value is in it.
    ///
    /// # Errors
    /// As the contributors'.
    pub fn bundle(&self) -> k8s_bundle::Result<KubernetesBundle> {
        let mut contributors: Vec<Box<dyn Contributor>> = vec![Box::new(self.gitlab.clone())];
        contributors.extend(eso_contrib::contributors(&self.runtime_sync));
        generate(&self.cluster, &contributors)
    }

    /// Generates the bundle, reads the Secrets that go by value, and writes both.
    ///
    /// # Errors
    /// Whatever fails; nothing is written when a secret is missing.
    pub async fn run(
        &self,
        store: Arc<dyn SecretStore>,
        writer: Arc<dyn BundleWriter>,
        bus: Arc<dyn EventBus>,
        clock: Arc<dyn Clock>,
    ) -> Result<Done, Box<dyn Error>> {
        let bundle = self.bundle()?;
        let plan = Plan::new(bundle.secrets())?;
        let materializer = Materializer::new(store, writer.clone(), bus, clock);
        let secrets = materializer.materialize(&plan).await?;
        let files = bundle.write_to(&*writer)?;
        materializer.delivered_by_reference(&plan).await?;
        Ok(Done { secrets, files })
    }
}
