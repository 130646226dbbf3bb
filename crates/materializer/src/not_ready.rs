//! Everything that keeps the Secrets from being written, at once.

use std::fmt;

use k8s_bundle::{DataKey, Regexp, SecretId};
use secret_store::{FieldName, SecretPath, VALUE_FIELD};

use crate::error::distinct;
use crate::{ErrorKind, Finding};

/// How many failures of one category are spelled out, and how many paths of one failure.
const SHOWN: usize = 10;
const PATHS_SHOWN: usize = 3;

/// Everything that keeps the Secrets from being written. Nothing was written, and an older file is as it was.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NotReady {
    /// The store, as [`StoreInfo::describe`](secret_store::StoreInfo::describe) has it.
    pub store: String,
    /// What the store says it does not have, sorted by path.
    pub missing: Vec<Missing>,
    /// Why nothing is suggested for what is missing, when the store could not list what it has.
    pub no_suggestions: Option<secret_store::Error>,
    /// What could not be read, equal failures together.
    pub failed: Vec<Failed>,
    /// Values that cannot be what they are used for, in the order of the plan.
    pub invalid: Vec<Finding>,
}

/// A secret that is not in the store, or is and lacks a field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing {
    /// The path that was asked for, or that secrets were looked for below; none when it was the whole store.
    pub path: Option<SecretPath>,
    /// What is missing of it.
    pub what: MissingPart,
    /// The keys of Secrets that need it, in the order of the plan.
    pub needed_by: Vec<Need>,
}

/// What is missing of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingPart {
    /// There is no secret at the path.
    Secret {
        /// The nearest paths that there are, best first.
        nearest: Vec<SecretPath>,
    },
    /// There is no such version of the secret at the path, or no such secret.
    Version {
        /// The version.
        version: String,
    },
    /// No secret below the path matches.
    Match {
        /// What its path had to match.
        regexp: Regexp,
        /// The secrets that there are, sorted.
        there: Vec<SecretPath>,
    },
    /// There is a secret at the path, without this field.
    Field {
        /// The field.
        field: FieldName,
        /// The fields that there are, sorted.
        fields: Vec<FieldName>,
        /// The nearest of them.
        nearest: Option<FieldName>,
    },
}

/// A key of a Secret and the source of its value, or the source of many keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Need {
    /// The Secret.
    pub secret: SecretId,
    /// Its key; none for keys that are not named one by one.
    pub key: Option<DataKey>,
    /// Where its value was to come from, as the plan shows it.
    pub source: String,
}

/// Reads that failed in the same way.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Failed {
    /// The error of the first of them.
    pub error: secret_store::Error,
    /// The paths, sorted; none when the whole store could not be listed.
    pub paths: Vec<SecretPath>,
}

impl NotReady {
    pub(crate) fn new(store: String, invalid: Vec<Finding>) -> Self {
        Self { store, missing: Vec::new(), no_suggestions: None, failed: Vec::new(), invalid }
    }

