//! The types of Secret, and the keys that each must have.
//!
//! The rules are those of `ValidateSecret` in the API server. Only keys and names are checked here, so that a plan can
//! be checked without reading a value; what the values must look like is for whoever reads them.

mod basic_auth;
mod bootstrap_token;
mod custom;
mod dockerconfigjson;
mod opaque;
mod problem;
mod ssh_auth;
mod tls;

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeSet;

pub use custom::CustomType;
pub use problem::{SecretTypeError, SecretTypeProblem};

use crate::parse::deserialize_from_text;
use crate::{DataKey, Namespace, ObjectName};

/// The `type` of a Secret.
///
/// ```
/// # use k8s_bundle::SecretType;
/// let tls: SecretType = "tls".parse()?;
/// assert_eq!(tls, "kubernetes.io/tls".parse()?);
/// assert_eq!(tls.required_keys(), ["tls.crt", "tls.key"]);
/// # Ok::<_, k8s_bundle::SecretTypeError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SecretType {
    /// `Opaque`: any keys.
    #[default]
    Opaque,
    /// `kubernetes.io/tls`: `tls.crt` and `tls.key`.
    Tls,
    /// `kubernetes.io/dockerconfigjson`: `.dockerconfigjson`.
    DockerConfigJson,
    /// `kubernetes.io/basic-auth`: `username`, `password`, or both.
    BasicAuth,
    /// `kubernetes.io/ssh-auth`: `ssh-privatekey`.
    SshAuth,
    /// `bootstrap.kubernetes.io/token`: `token-id` and `token-secret`, in `kube-system`.
    BootstrapToken,
    /// Any other type, such as `helm.sh/release.v1`: any keys.
    Custom(CustomType),
}

impl SecretType {
    /// The full name, as it stands in the Secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Opaque => opaque::NAME,
            Self::Tls => tls::NAME,
            Self::DockerConfigJson => dockerconfigjson::NAME,
            Self::BasicAuth => basic_auth::NAME,
            Self::SshAuth => ssh_auth::NAME,
            Self::BootstrapToken => bootstrap_token::NAME,
            Self::Custom(custom) => custom.as_str(),
        }
    }

    /// The keys that must all be there. `basic-auth` has none: it must have at least one of
    /// [`any_of_keys`](Self::any_of_keys).
    #[must_use]
    pub fn required_keys(&self) -> &'static [&'static str] {
        match self {
            Self::Opaque => opaque::REQUIRED,
            Self::Tls => tls::REQUIRED,
            Self::DockerConfigJson => dockerconfigjson::REQUIRED,
            Self::BasicAuth => basic_auth::REQUIRED,
            Self::SshAuth => ssh_auth::REQUIRED,
            Self::BootstrapToken => bootstrap_token::REQUIRED,
            Self::Custom(custom) => custom.required_keys(),
        }
    }

    /// The keys of which at least one must be there; empty where there is no such rule.
    #[must_use]
    pub fn any_of_keys(&self) -> &'static [&'static str] {
        match self {
            Self::BasicAuth => basic_auth::ANY_OF,
            _ => &[],
        }
    }

    /// Checks the keys of a whole Secret (all manifests of it merged) against the rules of the type. No value is needed.
    #[must_use]
    pub fn check_keys<'a>(&self, keys: impl IntoIterator<Item = &'a DataKey>) -> Vec<SecretTypeProblem> {
        let keys: BTreeSet<&str> = keys.into_iter().map(DataKey::as_str).collect();
        let mut problems = Vec::new();
        for &key in self.required_keys() {
            if !keys.contains(key) {
                problems.push(SecretTypeProblem::MissingKey { secret_type: self.clone(), key });
            }
        }
        let any_of = self.any_of_keys();
        if !any_of.is_empty() && !any_of.iter().any(|key| keys.contains(key)) {
            problems.push(SecretTypeProblem::MissingOneOf { secret_type: self.clone(), keys: any_of });
        }
        problems
    }

    /// Checks the name and the namespace of a Secret against the rules of the type.
    #[must_use]
    pub fn check_object(&self, namespace: &Namespace, name: &ObjectName) -> Vec<SecretTypeProblem> {
        match self {
            Self::BootstrapToken => bootstrap_token::check_object(namespace, name),
            _ => Vec::new(),
        }
    }
}

impl FromStr for SecretType {
    type Err = SecretTypeError;

    fn from_str(text: &str) -> Result<Self, SecretTypeError> {
        Ok(match text {
            opaque::NAME | opaque::SHORT => Self::Opaque,
            tls::NAME | tls::SHORT => Self::Tls,
            dockerconfigjson::NAME | dockerconfigjson::SHORT => Self::DockerConfigJson,
            basic_auth::NAME | basic_auth::SHORT => Self::BasicAuth,
            ssh_auth::NAME | ssh_auth::SHORT => Self::SshAuth,
            bootstrap_token::NAME | bootstrap_token::SHORT => Self::BootstrapToken,
            other => Self::Custom(CustomType::new(other)?),
        })
    }
}

deserialize_from_text!(SecretType);

impl TryFrom<String> for SecretType {
    type Error = SecretTypeError;

    fn try_from(text: String) -> Result<Self, SecretTypeError> {
        text.parse()
    }
}

impl TryFrom<&str> for SecretType {
    type Error = SecretTypeError;

    fn try_from(text: &str) -> Result<Self, SecretTypeError> {
        text.parse()
    }
}

impl fmt::Display for SecretType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The full name.
impl serde::Serialize for SecretType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SecretType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The type of the Secret: a short name, a full name, or a type of your own such as helm.sh/release.v1",
            "examples": ["Opaque", "tls", "dockerconfigjson", "basic-auth", "ssh-auth", "bootstrap-token"],
        })
    }
}
