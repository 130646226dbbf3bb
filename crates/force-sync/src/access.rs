//! How the cluster is reached.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::config::{InferConfigError, KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use crate::error::AccessError;

/// To connect, and for each part of an answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How the cluster is reached: with a kubeconfig, or as a pod's service account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KubeAccess {
    /// The kubeconfig. Without one, `KUBECONFIG`, then `~/.kube/config`, then the account of the pod.
    pub kubeconfig: Option<PathBuf>,
    /// Its context. Without one, its current one.
    pub context: Option<String>,
}

impl KubeAccess {
    pub(crate) async fn client(&self) -> Result<Client, AccessError> {
        let mut config = self.config().await?;
        config.connect_timeout = Some(TIMEOUT);
        config.read_timeout = Some(TIMEOUT);
        config.write_timeout = Some(TIMEOUT);
        // It is asked again here, within bounds.
        config.default_retry = false;
        Client::try_from(config)
            .map_err(|_| self.makes_no_sense("a certificate, key or login program of it is not good"))
    }

    async fn config(&self) -> Result<Config, AccessError> {
        let options = KubeConfigOptions { context: self.context.clone(), ..KubeConfigOptions::default() };
        let read = match &self.kubeconfig {
            Some(path) => Kubeconfig::read_from(path),
            None if self.context.is_some() => Kubeconfig::read(),
            None => return Config::infer().await.map_err(|error| self.no_config(&error)),
        };
        let kubeconfig = read.map_err(|error| self.no_kubeconfig(&error))?;
        Config::from_custom_kubeconfig(kubeconfig, &options).await.map_err(|error| self.no_kubeconfig(&error))
    }

    fn no_config(&self, error: &InferConfigError) -> AccessError {
        let source = std::error::Error::source(error).and_then(<dyn std::error::Error>::downcast_ref);
        match source {
            // There is none, or none could be looked for.
            None | Some(KubeconfigError::FindPath) => AccessError::Nowhere,
            Some(KubeconfigError::ReadConfig(error, _)) if error.kind() == std::io::ErrorKind::NotFound => {
                AccessError::Nowhere
            }
            Some(error) => self.no_kubeconfig(error),
        }
    }

    /// What is in a kubeconfig is not quoted: tokens and keys are.
    fn no_kubeconfig(&self, error: &KubeconfigError) -> AccessError {
        let problem = match error {
            KubeconfigError::ReadConfig(error, path) => {
                return AccessError::Unreadable { path: path.clone(), problem: error.kind().to_string() };
            }
            KubeconfigError::CurrentContextNotSet => "it has no current context",
            KubeconfigError::LoadContext(_) => "there is no such context in it",
            KubeconfigError::LoadClusterOfContext(_) => "the context's cluster is not in it",
            KubeconfigError::MissingClusterUrl | KubeconfigError::ParseClusterUrl(_) => {
                "the cluster has no address that is one"
            }
            KubeconfigError::Parse(_) => "it is not a kubeconfig",
            _ => "what it refers to cannot be loaded",
        };
        self.makes_no_sense(problem)
    }

    fn makes_no_sense(&self, problem: &'static str) -> AccessError {
        let file = self.kubeconfig.as_deref().map(Path::display);
        let file = file.map_or_else(|| "the kubeconfig".to_owned(), |path| format!("the kubeconfig {path}"));
        let what = match &self.context {
            Some(context) => format!("{file}, context {context},"),
            None => file,
        };
        AccessError::Kubeconfig { what, problem }
    }
}
