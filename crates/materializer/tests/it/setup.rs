//! A store, a folder, a bus and a clock, and a materializer between them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;

use events::EventBus;
use k8s_bundle::{BundleWriter, DirectoryWriter, SecretManifest, SecretManifestBuilder};
use materializer::{Error, Materializer, Plan, Report};
use secret_store::SecretStore;
use tempfile::TempDir;
use test_kit::{CountingStore, FakeClock, FaultyStore, InMemorySecretStore, RecordingEventBus};

pub(crate) type TestStore = CountingStore<FaultyStore<InMemorySecretStore>>;

pub(crate) struct Setup {
    pub(crate) store: Arc<TestStore>,
    pub(crate) bus: RecordingEventBus,
    pub(crate) clock: FakeClock,
    pub(crate) folder: TempDir,
}

impl Setup {
    pub(crate) fn new(store: InMemorySecretStore) -> Self {
        Self::faulty(FaultyStore::new(store))
    }

    pub(crate) fn faulty(store: FaultyStore<InMemorySecretStore>) -> Self {
        Self {
            store: Arc::new(CountingStore::new(store)),
            bus: RecordingEventBus::new(),
            // After the certificates of the fixtures were made.
            clock: FakeClock::at("2027-01-01T00:00:00Z".parse().unwrap()),
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn writer(&self) -> Arc<dyn BundleWriter> {
        Arc::new(DirectoryWriter::new(self.folder.path()))
    }

    pub(crate) fn materializer(&self) -> Materializer {
        self.with_bus(Arc::new(self.bus.clone()))
    }

    pub(crate) fn with_bus(&self, bus: Arc<dyn EventBus>) -> Materializer {
        let store: Arc<dyn SecretStore> = self.store.clone();
        Materializer::new(store, self.writer(), bus, Arc::new(self.clock.clone()))
    }

    pub(crate) async fn build(&self, manifests: &[SecretManifest]) -> Result<Report, Error> {
        self.materializer().materialize(&Plan::new(manifests)?).await
    }

    /// The error of a build that must fail and leave nothing behind: no file, no event.
    pub(crate) async fn refused(&self, manifests: &[SecretManifest]) -> Error {
        let error = self.build(manifests).await.expect_err("the build should have failed");
        assert_eq!(self.yaml(), None, "a build that failed wrote its file");
        assert_eq!(self.bus.events(), []);
        error
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("k8s/secrets.yaml")
    }

    pub(crate) fn yaml(&self) -> Option<String> {
        std::fs::read_to_string(self.file()).ok()
    }
}

pub(crate) fn manifest(name: &str, namespace: &str) -> SecretManifestBuilder {
    SecretManifest::builder(name).namespace(namespace)
}

/// A Secret of one key.
pub(crate) fn simple(name: &str, source: &str) -> SecretManifest {
    manifest(name, "default").source(source).data_key("password").build().unwrap()
}

/// The error and its help, as the command line shows them.
pub(crate) fn shown(error: &Error) -> String {
    let help = error.help().unwrap_or_default();
    format!("{}: {error}\n\nhelp:\n{help}", error.kind().as_str())
}

/// The data of the Secret of that name in the file.
pub(crate) fn data_of(setup: &Setup, name: &str) -> BTreeMap<String, Vec<u8>> {
    let yaml = setup.yaml().unwrap();
    let documents = yaml.split("---\n").skip(1);
    let secrets = documents.map(|text| k8s_bundle::yaml::from_str::<serde_json::Value>(text).unwrap());
    let secret = secrets.into_iter().find(|secret| secret["metadata"]["name"] == name).unwrap();
    let data = secret["data"].as_object().unwrap();
    let decoded = |value: &serde_json::Value| {
        base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap()).unwrap()
    };
    data.iter().map(|(key, value)| (key.clone(), decoded(value))).collect()
}

/// The same, `key = value` a line, as Rust writes bytes.
pub(crate) fn text_of(setup: &Setup, name: &str) -> String {
    let data = data_of(setup, name);
    let lines = data.iter().map(|(key, value)| match core::str::from_utf8(value) {
        Ok(text) => format!("{key} = {text:?}"),
        Err(_) => format!("{key} = bytes {value:02x?}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}
