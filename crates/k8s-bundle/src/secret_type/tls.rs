//! A certificate and its key: <https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets>.

pub(super) const NAME: &str = "kubernetes.io/tls";
pub(super) const SHORT: &str = "tls";
pub(super) const REQUIRED: &[&str] = &["tls.crt", "tls.key"];
