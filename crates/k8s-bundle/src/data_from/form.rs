//! An entry as it stands in YAML, and the step from there to one that is valid.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    DataFrom, DataFromError, DataFromOrigin, DataFromProblem, Extract, Find, GeneratorRef, MergeStrategy,
    Regexp, Rewrite, RewriteMerge,
};
use crate::default::is_default;
use crate::source::{
    deserialize_key, deserialize_optional_key, deserialize_optional_property, deserialize_optional_version,
};
use crate::{ConversionStrategy, DecodingStrategy, MetadataPolicy, NullBytePolicy, yaml};

/// Many keys of the Secret: where their names and values come from, and how the names are rewritten.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(
        rename = "DataFrom",
        extend("oneOf" = [{ "required": ["extract"] }, { "required": ["find"] }, { "required": ["generator"] }])
    )
)]
#[serde(deny_unknown_fields, expecting = "a map with one of extract, find and generator")]
pub(crate) struct DataFromForm {
    /// All fields of one path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extract: Option<ExtractForm>,
    /// All secrets of a name, or with tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    find: Option<FindForm>,
    /// With `sync_mode: external-secrets`: what a generator of the operator makes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generator: Option<GeneratorRef>,
    /// How the names become keys, one step after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rewrite: Vec<RewriteForm>,
}

/// All fields of one path, each under its own name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Extract"))]
#[serde(deny_unknown_fields, expecting = "a map with the key of a path, such as {key: infrastructure/minio}")]
struct ExtractForm {
    /// The path in the store.
    #[serde(deserialize_with = "deserialize_key")]
    key: String,
    /// The field whose map is taken, instead of the path's own.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "deserialize_optional_property"
    )]
    property: Option<String>,
    /// The version; without it, the newest.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "deserialize_optional_version"
    )]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::source::version_schema"))]
    version: Option<String>,
    /// How the values are decoded.
    #[serde(default, skip_serializing_if = "is_default")]
    decoding_strategy: DecodingStrategy,
    /// What becomes of characters in names that no key may have.
    #[serde(default, skip_serializing_if = "is_default")]
    conversion_strategy: ConversionStrategy,
    /// Whether the values or their metadata are read.
    #[serde(default, skip_serializing_if = "is_default")]
    metadata_policy: MetadataPolicy,
    /// What becomes of values with null bytes.
    #[serde(default, skip_serializing_if = "is_default")]
    null_byte_policy: NullBytePolicy,
}

/// All secrets whose names match, or that have all of some tags.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(
        rename = "Find",
        extend("anyOf" = [
            { "required": ["name"] },
            { "required": ["tags"], "properties": { "tags": { "minProperties": 1 } } },
        ])
    )
)]
#[serde(deny_unknown_fields, expecting = "a map with name or tags, such as {name: {regexp: ^db-}}")]
struct FindForm {
    /// The path that they are below.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "deserialize_optional_key")]
    path: Option<String>,
    /// What their names match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<FindName>,
    /// With `sync_mode: external-secrets`: the tags that they have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "yaml::unique_map")]
    tags: BTreeMap<String, String>,
    /// What becomes of characters in names that no key may have.
    #[serde(default, skip_serializing_if = "is_default")]
    conversion_strategy: ConversionStrategy,
    /// How the values are decoded.
    #[serde(default, skip_serializing_if = "is_default")]
    decoding_strategy: DecodingStrategy,
    /// What becomes of values with null bytes.
    #[serde(default, skip_serializing_if = "is_default")]
    null_byte_policy: NullBytePolicy,
}

/// What the name of a secret matches.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a map with an expression, such as {regexp: ^db-}")]
struct FindName {
    /// The expression; it matches anywhere in the name.
    regexp: Regexp,
}

/// One step from names to keys.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Rewrite", extend("minProperties" = 1, "maxProperties" = 1)))]
#[serde(deny_unknown_fields, expecting = "a map with one of regexp, transform and merge")]
struct RewriteForm {
    /// What matches is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regexp: Option<RewriteRegexp>,
    /// The name becomes what a template makes of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transform: Option<RewriteTransform>,
    /// With `sync_mode: external-secrets`: values that are JSON objects are merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merge: Option<RewriteMerge>,
}

/// What is replaced in a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a map of source and target")]
struct RewriteRegexp {
    /// What is replaced.
    source: Regexp,
    /// What stands there then; `$1` or `${name}` is a group of `source`.
    target: String,
}

/// What a name becomes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, expecting = "a map with a template")]
struct RewriteTransform {
    /// A Go template; the name is `.value`.
    template: String,
}

/// Every rule that spans more than one field, checked in one go.
impl TryFrom<DataFromForm> for DataFrom {
    type Error = DataFromError;

