//! What can be wrong with the type, the keys or the name of a typed Secret.

use super::SecretType;
use crate::{Namespace, ObjectName};

/// A text that cannot be the type of a Secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "Secret type {text:?} is not valid: {problem}; known types: Opaque, tls, dockerconfigjson, basic-auth, ssh-auth, bootstrap-token"
)]
pub struct SecretTypeError {
    pub(super) text: String,
    pub(super) problem: &'static str,
}

/// A rule of a [`SecretType`] that a Secret breaks; the API server would refuse or ignore it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretTypeProblem {
    /// A required key is missing.
    #[error("type {secret_type} requires the key {key:?}")]
    MissingKey {
        /// The type that requires it.
        secret_type: SecretType,
        /// The key.
        key: &'static str,
    },
    /// None of several keys is there.
    #[error("type {secret_type} requires at least one of the keys {}", .keys.join(", "))]
    MissingOneOf {
        /// The type that requires them.
        secret_type: SecretType,
        /// The keys.
        keys: &'static [&'static str],
    },
    /// The type is seen in one namespace only.
    #[error("type bootstrap.kubernetes.io/token belongs in namespace {expected}, not {actual}")]
    WrongNamespace {
        /// The namespace of the Secret.
        actual: Namespace,
        /// The only one that works.
        expected: &'static str,
    },
    /// The type is seen under one form of name only.
    #[error("type bootstrap.kubernetes.io/token must be named {expected}, not {actual}")]
    WrongName {
        /// The name of the Secret.
        actual: ObjectName,
        /// The form of name that works.
        expected: &'static str,
    },
}
