//! Any keys: <https://kubernetes.io/docs/concepts/configuration/secret/#opaque-secrets>.

pub(super) const NAME: &str = "Opaque";
pub(super) const SHORT: &str = "opaque";
pub(super) const REQUIRED: &[&str] = &[];
