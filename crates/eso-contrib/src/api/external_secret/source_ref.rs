//! Another source than the store of the whole `ExternalSecret`.

use serde::{Deserialize, Serialize};

use super::SecretStoreRef;
use crate::api::{Checker, GeneratorRef};

/// Exactly one of a store and a generator.
///
/// ```
/// # use eso_contrib::api::{SecretStoreRef, SourceRef};
/// # use k8s_bundle::yaml;
/// let given: SourceRef = yaml::from_str("{ storeRef: { name: tenants, kind: SecretStore } }")?;
/// assert_eq!(given, SourceRef::store(SecretStoreRef::namespaced("tenants".parse()?)));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorSourceRef"))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SourceRef {
    /// A store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_ref: Option<SecretStoreRef>,
    /// A generator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generator_ref: Option<GeneratorRef>,
}

impl SourceRef {
    /// That store.
    #[must_use]
    pub fn store(store: SecretStoreRef) -> Self {
        Self { store_ref: Some(store), generator_ref: None }
    }

    /// That generator.
    #[must_use]
    pub fn generator(generator: GeneratorRef) -> Self {
        Self { store_ref: None, generator_ref: Some(generator) }
    }

    /// `minProperties` and `maxProperties` of the definition, and the webhook's rule for charts without them.
    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        if self.store_ref.is_none() && self.generator_ref.is_none() {
            checker.refuse("it needs storeRef or generatorRef");
        }
        if self.store_ref.is_some() && self.generator_ref.is_some() {
            checker.refuse("it has storeRef and generatorRef; only one of them may be given");
        }
        if let Some(generator) = &self.generator_ref {
            checker.at("generatorRef", |checker| generator.check(checker));
        }
    }
}
