//! An SSH key: <https://kubernetes.io/docs/concepts/configuration/secret/#ssh-authentication-secrets>.

pub(super) const NAME: &str = "kubernetes.io/ssh-auth";
pub(super) const SHORT: &str = "ssh-auth";
pub(super) const REQUIRED: &[&str] = &["ssh-privatekey"];
