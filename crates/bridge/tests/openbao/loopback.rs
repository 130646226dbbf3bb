//! The whole way, with a real server at its end: the vault provider asks the bridge, and the bridge asks OpenBao.

use std::sync::{Arc, LazyLock};

use events::SystemClock;
use secret_store::provider::memory::MemoryStore;
use secret_store::provider::vault::{VaultConfig, VaultStore};
use secret_store::{Environment, OpenContext};
use serde_json::json;
use test_kit::conformance::Fixture;
use test_kit::openbao::OpenBao;

use crate::servers::{ROOT, serve};

/// Each test mounts an engine of its own.
static DEV: LazyLock<OpenBao> = LazyLock::new(OpenBao::dev);

async fn client(address: &str, mount: &str, token: &str) -> VaultStore {
    let config: VaultConfig =
        serde_json::from_value(json!({ "address": address, "mount": mount, "kv_version": 2 })).unwrap();
    let environment = Environment::fixed([("BAO_TOKEN", token)]);
    config.open(&OpenContext::new("/").with_environment(environment)).await.unwrap()
}

async fn through_the_bridge() -> Fixture {
    let mount = tokio::task::spawn_blocking(|| DEV.mount_kv(2)).await.unwrap();
    let behind = client(DEV.address(), &mount, OpenBao::DEV_TOKEN).await;
    let beside = MemoryStore::new(Arc::new(SystemClock::new()));
    let address = serve(Arc::new(behind), Arc::new(beside)).await;
    let store = client(&format!("http://{address}"), "secret", ROOT).await;
    // OpenBao takes no path with a character that cannot be printed.
    Fixture::new(store).may_refuse()
}

test_kit::conformance_suite!(version_2_over_openbao, async || through_the_bridge().await);
test_kit::versioned_conformance_suite!(versions_over_openbao, async || through_the_bridge().await);
