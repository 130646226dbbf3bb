//! The rows of the operator's objects that no manifest declares.

use std::collections::BTreeSet;

use eso_contrib::api::{ClusterExternalSecretSpec, ExternalSecretSpec, PushSecretSpec};
use k8s_bundle::{KubernetesBundle, Resource, SecretId, SecretManifest, SyncMode};
use serde::de::DeserializeOwned;

use super::external_secret::{Sourced, feeds, refresh};
use super::push_secret::{Pushed, pushed, secret_text};
use super::row::{Declared, Delivery, Row};
use super::{OwnerKeys, selector};
use crate::config::Loaded;
use crate::error::{Error, Result};

pub(super) fn rows(loaded: &Loaded, bundle: &KubernetesBundle, owners: &OwnerKeys) -> Result<Vec<Row>> {
    let by_reference = |manifest: &&SecretManifest| manifest.sync_mode() == SyncMode::ExternalSecrets;
    let declared: BTreeSet<SecretId> =
        bundle.secrets().iter().filter(by_reference).flat_map(SecretManifest::ids).collect();
    let mut rows = Vec::new();
    for resource in bundle.resources() {
        let metadata = resource.metadata();
        let object = Object { loaded, owners, resource };
        match (resource.kind(), &metadata.namespace) {
            ("ExternalSecret", Some(namespace)) => {
                if !declared.contains(&SecretId::new(namespace.clone(), metadata.name.clone())) {
                    let spec: ExternalSecretSpec = spec_of(resource)?;
                    rows.extend(object.external(
                        &spec,
                        metadata.name.as_str(),
                        namespace.as_str(),
                        &["spec"],
                    ));
                }
            }
            ("ClusterExternalSecret", _) => rows.extend(object.cluster_external()?),
            ("PushSecret", Some(namespace)) => rows.extend(object.pushed(namespace.as_str())?),
            _ => {}
        }
    }
    Ok(rows)
}

/// `spec`, as this crate has just written it.
pub(super) fn spec_of<T: DeserializeOwned>(resource: &Resource) -> Result<T> {
    let spec = resource.field("spec").cloned().unwrap_or_default();
    serde_yaml::from_value(spec).map_err(|_| Error::Internal)
}

#[derive(Debug, Clone, Copy)]
struct Object<'a> {
    loaded: &'a Loaded,
    owners: &'a OwnerKeys,
    resource: &'a Resource,
}

impl Object<'_> {
    fn external(&self, spec: &ExternalSecretSpec, name: &str, namespace: &str, path: &[&str]) -> Vec<Row> {
        let target = spec.target.name.as_ref().map_or(name, |name| name.as_str());
        let template = spec.target.template.as_ref();
        let secret_type = match &spec.target.manifest {
            Some(manifest) => manifest.kind.clone(),
            None => template
                .and_then(|template| template.secret_type.as_ref())
                .map_or_else(|| "Opaque".to_owned(), ToString::to_string),
        };
        let row = |(key, (source, store)): (Option<String>, Sourced)| Row {
            namespace: namespace.to_owned(),
            secret: target.to_owned(),
            key,
            source,
            delivery: Delivery::ExternalSecrets,
            store,
            refresh: Some(refresh(self.resource, path)),
            secret_type: Some(secret_type.clone()),
            owner: self.owners.of(self.resource.metadata()),
            declared: self.declared(),
        };
        feeds(spec).keys().into_iter().map(row).collect()
    }

    fn cluster_external(&self) -> Result<Vec<Row>> {
        let spec: ClusterExternalSecretSpec = spec_of(self.resource)?;
        let name = spec.external_secret_name.as_ref().unwrap_or(&self.resource.metadata().name);
        let selectors = spec.namespace_selectors.iter().chain(&spec.namespace_selector).map(selector::text);
        let namespaces: Vec<_> = spec.namespaces.iter().map(ToString::to_string).chain(selectors).collect();
        let rows = namespaces.iter().flat_map(|namespace| {
            let path = ["spec", "externalSecretSpec"];
            self.external(&spec.external_secret_spec, name.as_str(), namespace, &path)
        });
        Ok(rows.collect())
    }

    fn pushed(&self, namespace: &str) -> Result<Vec<Row>> {
        let spec: PushSecretSpec = spec_of(self.resource)?;
        let secret = secret_text(&spec);
        let row = |pushed: Pushed| Row {
            namespace: namespace.to_owned(),
            secret: secret.clone(),
            key: Some(pushed.key),
            source: pushed.target,
            delivery: Delivery::PushSecret,
            store: Some(pushed.store),
            refresh: Some(refresh(self.resource, &["spec"])),
            secret_type: None,
            owner: self.owners.of(self.resource.metadata()),
            declared: self.declared(),
        };
        Ok(pushed(&spec).into_iter().map(row).collect())
    }

    fn declared(&self) -> Declared {
        let span = self.loaded.place_of_object(&self.resource.to_string(), "");
        Declared::at(self.loaded, &span)
    }
}
