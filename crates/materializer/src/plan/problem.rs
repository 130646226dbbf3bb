//! What keeps manifests from becoming a plan.

use k8s_bundle::{ANNOTATIONS_MAX, DeclaredProblem, DeclaredProblemKind};
use secret_store::PathError;

use super::SOURCE_ANNOTATION;

/// One thing that is wrong with the manifests of one Secret, counted as [`Plan::new`](crate::Plan::new) was given them.
pub type PlanProblem = DeclaredProblem<PlanProblemKind>;

/// What is wrong; `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanProblemKind {
    /// The manifests contradict each other or break a rule of the Secret's type, however the Secret is delivered.
    #[error(transparent)]
    Declared(DeclaredProblemKind),
    /// The source can be no path or field of a store.
    #[error("its source {0}")]
    Source(PathError),
    /// An annotation is declared that is written by the build.
    #[error("its annotation {SOURCE_ANNOTATION} is written by secretbridge itself")]
    ReservedAnnotation,
    /// The manifest asks for something that is not done for Secrets by value.
    #[error("its {field} cannot be followed for a Secret that is delivered by value")]
    Unsupported {
        /// The field of the manifest, or of the source of the key.
        field: &'static str,
    },
    /// The annotations are larger than the API server takes, with the one that names the sources.
    #[error(
        "its annotations have {actual} bytes with the one that names its sources, and the API server takes {ANNOTATIONS_MAX}"
    )]
    AnnotationsTooLarge {
        /// Their size in bytes.
        actual: usize,
    },
}

impl PlanProblemKind {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Declared(kind) => kind.help(),
            Self::Source(_) => {
                "a path is segments joined by /, none empty or starting with a full stop; a field is any text of one line"
            }
            Self::ReservedAnnotation => "remove it: it is written with the sources of the values",
            Self::Unsupported { .. } => {
                "remove the field, or deliver the Secret with sync_mode: external-secrets"
            }
            Self::AnnotationsTooLarge { .. } => "split the Secret, or shorten its annotations",
        }
    }
}
