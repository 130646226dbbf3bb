//! Everything that is wrong with one manifest.

use crate::{
    AnnotationKey, DataFromProblem, DataKey, GoDurationError, LabelKey, NameError, Namespace, PolicyProblem,
    SecretTypeError, SourceError,
};

/// A manifest that cannot be used, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("manifest {manifest:?}: {}", join(.problems))]
pub struct ManifestError {
    manifest: String,
    problems: Vec<ManifestProblem>,
}

impl ManifestError {
    pub(super) fn new(manifest: String, problems: Vec<ManifestProblem>) -> Self {
        Self { manifest, problems }
    }

    /// The name of the manifest, as it was given; empty if none was.
    #[must_use]
    pub fn manifest(&self) -> &str {
        &self.manifest
    }

    /// Every problem, in the order of the fields; at least one.
    #[must_use]
    pub fn problems(&self) -> &[ManifestProblem] {
        &self.problems
    }
}

fn join(problems: &[ManifestProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// One thing that is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestProblem {
    /// A name breaks the rules of Kubernetes.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A source can be no path or field of any store.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The text cannot be the type of a Secret.
    #[error(transparent)]
    Type(#[from] SecretTypeError),
    /// The text is no duration.
    #[error(transparent)]
    Duration(#[from] GoDurationError),
    /// The Secret has no name.
    #[error("no name: give \"name\", the name of the Secret")]
    NoName,
    /// Neither `namespace` nor `namespaces` names one.
    #[error("no namespace: give \"namespace\", or \"namespaces\" with at least one")]
    NoNamespace,
    /// Both forms at once.
    #[error("\"namespace\" and \"namespaces\" exclude each other: keep one")]
    NamespaceAndNamespaces,
    /// A namespace is listed twice.
    #[error("namespace {:?} is listed twice", .0.as_str())]
    NamespaceTwice(Namespace),
    /// None of `source`, `data` and `data_from` names a value.
    #[error("no data: give \"source\" (one key), \"data\" with at least one key, or \"data_from\"")]
    NoData,
    /// Both forms at once.
    #[error("\"source\" and \"data\" exclude each other: keep one")]
    SourceAndData,
    /// `data_key` is part of the short form.
    #[error("\"data_key\" needs \"source\": in the long form the keys stand in \"data\"")]
    DataKeyWithoutSource,
    /// A key is given twice in code.
    #[error("data key {:?} is given twice", .0.as_str())]
    DataKeyTwice(DataKey),
    /// An entry of `data_from` cannot be used.
    #[error("data_from[{index}]: {problem}")]
    DataFrom {
        /// The position of the entry, from 0.
        index: usize,
        /// What is wrong with it.
        problem: DataFromProblem,
    },
    /// A field that only the operator can follow, of a Secret that is delivered by value.
    #[error("\"{field}\" needs \"sync_mode: external-secrets\": {reason}")]
    OnlyByReference {
        /// The field, with its place in the manifest: `data_from[0].find.tags`.
        field: String,
        /// Why it has no meaning at build time.
        reason: &'static str,
    },
    /// Choices exclude each other.
    #[error(transparent)]
    Policy(#[from] PolicyProblem),
    /// One label is given literally and by a template.
    #[error("label {:?} is in \"labels\" and in \"template.metadata.labels\": keep one", .0.as_str())]
    LabelTwice(LabelKey),
    /// One annotation is given literally and by a template.
    #[error("annotation {:?} is in \"annotations\" and in \"template.metadata.annotations\": keep one", .0.as_str())]
    AnnotationTwice(AnnotationKey),
    /// An annotation says the opposite of `reload`.
    #[error("annotation {:?} contradicts \"reload: {reload}\": remove one of them", .annotation.as_str())]
    ReloadContradicted {
        /// The annotation.
        annotation: AnnotationKey,
        /// What `reload` is.
        reload: bool,
    },
    /// An annotation has a character that does not reach the API server as it is: see [`not_carried`](crate::not_carried).
    #[error(
        "annotation {:?} has the character U+{:04X}, which server-side apply does not carry",
        .annotation.as_str(), u32::from(*.character)
    )]
    AnnotationNotCarried {
        /// The annotation.
        annotation: AnnotationKey,
        /// The character.
        character: char,
    },
    /// The API server refuses annotations of that size; sizes are in bytes.
    #[error("annotations have {actual} bytes, more than {max}")]
    AnnotationsTooLarge {
        /// The bytes of all keys and values.
        actual: usize,
        /// The most that is taken.
        max: usize,
    },
}
