//! Where many keys of a Secret go at once.

use serde::{Deserialize, Serialize};
use serde_yaml::Value;

use super::{PushConversionStrategy, PushStoreRef};
use crate::Feature;
use crate::api::external_secret::check_regexp;
use crate::api::{Checker, RewriteRegexp, RewriteTransform};

/// All keys that match, each to a secret of its own, or all of them to one.
///
/// ```
/// # use eso_contrib::api::DataTo;
/// # use k8s_bundle::yaml;
/// let given: DataTo = yaml::from_str("{ storeRef: { name: vault }, match: { regexp: '^db-' }, remoteKey: apps/db }")?;
/// assert_eq!(given.remote_key.as_deref(), Some("apps/db"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DataTo {
    /// The stores; needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store_ref: Option<PushStoreRef>,
    /// The one secret that all keys go to; without it each key goes to a secret of its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_key: Option<String>,
    /// Which keys; by default all.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matched: Option<DataToMatch>,
    /// How keys are changed, step by step; without [`remote_key`](Self::remote_key) alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rewrite: Vec<DataToRewrite>,
    /// What else the provider shall know; see its documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "anything"))]
    pub metadata: Option<Value>,
    /// What becomes of keys on their way.
    pub conversion_strategy: PushConversionStrategy,
}

/// Which keys of a Secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DataToMatch {
    /// What the key matches, in Go's syntax: <https://pkg.go.dev/regexp/syntax>.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regexp: Option<String>,
}

/// One step that changes keys: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DataToRewrite {
    /// Replaces what an expression matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regexp: Option<RewriteRegexp>,
    /// Runs each key through a template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transform: Option<RewriteTransform>,
}

impl DataTo {
    /// Each key to a secret of its own name in `store`.
    #[must_use]
    pub fn new(store: PushStoreRef) -> Self {
        Self { store_ref: Some(store), ..Self::default() }
    }

    /// The rules of the definition (`x-kubernetes-validations`).
    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        checker.needs(Feature::PushDataTo);
        checker.at("storeRef", |checker| match &self.store_ref {
            Some(store) => store.check(checker),
            None => checker.refuse("it is missing"),
        });
        if let Some(regexp) = self.matched.as_ref().and_then(|matched| matched.regexp.as_ref()) {
            checker.at("match.regexp", |checker| check_regexp(regexp, checker));
        }
        for (index, rewrite) in self.rewrite.iter().enumerate() {
            checker.at(&format!("rewrite[{index}]"), |checker| rewrite.check(checker));
        }
        if self.remote_key.is_some() && !self.rewrite.is_empty() {
            checker.at("rewrite", |checker| {
                checker.refuse("it goes without remoteKey alone: there each key goes to a secret of its own");
            });
        }
    }
}

impl DataToRewrite {
    fn check(&self, checker: &mut Checker<'_>) {
        if self.regexp.is_some() == self.transform.is_some() {
            checker.refuse("it needs exactly one of regexp and transform");
        }
        if let Some(regexp) = &self.regexp {
            checker.at("regexp", |checker| regexp.check(checker));
        }
        if let Some(transform) = &self.transform {
            checker.at("transform", |checker| transform.check(checker));
        }
    }
}

/// Any value: it is for the provider alone.
#[cfg(feature = "schema")]
pub(super) fn anything(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!(true)
}
