//! From manifests to Secrets: those of one namespace and name become one, and every contradiction is reported.

mod choice;
mod keys;
mod merge;
mod problem;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub use keys::DeclaredKeys;
use merge::Group;
pub use problem::{DeclaredProblem, DeclaredProblemKind};

use crate::{
    AnnotationKey, CreationPolicy, DataFrom, DataKey, DeletionPolicy, GoDuration, LabelKey, LabelValue,
    ObjectName, RefreshPolicy, SecretId, SecretManifest, SecretTemplate, SecretType, SourceRef, SyncMode,
};

/// What all manifests of one Secret say about it together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeclaredSecret<'a> {
    /// Which Secret.
    pub id: SecretId,
    /// The manifests that declare it, as ascending positions from 0 in what [`declared_secrets`] was given; at least one.
    pub manifests: Vec<usize>,
    /// Its `type`.
    pub secret_type: &'a SecretType,
    /// How it is delivered.
    pub sync_mode: SyncMode,
    /// Whether the API server shall refuse any later change of its data.
    pub immutable: bool,
    /// How often the operator reads the sources again, if a manifest says so.
    pub refresh_interval: Option<&'a GoDuration>,
    /// When the operator reads the sources again, if a manifest says so.
    pub refresh_policy: Option<RefreshPolicy>,
    /// Who makes the Secret, if a manifest says so.
    pub creation_policy: Option<CreationPolicy>,
    /// What becomes of the Secret when its values are gone, if a manifest says so.
    pub deletion_policy: Option<DeletionPolicy>,
    /// The operator's store that its values come from, if a manifest names one.
    pub store_ref: Option<&'a ObjectName>,
    /// Its labels: those of all its manifests.
    pub labels: BTreeMap<&'a LabelKey, &'a LabelValue>,
    /// Its annotations: those of all its manifests, and the one that [`reload`](SecretManifest::reload) makes.
    pub annotations: BTreeMap<&'a AnnotationKey, &'a str>,
    /// The keys that are named one by one, and where their values come from: those of all its manifests; at least one, unless
    /// there is `data_from`. With a template they may be no keys of the Secret: see [`keys`](Self::keys).
    pub data: BTreeMap<&'a DataKey, &'a SourceRef>,
    /// Where keys come from that are not named one by one: the entries of all its manifests in their order, each once.
    pub data_from: Vec<&'a DataFrom>,
    /// The templates of all its manifests.
    pub template: Option<SecretTemplate>,
}

/// The Secrets that these manifests declare, sorted by namespace and name, and everything that is wrong with them.
///
/// A manifest of several namespaces declares one Secret in each. Manifests of one namespace and name are merged: their
/// keys, entries of `data_from`, templates, labels and annotations are joined, and all else must be alike, except that a
/// manifest that says nothing of the interval, the policies, the store or `reload` agrees with any. The rules of the Secret's
/// type hold for the whole of it.
///
/// What can be delivered is in the first list only while the second is empty: of what is contradictory, the Secret has what
/// is declared first.
///
/// ```
/// # use k8s_bundle::{SecretManifest, declared_secrets};
/// let authelia = |key| SecretManifest::builder("authelia").namespace("auth").data_key(key);
/// let manifests = [authelia("session").source("A").build()?, authelia("smtp").source("B").build()?];
/// let (secrets, problems) = declared_secrets(&manifests);
/// assert_eq!(secrets[0].data.len(), 2);
/// assert!(problems.is_empty());
/// # Ok::<_, k8s_bundle::ManifestError>(())
/// ```
#[must_use]
pub fn declared_secrets<'a>(
    manifests: impl IntoIterator<Item = &'a SecretManifest>,
) -> (Vec<DeclaredSecret<'a>>, Vec<DeclaredProblem>) {
    let mut groups: BTreeMap<SecretId, Group<'a>> = BTreeMap::new();
    for member in manifests.into_iter().enumerate() {
        for id in member.1.ids() {
            match groups.entry(id) {
                Entry::Occupied(mut group) => group.get_mut().others.push(member),
                Entry::Vacant(vacant) => {
                    let id = vacant.key().clone();
                    vacant.insert(Group { id, first: member, others: Vec::new() });
                }
            }
        }
    }
    let mut problems = Vec::new();
    let secrets = groups.into_values().map(|group| group.merge(&mut problems)).collect();
    (secrets, DeclaredProblem::together(problems))
}
