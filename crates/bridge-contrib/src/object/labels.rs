//! What selects the pods of the bridge.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::contributor::Context;

/// The labels that everything of the bridge has, and that select its pods: Kubernetes' recommended ones.
/// See <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels<'a> {
    workload: &'a str,
}

impl<'a> Labels<'a> {
    pub(super) fn of(context: Context<'a>) -> Self {
        Self { workload: context.workload.name.as_str() }
    }

    pub(super) fn all(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        [
            ("app.kubernetes.io/component", "bridge"),
            ("app.kubernetes.io/instance", self.workload),
            ("app.kubernetes.io/name", "secretbridge"),
        ]
        .into_iter()
    }
}

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.all().collect::<BTreeMap<_, _>>().serialize(serializer)
    }
}

/// A selector of labels.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Selector<'a> {
    pub(super) match_labels: Labels<'a>,
}

impl<'a> Selector<'a> {
    pub(super) fn of(context: Context<'a>) -> Self {
        Self { match_labels: Labels::of(context) }
    }
}
