//! `data_from` of manifests in the operator's words.

use k8s_bundle::{DataFromOrigin, Extract, MetadataPolicy};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as UnknownWord;

use crate::api::provider::Provider;
use crate::api::{DataFrom, Find, FindName, GeneratorKind, GeneratorRef, RemoteRef, Rewrite, RewriteMerge};
use crate::error::SecretProblemKind;

/// One entry, read from a store of `provider`.
pub(super) fn data_from(
    declared: &k8s_bundle::DataFrom,
    provider: &Provider,
) -> Result<DataFrom, SecretProblemKind> {
    let from = match &declared.origin {
        DataFromOrigin::Extract(extract) => DataFrom::extract(remote_ref(extract, provider)),
        DataFromOrigin::Find(find) => DataFrom::find(in_operators_words(find)),
        DataFromOrigin::Generator(generator) => {
            let kind = generator_kind(&generator.kind)?;
            DataFrom::generator(GeneratorRef::new(kind, generator.name.clone()))
        }
    };
    Ok(declared.rewrite.iter().map(rewrite).fold(from, DataFrom::with_rewrite))
}

/// Metadata is not always read where values are.
pub(super) fn remote_key(provider: &Provider, path: &str, policy: MetadataPolicy) -> String {
    match policy {
        MetadataPolicy::None => provider.remote_key(path),
        MetadataPolicy::Fetch => provider.metadata_key(path),
    }
}

fn remote_ref(extract: &Extract, provider: &Provider) -> RemoteRef {
    let mut remote = RemoteRef::whole(remote_key(provider, extract.key(), extract.metadata_policy()));
    remote.property = extract.property().map(str::to_owned);
    remote.version = extract.version().map(str::to_owned);
    remote.conversion_strategy = not_default(extract.conversion_strategy());
    remote.decoding_strategy = not_default(extract.decoding_strategy());
    remote.metadata_policy = not_default(extract.metadata_policy());
    remote.null_byte_policy = not_default(extract.null_byte_policy());
    remote
}

fn in_operators_words(declared: &k8s_bundle::Find) -> Find {
    let mut find = Find::by_tags(declared.tags().clone());
    find.path = declared.path().map(str::to_owned);
    find.name = declared.name().map(|name| FindName { regexp: name.as_str().to_owned() });
    find.conversion_strategy = not_default(declared.conversion_strategy());
    find.decoding_strategy = not_default(declared.decoding_strategy());
    find.null_byte_policy = not_default(declared.null_byte_policy());
    find
}

fn generator_kind(kind: &k8s_bundle::GeneratorKind) -> Result<GeneratorKind, SecretProblemKind> {
    let known: Result<_, UnknownWord> = GeneratorKind::deserialize(kind.as_str().into_deserializer());
    known.map_err(|_| SecretProblemKind::UnknownGenerator { kind: kind.to_string() })
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
pub(super) fn not_default<T: Default + PartialEq>(word: T) -> Option<T> {
    Some(word).filter(|word| *word != T::default())
}
