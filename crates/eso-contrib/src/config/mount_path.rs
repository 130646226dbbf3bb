//! The mount of a Vault-compatible server.

use core::fmt;
use core::str::FromStr;

use crate::error::{Error, Result};

/// The path of a mount, such as `secret` or `teams/kv`: no slash at either end, no empty segment, no `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MountPath(String);

impl MountPath {
    /// A path that is one.
    pub(crate) fn literal(path: &'static str) -> Self {
        Self(path.to_owned())
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `secret`.
impl Default for MountPath {
    fn default() -> Self {
        Self("secret".to_owned())
    }
}

impl FromStr for MountPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |problem| Err(Error::MountPath { path: text.to_owned(), problem });
        if text.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return refuse("it has an empty segment, \".\" or \"..\"");
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return refuse("it has a space or a control character");
        }
        Ok(Self(text.to_owned()))
    }
}

impl<'de> serde::Deserialize<'de> for MountPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        k8s_bundle::yaml::from_text(deserializer)
    }
}

impl TryFrom<&str> for MountPath {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl fmt::Display for MountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl serde::Serialize for MountPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for MountPath {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MountPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The path of a mount, without a slash at either end",
            "pattern": r"^[^/\s]+(/[^/\s]+)*$",
            "examples": ["secret"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clean_path_is_a_mount() {
        assert_eq!("teams/kv".parse::<MountPath>().unwrap().as_str(), "teams/kv");
        for text in ["", "/secret", "secret/", "a//b", "..", "a/../b", ".", "a b", "a\n"] {
            assert!(text.parse::<MountPath>().is_err(), "{text:?}");
        }
    }
}
