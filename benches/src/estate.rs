//! The sample, a store that holds it, and builds of it.

use std::path::Path;
use std::sync::Arc;

use events::{Silent, SystemClock};
use k8s_bundle::{BundlePath, BundleWriter, DirectoryWriter, SecretManifest, Written};
use materializer::{Materializer, Plan};
use secret_store::SecretFields;
use std::collections::BTreeMap;
use test_kit::InMemorySecretStore;
use tokio::runtime::Runtime;

use crate::{Discipline, Kind, Sample, write_with_serde};

/// The sample, planned, and in a store in memory.
#[derive(Debug)]
pub struct Estate {
    sample: Sample,
    plan: Plan,
    store: Arc<InMemorySecretStore>,
    runtime: Runtime,
}

/// Where a build goes.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A file below this folder, as a user's build would.
    Folder(&'a Path),
    /// Nowhere: what is left is our own work.
    Nowhere,
}

impl Estate {
    /// `count` Secrets.
    ///
    /// # Panics
    /// When there can be no runtime.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let sample = Sample::new(count, Kind::Bytes);
        let plan = Plan::new(sample.manifests()).expect("a plan");
        let store = Arc::new(sample.store());
        Self { sample, plan, store, runtime: Runtime::new().expect("a runtime") }
    }

    /// A build, from the plan on, to be run any number of times.
    ///
    /// # Panics
    /// When the build fails.
    pub fn build(&self, target: Target<'_>) -> impl FnMut() {
        let writer: Arc<dyn BundleWriter> = match target {
            Target::Folder(folder) => Arc::new(DirectoryWriter::new(folder)),
            Target::Nowhere => Arc::new(Nowhere),
        };
        let materializer =
            Materializer::new(self.store.clone(), writer, Arc::new(Silent), Arc::new(SystemClock::new()));
        move || {
            let report = self.runtime.block_on(materializer.materialize(&self.plan)).expect("a build");
            assert_eq!(report.secrets, self.plan.secrets().len());
        }
    }

    /// The peer, writing the same Secrets below `folder`.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn peer(&self, folder: &Path, discipline: Discipline) -> impl FnMut() {
        let fields: BTreeMap<&str, &SecretFields> =
            self.sample.secrets().iter().map(|(path, fields)| (path.as_str(), fields)).collect();
        let path_of =
            |manifest: &SecretManifest| manifest.data().values().next().expect("a key").key().to_owned();
        let pairs: Vec<_> = self
            .sample
            .manifests()
            .iter()
            .map(|manifest| (manifest, fields[path_of(manifest).as_str()]))
            .collect();
        move || write_with_serde(pairs.iter().copied(), folder, discipline).expect("a file")
    }
}

/// A writer that takes the bytes and does nothing with them.
#[derive(Debug)]
struct Nowhere;

impl BundleWriter for Nowhere {
    fn check_secret(&self, _: &BundlePath) -> k8s_bundle::Result<()> {
        Ok(())
    }

    fn write(&self, _: &BundlePath, _: &[u8]) -> k8s_bundle::Result<Written> {
        Ok(Written::Updated)
    }

    fn write_secret(&self, _: &BundlePath, _: &[u8]) -> k8s_bundle::Result<Written> {
        Ok(Written::Updated)
    }

    fn remove(&self, _: &BundlePath) -> k8s_bundle::Result<bool> {
        Ok(false)
    }

    fn list_generated(&self, _: &BundlePath) -> k8s_bundle::Result<Vec<BundlePath>> {
        Ok(Vec::new())
    }
}
