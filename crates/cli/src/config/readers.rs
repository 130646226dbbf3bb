//! Which of the operator's stores read from here: those that are told of a write.

use bridge_contrib::BridgeWorkload;
use eso_contrib::api::provider::Provider;
use force_sync::{ForceSyncConfig, StoreName, Stores};
use url::Url;

use super::document::Config;
use super::problem::Problem;
use super::read::Reader;
use super::tree::Step;

/// What to do where none is known.
pub(crate) const NAME_THEM: &str = "name them, `force_sync: { stores: [{ name: … }] }`, or let `runtime_sync.bridge_url` be the address at which they ask";

/// What is said where none is known.
pub(crate) const NONE_KNOWN: &str =
    "no store of the operator is known to read from here, so nobody would be told";

impl Config {
    /// The operator's stores that read from here: those that are named, or the bridge's and all others at its address.
    pub(crate) fn readers(&self, settings: &ForceSyncConfig) -> Stores {
        settings.named_stores().unwrap_or_else(|| self.readers_of_the_bridge())
    }

    /// The operator's stores that read through the bridge, as far as this configuration has them.
    pub(crate) fn readers_of_the_bridge(&self) -> Stores {
        let runtime_sync = &self.k8s.secrets.runtime_sync;
        let own =
            || StoreName::cluster(runtime_sync.store_name().as_str()).at_mount(runtime_sync.mount().as_str());
        let own = runtime_sync.token_source().map(|_| own());
        let others = runtime_sync.stores().iter().flat_map(|(name, store)| {
            let Provider::Vault(vault) = &store.spec.provider else { return Vec::new() };
            if vault.server != *runtime_sync.bridge_url() && !self.is_the_workload(vault.server.as_str()) {
                return Vec::new();
            }
            let at_mount = |name: StoreName| match &vault.path {
                Some(mount) => name.at_mount(mount.as_str()),
                None => name,
            };
            let namespaced = store.namespaces.iter().map(|namespace| {
                at_mount(StoreName::namespaced(name.as_str()).in_namespace(namespace.as_str()))
            });
            if store.is_namespaced() {
                namespaced.collect()
            } else {
                vec![at_mount(StoreName::cluster(name.as_str()))]
            }
        });
        Stores::new(own.into_iter().chain(others))
    }

    /// Whether this is the address of the bridge that runs as a workload of the cluster.
    fn is_the_workload(&self, address: &str) -> bool {
        let BridgeWorkload { enabled, name, namespace, .. } = &self.k8s.bridge;
        let Ok(url) = Url::parse(address) else { return false };
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        let service = format!("{name}.{namespace}");
        let is_in_cluster = |rest: &str| rest.is_empty() || rest == ".svc" || rest.starts_with(".svc.");
        *enabled
            && port == self.bridge.listen.port()
            && host.strip_prefix(&*service).is_some_and(is_in_cluster)
    }
}

/// Reports settings that would tell nobody.
pub(super) fn check(reader: &mut Reader<'_>, config: &Config) {
    let of_bridge = (&["bridge", "force_sync"][..], &config.bridge.force_sync);
    let of_commands = (&["k8s", "secrets", "force_sync"][..], &config.k8s.secrets.force_sync);
    for (path, settings) in [of_bridge, of_commands] {
        if settings.as_ref().is_some_and(|settings| config.readers(settings).is_empty()) {
            let path: Vec<_> = path.iter().map(|key| Step::from(*key)).collect();
            let problem = Problem::new(NONE_KNOWN).help(NAME_THEM);
            reader.problems.push(problem.at(reader.root.span_of(&path)));
        }
    }
}
