//! Everything that is wrong with one manifest.

use crate::{DataKey, GoDurationError, NameError, Namespace, SecretTypeError, SourceError};

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

    /// The name of the manifest, as it was given.
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
    /// Neither `namespace` nor `namespaces` names one.
    #[error("no namespace: give \"namespace\", or \"namespaces\" with at least one")]
    NoNamespace,
    /// Both forms at once.
    #[error("\"namespace\" and \"namespaces\" exclude each other: keep one")]
    NamespaceAndNamespaces,
    /// A namespace is listed twice.
    #[error("namespace {:?} is listed twice", .0.as_str())]
    NamespaceTwice(Namespace),
    /// Neither `source` nor `data` names a value.
    #[error("no data: give \"source\" (one key), or \"data\" with at least one key")]
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
    /// `refresh_interval` has no meaning for a value that is read once.
    #[error("\"refresh_interval\" needs \"sync_mode: external-secrets\": at build time a value is read once")]
    RefreshIntervalAtBuildTime,
    /// The API server refuses annotations of that size; sizes are in bytes.
    #[error("annotations have {actual} bytes, more than {max}")]
    AnnotationsTooLarge {
        /// The bytes of all keys and values.
        actual: usize,
        /// The most that is taken.
        max: usize,
    },
}
