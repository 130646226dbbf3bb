//! Names by the rules of the Kubernetes API server, parsed once and then carried as types.
//!
//! The rules are those of `k8s.io/apimachinery/pkg/util/validation` and `k8s.io/apimachinery/pkg/api/validation`.

mod error;
mod rule;

use core::fmt;
use core::str::FromStr;

pub use error::{NameError, NameKind, NameProblem};

use crate::parse::deserialize_from_text;

macro_rules! name_type {
    ($(#[$doc:meta])* $type:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(String);

        impl $type {
            /// Checks `text` against the rule of this type.
            ///
            /// # Errors
            /// [`NameError`]: which rule, the text, and what is allowed.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let text = text.into();
                match $check(&text) {
                    Ok(()) => Ok(Self(text)),
                    Err(problem) => Err(NameError::new(NameKind::$type, text, problem)),
                }
            }

            /// Whether [`new`](Self::new) takes `text`: for one that is not to be copied.
            #[must_use]
            pub fn allows(text: &str) -> bool {
                $check(text).is_ok()
            }

            /// The text as Kubernetes sees it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        deserialize_from_text!($type);

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl TryFrom<&str> for $type {
            type Error = NameError;

            fn try_from(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl core::borrow::Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $type {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $type {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let kind = NameKind::$type;
                schemars::json_schema!({
                    "type": "string",
                    "description": kind.allowed(),
                    "pattern": kind.pattern(),
                    "maxLength": kind.max_length(),
                })
            }
        }
    };
}

name_type!(
    /// The name of an object: a DNS-1123 subdomain of at most 253 characters.
    ///
    /// ```
    /// # use k8s_bundle::ObjectName;
    /// assert!(ObjectName::new("gitlab-root").is_ok());
    /// assert!(ObjectName::new("GitLab_root").is_err());
    /// ```
    ObjectName,
    rule::subdomain
);
name_type!(
    /// The name of a namespace: a DNS-1123 label of at most 63 characters.
    Namespace,
    rule::label
);
name_type!(
    /// A key of a Secret's `data`: at most 253 of `A-Z a-z 0-9 - _ .`, not `.`, and not starting with `..`.
    DataKey,
    rule::data_key
);
name_type!(
    /// The key of a label: an optional DNS-1123 subdomain and `/`, then a name of at most 63 characters.
    LabelKey,
    rule::label_key
);
name_type!(
    /// The value of a label: empty, or at most 63 of `A-Z a-z 0-9 - _ .` with a letter or digit at both ends.
    LabelValue,
    rule::label_value
);
name_type!(
    /// The key of an annotation: as [`LabelKey`], except that the prefix may have upper-case letters.
    AnnotationKey,
    rule::annotation_key
);
name_type!(
    /// The name of a Helm release: a DNS-1123 subdomain of at most 53 characters.
    ReleaseName,
    rule::release_name
);
name_type!(
    /// The name of a cluster, as the user calls it: a DNS-1123 subdomain of at most 253 characters.
    ClusterName,
    rule::subdomain
);

impl DataKey {
    /// `value`: the key of a manifest in the short form that names none.
    pub(crate) fn default_key() -> Self {
        Self(crate::source::DEFAULT_PROPERTY.to_owned())
    }
}

impl AnnotationKey {
    /// A key that is known to be valid.
    pub(crate) fn of_constant(key: &'static str) -> Self {
        Self(key.to_owned())
    }
}

/// Each DNS-1123 label is a DNS-1123 subdomain as well.
impl From<&Namespace> for ObjectName {
    fn from(namespace: &Namespace) -> Self {
        Self(namespace.0.clone())
    }
}
