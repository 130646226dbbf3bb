//! What keeps manifests from becoming a plan.

use std::fmt;

use k8s_bundle::{ANNOTATIONS_MAX, AnnotationKey, DeclaredProblem, DeclaredProblemKind, LabelKey, Regexp};
use secret_store::PathError;
use secret_template::TemplateProblem;

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
    /// The annotations are larger than the API server takes, with the one that names the sources.
    #[error(
        "its annotations have {actual} bytes with the one that names its sources, and the API server takes {ANNOTATIONS_MAX}"
    )]
    AnnotationsTooLarge {
        /// Their size in bytes.
        actual: usize,
    },
    /// A template is not valid, or has what only the operator renders.
    #[error("{place}, {problem}")]
    Template {
        /// Which one.
        place: TemplatePlace,
        /// What is wrong, and where.
        problem: TemplateProblem,
    },
    /// A template reads a value that no key of `data` gives.
    #[error("{place} reads {field}, and no key of data is called that{}", near(.nearest.as_deref()))]
    TemplateField {
        /// Which one.
        place: TemplatePlace,
        /// What it reads.
        field: String,
        /// The nearest key that there is.
        nearest: Option<String>,
    },
    /// The template of a rewrite is not valid, or has what only the operator renders.
    #[error("the template of its rewrite, {0}")]
    Transform(TemplateProblem),
    /// The template of a rewrite reads something other than the name.
    #[error("the template of its rewrite reads {field}, and there is only value")]
    TransformField {
        /// What it reads.
        field: String,
    },
    /// A regular expression has another meaning for the operator.
    #[error("its expression {regexp:?} is not one of the operator's: {reason}", regexp = .regexp.as_str())]
    Regexp {
        /// The expression.
        regexp: Regexp,
        /// What the operator's language has not.
        reason: &'static str,
    },
}

/// Which template of a Secret. That of a key is named by the problem's [`key`](DeclaredProblem::key).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplatePlace {
    /// That of a key.
    Data,
    /// That of a label.
    Label(LabelKey),
    /// That of an annotation.
    Annotation(AnnotationKey),
}

impl fmt::Display for TemplatePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data => f.write_str("its template"),
            Self::Label(label) => write!(f, "the template of its label {label}"),
            Self::Annotation(annotation) => write!(f, "the template of its annotation {annotation}"),
        }
    }
}

fn near(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; near it: {nearest}")).unwrap_or_default()
}

impl PlanProblemKind {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::Declared(kind) => kind.help(),
            Self::Source(_) => {
                "a path is segments joined by /, none empty or starting with a full stop; a field is any text of one line"
            }
            Self::ReservedAnnotation => "remove it: it is written with the sources of the values",
            Self::AnnotationsTooLarge { .. } => "split the Secret, or shorten its annotations",
            Self::Template { problem, .. } | Self::Transform(problem) => {
                problem.help.as_deref().unwrap_or("mend the template")
            }
            Self::TemplateField { .. } => {
                "add the key to data with its source, or correct the name in the template"
            }
            Self::TransformField { .. } => "read the name as .value",
            Self::Regexp { .. } => "write it as Go's regexp has it: https://pkg.go.dev/regexp/syntax",
        }
    }
}
