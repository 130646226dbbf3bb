//! What can go wrong, by category, and what to do next.

use std::collections::BTreeSet;

use k8s_bundle::{DeclaredProblem, DeclaredProblemKind, SecretId};

use crate::api::FieldProblem;

/// `Result` with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Any error of this crate. It names manifests, keys and sources; the crate never has a secret value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The pinned chart version is not one that output can be written for.
    #[error("chart version {version:?} cannot be pinned: {problem}")]
    ChartVersion {
        /// The text.
        version: String,
        /// What is wrong.
        problem: String,
    },
    /// The address of the bridge cannot be used. The text is not repeated: it might hold a password.
    #[error("the bridge's address is not valid: {problem}")]
    BridgeUrl {
        /// What is wrong.
        problem: String,
    },
    /// The text is no path of a mount.
    #[error("mount path {path:?} is not valid: {problem}")]
    MountPath {
        /// The text.
        path: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Run-time sync is wanted, but it is not said where the bridge's token comes from.
    #[error("runtime_sync needs a token_source: without its token the bridge answers nobody")]
    NoTokenSource,
    /// Manifests are to be delivered by reference while run-time sync is off.
    #[error("runtime_sync is not enabled, but {} by reference: {}", ask(.secrets.len()), join(.secrets, ", "))]
    RuntimeSyncOff {
        /// Every Secret that is affected, sorted; at least one.
        secrets: Vec<SecretId>,
    },
    /// Secrets that cannot be delivered by reference as they are declared.
    #[error("{}", join(.problems, "; "))]
    Secrets {
        /// Every problem, sorted by manifest; at least one.
        problems: Vec<SecretProblem>,
    },
    /// A resource that the operator of the pinned chart would refuse.
    #[error("{object}: {}", join(.problems, "; "))]
    Resource {
        /// Its kind, namespace and name.
        object: String,
        /// Everything that is wrong with it; at least one.
        problems: Vec<FieldProblem>,
    },
    /// The bundle does not take what was made for it.
    #[error(transparent)]
    Bundle(#[from] k8s_bundle::Error),
}

/// One thing that keeps a Secret from being delivered by reference; its manifests are counted as the bundle has them.
pub type SecretProblem = DeclaredProblem<SecretProblemKind>;

/// What is wrong; `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretProblemKind {
    /// The manifests contradict each other or break a rule of the Secret's type, however the Secret is delivered.
    #[error(transparent)]
    Declared(DeclaredProblemKind),
    /// It holds the bridge's token, and the operator would need that token to read it.
    #[error("it holds the bridge's token, which cannot be delivered through the bridge")]
    BridgeToken,
    /// The operator does not make Secrets of that type.
    #[error("the operator refuses to make Secrets of type bootstrap.kubernetes.io/token")]
    TypeRefused,
    /// The manifest asks for something that is not written for the operator.
    #[error("its {field} cannot be followed for a Secret that is delivered by reference")]
    Unsupported {
        /// The field of the manifest, or of the source of the key.
        field: &'static str,
    },
    /// The operator would resolve the path to another one.
    #[error("it comes from the path {path:?}, which has an empty segment, \".\" or \"..\"")]
    UnstablePath {
        /// The path in the store.
        path: String,
    },
}

/// The categories of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is wrong.
    Config,
    /// Manifests are wrong, or contradict each other or the configuration.
    Manifest,
    /// The bundle refused something.
    Bundle,
}

impl Error {
    /// The category.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::ChartVersion { .. }
            | Self::BridgeUrl { .. }
            | Self::MountPath { .. }
            | Self::NoTokenSource => ErrorKind::Config,
            Self::RuntimeSyncOff { .. } | Self::Secrets { .. } | Self::Resource { .. } => ErrorKind::Manifest,
            Self::Bundle(_) => ErrorKind::Bundle,
        }
    }

    /// What to do next, where there is more to say than the message does.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::ChartVersion { .. } => {
                "pin one released version of the external-secrets chart, without a leading \"v\", such as 0.20.4".into()
            }
            Self::BridgeUrl { .. } => {
                "give scheme, host and port, such as http://homelab-secret-bridge.lab:8200; the token goes into the store, \
                 and token_source names it"
                    .into()
            }
            Self::MountPath { .. } => "give the name of the mount, such as secret".into(),
            Self::NoTokenSource => {
                "add token_source: the path in the store that holds the bridge's token, such as BRIDGE_TOKEN".into()
            }
            Self::RuntimeSyncOff { .. } => {
                "set k8s.secrets.runtime_sync.enabled to true, or remove sync_mode from these manifests".into()
            }
            Self::Secrets { problems } => secrets_help(problems),
            Self::Resource { .. } => "change the field, or pin a chart that has it".into(),
            Self::Bundle(error) => return error.help(),
        })
    }
}

impl SecretProblemKind {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Declared(kind) => kind.help(),
            Self::BridgeToken => "remove the manifest: token_source has the token delivered by value",
            Self::TypeRefused => "deliver bootstrap tokens by value: remove sync_mode",
            Self::Unsupported { .. } => "remove the field",
            Self::UnstablePath { .. } => "write the path without empty segments, \".\" and \"..\"",
        }
    }
}

fn secrets_help(problems: &[SecretProblem]) -> String {
    let advice: BTreeSet<_> = problems.iter().map(|problem| problem.kind.help()).collect();
    advice.into_iter().collect::<Vec<_>>().join("\n")
}

fn ask(count: usize) -> String {
    if count == 1 {
        "1 Secret is to be delivered".to_owned()
    } else {
        format!("{count} Secrets are to be delivered")
    }
}

fn join<T: ToString>(items: &[T], separator: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
}
