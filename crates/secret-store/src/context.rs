//! What a store is opened with, beside its configuration.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use events::{Clock, SystemClock};
use secrecy::{ExposeSecret as _, SecretString};

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
    /// When the run must be over, on the clock's [monotonic](Clock::monotonic) time: a store on a network asks nobody after
    /// it, and cuts what is under way. A program that runs on has none.
    pub deadline: Option<Duration>,
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
            deadline: None,
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

    /// With this deadline for the whole run.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// With somebody to ask for a passphrase.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Arc<dyn Prompt>) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// `path`, from the configuration's folder; `~/` at its start is the user's home, when `HOME` is set.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "where the home is, is no secret")]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        let at_home = path.strip_prefix("~").ok().zip(self.environment.get("HOME"));
        match at_home {
            Some((rest, home)) => Path::new(OsStr::from_bytes(home.expose_secret())).join(rest),
            None => self.base_dir.join(path),
        }
    }
}

/// Somebody who can be asked for a passphrase: a person at a terminal.
pub trait Prompt: Debug + Send + Sync {
    /// The passphrase of `what` (`identity file age.key`), or none when nobody answers. Blocks.
    fn passphrase(&self, what: &str) -> Option<SecretString>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_from_the_configuration_s_folder_or_from_home() {
        let context =
            OpenContext::new("/etc/acme").with_environment(Environment::fixed([("HOME", "/home/ada")]));
        for (written, meant) in [
            ("store", "/etc/acme/store"),
            ("/srv/store", "/srv/store"),
            ("~/.passage/store", "/home/ada/.passage/store"),
            ("~ada/store", "/etc/acme/~ada/store"),
        ] {
            assert_eq!(context.resolve(Path::new(written)), Path::new(meant));
        }
        let homeless = context.with_environment(Environment::fixed::<&str, &str>([]));
        assert_eq!(homeless.resolve(Path::new("~/store")), Path::new("/etc/acme/~/store"));
    }
}
