//! The certificates by which the operator knows a server.

use core::fmt;
use core::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use k8s_bundle::{DataKey, Namespace, ObjectName};
use serde::{Deserialize, Serialize};

use crate::api::store_spec::StoreScope;
use crate::api::{Checker, SecretKeySelector};

/// Certificates of authorities in PEM, encoded in Base64 as the operator takes them. It can also be read from PEM text.
///
/// They are public, and stand in the resource itself; a text with a private key in it is refused.
///
/// ```
/// # use eso_contrib::api::provider::CaBundle;
/// let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
/// let bundle: CaBundle = pem.parse()?;
/// assert!(bundle.as_base64().starts_with("LS0tLS1CRUdJTi"));
/// assert_eq!(bundle.as_base64().parse::<CaBundle>()?, bundle);
/// # Ok::<_, eso_contrib::api::provider::CaBundleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CaBundle(String);

/// A text that is no certificate in PEM, plain or in Base64. The text is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the bundle of certificates is not valid: {problem}")]
pub struct CaBundleError {
    problem: &'static str,
}

impl CaBundle {
    /// The bundle in Base64.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

impl FromStr for CaBundle {
    type Err = CaBundleError;

    fn from_str(text: &str) -> Result<Self, CaBundleError> {
        let refuse = |problem| Err(CaBundleError { problem });
        let pem = if text.contains("-----BEGIN") {
            text.to_owned()
        } else {
            let packed: String = text.split_ascii_whitespace().collect();
            let Ok(bytes) = BASE64_STANDARD.decode(packed) else {
                return refuse("it is neither PEM nor Base64");
            };
            let Ok(pem) = core::str::from_utf8(&bytes) else {
                return refuse("what is encoded is no text");
            };
            pem.to_owned()
        };
        if pem.contains("PRIVATE KEY-----") {
            return refuse("it holds a private key, which has no place in a resource");
        }
        if !pem.contains("-----BEGIN CERTIFICATE-----") || !pem.contains("-----END CERTIFICATE-----") {
            return refuse("it holds no certificate in PEM");
        }
        Ok(Self(BASE64_STANDARD.encode(pem)))
    }
}

impl<'de> Deserialize<'de> for CaBundle {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        k8s_bundle::yaml::from_text(deserializer)
    }
}

impl Serialize for CaBundle {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for CaBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for CaBundle {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CaBundle".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Certificates in PEM, plain or in Base64",
            "minLength": 1,
        })
    }
}

/// An object of the cluster that holds the certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CaProvider {
    /// What kind of object.
    #[serde(rename = "type")]
    pub source: CaSource,
    /// Its name.
    pub name: ObjectName,
    /// The key in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<DataKey>,
    /// Its namespace. A `ClusterSecretStore` needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Namespace>,
}

/// The kinds of object that certificates may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum CaSource {
    /// A Secret.
    Secret,
    /// A `ConfigMap`.
    ConfigMap,
}

impl CaProvider {
    /// The key of an object.
    #[must_use]
    pub fn new(source: CaSource, name: ObjectName, key: DataKey) -> Self {
        Self { source, name, key: Some(key), namespace: None }
    }

    /// The object of that namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: Namespace) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// The rules of `FetchCACertFromSource`, which the operator calls for every provider, and that there is a key.
    fn check(&self, checker: &mut Checker<'_>, scope: StoreScope<'_>) {
        scope.check_namespace(self.namespace.as_ref(), checker);
        scope.check_placed(self.namespace.as_ref(), checker);
        if self.key.is_none() {
            checker.at("key", |c| c.refuse("the operator does not know which key of the object it is"));
        }
    }

    fn secret(&self) -> Option<SecretKeySelector> {
        (self.source == CaSource::Secret).then(|| SecretKeySelector {
            name: self.name.clone(),
            key: self.key.clone(),
            namespace: self.namespace.clone(),
        })
    }
}

/// Checks the two ways to give certificates, of which the operator takes the first.
pub(super) fn check(
    bundle: Option<&CaBundle>,
    provider: Option<&CaProvider>,
    checker: &mut Checker<'_>,
    scope: StoreScope<'_>,
) {
    let Some(provider) = provider else { return };
    checker.at("caProvider", |c| {
        provider.check(c, scope);
        if bundle.is_some() {
            c.refuse("the operator takes caBundle and never looks at it: give one of the two");
        }
    });
}

/// The Secret that the certificates come from, under the name of the field.
pub(super) fn login_secret(provider: Option<&CaProvider>) -> Option<(String, SecretKeySelector)> {
    let secret = provider.and_then(CaProvider::secret)?;
    Some(("caProvider".to_owned(), secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

    #[test]
    fn pem_and_its_base64_are_one_bundle() {
        let encoded = BASE64_STANDARD.encode(PEM);
        let broken = format!("{}\n{}", &encoded[..8], &encoded[8..]);
        for text in [PEM, &encoded, &broken] {
            assert_eq!(text.parse::<CaBundle>().unwrap().as_base64(), encoded);
        }
    }

    #[test]
    fn what_is_no_certificate_is_refused_without_repeating_it() {
        let key = format!("{PEM}-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----\n");
        for text in ["", "hunter2", "aHVudGVyMg==", &key, &BASE64_STANDARD.encode(&key), "/w=="] {
            let error = text.parse::<CaBundle>().unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
