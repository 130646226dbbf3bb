//! What can go wrong, by category, and what to do next.

use std::collections::BTreeSet;

use k8s_bundle::{DeclaredProblem, DeclaredProblemKind, Namespace, ObjectName, SecretId};

use crate::api::{FieldProblem, FieldProblemKind};

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
    /// The address of a server cannot be used. The text is not repeated: it might hold a password.
    #[error("the address is not valid: {problem}")]
    ServerUrl {
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
    /// Run-time sync is wanted, but there is nothing to read from: neither the bridge nor another store.
    #[error("runtime_sync is enabled, but has neither a token_source for the bridge nor stores")]
    NoStore,
    /// Stores that cannot stand beside each other.
    #[error("{}", join(.problems, "; "))]
    Stores {
        /// Every problem; at least one.
        problems: Vec<StoreProblem>,
    },
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
    /// Several of these at once.
    #[error("{}", join(.errors, "; "))]
    Several {
        /// All of them, in the order of the manifests or stores; at least two.
        errors: Vec<Error>,
    },
    /// The bundle does not take what was made for it.
    #[error(transparent)]
    Bundle(#[from] k8s_bundle::Error),
}

/// What keeps stores from standing beside each other; `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreProblem {
    /// More than one store says that it is the default.
    #[error("stores {} say that they are the default", join(.stores, ", "))]
    SeveralDefaults {
        /// Their names, sorted.
        stores: Vec<ObjectName>,
    },
    /// A store has the name that the bridge's own store has.
    #[error("store {name} has the name of the bridge's store")]
    NameOfTheBridge {
        /// The name.
        name: ObjectName,
    },
}

impl StoreProblem {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::SeveralDefaults { .. } => {
                "leave default: true to one store; manifests name the others by store_ref"
            }
            Self::NameOfTheBridge { .. } => {
                "give the store another name, or the bridge's store one by store_name"
            }
        }
    }
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
    /// It holds what a store logs in with, and the operator would need that login to read it.
    #[error("it holds what the store {store} logs in with, and would have to come through that store first")]
    StoreLogin {
        /// The store.
        store: ObjectName,
    },
    /// It names no store, and there is none for such a case.
    #[error("it names no store, and none of {} is the default", join(.stores, ", "))]
    NoDefaultStore {
        /// The stores that there are, sorted.
        stores: Vec<ObjectName>,
    },
    /// It names a store that there is not.
    #[error("its store {store} does not exist; there are {}", join(.stores, ", "))]
    UnknownStore {
        /// The name.
        store: ObjectName,
        /// The stores that there are, sorted.
        stores: Vec<ObjectName>,
    },
    /// It names a store that serves other namespaces only.
    #[error("its store {store} serves {} alone", join(.namespaces, ", "))]
    StoreElsewhere {
        /// The store.
        store: ObjectName,
        /// The namespaces that it serves, sorted.
        namespaces: Vec<Namespace>,
    },
    /// The operator would not read what is asked for from that store.
    #[error("store {store} cannot deliver {source_ref}: {problem}")]
    SourceRefused {
        /// The store.
        store: ObjectName,
        /// The path and field.
        source_ref: String,
        /// Why.
        problem: String,
    },
    /// The operator does not make Secrets of that type.
    #[error("the operator refuses to make Secrets of type bootstrap.kubernetes.io/token")]
    TypeRefused,
    /// A field that the operator of the pinned chart would refuse.
    #[error("{field}: {problem}")]
    Field {
        /// The field, as the manifest has it: `data_from[0].generator.kind`.
        field: String,
        /// What is wrong with it.
        problem: FieldProblemKind,
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
            | Self::ServerUrl { .. }
            | Self::MountPath { .. }
            | Self::NoStore
            | Self::Stores { .. } => ErrorKind::Config,
            Self::RuntimeSyncOff { .. } | Self::Secrets { .. } | Self::Resource { .. } => ErrorKind::Manifest,
            Self::Several { errors } => errors.first().map_or(ErrorKind::Manifest, Self::kind),
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
            Self::ServerUrl { .. } => {
                "give scheme, host and port, such as https://vault.acme.lab:8200; what it takes to log in goes into a Secret"
                    .into()
            }
            Self::MountPath { .. } => "give the name of the mount, such as secret".into(),
            Self::NoStore => {
                "add token_source: the path in the store that holds the bridge's token, such as BRIDGE_TOKEN; or add stores"
                    .into()
            }
            Self::Stores { problems } => lines(problems.iter().map(StoreProblem::help)),
            Self::Several { errors } => lines(errors.iter().filter_map(Self::help)),
            Self::RuntimeSyncOff { .. } => {
                "set k8s.secrets.runtime_sync.enabled to true, or remove sync_mode from these manifests".into()
            }
            Self::Secrets { problems } => lines(problems.iter().map(|problem| problem.kind.help())),
            Self::Resource { problems, .. } => lines(problems.iter().map(|problem| problem.kind.help())),
            Self::Bundle(error) => return error.help(),
        })
    }
}

impl SecretProblemKind {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &str {
        match self {
            Self::Declared(kind) => kind.help(),
            Self::BridgeToken => "remove the manifest: token_source has the token delivered by value",
            Self::StoreLogin { .. } => {
                "deliver it by value: remove sync_mode; or read it from another store by store_ref"
            }
            Self::NoDefaultStore { .. } => {
                "name the store by store_ref, or give one of the stores default: true"
            }
            Self::UnknownStore { .. } => {
                "add the store to k8s.secrets.runtime_sync.stores, or correct store_ref"
            }
            Self::StoreElsewhere { .. } => {
                "add the namespace to the store's namespaces, or name another store by store_ref"
            }
            Self::SourceRefused { .. } => "change the source, or name another store by store_ref",
            Self::TypeRefused => "deliver bootstrap tokens by value: remove sync_mode",
            Self::Field { problem, .. } => problem.help(),
            Self::UnstablePath { .. } => "write the path without empty segments, \".\" and \"..\"",
        }
    }
}

/// All values, or all errors.
pub(crate) fn all<T>(results: impl IntoIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let (mut values, mut errors) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => errors.push(error),
        }
    }
    match errors.len() {
        0 => Ok(values),
        1 => Err(errors.swap_remove(0)),
        _ => Err(Error::Several { errors }),
    }
}

/// Each advice once, sorted, a line each.
fn lines<T: Ord + Into<String>>(advice: impl Iterator<Item = T>) -> String {
    let advice: BTreeSet<_> = advice.collect();
    advice.into_iter().map(Into::into).collect::<Vec<_>>().join("\n")
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
