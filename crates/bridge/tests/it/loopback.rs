//! The whole way: the vault provider asks the bridge over a socket, and the bridge a store.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::process::Command;
use std::sync::Arc;

use bridge::KvVersion;
use bridge::server::{Limits, Server, Transport};
use events::SystemClock;
use secret_store::provider::age::AgeConfig;
use secret_store::provider::file::FileStore;
use secret_store::provider::memory::MemoryStore;
use secret_store::provider::vault::{VaultConfig, VaultStore};
use secret_store::{Environment, OpenContext, SecretStore, SecretStoreExt as _};
use test_kit::conformance::Fixture;
use test_kit::{InMemorySecretStore, path};

use crate::api::{ROOT, api_over};

/// A client of a bridge over this store, which is held against what the store can do, as far as the client can.
async fn client(version: KvVersion, store: Arc<dyn SecretStore>) -> Fixture {
    let mut capabilities = store.info().capabilities;
    // Version 1 has none, whatever is behind it.
    capabilities.check_and_set &= version == KvVersion::V2;
    let bridge = Arc::new(api_over(version, store).await.bridge);
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback, bridge, Limits::default());
    let server = server.await.unwrap();
    let address = server.local_addr().unwrap();
    tokio::spawn(server.run(std::future::pending()));
    let settings = serde_json::json!({
        "address": format!("http://{address}"),
        "mount": "secret",
        "kv_version": u8::from(version),
    });
    let config: VaultConfig = serde_json::from_value(settings).unwrap();
    let environment = Environment::fixed([("BAO_TOKEN", ROOT)]);
    let store: VaultStore = config.open(&OpenContext::new("/").with_environment(environment)).await.unwrap();
    let (own, behind) = (store.info().capabilities, capabilities);
    Fixture::new(store).may_refuse().with_capabilities(own.and(behind))
}

fn clock() -> Arc<SystemClock> {
    Arc::new(SystemClock::new())
}

fn memory() -> Arc<dyn SecretStore> {
    Arc::new(MemoryStore::new(clock()))
}

fn numbered() -> Arc<dyn SecretStore> {
    Arc::new(InMemorySecretStore::new().numbered(path("system/records"), clock()))
}

async fn files(version: KvVersion) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = FileStore::open(folder.path()).await.unwrap();
    client(version, Arc::new(store.numbered(path("system/records"), clock()))).await.with_guard(folder)
}

/// A store of `age`, with an identity of its own.
async fn encrypted(version: KvVersion) -> Fixture {
    let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
    let identity = folder.path().join("age.key");
    let made = Command::new("age-keygen").arg("-o").arg(&identity).output().unwrap();
    let told = String::from_utf8_lossy(&made.stderr);
    let recipient = told.trim().strip_prefix("Public key: ").unwrap();
    let place = folder.path().join("store");
    DirBuilder::new().mode(0o700).create(&place).unwrap();
    fs::write(place.join(".age-recipients"), recipient).unwrap();
    let config = AgeConfig::new(place).with_identity(identity.as_path());
    let store = config.open(&OpenContext::new(folder.path())).await.unwrap();
    client(version, Arc::new(store.numbered(path("system/records"), clock()))).await.with_guard(folder)
}

test_kit::conformance_suite!(version_2_over_memory, async || client(KvVersion::V2, memory()).await);
test_kit::conformance_suite!(version_1_over_memory, async || client(KvVersion::V1, memory()).await);
test_kit::conformance_suite!(version_2_over_numbered, async || client(KvVersion::V2, numbered()).await);
test_kit::conformance_suite!(version_2_over_files, async || files(KvVersion::V2).await);
test_kit::conformance_suite!(version_1_over_files, async || files(KvVersion::V1).await);
test_kit::conformance_suite!(version_2_over_age, async || encrypted(KvVersion::V2).await);
test_kit::conformance_suite!(version_1_over_age, async || encrypted(KvVersion::V1).await);
test_kit::versioned_conformance_suite!(versions_over_memory, async || client(KvVersion::V2, memory()).await);
test_kit::versioned_conformance_suite!(versions_over_numbered, async || client(KvVersion::V2, numbered())
    .await);
