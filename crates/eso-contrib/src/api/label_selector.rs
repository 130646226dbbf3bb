//! Which objects, by their labels: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>.

use std::collections::BTreeMap;

use k8s_bundle::{LabelKey, LabelValue};
use serde::{Deserialize, Serialize};

use super::Checker;

/// Objects whose labels meet every requirement. Without a requirement it selects all of them.
///
/// ```
/// # use eso_contrib::api::LabelSelector;
/// # use k8s_bundle::yaml;
/// let tenants: LabelSelector = yaml::from_str("{ matchLabels: { team: web } }")?;
/// assert_eq!(tenants, LabelSelector::default().with_label("team".parse()?, "web".parse()?));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LabelSelector {
    /// Labels that an object has with exactly these values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<LabelKey, LabelValue>,
    /// Requirements that a value alone does not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<LabelRequirement>,
}

/// One requirement on one label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LabelRequirement {
    /// The label.
    pub key: LabelKey,
    /// How its value relates to [`values`](Self::values).
    pub operator: LabelOperator,
    /// The values for [`In`](LabelOperator::In) and [`NotIn`](LabelOperator::NotIn); none for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<LabelValue>,
}

/// How the value of a label relates to the values of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum LabelOperator {
    /// It is one of them.
    In,
    /// It is none of them, or the object has no such label.
    NotIn,
    /// The object has the label, whatever its value.
    Exists,
    /// The object does not have the label.
    DoesNotExist,
}

impl LabelSelector {
    /// One more label that objects have.
    #[must_use]
    pub fn with_label(mut self, key: LabelKey, value: LabelValue) -> Self {
        self.match_labels.insert(key, value);
        self
    }

    /// The rules of `k8s.io/apimachinery/pkg/labels`, without which the operator cannot read the selector.
    pub(crate) fn check(&self, checker: &mut Checker<'_>) {
        for (index, requirement) in self.match_expressions.iter().enumerate() {
            let takes_values = matches!(requirement.operator, LabelOperator::In | LabelOperator::NotIn);
            checker.at(&format!("matchExpressions[{index}].values"), |checker| {
                if takes_values && requirement.values.is_empty() {
                    checker.refuse("In and NotIn need at least one value");
                }
                if !takes_values && !requirement.values.is_empty() {
                    checker.refuse("Exists and DoesNotExist take no values");
                }
            });
        }
    }
}
