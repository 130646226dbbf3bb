//! What fills a bundle with the run-time path.

mod cluster_secret_store;
mod declared;
mod external_secrets;
mod helm_release;
mod manifest_field;
mod operators_words;
mod required;
mod resources;
mod stores;

use k8s_bundle::Contributor;

pub use cluster_secret_store::ClusterSecretStoreWithToken;
pub use external_secrets::ExternalSecrets;
pub use helm_release::ExternalSecretsHelmRelease;
pub use required::RuntimeSyncRequired;
pub use resources::DeclaredResources;
pub use stores::{Stores, unused_stores};

use crate::RuntimeSync;

/// All contributors of this crate for `config`, in the order in which they must run, for every cluster:
///
/// 1. [`RuntimeSyncRequired`], which speaks up only when run-time sync is off;
/// 2. [`ExternalSecretsHelmRelease`]: the operator, and with it the resource definitions;
/// 3. [`ClusterSecretStoreWithToken`]: the bridge's store, which needs them, if there is a bridge;
/// 4. [`Stores`]: the others;
/// 5. [`DeclaredResources`]: what else the user wants of the operator, such as generators;
/// 6. [`ExternalSecrets`]: one `ExternalSecret` per declared Secret, which needs its store.
///
/// The secrets themselves must be in the bundle before: start from
/// [`KubernetesBundle::with_secrets`](k8s_bundle::KubernetesBundle::with_secrets), or put what declares them in front.
#[must_use]
pub fn contributors(config: &RuntimeSync) -> Vec<Box<dyn Contributor>> {
    vec![
        Box::new(RuntimeSyncRequired::new(config)),
        Box::new(ExternalSecretsHelmRelease::new(config)),
        Box::new(ClusterSecretStoreWithToken::new(config)),
        Box::new(Stores::new(config)),
        Box::new(DeclaredResources::new(config)),
        Box::new(ExternalSecrets::new(config)),
    ]
}
