//! Which External Secrets Operator the output is for.

use core::fmt;
use core::str::FromStr;

use semver::Version;

use crate::error::{Error, Result};

/// The version of the operator's Helm chart, which is also the version of the operator.
///
/// It decides which API version the resources are written for. `external-secrets.io/v1` exists from 0.16.0 on, and 0.17.0
/// is the first that no longer serves `v1beta1`:
/// <https://external-secrets.io/latest/introduction/deprecation-policy/>.
///
/// ```
/// # use eso_contrib::{ApiVersion, EsoVersion};
/// let pinned: EsoVersion = "0.10.4".parse()?;
/// assert_eq!(pinned.api_version(), ApiVersion::V1Beta1);
/// assert!("0.9.20".parse::<EsoVersion>().is_err());
/// assert!("^0.20".parse::<EsoVersion>().is_err(), "a pin is one version");
/// # Ok::<_, eso_contrib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EsoVersion(Version);

/// The group and version under which a chart serves its resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ApiVersion {
    /// `external-secrets.io/v1beta1`.
    V1Beta1,
    /// `external-secrets.io/v1`.
    V1,
}

const OLDEST: Version = Version::new(0, 10, 0);
const FIRST_WITH_V1: Version = Version::new(0, 16, 0);
const DEFAULT: Version = Version::new(1, 3, 2);

impl EsoVersion {
    pub(crate) const fn of(version: Version) -> Self {
        Self(version)
    }

    pub(crate) fn as_semver(&self) -> &Version {
        &self.0
    }

    /// The API version that resources for this chart are written in.
    #[must_use]
    pub fn api_version(&self) -> ApiVersion {
        if self.0 < FIRST_WITH_V1 { ApiVersion::V1Beta1 } else { ApiVersion::V1 }
    }
}

impl ApiVersion {
    /// As it stands in `apiVersion`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1Beta1 => "external-secrets.io/v1beta1",
            Self::V1 => "external-secrets.io/v1",
        }
    }
}

/// 1.3.2: the newest whose resource definitions the output is checked against.
impl Default for EsoVersion {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl FromStr for EsoVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |problem: String| Err(Error::ChartVersion { version: text.to_owned(), problem });
        match Version::parse(text) {
            Err(error) => refuse(error.to_string()),
            Ok(version) if !version.pre.is_empty() || !version.build.is_empty() => {
                refuse("it is not a released version".to_owned())
            }
            Ok(version) if version < OLDEST => {
                refuse(format!("the oldest chart whose resource definitions were checked is {OLDEST}"))
            }
            Ok(version) => Ok(Self(version)),
        }
    }
}

impl<'de> serde::Deserialize<'de> for EsoVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        k8s_bundle::yaml::from_text(deserializer)
    }
}

impl TryFrom<&str> for EsoVersion {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        text.parse()
    }
}

impl fmt::Display for EsoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for EsoVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EsoVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EsoVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The exact version of the external-secrets chart, 0.10.0 or newer",
            "pattern": r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$",
            "examples": ["1.3.2", "0.20.4"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api_version_of(text: &str) -> ApiVersion {
        text.parse::<EsoVersion>().unwrap().api_version()
    }

    #[test]
    fn charts_below_0_16_0_get_v1beta1() {
        for version in ["0.10.0", "0.10.4", "0.15.1", "0.15.99"] {
            assert_eq!(api_version_of(version), ApiVersion::V1Beta1, "{version}");
        }
    }

    #[test]
    fn charts_from_0_16_0_get_v1() {
        for version in ["0.16.0", "0.16.2", "0.17.0", "0.20.4", "1.3.2", "2.9.0", "10.0.0"] {
            assert_eq!(api_version_of(version), ApiVersion::V1, "{version}");
        }
    }

    #[test]
    fn the_default_reads_back_from_its_own_text() {
        let default = EsoVersion::default();
        assert_eq!(default.to_string().parse::<EsoVersion>().unwrap(), default);
    }

    #[test]
    fn what_is_no_pin_is_refused() {
        for text in [
            "",
            "0.20",
            "v0.20.4",
            "^0.20.4",
            "0.20.x",
            "latest",
            "0.16.0-rc1",
            "0.16.0+1",
            "0.9.20",
            "00.10.4",
        ] {
            assert!(text.parse::<EsoVersion>().is_err(), "{text:?}");
        }
    }
}