    /// The category; of several, the one to mend first: while reads fail, no other problem may be the last one.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        if !self.failed.is_empty() {
            ErrorKind::Store
        } else if !self.missing.is_empty() {
            ErrorKind::Missing
        } else {
            ErrorKind::Value
        }
    }

    /// Whether every problem is one that may go away by itself.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.missing.is_empty()
            && self.invalid.is_empty()
            && self.failed.iter().all(|failed| failed.error.is_retryable())
    }

    /// What to do next: one thing a line.
    #[must_use]
    pub fn help(&self) -> String {
        let failed = self.failed.iter().filter_map(|failed| failed.error.help().map(ToOwned::to_owned));
        let missing = self.missing.iter().map(Missing::help);
        let invalid = self.invalid.iter().map(|finding| match &finding.key {
            Some(key) => format!("{key}: {}", finding.help),
            None => format!("{}: {}", finding.secret, finding.help),
        });
        let all = distinct(failed.chain(missing).chain(invalid));
        if all.is_empty() { "mend what the store says and run again".to_owned() } else { all }
    }

    fn summary(&self) -> String {
        let reads: usize = self.failed.iter().map(|failed| failed.paths.len().max(1)).sum();
        let parts = [
            (reads, "secret could not be read", "secrets could not be read"),
            (self.missing.len(), "source is missing", "sources are missing"),
            (self.invalid.len(), "value cannot be used", "values cannot be used"),
        ];
        let said = parts.iter().filter(|(count, ..)| *count > 0);
        said.map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl Missing {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        match &self.what {
            MissingPart::Secret { .. } => {
                "put what is missing into the store, or correct the source in the manifest".to_owned()
            }
            MissingPart::Version { .. } => {
                "correct the version in the manifest, or remove it to have the current one".to_owned()
            }
            MissingPart::Match { .. } => {
                "put what is missing into the store, or correct the find in the manifest: the expression is for the whole path"
                    .to_owned()
            }
            MissingPart::Field { field, .. } if field.as_str() == VALUE_FIELD => {
                let path = self.place();
                format!("{path} is a map: name the field, as in {{key: {path}, property: FIELD}}")
            }
            MissingPart::Field { .. } => {
                format!("add the field to {}, or correct the property in the manifest", self.place())
            }
        }
    }
}

impl Missing {
    fn place(&self) -> &str {
        self.path.as_ref().map_or("the store", SecretPath::as_str)
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing was written: {} ({})", self.summary(), self.store)?;
        for failed in self.failed.iter().take(SHOWN) {
            write!(f, "\n  {failed}")?;
        }
        if self.failed.len() > SHOWN {
            write!(f, "\n  and {} more that failed otherwise", self.failed.len() - SHOWN)?;
        }
        for missing in &self.missing {
            write!(f, "\n  {missing}")?;
        }
        if let Some(error) = &self.no_suggestions {
            write!(f, "\n  no near path is suggested, because the store does not say what it has: {error}")?;
        }
        for finding in &self.invalid {
            write!(f, "\n  {finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for NotReady {}

/// What is missing, then a line for each key that needs it.
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.place())?;
        match &self.what {
            MissingPart::Secret { nearest } => {
                f.write_str(": no such secret")?;
                if !nearest.is_empty() {
                    write!(f, "; near it: {}", listed(nearest, SHOWN))?;
                }
            }
            MissingPart::Version { version } => write!(f, ": no version {version}")?,
            MissingPart::Match { there, .. } if there.is_empty() => f.write_str(": no secret is in it")?,
            MissingPart::Match { regexp, there } => {
                write!(f, ": no secret in it matches {regexp}; it has {}", listed(there, SHOWN))?;
            }
            MissingPart::Field { field, fields, nearest } => {
                write!(f, ": no field {field}")?;
                if let Some(nearest) = nearest {
                    write!(f, "; near it: {nearest}")?;
                }
                write!(f, "; it has {}", listed(fields, SHOWN))?;
            }
        }
        for need in &self.needed_by {
            write!(f, "\n    for {need}")?;
        }
        Ok(())
    }
}

/// `namespace/name, key password from GITLAB_ROOT_PASSWORD`, or `namespace/name, keys from apps/db#*`.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{}, key {key} from {}", self.secret, self.source),
            None => write!(f, "{}, keys from {}", self.secret, self.source),
        }
    }
}

/// The error, and the paths when there are several.
impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [path] = self.paths.as_slice() {
            let error = self.error.clone().with_path(Some(path.clone()));
            return write!(f, "{}: {error}", error.kind());
        }
        let error = self.error.clone().with_path(None);
        write!(f, "{}: {error}", error.kind())?;
        if self.paths.is_empty() {
            return Ok(());
        }
        write!(f, "\n    for {}", listed(&self.paths, PATHS_SHOWN))
    }
}

fn listed(names: &[impl fmt::Display], most: usize) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    let shown: Vec<_> = names.iter().take(most).map(ToString::to_string).collect();
    let more = names.len().saturating_sub(most);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
