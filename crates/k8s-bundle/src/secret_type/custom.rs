//! Types that this crate has no rules for.

use super::SecretTypeError;

const LENGTH_MAX: usize = 253;
/// The legacy registry login still has a rule in `ValidateSecret`.
const DOCKERCFG: &str = "kubernetes.io/dockercfg";
const SERVICE_ACCOUNT_TOKEN: &str = "kubernetes.io/service-account-token";

/// The text of a type of Secret that this crate has no name for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomType(String);

impl CustomType {
    pub(super) fn new(text: &str) -> Result<Self, SecretTypeError> {
        let refuse = |problem| Err(SecretTypeError { text: text.to_owned(), problem });
        if text == SERVICE_ACCOUNT_TOKEN {
            return refuse("the cluster itself fills Secrets of this type");
        }
        if text.is_empty() {
            return refuse("it is empty");
        }
        if text.len() > LENGTH_MAX {
            return refuse("it has more than 253 characters");
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return refuse("it has a character other than printable ASCII without spaces");
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn required_keys(&self) -> &'static [&'static str] {
        if self.0 == DOCKERCFG { &[".dockercfg"] } else { &[] }
    }
}
