//! What an `ExternalSecret` reads.

use eso_contrib::api::{
    DataFrom, ExternalSecretSpec, GeneratorRef, SecretStoreRef, StoreKind, TemplateFrom, TemplateScope,
    TemplateTarget,
};
use k8s_bundle::Resource;

use super::feeds::{Feeds, Text};
use super::row::{ALL_KEYS, Find, Refresh, Source};

/// A source, and the store that it is in.
pub(super) type Sourced = (Source, Option<String>);

/// Which keys of its Secret an `ExternalSecret` feeds from where.
pub(super) fn feeds(spec: &ExternalSecretSpec) -> Feeds<Sourced> {
    let common = spec.secret_store_ref.as_ref();
    let named = spec.data.iter().map(|data| {
        let own = data.source_ref.as_ref().and_then(|source| source.store_ref.as_ref());
        let remote = &data.remote_ref;
        let source = Source::value(&remote.key, remote.property.as_deref(), remote.version.as_deref());
        (data.secret_key.to_string(), (source, own.or(common).map(store_text)))
    });
    let unnamed = spec.data_from.iter().map(|from| of_many(from, common));
    let template = spec.target.template.as_ref();
    let mut templates: Vec<_> = template
        .iter()
        .flat_map(|template| &template.data)
        .map(|(key, text)| (key.to_string(), Text::Known(text.clone())))
        .collect();
    templates.extend(template.iter().flat_map(|template| &template.template_from).flat_map(of_templates));
    let replaces = !templates.is_empty()
        && template.is_some_and(|template| template.merge_policy == eso_contrib::api::MergePolicy::Replace);
    Feeds { named: named.collect(), unnamed: unnamed.collect(), templates, replaces }
}

fn of_many(from: &DataFrom, common: Option<&SecretStoreRef>) -> Sourced {
    let own = from.source_ref.as_ref();
    if let Some(generator) = own.and_then(|source| source.generator_ref.as_ref()) {
        return (Source::generator(generator_text(generator)), None);
    }
    let store = own.and_then(|source| source.store_ref.as_ref()).or(common).map(store_text);
    let source = match (&from.extract, &from.find) {
        (Some(extract), _) => {
            Source::extract(&extract.key, extract.property.as_deref(), extract.version.as_deref())
        }
        (None, find) => {
            let name = find.as_ref().and_then(|find| find.name.as_ref()).map(|name| name.regexp.clone());
            let tags = find.as_ref().map(|find| find.tags.clone()).unwrap_or_default();
            Source::find(find.as_ref().and_then(|find| find.path.as_deref()), Find { name, tags })
        }
    };
    (source, store)
}

/// The keys that templates from elsewhere make, each with its template.
fn of_templates(from: &TemplateFrom) -> Vec<(String, Text)> {
    if from.target != TemplateTarget::Data {
        return Vec::new();
    }
    let literal = from.literal.iter().map(|text| (ALL_KEYS.to_owned(), Text::Known(text.clone())));
    let items = from.config_map.iter().chain(&from.secret).flat_map(|of| &of.items);
    let items = items.map(|item| match item.template_as {
        TemplateScope::Values => (item.key.to_string(), Text::InCluster),
        _ => (ALL_KEYS.to_owned(), Text::InCluster),
    });
    literal.chain(items).collect()
}

/// When it is read again, by what stands in the object below `path`.
pub(super) fn refresh(resource: &Resource, path: &[&str]) -> Refresh {
    let (first, rest) = path.split_first().unwrap_or((&"spec", &[]));
    let spec = rest.iter().try_fold(resource.field(first), |node, field| Some(node?.get(field)));
    let text = |field: &str| spec.flatten()?.get(field)?.as_str().map(str::to_owned);
    Refresh {
        interval: text("refreshInterval"),
        policy: text("refreshPolicy").unwrap_or_else(|| "Periodic".to_owned()),
    }
}

/// `ClusterSecretStore/vault`.
pub(super) fn store_text(store: &SecretStoreRef) -> String {
    format!("{}/{}", kind_text(store.kind), store.name)
}

pub(super) fn kind_text(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::ClusterSecretStore => "ClusterSecretStore",
        _ => "SecretStore",
    }
}

/// `Password initial`.
pub(super) fn generator_text(generator: &GeneratorRef) -> String {
    format!("{:?} {}", generator.kind, generator.name)
}
