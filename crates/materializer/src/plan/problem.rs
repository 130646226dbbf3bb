//! What keeps manifests from becoming a plan.

use std::fmt;

use k8s_bundle::{
    ANNOTATIONS_MAX, AnnotationKey, DataKey, LabelKey, LabelValue, Namespace, ObjectName, SecretType,
    SecretTypeProblem, SyncMode,
};
use secret_store::PathError;

use super::{SOURCE_ANNOTATION, Source};

/// One thing that is wrong with the manifests of one Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanProblem {
    /// The namespaces of the Secret that it holds for, sorted; at least one.
    pub namespaces: Vec<Namespace>,
    /// The name of the Secret.
    pub name: ObjectName,
    /// The key of the Secret, if it is about one.
    pub key: Option<DataKey>,
    /// The manifests that it is about, as positions from 0 in what [`Plan::new`](crate::Plan::new) was given.
    pub manifests: Vec<usize>,
    /// What is wrong.
    pub kind: PlanProblemKind,
}

/// What is wrong; `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanProblemKind {
    /// The source can be no path or field of a store.
    #[error("its source {0}")]
    Source(PathError),
    /// One key has two sources.
    #[error("it comes from {first} and from {second}")]
    Sources {
        /// The source in the first manifest.
        first: Source,
        /// The source in the other one.
        second: Source,
    },
    /// One Secret has two types.
    #[error("its type is {first} and {second}")]
    Types {
        /// The type in the first manifest.
        first: SecretType,
        /// The type in the other one.
        second: SecretType,
    },
    /// One Secret is delivered by value and by reference.
    #[error("its sync mode is {first} and {second}")]
    SyncModes {
        /// The mode in the first manifest.
        first: SyncMode,
        /// The mode in the other one.
        second: SyncMode,
    },
    /// One Secret is immutable and is not.
    #[error("one manifest makes it immutable and the other does not")]
    Immutable,
    /// One label has two values.
    #[error("its label {label} is \"{first}\" and \"{second}\"")]
    Labels {
        /// The label.
        label: LabelKey,
        /// The value in the first manifest.
        first: LabelValue,
        /// The value in the other one.
        second: LabelValue,
    },
    /// One annotation has two values.
    #[error("its annotation {annotation} has two values")]
    Annotations {
        /// The annotation.
        annotation: AnnotationKey,
    },
    /// An annotation is declared that is written by the build.
    #[error("its annotation {SOURCE_ANNOTATION} is written by secretbridge itself")]
    ReservedAnnotation,
    /// The annotations are larger than the API server takes, with the one that names the sources.
    #[error(
        "its annotations have {actual} bytes with the one that names its sources, and the API server takes {ANNOTATIONS_MAX}"
    )]
    AnnotationsTooLarge {
        /// Their size in bytes.
        actual: usize,
    },
    /// A rule of the Secret's type is broken.
    #[error(transparent)]
    Type(SecretTypeProblem),
}

impl PlanProblem {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match &self.kind {
            PlanProblemKind::Source(_) => {
                "a path is segments joined by /, none empty or starting with a full stop; a field is any text of one line"
            }
            PlanProblemKind::Sources { .. } => "keep one of the two sources, or give one of them another key",
            PlanProblemKind::Types { .. } => "give all manifests of the Secret the same type",
            PlanProblemKind::SyncModes { .. } => {
                "give all manifests of the Secret the same sync_mode, or one of them another name: a Secret has one owner"
            }
            PlanProblemKind::Immutable => "give all manifests of the Secret the same value of immutable",
            PlanProblemKind::Labels { .. } | PlanProblemKind::Annotations { .. } => {
                "keep one of the two values: manifests of one Secret are merged"
            }
            PlanProblemKind::ReservedAnnotation => "remove it: it is written with the sources of the values",
            PlanProblemKind::AnnotationsTooLarge { .. } => "split the Secret, or shorten its annotations",
            PlanProblemKind::Type(
                SecretTypeProblem::WrongName { .. } | SecretTypeProblem::WrongNamespace { .. },
            ) => "the cluster looks for such a Secret under that name alone",
            PlanProblemKind::Type(_) => "add the key with its source, or change the type",
        }
    }
}

/// `namespace/name: what is wrong (manifest 1)`; manifests are counted from 1, as people do.
impl fmt::Display for PlanProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, namespace) in self.namespaces.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{namespace}/{}", self.name)?;
        }
        if let Some(key) = &self.key {
            write!(f, ", key {key}")?;
        }
        write!(f, ": {}", self.kind)?;
        let numbers: Vec<_> = self.manifests.iter().map(|index| (index + 1).to_string()).collect();
        match numbers.as_slice() {
            [] => Ok(()),
            [one] => write!(f, " (manifest {one})"),
            several => write!(f, " (manifests {})", several.join(" and ")),
        }
    }
}
