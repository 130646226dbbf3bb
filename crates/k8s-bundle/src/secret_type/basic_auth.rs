//! A user and a password, or one of them: <https://kubernetes.io/docs/concepts/configuration/secret/#basic-authentication-secret>.

pub(super) const NAME: &str = "kubernetes.io/basic-auth";
pub(super) const SHORT: &str = "basic-auth";
pub(super) const REQUIRED: &[&str] = &[];
pub(super) const ANY_OF: &[&str] = &["username", "password"];
