//! The rows of the Secrets that manifests declare.

use eso_contrib::api::ExternalSecretSpec;
use k8s_bundle::{
    DataFrom, DataFromOrigin, DeclaredSecret, KubernetesBundle, SecretId, SecretTemplate, SyncMode,
    declared_secrets,
};

use super::OwnerKeys;
use super::external_secret::{refresh, store_text};
use super::feeds::{Feeds, Text};
use super::resource::spec_of;
use super::row::{Declared, Delivery, Find, Refresh, Row, Source};
use crate::config::Loaded;
use crate::error::Result;

/// What an `ExternalSecret` says that a manifest may leave open.
#[derive(Debug, Default)]
struct Emitted {
    store: Option<String>,
    refresh: Option<Refresh>,
}

pub(super) fn rows(loaded: &Loaded, bundle: &KubernetesBundle, owners: &OwnerKeys) -> Result<Vec<Row>> {
    let (secrets, _) = declared_secrets(bundle.secrets());
    let mut rows = Vec::new();
    for secret in secrets {
        let (delivery, emitted) = match secret.sync_mode {
            SyncMode::BuildTime => (Delivery::BuildTime, Emitted { store: provider(loaded), refresh: None }),
            SyncMode::ExternalSecrets => (Delivery::ExternalSecrets, emitted(bundle, &secret.id)?),
        };
        let owner = owner(&secret, owners);
        rows.extend(feeds(loaded, &secret).keys().into_iter().map(|(key, (source, declared))| {
            let store = if source.generator.is_some() { None } else { emitted.store.clone() };
            Row {
                namespace: secret.id.namespace.to_string(),
                secret: secret.id.name.to_string(),
                key,
                source,
                delivery,
                store,
                refresh: emitted.refresh.clone(),
                secret_type: Some(secret.secret_type.to_string()),
                owner: owner.clone(),
                declared,
            }
        }));
    }
    Ok(rows)
}

/// What the store of the configuration is called there.
fn provider(loaded: &Loaded) -> Option<String> {
    let store = serde_json::to_value(loaded.config.store.as_ref()?).ok()?;
    Some(store.get("provider")?.as_str()?.to_owned())
}

/// The store and the interval stand in the object that the operator reads: a manifest may leave both to defaults.
fn emitted(bundle: &KubernetesBundle, id: &SecretId) -> Result<Emitted> {
    let is_it = |resource: &&k8s_bundle::Resource| {
        let metadata = resource.metadata();
        resource.kind() == "ExternalSecret"
            && metadata.name == id.name
            && metadata.namespace.as_ref() == Some(&id.namespace)
    };
    let Some(resource) = bundle.resources().iter().find(is_it) else { return Ok(Emitted::default()) };
    let spec: ExternalSecretSpec = spec_of(resource)?;
    let store = spec.secret_store_ref.as_ref().map(store_text);
    Ok(Emitted { store, refresh: Some(refresh(resource, &["spec"])) })
}

fn owner(secret: &DeclaredSecret<'_>, owners: &OwnerKeys) -> Option<String> {
    let label = |key: &str| {
        let found = secret.labels.iter().find(|(label, _)| label.as_str() == key);
        found.map(|(_, value)| value.as_str())
    };
    let annotation = |key: &str| {
        let found = secret.annotations.iter().find(|(annotation, _)| annotation.as_str() == key);
        found.map(|(_, value)| *value)
    };
    owners.find(label, annotation)
}

fn feeds(loaded: &Loaded, secret: &DeclaredSecret<'_>) -> Feeds<(Source, Declared)> {
    let named = secret.data.iter().map(|(key, source)| {
        let declares = |index: &&usize| loaded.declares(**index, key.as_str());
        let manifest = secret.manifests.iter().find(declares).or(secret.manifests.first());
        let span = loaded.place_of(manifest.copied().unwrap_or(usize::MAX), Some(key.as_str()));
        let source = Source::value(source.key(), Some(source.property()), source.version());
        (key.to_string(), (source, Declared::at(loaded, &span)))
    });
    let unnamed = secret.data_from.iter().map(|entry| {
        let span = loaded.place_of_data_from(&secret.manifests, entry);
        (source_of(entry), Declared::at(loaded, &span))
    });
    let templates = secret.template.iter().flat_map(|template| &template.data);
    Feeds {
        named: named.collect(),
        unnamed: unnamed.collect(),
        templates: templates.map(|(key, text)| (key.to_string(), Text::Known(text.clone()))).collect(),
        replaces: secret.template.as_ref().is_some_and(SecretTemplate::replaces_data),
    }
}

fn source_of(entry: &DataFrom) -> Source {
    match &entry.origin {
        DataFromOrigin::Extract(extract) => {
            Source::extract(extract.key(), extract.property(), extract.version())
        }
        DataFromOrigin::Find(find) => Source::find(
            find.path(),
            Find { name: find.name().map(|name| name.as_str().to_owned()), tags: find.tags().clone() },
        ),
        DataFromOrigin::Generator(generator) => Source::generator(generator.to_string()),
    }
}
