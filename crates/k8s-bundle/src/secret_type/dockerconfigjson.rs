//! Registry logins: <https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets>.

pub(super) const NAME: &str = "kubernetes.io/dockerconfigjson";
pub(super) const SHORT: &str = "dockerconfigjson";
pub(super) const REQUIRED: &[&str] = &[".dockerconfigjson"];
