//! What a path of the store is called where the operator asks for it.

use force_sync::{Changes, Fields, ForceSyncConfig};
use secret_store::SecretPath;

use crate::config::Loaded;

/// The settings of the machine that runs this, with paths as they are from here.
pub(super) fn settings(loaded: &Loaded) -> ForceSyncConfig {
    let mut settings = loaded.config.k8s.secrets.force_sync.clone().unwrap_or_default();
    settings.kubeconfig = settings.kubeconfig.map(|path| loaded.resolve(&path));
    settings
}

/// Adds a path of the instance's store, under each mount that has it.
pub(super) fn add(
    changes: &mut Changes,
    loaded: &Loaded,
    settings: &ForceSyncConfig,
    path: &SecretPath,
    fields: &Fields,
) {
    let config = &loaded.config;
    let mounts = &config.bridge.mounts;
    for (name, mount) in mounts.iter().filter(|(_, mount)| mount.store.is_none()) {
        let below = match &mount.scope {
            None => Some(path.as_str()),
            Some(scope) => path.as_str().strip_prefix(scope.as_str()).and_then(|rest| rest.strip_prefix('/')),
        };
        if let Some(below) = below {
            changes.add(name, below, fields.clone());
        }
    }
    // A bridge that another configuration describes.
    let elsewhere = config.k8s.secrets.runtime_sync.mount().as_str();
    if !mounts.contains_key(elsewhere) {
        changes.add(elsewhere, path.as_str(), fields.clone());
    }
    // A server that the operator asks without the bridge in between: it knows no scope.
    let whole = match &config.scope {
        Some(scope) => format!("{scope}/{path}"),
        None => path.to_string(),
    };
    let direct = settings.stores.iter().filter_map(|store| store.mount.as_deref());
    for mount in direct.filter(|mount| !mounts.contains_key(*mount) && *mount != elsewhere) {
        changes.add(mount, &whole, fields.clone());
    }
}
