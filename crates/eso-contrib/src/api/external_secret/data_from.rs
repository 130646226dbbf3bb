//! Keys that the store decides on.

use std::collections::BTreeMap;

use k8s_bundle::{ConversionStrategy, DecodingStrategy, NullBytePolicy};
use serde::{Deserialize, Serialize};

use super::remote_ref::{check_null_byte_policy, has_strategy_defaults};
use super::rewrite::check_regexp;
use super::{RemoteRef, Rewrite, SourceRef};
use crate::EsoVersion;
use crate::api::{Checker, GeneratorRef};

/// Many keys at once: exactly one of [`extract`](Self::extract), [`find`](Self::find) and a generator.
///
/// ```
/// # use eso_contrib::api::{DataFrom, Find, GeneratorKind, GeneratorRef, RemoteRef, Rewrite};
/// let all_of_one = DataFrom::extract(RemoteRef::whole("infrastructure/minio"));
/// let by_name = DataFrom::find(Find::by_name("^apps/acme/")).with_rewrite(Rewrite::regexp("apps/acme/(.*)", "$1"));
/// let made = DataFrom::generator(GeneratorRef::new(GeneratorKind::Password, "initial".parse()?));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorDataFrom"))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct DataFrom {
    /// Each field of one secret becomes a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract: Option<RemoteRef>,
    /// Each secret that is found becomes a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub find: Option<Find>,
    /// A generator, or another store than that of the whole `ExternalSecret`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ref: Option<SourceRef>,
    /// How keys are changed, step by step. With a step, `conversionStrategy` is not applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rewrite: Vec<Rewrite>,
}

/// Which secrets of a store: <https://external-secrets.io/latest/guides/getallsecrets/>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorFind"))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Find {
    /// Where to look; by default everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// By name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<FindName>,
    /// By tags, all of which a secret has; for Vault, its custom metadata. Not together with [`name`](Self::name).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// What becomes of characters that no key may have. By default they become underscores.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion_strategy: Option<ConversionStrategy>,
    /// Whether the values are decoded. By default they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decoding_strategy: Option<DecodingStrategy>,
    /// What becomes of a value with a byte zero in it. By default it is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_byte_policy: Option<NullBytePolicy>,
}

/// Secrets by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "OperatorFindName"))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FindName {
    /// What the name matches, in Go's syntax: <https://pkg.go.dev/regexp/syntax>.
    pub regexp: String,
}

impl Find {
    /// Secrets whose name matches `regexp`.
    #[must_use]
    pub fn by_name(regexp: impl Into<String>) -> Self {
        Self { name: Some(FindName { regexp: regexp.into() }), ..Self::default() }
    }

    /// Secrets that have these tags.
    #[must_use]
    pub fn by_tags(tags: BTreeMap<String, String>) -> Self {
        Self { tags, ..Self::default() }
    }

    fn check(&self, checker: &mut Checker<'_>) {
        if self.name.is_some() && !self.tags.is_empty() {
            checker.refuse("it has name and tags, and the operator looks at one of them alone");
        }
        if let Some(name) = &self.name {
            checker.at("name.regexp", |checker| check_regexp(&name.regexp, checker));
        }
        check_null_byte_policy(self.null_byte_policy, checker);
    }

    fn spell_out(&mut self, version: &EsoVersion) {
        if has_strategy_defaults(version) {
            self.conversion_strategy.get_or_insert_default();
            self.decoding_strategy.get_or_insert_default();
        }
    }
}

impl DataFrom {
    /// Each field of `source`.
    #[must_use]
    pub fn extract(source: RemoteRef) -> Self {
        Self { extract: Some(source), ..Self::default() }
    }

    /// Each secret that is found.
    #[must_use]
    pub fn find(find: Find) -> Self {
        Self { find: Some(find), ..Self::default() }
    }

    /// What a generator makes.
    #[must_use]
    pub fn generator(generator: GeneratorRef) -> Self {
        Self { source_ref: Some(SourceRef::generator(generator)), ..Self::default() }
    }

    /// One more step that changes keys.
    #[must_use]
    pub fn with_rewrite(mut self, rewrite: Rewrite) -> Self {
        self.rewrite.push(rewrite);
        self
    }

    /// Whether it is read from the store of the whole `ExternalSecret`.
    pub(super) fn uses_common_store(&self) -> bool {
        self.source_ref.is_none()
    }

    /// `validateExternalSecret` in the operator's `externalsecret_validator.go`, and what its controller makes nothing of.
    pub(super) fn check(&self, checker: &mut Checker<'_>) {
        let generates = self.source_ref.as_ref().is_some_and(|source| source.generator_ref.is_some());
        let given = [self.extract.is_some(), self.find.is_some(), generates];
        match given.into_iter().filter(|given| *given).count() {
            0 => checker.refuse("it needs one of extract, find and sourceRef.generatorRef"),
            1 => {}
            _ => checker.refuse("only one of extract, find and sourceRef.generatorRef may be given"),
        }
        if let Some(extract) = &self.extract {
            checker.at("extract", |checker| extract.check(checker));
        }
        if let Some(find) = &self.find {
            checker.at("find", |checker| find.check(checker));
        }
        if let Some(source) = &self.source_ref {
            checker.at("sourceRef", |checker| source.check(checker));
        }
        for (index, rewrite) in self.rewrite.iter().enumerate() {
            checker.at(&format!("rewrite[{index}]"), |checker| rewrite.check(checker));
        }
    }

    pub(super) fn spell_out(&mut self, version: &EsoVersion) {
        if let Some(extract) = &mut self.extract {
            extract.spell_out(version);
        }
        if let Some(find) = &mut self.find {
            find.spell_out(version);
        }
        for rewrite in &mut self.rewrite {
            rewrite.spell_out(version);
        }
    }
}
