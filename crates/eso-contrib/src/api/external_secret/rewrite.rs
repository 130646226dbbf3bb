//! Other keys than the store has: <https://external-secrets.io/latest/guides/datafrom-rewrite/>.

use k8s_bundle::{MergeConflictPolicy, MergePriorityPolicy, MergeStrategy};
use serde::{Deserialize, Serialize};

use crate::api::template_text::{self, Fields};
use crate::api::{Checker, regex};
use crate::{EsoVersion, Feature};

/// One step that changes keys: exactly one of the three. Steps are taken in order.
///
/// ```
/// # use eso_contrib::api::Rewrite;
/// # use k8s_bundle::yaml;
/// let given: Rewrite = yaml::from_str(r#"{ regexp: { source: "apps/(.*)", target: "$1" } }"#)?;
/// assert_eq!(given, Rewrite::regexp("apps/(.*)", "$1"));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Rewrite {
    /// Replaces what an expression matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regexp: Option<RewriteRegexp>,
    /// Runs each key through a template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transform: Option<RewriteTransform>,
    /// Joins values that are JSON objects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<RewriteMerge>,
}

/// Replaces what an expression matches, in Go's syntax: <https://pkg.go.dev/regexp/syntax>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RewriteRegexp {
    /// What is replaced.
    pub source: String,
    /// What comes instead; `$1` is the first group.
    pub target: String,
}

/// Runs each key through a template, in which it is `.value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RewriteTransform {
    /// The template of the new key.
    pub template: String,
}

/// Joins values that are JSON objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RewriteMerge {
    /// The one key that gets it all, with the strategy `JSON`.
    pub into: String,
    /// Keys whose values win, the strongest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<String>,
    /// What becomes of a key in `priority` that is not there. By default it is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_policy: Option<MergePriorityPolicy>,
    /// What becomes of a key that several values have.
    pub conflict_policy: MergeConflictPolicy,
    /// What is made of it.
    pub strategy: MergeStrategy,
}

impl Rewrite {
    /// Replaces what `source` matches by `target`.
    #[must_use]
    pub fn regexp(source: impl Into<String>, target: impl Into<String>) -> Self {
        let regexp = RewriteRegexp { source: source.into(), target: target.into() };
        Self { regexp: Some(regexp), ..Self::default() }
    }

    /// Runs each key through `template`.
    #[must_use]
    pub fn transform(template: impl Into<String>) -> Self {
        Self { transform: Some(RewriteTransform { template: template.into() }), ..Self::default() }
    }

    /// Joins values that are JSON objects.
    #[must_use]
    pub fn merge(merge: RewriteMerge) -> Self {
        Self { merge: Some(merge), ..Self::default() }
    }

    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        let given = [self.regexp.is_some(), self.transform.is_some(), self.merge.is_some()];
        if given.into_iter().filter(|given| *given).count() != 1 {
            checker.refuse("it needs exactly one of regexp, transform and merge");
        }
        if let Some(regexp) = &self.regexp {
            checker.at("regexp", |checker| regexp.check(checker));
        }
        if let Some(transform) = &self.transform {
            checker.at("transform", |checker| transform.check(checker));
        }
        if let Some(merge) = &self.merge {
            checker.at("merge", |checker| merge.check(checker));
        }
    }

    pub(crate) fn spell_out(&mut self, version: &EsoVersion) {
        if let Some(merge) = &mut self.merge
            && Feature::RewritePriorityPolicy.is_in(version)
        {
            merge.priority_policy.get_or_insert_default();
        }
    }
}

impl RewriteRegexp {
    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        checker.at("source", |checker| check_regexp(&self.source, checker));
    }
}

impl RewriteTransform {
    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        checker.at("template", |checker| template_text::check(&self.template, Fields::Value, checker));
    }
}

/// What the operator compiles before it looks at any key.
pub(crate) fn check_regexp(text: &str, checker: &mut Checker<'_>) {
    if let Err(problem) = regex::check(text) {
        checker.refuse(problem);
    }
}

impl RewriteMerge {
    fn check(&self, checker: &mut Checker<'_>) {
        checker.needs(Feature::RewriteMerge);
        if self.priority_policy.is_some() {
            checker.at("priorityPolicy", |checker| checker.needs(Feature::RewritePriorityPolicy));
        }
        // `RewriteMerge` in the operator's `esutils` fails without.
        if self.strategy == MergeStrategy::Json && self.into.is_empty() {
            checker
                .at("into", |checker| checker.refuse("the strategy JSON needs the key that gets the object"));
        }
    }
}
