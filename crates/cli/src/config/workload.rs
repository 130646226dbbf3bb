//! The bridge as a workload of the cluster: what its pods are to serve, which other parts of the configuration say.

use std::path::Path;

use bridge::config::{AuthConfig, BootstrapTokenConfig, BridgeConfig, MetricsAccess, SecretRef};
use bridge::server::{ClientAuth, TlsConfig};
use bridge_contrib::{AuditVolume, Metrics, Served, StoreVolume, Tls};
use force_sync::ForceSyncConfig;
use k8s_bundle::yaml;
use secret_store::provider::vault;
use secret_store::{SecretPath, StoreConfig};
use serde::Serialize;

use super::document::{AuditConfig, Config};
use super::problem::Problem;
use super::read::Reader;
use super::tree::Step;

/// The port of a server of Vault that is not told.
const VAULT_PORT: u16 = 8200;

/// `secretbridge.yaml` in a pod: where things are is another matter there.
#[derive(Serialize)]
struct InPod<'a> {
    instance: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<StoreConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a SecretPath>,
    audit: AuditConfig,
    bridge: BridgeConfig,
}

/// What the pods are to serve.
pub(crate) fn served(config: &Config) -> Served {
    let bridge = in_pod(config);
    let needs_client_certificates = bridge
        .tls
        .as_ref()
        .is_some_and(|tls| tls.client_ca.is_some() && tls.client_auth == ClientAuth::Required);
    let (port, drain_time) = (bridge.listen.port(), bridge.limits.drain_time);
    let stores = config.store.iter().chain(bridge.mounts.values().filter_map(|mount| mount.store.as_ref()));
    let stores: Vec<_> = stores.collect();
    let logs_in_as_account = stores.iter().any(|store| logs_in_as_account(store));
    let mut store_ports: Vec<_> = stores.into_iter().filter_map(port_of).collect();
    store_ports.sort_unstable();
    store_ports.dedup();
    let document = InPod {
        instance: config.instance.as_str(),
        store: config.store.clone().map(store_in_pod),
        scope: config.scope.as_ref(),
        audit: AuditConfig { path: AuditVolume::FOLDER.into() },
        bridge,
    };
    let text = yaml::to_string(&document).unwrap_or_default();
    let mut served = Served::new(config.instance.as_str(), text, port);
    served.is_local = config.store.as_ref().is_some_and(is_local);
    served.store_ports = store_ports;
    served.logs_in_as_account = logs_in_as_account;
    served.reviews_tokens =
        config.bridge.auth.values().any(|method| matches!(method, AuthConfig::Kubernetes(_)));
    served.touches_external_secrets = config.bridge.force_sync.is_some();
    let touched = config.bridge.force_sync.iter().flat_map(|settings| &settings.namespaces);
    served.touched_namespaces = touched.filter_map(|namespace| namespace.parse().ok()).collect();
    served.needs_client_certificates = needs_client_certificates;
    served.metrics = match config.bridge.metrics.access {
        MetricsAccess::Open => Metrics::Open,
        MetricsAccess::Token => Metrics::Token,
        MetricsAccess::Off => Metrics::Off,
    };
    served.drain_time = drain_time;
    served
}

/// The token that the settings of the bridge name, or the one that is delivered to the operator.
pub(crate) fn first_token(config: &Config) -> Option<BootstrapTokenConfig> {
    let delivered = || {
        let source = config.k8s.secrets.runtime_sync.token_source()?;
        let (key, property) = (source.key().parse().ok()?, source.property().parse().ok()?);
        Some(BootstrapTokenConfig::new(SecretRef { key, property }))
    };
    config.bridge.token.clone().or_else(delivered)
}

fn in_pod(config: &Config) -> BridgeConfig {
    let folder = Path::new(Tls::FOLDER);
    let mut tls = TlsConfig::new(folder.join("tls.crt"), folder.join("tls.key"));
    if let Some(set) = config.bridge.tls.clone() {
        (tls.client_ca, tls.client_auth, tls.reload) = (set.client_ca, set.client_auth, set.reload);
    }
    let mut bridge = config.bridge.clone();
    bridge.token = first_token(config);
    bridge.listen.set_ip(std::net::Ipv4Addr::UNSPECIFIED.into());
    bridge.plain_http = false;
    bridge.tls = Some(tls);
    bridge.force_sync = bridge.force_sync.map(|settings| named(settings, config));
    bridge
}

/// With the names of the stores that are told: what says so is no part of the configuration in the pods.
fn named(mut settings: ForceSyncConfig, config: &Config) -> ForceSyncConfig {
    if settings.stores.is_empty() {
        settings.stores = config.readers_of_the_bridge().into_iter().map(Into::into).collect();
    }
    settings
}

fn store_in_pod(mut store: StoreConfig) -> StoreConfig {
    match &mut store {
        StoreConfig::Age(age) => age.path = StoreVolume::FOLDER.into(),
        StoreConfig::File(file) => {
            file.path = StoreVolume::FOLDER.into();
            // A volume is given to the group of the pod, who may write to it; nobody else is in that group.
            file.readable_by_others = true;
        }
        _ => {}
    }
    store
}

fn is_local(store: &StoreConfig) -> bool {
    matches!(store, StoreConfig::Age(_) | StoreConfig::File(_))
}

fn logs_in_as_account(store: &StoreConfig) -> bool {
    matches!(store, StoreConfig::Vault(vault) if matches!(vault.auth, Some(vault::AuthConfig::Kubernetes(_))))
}

fn port_of(store: &StoreConfig) -> Option<u16> {
    let StoreConfig::Vault(vault) = store else { return None };
    let address = vault.address.as_deref().and_then(|address| url::Url::parse(address).ok());
    Some(address.and_then(|address| address.port_or_known_default()).unwrap_or(VAULT_PORT))
}

/// Reports what is wrong with the workload, for what it is to serve.
pub(super) fn check(reader: &mut Reader<'_>, config: &Config) {
    if !config.k8s.bridge.enabled {
        return;
    }
    let mut problems = Vec::new();
    for problem in config.k8s.bridge.problems(&served(config)) {
        problems.push((problem.at, problem.message, problem.help));
    }
    if config.store.is_none() {
        let help = "add the store that is to be served, or say `enabled: false`";
        problems.push((vec!["enabled"], "the workload has no `store` to serve".to_owned(), help));
    }
    if first_token(config).is_none() {
        let help = "name the secret that is the first token: `bridge: { token: { source: BRIDGE_TOKEN } }`";
        let message = "`bridge.token` is missing: nobody could ask the bridge for anything";
        problems.push((vec!["enabled"], message.to_owned(), help));
    }
    let workload = [Step::from("k8s"), Step::from("bridge")];
    for (at, message, help) in problems {
        let path: Vec<_> = workload.iter().cloned().chain(at.into_iter().map(Step::from)).collect();
        reader.problems.push(Problem::new(message).help(help).at(reader.root.span_of(&path)));
    }
    for (name, _) in
        config.bridge.mounts.iter().filter(|(_, mount)| mount.store.as_ref().is_some_and(is_local))
    {
        let path = ["bridge", "mounts", name, "store"].map(Step::from);
        let problem = Problem::new("this store is a tree of files, which the pods do not have");
        let help = "serve a part of the instance's own store with `scope`, or let the store be a server";
        reader.problems.push(problem.help(help).at(reader.root.span_of(&path)));
    }
}
