//! The Secrets that are delivered by reference, and what the operator has against them.

use k8s_bundle::{
    DeclaredSecret, DecodingStrategy, MetadataPolicy, NullBytePolicy, SecretManifest, SecretType, SyncMode,
    declared_secrets,
};

use crate::error::{Error, Result, SecretProblem, SecretProblemKind};

/// What a bundle's manifests say about each Secret by reference. All problems are found, not the first.
pub(super) fn by_reference(manifests: &[SecretManifest]) -> Result<Vec<DeclaredSecret<'_>>> {
    let (mut secrets, contradictions) = declared_secrets(manifests);
    // Those of Secrets by value alone are for whoever delivers them.
    let is_ours = |&position: &usize| manifests[position].sync_mode() == SyncMode::ExternalSecrets;
    let contradictions = contradictions.into_iter().filter(|problem| problem.manifests.iter().any(is_ours));
    let mut problems: Vec<_> =
        contradictions.map(|problem| problem.map(SecretProblemKind::Declared)).collect();
    for (position, manifest) in manifests.iter().enumerate().filter(|(position, _)| is_ours(position)) {
        refused(position, manifest, &mut problems);
    }
    if !problems.is_empty() {
        return Err(Error::Secrets { problems: SecretProblem::together(problems) });
    }
    secrets.retain(|secret| secret.sync_mode == SyncMode::ExternalSecrets);
    Ok(secrets)
}

/// What the operator would not deliver, or not as it is declared.
fn refused(position: usize, manifest: &SecretManifest, problems: &mut Vec<SecretProblem>) {
    let problem = |key, kind| SecretProblem::of_manifest(position, manifest, key, kind);
    if *manifest.secret_type() == SecretType::BootstrapToken {
        problems.push(problem(None, SecretProblemKind::TypeRefused));
    }
    for (given, field) in [
        (!manifest.data_from().is_empty(), "data_from"),
        (manifest.template().is_some(), "template"),
        (manifest.refresh_policy().is_some(), "refresh_policy"),
        (manifest.creation_policy().is_some(), "creation_policy"),
        (manifest.deletion_policy().is_some(), "deletion_policy"),
        (manifest.store_ref().is_some(), "store_ref"),
    ] {
        if given {
            problems.push(problem(None, SecretProblemKind::Unsupported { field }));
        }
    }
    for (key, source) in manifest.data() {
        for (given, field) in [
            (source.version().is_some(), "version"),
            (source.decoding_strategy() != DecodingStrategy::None, "decoding_strategy"),
            (source.metadata_policy() != MetadataPolicy::None, "metadata_policy"),
            (source.null_byte_policy() != NullBytePolicy::Ignore, "null_byte_policy"),
        ] {
            if given {
                problems.push(problem(Some(key), SecretProblemKind::Unsupported { field }));
            }
        }
        // The operator joins paths as Go's `path.Join` does, which resolves these: `../x` would leave the mount.
        if source.key().split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            let path = source.key().to_owned();
            problems.push(problem(Some(key), SecretProblemKind::UnstablePath { path }));
        }
    }
}
