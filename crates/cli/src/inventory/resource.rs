//! The rows of the operator's objects that no manifest declares.

use std::collections::BTreeSet;

use eso_contrib::api::{ClusterExternalSecretSpec, ExternalSecretSpec, PushSecretSpec};
use k8s_bundle::{KubernetesBundle, Namespace, Resource, SecretId, SecretManifest, SyncMode};
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
        let is_declared = |namespace: &Namespace| {
            declared.contains(&SecretId::new(namespace.clone(), metadata.name.clone()))
        };
        match (resource.kind(), &metadata.namespace) {
            ("ExternalSecret", Some(namespace)) if !is_declared(namespace) => {
                let spec: ExternalSecretSpec = spec_of(resource)?;
                rows.extend(object.external(&spec, metadata.name.as_str(), namespace.as_str(), &["spec"]));
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use eso_contrib::EsoVersion;
    use eso_contrib::api::{ClusterExternalSecret, ExternalSecret, PushSecret};
    use k8s_bundle::{ObjectMeta, yaml};

    use super::*;
    use crate::config::parse;
    use crate::inventory::row::Row;

    const NEWEST: &str = "2.8.0";

    fn shown(resource: Resource) -> String {
        let loaded = parse(Path::new("c.yaml"), "instance: acme\n").unwrap();
        let mut bundle = KubernetesBundle::new();
        bundle.add_resource(resource);
        let rows = rows(&loaded, &bundle, &OwnerKeys::new(&["team".to_owned()])).unwrap();
        rows.iter().map(Row::cells).map(|row| row.join(" | ") + "\n").collect()
    }

    fn version() -> EsoVersion {
        NEWEST.parse().unwrap()
    }

    fn meta(name: &str, namespace: Option<&str>) -> ObjectMeta {
        let meta = ObjectMeta::new(name.parse().unwrap());
        let meta = meta.with_annotation("team".parse().unwrap(), "web");
        match namespace {
            Some(namespace) => meta.in_namespace(namespace.parse().unwrap()),
            None => meta,
        }
    }

    #[test]
    fn an_external_secret_has_a_row_for_each_source_with_its_own_store() {
        let spec = "
refreshPolicy: OnChange
secretStoreRef: { kind: ClusterSecretStore, name: vault }
target: { name: s3, template: { type: kubernetes.io/basic-auth, data: { s3.conf: '{{ .user }}:{{ .region }}', raw: '{{ .other }}' } } }
data:
- { secretKey: user, remoteRef: { key: minio, property: user, version: '3' } }
- { secretKey: other, remoteRef: { key: whole }, sourceRef: { storeRef: { name: own } } }
dataFrom:
- { extract: { key: regions } }
- { find: { path: apps, name: { regexp: ^db- } } }
- { sourceRef: { generatorRef: { kind: Password, name: initial } } }
";
        let secret = ExternalSecret::with_spec(meta("a", Some("n")), yaml::from_str(spec).unwrap());
        insta::assert_snapshot!(shown(secret.to_resource(&version()).unwrap()), @"
        n | s3 | s3.conf | minio | user | 3 | external-secrets | ClusterSecretStore/vault | OnChange | kubernetes.io/basic-auth | web | c.yaml:1
        n | s3 | raw | whole | * | — | external-secrets | SecretStore/own | OnChange | kubernetes.io/basic-auth | web | c.yaml:1
        n | s3 | s3.conf | extract regions | * | — | external-secrets | ClusterSecretStore/vault | OnChange | kubernetes.io/basic-auth | web | c.yaml:1
        n | s3 | s3.conf | find ^db- in apps | — | — | external-secrets | ClusterSecretStore/vault | OnChange | kubernetes.io/basic-auth | web | c.yaml:1
        n | s3 | s3.conf | generate Password initial | — | — | external-secrets | — | OnChange | kubernetes.io/basic-auth | web | c.yaml:1
        ");
    }

    #[test]
    fn templates_that_lie_in_the_cluster_are_fed_by_everything() {
        let spec = "
refreshInterval: 0s
secretStoreRef: { name: local }
target: { template: { templateFrom: [{ configMap: { name: t, items: [{ key: k }] } }] } }
data: [{ secretKey: user, remoteRef: { key: minio, property: user } }]
";
        let secret = ExternalSecret::with_spec(meta("a", Some("n")), yaml::from_str(spec).unwrap());
        insta::assert_snapshot!(shown(secret.to_resource(&version()).unwrap()), @"n | a | k | minio | user | — | external-secrets | SecretStore/local | once | Opaque | web | c.yaml:1");
    }

    #[test]
    fn a_cluster_external_secret_is_in_the_namespaces_that_it_names_and_selects() {
        let spec = "
namespaces: [a, b]
namespaceSelectors:
- { matchLabels: { tenant: web }, matchExpressions: [{ key: tier, operator: In, values: [x, y] }, { key: old, operator: DoesNotExist }] }
- {}
externalSecretName: registry
externalSecretSpec:
  refreshInterval: 15m
  secretStoreRef: { kind: ClusterSecretStore, name: vault }
  target: { name: pull }
  data: [{ secretKey: token, remoteRef: { key: infrastructure/registry, property: token } }]
";
        let secret = ClusterExternalSecret::with_spec(meta("c", None), yaml::from_str(spec).unwrap());
        insta::assert_snapshot!(shown(secret.to_resource(&version()).unwrap()), @"
        a | pull | token | infrastructure/registry | token | — | external-secrets | ClusterSecretStore/vault | 15m0s | Opaque | web | c.yaml:1
        b | pull | token | infrastructure/registry | token | — | external-secrets | ClusterSecretStore/vault | 15m0s | Opaque | web | c.yaml:1
        (tenant=web,tier in (x,y),!old) | pull | token | infrastructure/registry | token | — | external-secrets | ClusterSecretStore/vault | 15m0s | Opaque | web | c.yaml:1
        (all) | pull | token | infrastructure/registry | token | — | external-secrets | ClusterSecretStore/vault | 15m0s | Opaque | web | c.yaml:1
        ");
    }

    #[test]
    fn a_push_secret_leads_from_a_key_to_a_path() {
        let push = |spec: &str| {
            let push = PushSecret::with_spec(meta("p", Some("n")), yaml::from_str(spec).unwrap());
            shown(push.to_resource(&version()).unwrap())
        };
        let named = push(
            "
secretStoreRefs: [{ name: vault, kind: ClusterSecretStore }, { labelSelector: { matchLabels: { team: web } } }]
selector: { secret: { name: ca } }
data:
- { match: { secretKey: tls.crt, remoteRef: { remoteKey: infrastructure/ca, property: certificate } } }
- { match: { remoteRef: { remoteKey: infrastructure/ca-whole } } }
dataTo:
- { storeRef: { name: vault }, match: { regexp: ^db- } }
",
        );
        let generated = push(
            "
refreshInterval: 24h
secretStoreRefs: [{ name: vault }]
selector: { generatorRef: { kind: Password, name: initial } }
data: [{ match: { secretKey: password, remoteRef: { remoteKey: apps/initial } } }]
",
        );
        insta::assert_snapshot!(format!("{named}{generated}"), @"
        n | ca | tls.crt | infrastructure/ca | certificate | — | push-secret | ClusterSecretStore/vault | 1h0m0s | — | web | c.yaml:1
        n | ca | tls.crt | infrastructure/ca | certificate | — | push-secret | SecretStore/(team=web) | 1h0m0s | — | web | c.yaml:1
        n | ca | * | infrastructure/ca-whole | * | — | push-secret | ClusterSecretStore/vault | 1h0m0s | — | web | c.yaml:1
        n | ca | * | infrastructure/ca-whole | * | — | push-secret | SecretStore/(team=web) | 1h0m0s | — | web | c.yaml:1
        n | ca | (^db-) | * | * | — | push-secret | SecretStore/vault | 1h0m0s | — | web | c.yaml:1
        n | (Password initial) | password | apps/initial | * | — | push-secret | SecretStore/vault | 24h0m0s | — | web | c.yaml:1
        ");
    }
}
