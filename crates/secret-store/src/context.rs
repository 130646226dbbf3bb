//! What a store is opened with, beside its configuration.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use events::{Clock, SystemClock};
use secrecy::SecretString;

use crate::Environment;

/// What a store is opened with, beside its configuration.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OpenContext {
    /// The folder that relative paths in the configuration are relative to.
    pub base_dir: PathBuf,
    /// Where environment variables are looked up.
    pub environment: Environment,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Who can be asked for a passphrase; without one, an identity that needs it cannot be used.
    pub prompt: Option<Arc<dyn Prompt>>,
}

impl OpenContext {
    /// Paths relative to `base_dir`, the process's environment, the system's clock, and nobody to ask.
    #[must_use]
    pub fn new(base_dir: impl Into<PathBuf>) -> Self {
        Self {
            base_dir: base_dir.into(),
            environment: Environment::process(),
            clock: Arc::new(SystemClock::new()),
            prompt: None,
        }
    }

    /// With these environment variables.
    #[must_use]
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// With this clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// With somebody to ask for a passphrase.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Arc<dyn Prompt>) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// `path`, from the configuration's folder.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.base_dir.join(path)
    }
}

/// Somebody who can be asked for a passphrase: a person at a terminal.
pub trait Prompt: Debug + Send + Sync {
    /// The passphrase of `what` (`identity file age.key`), or none when nobody answers. Blocks.
    fn passphrase(&self, what: &str) -> Option<SecretString>;
}