    fn try_from(form: DataFromForm) -> Result<Self, DataFromError> {
        let mut problems = Vec::new();
        let DataFromForm { extract, find, generator, rewrite } = form;
        if !rewrite.is_empty() {
            let conversion = match (&extract, &find) {
                (Some(extract), _) => extract.conversion_strategy,
                (None, Some(find)) => find.conversion_strategy,
                (None, None) => ConversionStrategy::Default,
            };
            if conversion != ConversionStrategy::Default {
                problems.push(DataFromProblem::ConversionUnused);
            }
        }
        let given =
            [("extract", extract.is_some()), ("find", find.is_some()), ("generator", generator.is_some())];
        let given: Vec<_> = given.into_iter().filter_map(|(name, is)| is.then_some(name)).collect();
        if given.len() > 1 {
            problems.push(DataFromProblem::SeveralOrigins(given));
        }
        let origin = extract
            .map(|form| DataFromOrigin::Extract(form.into()))
            .or_else(|| find.and_then(|form| form.checked(&mut problems)).map(DataFromOrigin::Find))
            .or_else(|| generator.map(DataFromOrigin::Generator));
        let steps = rewrite.into_iter().enumerate();
        let rewrite = steps.filter_map(|(index, form)| form.checked(index, &mut problems)).collect();
        match origin {
            Some(origin) if problems.is_empty() => Ok(Self { origin, rewrite }),
            None if problems.is_empty() => Err(DataFromError::new(vec![DataFromProblem::NoOrigin])),
            _ => Err(DataFromError::new(problems)),
        }
    }
}

impl From<ExtractForm> for Extract {
    fn from(form: ExtractForm) -> Self {
        Self {
            key: form.key,
            property: form.property,
            version: form.version,
            decoding_strategy: form.decoding_strategy,
            conversion_strategy: form.conversion_strategy,
            metadata_policy: form.metadata_policy,
            null_byte_policy: form.null_byte_policy,
        }
    }
}

impl FindForm {
    fn checked(self, problems: &mut Vec<DataFromProblem>) -> Option<Find> {
        if self.name.is_none() && self.tags.is_empty() {
            problems.push(DataFromProblem::FindAnything);
            return None;
        }
        Some(Find {
            path: self.path,
            name: self.name.map(|name| name.regexp),
            tags: self.tags,
            conversion_strategy: self.conversion_strategy,
            decoding_strategy: self.decoding_strategy,
            null_byte_policy: self.null_byte_policy,
        })
    }
}

impl RewriteForm {
    fn checked(self, index: usize, problems: &mut Vec<DataFromProblem>) -> Option<Rewrite> {
        match (self.regexp, self.transform, self.merge) {
            (Some(RewriteRegexp { source, target }), None, None) => Some(Rewrite::Regexp { source, target }),
            (None, Some(RewriteTransform { template }), None) => Some(Rewrite::Transform { template }),
            (None, None, Some(merge)) => {
                match (merge.strategy, merge.into.is_empty()) {
                    (MergeStrategy::Json, true) => problems.push(DataFromProblem::MergeIntoMissing(index)),
                    (MergeStrategy::Extract, false) => problems.push(DataFromProblem::MergeIntoUnused(index)),
                    _ => {}
                }
                Some(Rewrite::Merge(merge))
            }
            _ => {
                problems.push(DataFromProblem::RewriteNotOne(index));
                None
            }
        }
    }
}

impl From<&DataFrom> for DataFromForm {
    fn from(data_from: &DataFrom) -> Self {
        let mut form =
            Self { rewrite: data_from.rewrite.iter().map(Into::into).collect(), ..Self::default() };
        match data_from.origin.clone() {
            DataFromOrigin::Extract(extract) => form.extract = Some(extract.into()),
            DataFromOrigin::Find(find) => form.find = Some(find.into()),
            DataFromOrigin::Generator(generator) => form.generator = Some(generator),
        }
        form
    }
}

impl From<Extract> for ExtractForm {
    fn from(extract: Extract) -> Self {
        Self {
            key: extract.key,
            property: extract.property,
            version: extract.version,
            decoding_strategy: extract.decoding_strategy,
            conversion_strategy: extract.conversion_strategy,
            metadata_policy: extract.metadata_policy,
            null_byte_policy: extract.null_byte_policy,
        }
    }
}

impl From<Find> for FindForm {
    fn from(find: Find) -> Self {
        Self {
            path: find.path,
            name: find.name.map(|regexp| FindName { regexp }),
            tags: find.tags,
            conversion_strategy: find.conversion_strategy,
            decoding_strategy: find.decoding_strategy,
            null_byte_policy: find.null_byte_policy,
        }
    }
}

impl From<&Rewrite> for RewriteForm {
    fn from(rewrite: &Rewrite) -> Self {
        match rewrite.clone() {
            Rewrite::Regexp { source, target } => {
                Self { regexp: Some(RewriteRegexp { source, target }), ..Self::default() }
            }
            Rewrite::Transform { template } => {
                Self { transform: Some(RewriteTransform { template }), ..Self::default() }
            }
            Rewrite::Merge(merge) => Self { merge: Some(merge), ..Self::default() },
        }
    }
}

impl<'de> Deserialize<'de> for DataFrom {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DataFromForm::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

impl Serialize for DataFrom {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        DataFromForm::from(self).serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for DataFrom {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        DataFromForm::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        DataFromForm::json_schema(generator)
    }
}
