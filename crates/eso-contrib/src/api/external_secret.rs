//! `ExternalSecret`: <https://external-secrets.io/latest/api/externalsecret/>.

mod data;
mod data_from;
mod remote_ref;
mod rewrite;
mod source_ref;
mod spec;
mod store_ref;
mod sync_windows;
mod target;
mod template;
mod template_from;

use k8s_bundle::{DataKey, Namespace, ObjectMeta, ObjectName, Resource};
use semver::Version;

pub use data::Data;
pub use data_from::{DataFrom, Find, FindName};
pub use remote_ref::RemoteRef;
pub(super) use rewrite::check_regexp;
pub use rewrite::{Rewrite, RewriteMerge, RewriteRegexp, RewriteTransform};
pub use source_ref::SourceRef;
pub use spec::ExternalSecretSpec;
pub use store_ref::{SecretStoreRef, StoreKind};
pub use sync_windows::{SyncWindow, SyncWindowKind, SyncWindows};
pub use target::{ManifestTarget, Target};
pub use template::{Template, TemplateMetadata};
pub use template_from::{TemplateFrom, TemplateRef, TemplateRefItem, TemplateScope, TemplateTarget};

use super::{Checker, FieldProblem, FieldProblemKind};
use crate::EsoVersion;
use crate::error::{Error, Result};

/// One Secret that the operator makes and keeps up to date from a store.
///
/// ```
/// use eso_contrib::api::{ExternalSecret, RemoteRef, SecretStoreRef};
/// use k8s_bundle::{SecretType, yaml};
///
/// let secret = ExternalSecret::new("acme-prod".parse()?, "acme-api-db".parse()?, SecretStoreRef::cluster("vault".parse()?))
///     .with_data("password".parse()?, RemoteRef::new("apps/acme", "db-password"));
/// let yaml = yaml::to_string(&secret.to_resource(&"0.20.4".parse()?)?)?;
/// assert!(yaml.contains("property: db-password"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalSecret {
    /// Its name, namespace, labels and annotations; those of the Secret stand in [`Target::template`].
    pub metadata: ObjectMeta,
    /// What it asks for.
    pub spec: ExternalSecretSpec,
}

impl ExternalSecret {
    /// A Secret `namespace/name` of type `Opaque`, read from `store` once an hour, without a key yet.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName, store: SecretStoreRef) -> Self {
        let spec = ExternalSecretSpec::new(store, Target::new(name.clone()));
        Self::with_spec(ObjectMeta::new(name).in_namespace(namespace), spec)
    }

    /// The object with this metadata and `spec`.
    #[must_use]
    pub fn with_spec(metadata: ObjectMeta, spec: ExternalSecretSpec) -> Self {
        Self { metadata, spec }
    }

    /// One more key of the Secret; an earlier source of the key is replaced.
    #[must_use]
    pub fn with_data(mut self, key: DataKey, source: RemoteRef) -> Self {
        self.spec = self.spec.with_data(key, source);
        self
    }

    /// The object for the operator of that version, every default spelt out.
    ///
    /// # Errors
    /// [`Error::Resource`](crate::Error::Resource) with everything that the operator of that version would refuse;
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let api_version = version.api_version().as_str();
        let resource = Resource::new(api_version, "ExternalSecret", self.metadata.clone())?;
        let mut checker = Checker::new(version);
        self.spec.check(&mut checker);
        let problems: Vec<_> = self.name_problem(version).into_iter().chain(checker.finish()).collect();
        if !problems.is_empty() {
            return Err(Error::Resource { object: resource.to_string(), problems });
        }
        let mut spec = self.spec.clone();
        spec.spell_out(version);
        Ok(resource.with_spec(&spec)?)
    }

    /// Older operators sign what they write with the name, and the API server takes 128 bytes for that.
    fn name_problem(&self, version: &EsoVersion) -> Option<FieldProblem> {
        let max = 128 - "externalsecrets.external-secrets.io/".len();
        let actual = self.metadata.name.as_str().len();
        if actual <= max || *version.as_semver() >= Version::new(0, 18, 1) {
            return None;
        }
        let rule = format!(
            "its name has {actual} bytes, and the operator makes no Secret of one with more than {max} before chart 0.18.1"
        );
        Some(FieldProblem { field: "metadata.name".to_owned(), kind: FieldProblemKind::Rule { rule } })
    }
}
