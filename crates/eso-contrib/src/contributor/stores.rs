//! The stores beside the bridge, and which of them nothing needs.

use std::collections::{BTreeMap, BTreeSet};

use k8s_bundle::{
    ClusterSelector, Contributor, ContributorError, KubernetesBundle, Namespace, ObjectName, SecretId,
    SecretManifest, SyncMode, declared_secrets,
};

use crate::RuntimeSync;
use crate::api::SecretKeySelector;
use crate::error::{Error, Result, SecretProblem, SecretProblemKind, all};

/// Adds the stores beside the bridge: a `ClusterSecretStore` each, or a `SecretStore` in each namespace that it is for.
///
/// Everything that the operator of the pinned chart would refuse in any of them is reported at once. So is a Secret that a
/// store logs in with and that is to be delivered through that same store: the operator could never read it.
#[derive(Debug, Clone)]
pub struct Stores {
    config: RuntimeSync,
    target: ClusterSelector,
}

impl Stores {
    /// For every cluster, if run-time sync is on.
    #[must_use]
    pub fn new(config: &RuntimeSync) -> Self {
        Self { config: config.clone(), target: ClusterSelector::All }
    }

    /// For these clusters only.
    #[must_use]
    pub fn for_cluster(mut self, target: impl Into<ClusterSelector>) -> Self {
        self.target = target.into();
        self
    }
}

impl Contributor for Stores {
    fn name(&self) -> &'static str {
        "external-secrets-stores"
    }

    fn target_cluster(&self) -> &ClusterSelector {
        &self.target
    }

    fn should_contribute(&self) -> bool {
        self.config.enabled()
    }

    fn contribute(&self, bundle: &mut KubernetesBundle) -> Result<(), ContributorError> {
        self.config.check()?;
        let version = self.config.chart_version();
        let stores = self.config.stores().iter();
        let resources = all(stores.flat_map(|(name, store)| store.resources(name, version)));
        let circles = check_logins(&self.config, bundle.secrets());
        let resources = match (resources, circles) {
            (Ok(resources), Ok(())) => resources,
            (Err(error), Ok(())) | (Ok(_), Err(error)) => return Err(error.into()),
            (Err(first), Err(second)) => return Err(Error::Several { errors: vec![first, second] }.into()),
        };
        for resource in resources {
            bundle.add_resource(resource);
        }
        Ok(())
    }
}

/// The stores that no manifest is read from, the bridge's among them, sorted. Nothing is wrong with them: it is for
/// whoever wonders why a store is there.
///
/// ```
/// # use eso_contrib::{RuntimeSync, unused_stores};
/// # use k8s_bundle::SourceRef;
/// let config = RuntimeSync::on(SourceRef::new("BRIDGE_TOKEN")?);
/// assert_eq!(unused_stores(&config, &[]).len(), 1);
/// # Ok::<_, k8s_bundle::SourceError>(())
/// ```
#[must_use]
pub fn unused_stores<'a>(config: &'a RuntimeSync, manifests: &[SecretManifest]) -> Vec<&'a ObjectName> {
    if !config.enabled() {
        return Vec::new();
    }
    let used: BTreeSet<_> = reads(config, manifests).into_iter().map(|read| read.store).collect();
    let mut stores = config.store_names();
    stores.retain(|store| !used.contains(*store));
    stores
}

/// A Secret that is read from a store.
struct Read {
    manifests: Vec<usize>,
    id: SecretId,
    store: ObjectName,
}

fn reads(config: &RuntimeSync, manifests: &[SecretManifest]) -> Vec<Read> {
    // What is wrong with manifests, and with the stores that they name, is for those who deliver the Secrets.
    let (secrets, _) = declared_secrets(manifests);
    let by_reference = secrets.into_iter().filter(|secret| secret.sync_mode == SyncMode::ExternalSecrets);
    let reads = by_reference.filter_map(|secret| {
        let store = config.store_for(secret.store_ref, &secret.id.namespace).ok()?;
        Some(Read { manifests: secret.manifests, id: secret.id, store: store.reference.name })
    });
    reads.collect()
}

/// No store may log in with a Secret that is read from it, be it by way of other stores.
fn check_logins(config: &RuntimeSync, manifests: &[SecretManifest]) -> Result<()> {
    let reads = reads(config, manifests);
    // From each store to those that it needs before it can log in, with the Secrets that it needs them for.
    let mut needs: BTreeMap<&ObjectName, Vec<&Read>> = BTreeMap::new();
    for (name, store) in config.stores() {
        let served: BTreeSet<&Namespace> = if store.is_namespaced() {
            store.namespaces.iter().collect()
        } else {
            reads.iter().filter(|read| read.store == *name).map(|read| &read.id.namespace).collect()
        };
        for (_, secret) in store.spec.provider.login_secrets() {
            let is_login = |read: &&Read| is_in(&secret, &read.id, store.is_namespaced(), &served);
            needs.entry(name).or_default().extend(reads.iter().filter(is_login));
        }
    }
    let mut problems = Vec::new();
    for (store, logins) in &needs {
        for login in logins.iter().filter(|login| reaches(&login.store, store, &needs)) {
            let SecretId { namespace, name } = login.id.clone();
            let kind = SecretProblemKind::StoreLogin { store: (*store).clone() };
            let manifests = login.manifests.clone();
            problems.push(SecretProblem { namespaces: vec![namespace], name, key: None, manifests, kind });
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::Secrets { problems: SecretProblem::together(problems) })
}

/// Whether that is the Secret, for a store that serves these namespaces.
fn is_in(secret: &SecretKeySelector, id: &SecretId, namespaced: bool, served: &BTreeSet<&Namespace>) -> bool {
    let named = secret.namespace.as_ref().filter(|_| !namespaced);
    id.name == secret.name
        && named.map_or_else(|| served.contains(&id.namespace), |named| *named == id.namespace)
}

/// Whether `from` is `to`, or needs it.
fn reaches(from: &ObjectName, to: &ObjectName, needs: &BTreeMap<&ObjectName, Vec<&Read>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(store) = open.pop() {
        if store == to {
            return true;
        }
        if seen.insert(store) {
            open.extend(needs.get(store).into_iter().flatten().map(|read| &read.store));
        }
    }
    false
}
