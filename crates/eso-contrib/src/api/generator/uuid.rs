//! `UUID`: <https://external-secrets.io/latest/api/generator/uuid/>.

use k8s_bundle::{Namespace, ObjectMeta, ObjectName, Resource};
use serde::{Deserialize, Serialize};

use super::{API_VERSION, GeneratorKind};
use crate::api::Checker;
use crate::error::Result;
use crate::{EsoVersion, Feature};

/// Makes a random UUID under the key `uuid`. A new one at each refresh: refer to it with
/// [`RefreshPolicy::CreatedOnce`](crate::api::RefreshPolicy) or a refresh interval of zero to keep the first.
///
/// ```
/// use eso_contrib::api::Uuid;
/// use k8s_bundle::yaml;
///
/// let uuid = Uuid::new("acme".parse()?, "installation".parse()?);
/// assert_eq!(yaml::to_string(&uuid.to_resource(&"0.10.4".parse()?)?)?, "\
/// apiVersion: generators.external-secrets.io/v1alpha1
/// kind: UUID
/// metadata:
///   name: installation
///   namespace: acme
/// spec: {}
/// ");
/// assert!(uuid.to_resource(&"0.10.0".parse()?).is_err(), "0.10.3 is the first chart that has it");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uuid {
    /// Its name, namespace, labels and annotations.
    pub metadata: ObjectMeta,
    /// What it is made with.
    pub spec: UuidSpec,
}

/// What a [`Uuid`] is made with: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UuidSpec {}

impl Uuid {
    /// The generator `namespace/name`.
    #[must_use]
    pub fn new(namespace: Namespace, name: ObjectName) -> Self {
        Self::with_spec(ObjectMeta::new(name).in_namespace(namespace), UuidSpec::default())
    }

    /// The generator with this metadata.
    #[must_use]
    pub fn with_spec(metadata: ObjectMeta, spec: UuidSpec) -> Self {
        Self { metadata, spec }
    }

    /// The object for the operator of that version.
    ///
    /// # Errors
    /// [`Error::Resource`](crate::Error::Resource) if that version has no such generator;
    /// [`Error::Bundle`](crate::Error::Bundle) if the bundle does not take it.
    pub fn to_resource(&self, version: &EsoVersion) -> Result<Resource> {
        let resource = Resource::new(API_VERSION, "UUID", self.metadata.clone())?;
        let mut checker = Checker::new(version);
        checker.needs(Feature::Generator(GeneratorKind::UUID));
        checker.into_result(&resource)?;
        Ok(resource.with_spec(&self.spec)?)
    }
}
