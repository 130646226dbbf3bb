//! What a build did.

use std::fmt;
use std::time::Duration;

use k8s_bundle::{BundlePath, SecretId};
use serde::{Serialize, Serializer};

use crate::check::Remark;

/// What a build did, in numbers and names; no value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The file with the values; none when no Secret is written by value.
    pub file: Option<BundlePath>,
    /// Whether the file of an earlier run was removed, because no Secret is written by value any more.
    pub removed: bool,
    /// The Secrets written.
    pub secrets: usize,
    /// Their keys.
    pub keys: usize,
    /// The paths read, each once.
    pub paths: usize,
    /// The size of the file in bytes.
    pub bytes: usize,
    /// What may not be as it was meant.
    pub warnings: Vec<Finding>,
    /// How long it took, by the clock that was injected. Serialized in whole microseconds, as `duration_us`.
    #[serde(rename = "duration_us", serialize_with = "micros")]
    pub duration: Duration,
}

fn micros<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX))
}

/// Something about the values of a Secret: a problem in an error, a warning in a report. Never quotes a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The Secret.
    pub secret: SecretId,
    /// Its key; none when it is about the whole Secret.
    pub key: Option<String>,
    /// What it is, in lower case, without a subject: `is not a private key, or is damaged`.
    pub message: String,
    /// What to do next.
    pub help: String,
}

impl Finding {
    pub(crate) fn new(secret: &SecretId, remark: Remark) -> Self {
        Self {
            secret: secret.clone(),
            key: remark.key.map(Into::into),
            message: remark.message.into_owned(),
            help: remark.help.into_owned(),
        }
    }
}

/// `namespace/name, key tls.key: what it is`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.secret)?;
        if let Some(key) = &self.key {
            write!(f, ", key {key}")?;
        }
        write!(f, ": {}", self.message)
    }
}
