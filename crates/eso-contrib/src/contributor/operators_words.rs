//! What a Secret is declared to be, in the operator's words.

use k8s_bundle::{
    CreationPolicy, DataFromOrigin, DeclaredSecret, Extract, GoDuration, MetadataPolicy, SecretType,
    SourceRef,
};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as UnknownWord;

use crate::SelectedStore;
use crate::api::provider::Provider;
use crate::api::{
    DataFrom, ExternalSecret, FieldProblem, FieldProblemKind, Find, FindName, GeneratorKind, GeneratorRef,
    RemoteRef, Rewrite, RewriteMerge, Template,
};

/// The `ExternalSecret` that makes `declared` from `store`, with what cannot be said in the operator's words. Its lists are in
/// the order that the Secret is declared in, whatever is wrong with it.
pub(super) fn external_secret(
    declared: &DeclaredSecret<'_>,
    store: &SelectedStore<'_>,
) -> (ExternalSecret, Vec<FieldProblem>) {
    let mut secret = empty(declared, store);
    for (key, source) in &declared.data {
        secret = secret.with_data((*key).clone(), remote_ref(source, &store.provider));
    }
    let mut problems = Vec::new();
    for (index, from) in declared.data_from.iter().enumerate() {
        let written = data_from(from, &store.provider).unwrap_or_else(|kind| {
            let field = format!("spec.dataFrom[{index}].sourceRef.generatorRef.kind");
            problems.push(FieldProblem { field, kind });
            // In its place, so that the rest can be looked at.
            DataFrom::extract(RemoteRef::whole(""))
        });
        secret.spec.data_from.push(written);
        if let DataFromOrigin::Find(find) = &from.origin
            && let Some(rule) = store.provider.find_problem(find.path())
        {
            let field = format!("spec.dataFrom[{index}].find.path");
            problems.push(FieldProblem { field, kind: FieldProblemKind::Rule { rule } });
        }
    }
    (secret, problems)
}

/// The Secret without its keys.
fn empty(declared: &DeclaredSecret<'_>, store: &SelectedStore<'_>) -> ExternalSecret {
    let id = declared.id.clone();
    let mut secret = ExternalSecret::new(id.namespace, id.name, store.reference.clone());
    secret.spec.refresh_policy = declared.refresh_policy;
    secret.spec.refresh_interval = declared.refresh_interval.map(GoDuration::as_duration);
    secret.spec.target.creation_policy = declared.creation_policy;
    secret.spec.target.deletion_policy = declared.deletion_policy;
    secret.spec.target.immutable = declared.immutable;
    secret.spec.target.template = Some(template(declared));
    secret
}

/// There is always one: without, a Secret inherits the labels of its `ExternalSecret`.
fn template(declared: &DeclaredSecret<'_>) -> Template {
    let mut template = Template::default();
    let is_shared = declared.creation_policy.is_some_and(CreationPolicy::shares_secret);
    // A Secret that somebody else makes has its type, which the API server lets nobody change.
    template.secret_type = Some(declared.secret_type.clone())
        .filter(|secret_type| !is_shared || *secret_type != SecretType::Opaque);
    if let Some(declared) = &declared.template {
        template.engine_version = declared.engine_version;
        template.merge_policy = declared.merge_policy;
        template.data.clone_from(&declared.data);
        template.metadata.labels.clone_from(&declared.metadata.labels);
        template.metadata.annotations.clone_from(&declared.metadata.annotations);
    }
    for (key, value) in &declared.labels {
        template.metadata = template.metadata.with_literal_label((*key).clone(), (*value).clone());
    }
    for (key, text) in &declared.annotations {
        template.metadata = template.metadata.with_literal_annotation((*key).clone(), text);
    }
    template
}

fn remote_ref(source: &SourceRef, provider: &Provider) -> RemoteRef {
    let mut remote = RemoteRef::whole(remote_key(provider, source.key(), source.metadata_policy()));
    remote.property = provider.remote_property(source.key(), source.property()).map(str::to_owned);
    remote.version = source.version().map(str::to_owned);
    remote.decoding_strategy = not_default(source.decoding_strategy());
    remote.metadata_policy = not_default(source.metadata_policy());
    remote.null_byte_policy = not_default(source.null_byte_policy());
    remote
}

/// One entry, unless it asks for a generator that no chart has.
fn data_from(declared: &k8s_bundle::DataFrom, provider: &Provider) -> Result<DataFrom, FieldProblemKind> {
    let from = match &declared.origin {
        DataFromOrigin::Extract(extract) => DataFrom::extract(extracted(extract, provider)),
        DataFromOrigin::Find(find) => DataFrom::find(found(find)),
        DataFromOrigin::Generator(generator) => {
            let kind = generator_kind(&generator.kind)?;
            DataFrom::generator(GeneratorRef::new(kind, generator.name.clone()))
        }
    };
    Ok(declared.rewrite.iter().map(rewrite).fold(from, DataFrom::with_rewrite))
}

/// Metadata is not always read where values are.
fn remote_key(provider: &Provider, path: &str, policy: MetadataPolicy) -> String {
    match policy {
        MetadataPolicy::None => provider.remote_key(path),
        MetadataPolicy::Fetch => provider.metadata_key(path),
    }
}

fn extracted(extract: &Extract, provider: &Provider) -> RemoteRef {
    let mut remote = RemoteRef::whole(remote_key(provider, extract.key(), extract.metadata_policy()));
    remote.property = extract.property().map(str::to_owned);
    remote.version = extract.version().map(str::to_owned);
    remote.conversion_strategy = not_default(extract.conversion_strategy());
    remote.decoding_strategy = not_default(extract.decoding_strategy());
    remote.metadata_policy = not_default(extract.metadata_policy());
    remote.null_byte_policy = not_default(extract.null_byte_policy());
    remote
}

fn found(declared: &k8s_bundle::Find) -> Find {
    let mut find = Find::by_tags(declared.tags().clone());
    find.path = declared.path().map(str::to_owned);
    find.name = declared.name().map(|name| FindName { regexp: name.as_str().to_owned() });
    find.conversion_strategy = not_default(declared.conversion_strategy());
    find.decoding_strategy = not_default(declared.decoding_strategy());
    find.null_byte_policy = not_default(declared.null_byte_policy());
    find
}

fn generator_kind(kind: &k8s_bundle::GeneratorKind) -> Result<GeneratorKind, FieldProblemKind> {
    let known: Result<_, UnknownWord> = GeneratorKind::deserialize(kind.as_str().into_deserializer());
    known.map_err(|_| FieldProblemKind::UnknownGenerator { kind: kind.to_string() })
}

fn rewrite(declared: &k8s_bundle::Rewrite) -> Rewrite {
    match declared {
        k8s_bundle::Rewrite::Regexp { source, target } => Rewrite::regexp(source.as_str(), target),
        k8s_bundle::Rewrite::Transform { template } => Rewrite::transform(template),
        k8s_bundle::Rewrite::Merge(merge) => Rewrite::merge(RewriteMerge {
            into: merge.into.clone(),
            priority: merge.priority.clone(),
            priority_policy: not_default(merge.priority_policy),
            conflict_policy: merge.conflict_policy,
            strategy: merge.strategy,
        }),
    }
}

/// What the operator does anyway is left to the definitions, each of which spells out what it has.
fn not_default<T: Default + PartialEq>(word: T) -> Option<T> {
    Some(word).filter(|word| *word != T::default())
}
