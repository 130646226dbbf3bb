//! The Secrets that are delivered by reference, and what contradicts itself in them.

use k8s_bundle::{DataFromOrigin, DeclaredSecret, SecretManifest, SyncMode, declared_secrets};

use crate::error::{SecretProblem, SecretProblemKind};

/// What a bundle's manifests say about each Secret by reference, and everything that is wrong with the manifests alone.
pub(super) fn by_reference(manifests: &[SecretManifest]) -> (Vec<DeclaredSecret<'_>>, Vec<SecretProblem>) {
    let (mut secrets, contradictions) = declared_secrets(manifests);
    // Those of Secrets by value alone are for whoever delivers them.
    let is_ours = |&position: &usize| manifests[position].sync_mode() == SyncMode::ExternalSecrets;
    let contradictions = contradictions.into_iter().filter(|problem| problem.manifests.iter().any(is_ours));
    let mut problems: Vec<_> =
        contradictions.map(|problem| problem.map(SecretProblemKind::Declared)).collect();
    for (position, manifest) in manifests.iter().enumerate().filter(|(position, _)| is_ours(position)) {
        unstable_paths(position, manifest, &mut problems);
    }
    secrets.retain(|secret| secret.sync_mode == SyncMode::ExternalSecrets);
    (secrets, problems)
}

/// Paths that the operator would read elsewhere: it joins them as Go's `path.Join` does, so that `../x` leaves the mount.
fn unstable_paths(position: usize, manifest: &SecretManifest, problems: &mut Vec<SecretProblem>) {
    let named = manifest.data().iter().map(|(key, source)| (Some(key), source.key()));
    let many = manifest.data_from().iter().filter_map(|from| match &from.origin {
        DataFromOrigin::Extract(extract) => Some((None, extract.key())),
        DataFromOrigin::Find(find) => find.path().map(|path| (None, path)),
        DataFromOrigin::Generator(_) => None,
    });
    for (key, path) in named.chain(many) {
        if path.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            let kind = SecretProblemKind::UnstablePath { path: path.to_owned() };
            problems.push(SecretProblem::of_manifest(position, manifest, key, kind));
        }
    }
}
