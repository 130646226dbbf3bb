//! Which keys a Secret will have, as far as that is known without its values.

use std::collections::BTreeSet;

use super::DeclaredSecret;
use super::merge::Group;
use crate::{CreationPolicy, DataKey, SecretTemplate, SecretTypeProblem};

/// The keys of a Secret, as far as they are known without reading anything.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeclaredKeys<'a> {
    /// The keys that it has, sorted.
    pub known: Vec<&'a DataKey>,
    /// Whether it may have others: what a path, the store or a generator gives, or what is in a Secret that somebody else
    /// makes.
    pub open: bool,
}

impl DeclaredSecret<'_> {
    /// The keys of the Secret: with a template that replaces its data, those of the template; otherwise those that are named
    /// and those of the template.
    ///
    /// ```
    /// # use k8s_bundle::{Extract, SecretManifest, declared_secrets};
    /// let manifests = [SecretManifest::builder("minio")
    ///     .namespace("backups")
    ///     .data("region", "MINIO_REGION")
    ///     .data_from(Extract::new("infrastructure/minio")?)
    ///     .build()?];
    /// let (secrets, _) = declared_secrets(&manifests);
    /// let keys = secrets[0].keys();
    /// assert_eq!((keys.known[0].as_str(), keys.open), ("region", true));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn keys(&self) -> DeclaredKeys<'_> {
        let is_shared = self.creation_policy.is_some_and(CreationPolicy::shares_secret);
        let templates = self.template.iter().flat_map(|template| template.data.keys());
        if self.template.as_ref().is_some_and(SecretTemplate::replaces_data) {
            return DeclaredKeys { known: templates.collect(), open: is_shared };
        }
        let known: BTreeSet<&DataKey> = self.data.keys().copied().chain(templates).collect();
        DeclaredKeys { known: known.into_iter().collect(), open: is_shared || !self.data_from.is_empty() }
    }
}

impl Group<'_> {
    /// The rules of the type that are certainly broken, if it is clear which type it is.
    pub(super) fn rules(&self, secret: &DeclaredSecret<'_>) -> Vec<SecretTypeProblem> {
        let secret_type = secret.secret_type;
        if self.others.iter().any(|(_, manifest)| manifest.secret_type() != secret_type) {
            return Vec::new();
        }
        let keys = secret.keys();
        let of_keys = if keys.open { Vec::new() } else { secret_type.check_keys(keys.known) };
        let of_object = secret_type.check_object(&secret.id.namespace, &secret.id.name);
        of_keys.into_iter().chain(of_object).collect()
    }
}
