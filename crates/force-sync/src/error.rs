//! What can go wrong. No text of the cluster or of a kubeconfig is in any of these.

use std::path::PathBuf;

use serde::Serialize;

/// Why the cluster cannot be asked at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The file cannot be read.
    #[error("cannot read the kubeconfig {}: {problem}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        problem: String,
    },
    /// The file is none, or what it refers to is not there or not good.
    #[error("{what} makes no sense: {problem}")]
    Kubeconfig {
        /// Which kubeconfig, in words.
        what: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is neither a kubeconfig nor an account of a pod.
    #[error("there is no cluster to ask: neither a kubeconfig, nor a pod's service account")]
    Nowhere,
}

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The operator's resources are not in the cluster.
    #[error("the cluster does not know ExternalSecrets")]
    NotInstalled,
    /// They are there, under other versions.
    #[error("the cluster serves external-secrets.io neither as v1 nor as v1beta1")]
    NoVersion,
    /// The account lacks a right.
    #[error("not allowed to {verb} externalsecrets.external-secrets.io{}", place(namespace.as_deref()))]
    Forbidden {
        /// `list` or `patch`.
        verb: &'static str,
        /// Where; none when it is the whole cluster.
        namespace: Option<String>,
    },
    /// The cluster does not know who asks.
    #[error("the cluster does not know who asks")]
    Unauthenticated,
    /// It was deleted meanwhile.
    #[error("it is not there any more")]
    Gone,
    /// Something else than was hoped for, after all attempts.
    #[error("the API server answers {0}")]
    Status(u16),
    /// There was no answer, after all attempts.
    #[error("the API server cannot be reached")]
    Unreachable,
    /// What it says is not what it should be.
    #[error("the API server's answer is not a list of ExternalSecrets")]
    Malformed,
}

fn place(namespace: Option<&str>) -> String {
    namespace.map_or_else(|| " in the whole cluster".to_owned(), |namespace| format!(" in {namespace}"))
}

impl AccessError {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name a file that is there and that you may read",
            Self::Kubeconfig { .. } => {
                "`kubectl config get-contexts` shows what it has; name one as `context`"
            }
            Self::Nowhere => {
                "name a `kubeconfig`, set KUBECONFIG, or run it in the cluster, with a service account"
            }
        }
    }
}

impl Problem {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotInstalled => "install the External Secrets Operator, or look at which cluster was asked",
            Self::NoVersion => "this needs a version of the operator from 0.10 on",
            Self::Forbidden { namespace, .. } => {
                let kind = if namespace.is_some() { "Role" } else { "ClusterRole" };
                return Some(format!("give the account this rule, in a {kind}:\n{}", crate::RBAC.trim_end()));
            }
            Self::Unauthenticated => {
                "look at the account: its token or certificate is missing, or has expired"
            }
            Self::Status(409) => "others change it all the time: try again",
            Self::Status(_) | Self::Unreachable => "look at the API server, and try again",
            Self::Gone | Self::Malformed => return None,
        };
        Some(help.to_owned())
    }
}

/// As text.
impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
